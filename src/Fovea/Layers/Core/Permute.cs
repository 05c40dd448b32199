using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Permutes the dimensions of each sample. <c>keras.layers.Permute</c>.</summary>
public sealed class Permute : Layer
{
    private readonly int[] dims;

    /// <summary>Creates a permutation: <c>new Permute(3, 1, 2)</c> puts the channels of an image first.</summary>
    /// <param name="dims">The dimensions of the input in the order of the output, each once. The first dimension of a sample is 1.</param>
    /// <exception cref="ArgumentException">A dimension is missing or occurs twice.</exception>
    public Permute(params ReadOnlySpan<int> dims)
    {
        this.dims = dims.ToArray();
        if (!this.dims.Order().SequenceEqual(Enumerable.Range(1, dims.Length)))
            throw ArgumentRules.Wrong(nameof(Permute), nameof(dims), $"each of the numbers from 1 on, once", $"({string.Join(", ", this.dims)})");
    }

    /// <inheritdoc cref="Permute(ReadOnlySpan{int})"/>
    /// <remarks>For F# and Visual Basic, which cannot call the other overload with a list of arguments.</remarks>
    public Permute(params int[] dims)
        : this(dims.NotNull(nameof(Permute), nameof(dims)).AsSpan())
    {
    }

    /// <summary>The dimensions of the input in the order of the output. The first dimension of a sample is 1.</summary>
    public IReadOnlyList<int> Dims => dims;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.Shape.Rank == dims.Length + 1
        ? input.Transpose([0, .. dims])
        : throw new ShapeException(
            Subject, $"expected inputs of {dims.Length} dimensions besides the batch; received {SymbolicTensor.Print(input.Shape[1..])}.");

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Json["dims"] = new JsonArray([.. dims.Select(dimension => (JsonNode)dimension)]);

    internal static Permute FromConfig(Config config) => new(config.GetInts("dims"));
}
