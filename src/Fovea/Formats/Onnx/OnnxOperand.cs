namespace Fovea.Formats.Onnx;

/// <summary>A value of an ONNX graph while it is turned into layers.</summary>
internal abstract record OnnxOperand;

/// <summary>One whose numbers are known.</summary>
internal sealed record KnownOperand(OnnxConstant Constant) : OnnxOperand;

/// <summary>
/// One that depends on the model's inputs. ONNX computes on (batch, channels, height, width), Fovea on (batch, height, width, channels): which
/// of its dimensions is which is written down, so that a transpose costs nothing until something needs another order.
/// </summary>
/// <param name="Tensor">The value in the network.</param>
/// <param name="Order">For each dimension in ONNX's order, the batch first, its place in Fovea's.</param>
internal sealed record FlowingOperand(SymbolicTensor Tensor, IReadOnlyList<int> Order) : OnnxOperand
{
    private static readonly int[] Channels = [0, 3, 1, 2];

    /// <summary>
    /// For features flattened from an image, how many channels it had: ONNX has all of one channel together, Fovea all of one pixel. 0 where both have the same
    /// order.
    /// </summary>
    public int FlattenedChannels { get; init; }

    /// <summary>
    /// For a value that the file keeps in whole numbers of few bits: what one step is worth, and which number stands for 0. The tensor holds the numbers that
    /// they stand for, not rounded.
    /// </summary>
    public (float Scale, float Zero)? Quantized { get; init; }

    /// <summary>Whether all numbers are whole.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Where each of ONNX's features lies among Fovea's; null where they have the same order.</summary>
    public int[]? Places
    {
        get
        {
            if (FlattenedChannels == 0) return null;
            var pixels = Tensor.Shape.Count / FlattenedChannels;
            return [.. Enumerable.Range(0, Tensor.Shape.Count).Select(i => (i % pixels * FlattenedChannels) + (i / pixels))];
        }
    }

    /// <summary>How many dimensions there are, the batch included.</summary>
    public int Rank => Order.Count;

    /// <summary>Whether it is an image whose channels are ONNX's second dimension and Fovea's last.</summary>
    public bool IsImage => Order.SequenceEqual(Channels);

    /// <summary>Whether both have the dimensions in the same order.</summary>
    public bool IsPlain => FlattenedChannels == 0 && Order.Index().All(entry => entry.Index == entry.Item);

    /// <summary>The sizes in ONNX's order, the batch as <see cref="OnnxConstant.Batch"/>.</summary>
    public long[] Dimensions => [.. Order.Select(place => place == 0 ? OnnxConstant.Batch : Tensor.Shape[place - 1])];

    /// <summary>An image with the channels last.</summary>
    public static FlowingOperand ImageOf(SymbolicTensor tensor) => new(tensor, Channels);

    /// <summary>A value whose dimensions have the same order in both.</summary>
    public static FlowingOperand Plain(SymbolicTensor tensor) => new(tensor, [.. Enumerable.Range(0, tensor.Shape.Rank + 1)]);
}
