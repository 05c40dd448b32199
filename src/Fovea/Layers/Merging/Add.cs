using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The sum of several values of one shape, element by element: where a shortcut of a residual network meets the way it went round;
/// <c>keras.layers.Add</c>. As in <c>new Add().Call(x, shortcut)</c>.
/// </summary>
public sealed class Add : Layer
{
    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context)
    {
        if (inputs.Count < 2) throw new ShapeException(Subject, $"expected at least two inputs; received {inputs.Count}.");
        var sum = inputs[0];
        foreach (var input in inputs.Skip(1))
        {
            if (input.Shape != sum.Shape)
                throw new ShapeException(Subject, $"expected inputs of one shape; received {string.Join(" and ", inputs.Select(other => SymbolicTensor.Print(other.Shape[1..])))}.");
            sum += input;
        }

        return sum;
    }

    internal static Add FromConfig(LayerConfig _) => new();
}
