using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Repeats each row: (features) becomes (n, features). <c>keras.layers.RepeatVector</c>.</summary>
/// <param name="n">The number of copies, at least 1.</param>
public sealed class RepeatVector(int n) : Layer
{
    /// <summary>The number of copies.</summary>
    public int N { get; } = n.AtLeast(1, nameof(RepeatVector), nameof(n));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        if (input.Shape.Rank != 2) throw new ShapeException(Subject, $"expected rows (None, features); received {SymbolicTensor.Print(input.Shape[1..])}.");
        var (batch, features) = (input.Shape[0], input.Shape[1]);
        return input.Reshape([batch, 1, features]).BroadcastTo([batch, N, features]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("n", N);

    internal static RepeatVector FromConfig(Config config) => new(config.GetInt("n"));
}
