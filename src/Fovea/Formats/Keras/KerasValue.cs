namespace Fovea.Formats.Keras;

/// <summary>A value of a network that is being read.</summary>
/// <param name="Tensor">The value in Fovea.</param>
/// <param name="IsPermuted">Whether its channels are first in Keras and last in Fovea.</param>
internal readonly record struct KerasValue(SymbolicTensor Tensor, bool IsPermuted)
{
    /// <summary>The number of dimensions of a sample.</summary>
    public int Rank => Tensor.Shape.Rank;

    /// <summary>The sizes of a sample in Keras' order; null for an open one.</summary>
    public int?[] Sizes => [.. Tensor.Shape.Sizes is var sizes && IsPermuted ? [sizes[^1], .. sizes.SkipLast(1)] : sizes];

    /// <summary>The shape in Keras' order, the batch included, as in <c>(None, 3, 8, 8)</c>.</summary>
    public string Print() => SymbolicTensor.Print(Shape.WithOpen(Sizes));
}
