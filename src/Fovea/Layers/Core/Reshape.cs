using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Reshapes each sample. The values and their order stay. <c>keras.layers.Reshape</c>.</summary>
public sealed class Reshape : Layer
{
    private readonly int[] targetShape;

    /// <summary>Creates the layer from the new shape of one sample, without the batch: <c>new Reshape(7, 7, -1)</c>.</summary>
    /// <param name="targetShape">The sizes of the dimensions. One of them may be −1; it is computed from the others.</param>
    /// <exception cref="ArgumentException">A size is below 1 and not −1, or several are −1.</exception>
    public Reshape(params ReadOnlySpan<int> targetShape)
    {
        this.targetShape = targetShape.ToArray();
        if (this.targetShape.Any(size => size is < 1 and not -1) || this.targetShape.Count(size => size == -1) > 1)
            throw ArgumentRules.Wrong(
                nameof(Reshape), nameof(targetShape), $"sizes of at least 1, of which one may be -1", $"({string.Join(", ", this.targetShape)})");
    }

    /// <inheritdoc cref="Reshape(ReadOnlySpan{int})"/>
    /// <remarks>For F# and Visual Basic, which cannot call the other overload with a list of arguments.</remarks>
    public Reshape(params int[] targetShape)
        : this(targetShape.NotNull(nameof(Reshape), nameof(targetShape)).AsSpan())
    {
    }

    /// <summary>The sizes of the dimensions of one sample; −1 for one that is computed from the others.</summary>
    public IReadOnlyList<int> TargetShape => targetShape;

    /// <inheritdoc/>
    public override bool OnlyReshapes => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var count = input.Shape.Count / input.Shape[0];
        var known = targetShape.Where(size => size != -1).Aggregate(1L, (product, size) => product * size);
        var fits = targetShape.Contains(-1) ? count % known == 0 : count == known;
        if (!fits)
            throw new ShapeException(
                Subject, $"the {count} values of {SymbolicTensor.Print(input.Shape[1..])} do not fit into ({string.Join(", ", targetShape)}).");
        return input.Reshape([input.Shape[0], .. targetShape.Select(size => size == -1 ? (int)(count / known) : size)]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Json["target_shape"] = new JsonArray([.. targetShape.Select(size => (JsonNode)size)]);

    internal static Reshape FromConfig(Config config) => new(config.GetInts("target_shape"));
}
