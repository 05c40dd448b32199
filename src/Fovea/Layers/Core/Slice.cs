using Fovea.Engine;

namespace Fovea;

/// <summary>
/// Selects a part of its input: <c>x[.., 5..10]</c>. Each dimension has an index, the batch first, which is <c>..</c>. A range keeps the dimension; an integer
/// selects one position and removes it.
/// </summary>
/// <remarks>
/// <code>
/// x[.., 5..10, .., ..]             // Keras: x[:, 5:10]
/// x[.., ^1]                        // x[:, -1], the last step of a sequence
/// x[TensorIndex.Ellipsis, ..5]     // x[..., :5]
/// </code>
/// In a functional model, Keras' files have it as the operation <c>GetItem</c>. A <see cref="Sequential"/> of Keras cannot contain an operation, so that only
/// Fovea reads a file of a sequential model with it.
/// </remarks>
public sealed class Slice : Layer
{
    private readonly TensorIndex[] indices;

    /// <summary>Selects with an index for each dimension of the input.</summary>
    /// <param name="indices">
    /// <c>..</c> for the batch, then integers, <c>^1</c>, ranges, <see cref="TensorIndex.Every(int)"/>, <see cref="TensorIndex.NewAxis"/>, and
    /// <see cref="TensorIndex.Ellipsis"/> for all dimensions that the others do not name.
    /// </param>
    /// <exception cref="ArgumentException">There is no index, the first one does not keep the whole batch, or there are two ellipses.</exception>
    public Slice(params ReadOnlySpan<TensorIndex> indices)
    {
        this.indices = indices.ToArray();
        if (indices.Length == 0) throw ArgumentRules.Wrong(nameof(Slice), nameof(indices), $"given for each dimension", "none");
        if (indices[0] != (TensorIndex)Range.All && indices[0] != TensorIndex.Ellipsis)
            throw new ArgumentException(
                $"Slice: the batch cannot be sliced; begin with .. for it, as in x[.., {Print(indices[0])}]. Received [{Text}].", nameof(indices));
        if (this.indices.Count(index => index == TensorIndex.Ellipsis) > 1)
            throw new ArgumentException($"Slice: expected TensorIndex.Ellipsis at most once; received [{Text}].", nameof(indices));
    }

    /// <inheritdoc cref="Slice(ReadOnlySpan{TensorIndex})"/>
    /// <remarks>For F#, which cannot call the other overload with a list of arguments.</remarks>
    public Slice(params TensorIndex[] indices)
        : this(indices.NotNull(nameof(Slice), nameof(indices)).AsSpan())
    {
    }

    /// <summary>The indices, the batch first.</summary>
    public IReadOnlyList<TensorIndex> Indices => indices;

    private string Text => string.Join(", ", indices.Select(Print));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var shape = input.Shape;
        var named = indices.Count(index => index != TensorIndex.Ellipsis && index != TensorIndex.NewAxis);
        return named == shape.Rank || (named < shape.Rank && indices.Contains(TensorIndex.Ellipsis))
            ? input[indices]
            : throw new ShapeException(
                Subject, $"expected an index for each of the {shape.Rank} dimensions of {SymbolicTensor.Print(shape[1..])}, the batch first; received {named}: "
                + $"[{Text}]. For the last dimension write [TensorIndex.Ellipsis, {Print(indices[^1])}], for the first after the batch "
                    + $"[.., {Print(indices[^1])}, "
                + "TensorIndex.Ellipsis].");
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Json["key"] = SliceKey.ToJson(indices);

    internal static Slice FromConfig(Config config) => new(SliceKey.FromJson(config.Find("key"))
        ?? throw config.Wrong("key", "a list of slices", config.Find("key")));

    /// <summary>An index as one writes it: <c>..</c> for all positions, <c>TensorIndex.Ellipsis</c>.</summary>
    private static string Print(TensorIndex index) => index.Kind switch
    {
        TensorIndexKind.Element => index.ToString(),
        TensorIndexKind.Range when index.Step == 1 =>
            $"{(index.Range.Start.Equals(Index.Start) ? "" : index.Range.Start)}..{(index.Range.End.Equals(Index.End) ? "" : index.Range.End)}",
        _ => $"TensorIndex.{index}",
    };
}
