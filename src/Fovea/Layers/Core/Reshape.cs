using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The same numbers of each sample under another shape; <c>keras.layers.Reshape</c>.</summary>
public sealed class Reshape : Layer
{
    private readonly int[] targetShape;

    /// <summary>Says the shape of one sample, the batch left out: <c>new Reshape(7, 7, -1)</c>.</summary>
    /// <param name="targetShape">The dimensions; one of them may be −1, which is then what the others leave.</param>
    public Reshape(params ReadOnlySpan<int> targetShape)
    {
        this.targetShape = targetShape.ToArray();
        if (this.targetShape.Any(size => size is < 1 and not -1) || this.targetShape.Count(size => size == -1) > 1)
            throw ArgumentRules.Wrong(
                nameof(Reshape), nameof(targetShape), $"of sizes of at least 1, one of them perhaps -1", $"({string.Join(", ", this.targetShape)})");
    }

    /// <inheritdoc cref="Reshape(ReadOnlySpan{int})"/>
    /// <remarks>For F#, which cannot call the other overload with a list of arguments.</remarks>
    public Reshape(params int[] targetShape)
        : this(targetShape.NotNull(nameof(Reshape), nameof(targetShape)).AsSpan())
    {
    }

    /// <summary>The dimensions of one sample; −1 for one that follows from the others.</summary>
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
                Subject, $"the {count} numbers of {SymbolicTensor.Print(input.Shape[1..])} do not fit into ({string.Join(", ", targetShape)}).");
        return input.Reshape([input.Shape[0], .. targetShape.Select(size => size == -1 ? (int)(count / known) : size)]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Json["target_shape"] = new JsonArray([.. targetShape.Select(size => (JsonNode)size)]);

    internal static Reshape FromConfig(Config config) => new(config.GetInts("target_shape"));
}
