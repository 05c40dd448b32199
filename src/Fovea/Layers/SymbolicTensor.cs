namespace Fovea;

/// <summary>
/// A value in a network that is being defined: an output of a layer. It has a shape but no elements yet. The shape is that of one sample, without the batch;
/// <see cref="ToString"/> prints the batch as <c>None</c>, as Keras does.
/// </summary>
public sealed partial class SymbolicTensor
{
    internal SymbolicTensor(LayerCall call, int index, Shape shape, OpenShape? open = null)
    {
        Call = call;
        Index = index;
        Shape = shape;
        Open = open;
    }

    /// <summary>The layer that computes the value.</summary>
    public Layer Layer => Call.Layer;

    /// <summary>The values that the layer computes it from.</summary>
    public IReadOnlyList<SymbolicTensor> Inputs => Call.Inputs;

    /// <summary>
    /// The shape of one sample. Sizes that depend on an open size of an input are open: <c>x.Shape[^1]</c> is known, <c>x.Shape[0]</c> throws.
    /// </summary>
    public Shape Shape { get; }

    /// <summary>The shapes at some sizes of the inputs; null if all sizes are known.</summary>
    internal OpenShape? Open { get; }

    /// <summary>The use of the layer that computes the value.</summary>
    internal LayerCall Call { get; }

    /// <summary>The index among the outputs of that use.</summary>
    internal int Index { get; }

    /// <summary>Converts an input layer to its output.</summary>
    public static implicit operator SymbolicTensor(Input input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Output;
    }

    /// <summary>The shape with the batch, as in <c>(None, 26, 26, 32)</c>.</summary>
    public override string ToString() => Print(Shape);

    internal static string Print(Shape shape) => shape.Rank == 0 ? "(None)" : $"(None, {shape.ToString()[1..]}";

    internal static string Print(IEnumerable<SymbolicTensor> tensors) => string.Join(" and ", tensors);

    internal static string Print(IEnumerable<Shape> shapes) => string.Join(" and ", shapes.Select(Print));
}
