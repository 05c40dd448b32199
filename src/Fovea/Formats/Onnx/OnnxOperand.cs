namespace Fovea.Formats.Onnx;

/// <summary>A value of an ONNX graph during the conversion to layers.</summary>
internal abstract record OnnxOperand;

/// <summary>A constant.</summary>
internal sealed record ConstantOperand(OnnxConstant Constant) : OnnxOperand;

/// <summary>
/// A value that depends on the inputs of the model. ONNX computes on (batch, channels, height, width), Fovea on (batch, height, width, channels). The order of
/// the dimensions is recorded, so that a transpose is free until an operator needs another order.
/// </summary>
/// <param name="Tensor">The value in Fovea.</param>
/// <param name="Order">For each dimension in ONNX's order, the batch first, its index in Fovea's order.</param>
internal sealed record TensorOperand(SymbolicTensor Tensor, IReadOnlyList<int> Order) : OnnxOperand
{
    private static readonly int[] Channels = [0, 3, 1, 2];

    /// <summary>
    /// For features flattened from an image, the number of its channels. ONNX orders them by channel, Fovea by pixel. 0 if both have the same order.
    /// </summary>
    public int FlattenedChannels { get; init; }

    /// <summary>
    /// The scale and the zero point of a value that is quantized in the file; null for any other value. The tensor has the dequantized values, not rounded.
    /// </summary>
    public (float Scale, float Zero)? Quantized { get; init; }

    /// <summary>Whether all values are integers.</summary>
    public bool IsWhole { get; init; }

    /// <summary>For each feature in ONNX's order, its index in Fovea's; null if both have the same order.</summary>
    public int[]? FeatureIndices
    {
        get
        {
            if (FlattenedChannels == 0) return null;
            var pixels = Tensor.Shape.Count / FlattenedChannels;
            return [.. Enumerable.Range(0, Tensor.Shape.Count).Select(i => (i % pixels * FlattenedChannels) + (i / pixels))];
        }
    }

    /// <summary>The number of dimensions, including the batch.</summary>
    public int Rank => Order.Count;

    /// <summary>Whether it is an image whose channels are ONNX's second dimension and Fovea's last.</summary>
    public bool IsImage => Order.SequenceEqual(Channels);

    /// <summary>Whether the dimensions have the same order in ONNX and Fovea.</summary>
    public bool IsPlain => FlattenedChannels == 0 && Order.Index().All(entry => entry.Index == entry.Item);

    /// <summary>The sizes in ONNX's order, the batch as <see cref="OnnxConstant.Batch"/>.</summary>
    public long[] Dimensions => [.. Order.Select(position => position == 0 ? OnnxConstant.Batch : Tensor.Shape[position - 1])];

    /// <summary>An image with the channels last.</summary>
    public static TensorOperand ImageOf(SymbolicTensor tensor) => new(tensor, Channels);

    /// <summary>A value whose dimensions have the same order in ONNX and Fovea.</summary>
    public static TensorOperand Plain(SymbolicTensor tensor) => new(tensor, [.. Enumerable.Range(0, tensor.Shape.Rank + 1)]);
}
