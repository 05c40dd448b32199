namespace Fovea.Formats.Keras;

/// <summary>A value of a network that is read, as Keras has it and as it is here.</summary>
/// <param name="Tensor">The value here.</param>
/// <param name="IsTurned">Whether Keras has the channels before rows and columns, and they are last here.</param>
internal readonly record struct KerasValue(SymbolicTensor Tensor, bool IsTurned)
{
    /// <summary>How many dimensions a sample has.</summary>
    public int Rank => Tensor.Shape.Rank;

    /// <summary>The sizes of a sample in Keras' order.</summary>
    public int[] Sizes => IsTurned ? [Tensor.Shape[^1], .. Tensor.Shape.Dimensions[..^1]] : Tensor.Shape.Dimensions.ToArray();

    /// <summary>The shape in Keras' order with its batch, as in <c>(None, 3, 8, 8)</c>.</summary>
    public string Print() => SymbolicTensor.Print(new Shape(Sizes));
}
