namespace Fovea;

/// <summary>The shapes of a model's inputs and outputs at one size of its inputs. A model without open sizes has one.</summary>
internal sealed class ModelSize(Shape[] inputs, Shape[] outputs)
{
    /// <summary>The number of input or output values that a batch of large samples has.</summary>
    private const int ValuesPerBatch = 1 << 21;
    private const int MaxBatchSize = 256;

    /// <summary>The shape of one sample of each input.</summary>
    public IReadOnlyList<Shape> Inputs { get; } = inputs;

    /// <summary>The shape of one sample of each output.</summary>
    public IReadOnlyList<Shape> Outputs { get; } = outputs;

    /// <summary>The batch size that was asked for; else 256, or as many samples as have 2²¹ input or output values, so that memory suffices.</summary>
    public int BatchSizeOr(int? batchSize)
    {
        if (batchSize is { } size)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(batchSize));
            return size;
        }

        return (int)Math.Clamp(ValuesPerBatch / Math.Max(Math.Max(Total(Inputs), Total(Outputs)), 1), 1, MaxBatchSize);

        static long Total(IReadOnlyList<Shape> shapes)
        {
            var total = 0L;
            for (var i = 0; i < shapes.Count; i++) total += shapes[i].Count;
            return total;
        }
    }
}
