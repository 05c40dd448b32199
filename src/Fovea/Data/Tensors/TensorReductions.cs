using System.Numerics.Tensors;

namespace Fovea;

/// <summary>Reductions of a span. Sums are computed in float64, so that a sum of millions of values is accurate.</summary>
internal static class TensorReductions
{
    /// <summary>The number of values that are converted to float64 at a time.</summary>
    private const int Block = 256;

    public static double Sum(ReadOnlySpan<float> values)
    {
        var sum = 0d;
        Span<double> buffer = stackalloc double[Block];
        for (; !values.IsEmpty; values = values[Math.Min(Block, values.Length)..]) sum += TensorPrimitives.Sum<double>(Convert(values, buffer));
        return sum;
    }

    public static double Mean(ReadOnlySpan<float> values) => Sum(values) / values.Length;

    /// <summary>The population variance: the mean of (x − mean)².</summary>
    public static double Variance(ReadOnlySpan<float> values)
    {
        var (mean, squares, count) = (Mean(values), 0d, values.Length);
        Span<double> buffer = stackalloc double[Block];
        for (; !values.IsEmpty; values = values[Math.Min(Block, values.Length)..])
        {
            var block = Convert(values, buffer);
            TensorPrimitives.Subtract(block, mean, block);
            squares += TensorPrimitives.SumOfSquares<double>(block);
        }

        return squares / count;
    }

    /// <summary>The first position of the largest value. Unlike <see cref="TensorPrimitives.IndexOfMax(ReadOnlySpan{float})"/>, 0 equals −0.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> values) => values.IndexOf(TensorPrimitives.Max(values));

    /// <summary>The first position of the smallest value. Unlike <see cref="TensorPrimitives.IndexOfMin(ReadOnlySpan{float})"/>, 0 equals −0.</summary>
    public static int IndexOfMin(ReadOnlySpan<float> values) => values.IndexOf(TensorPrimitives.Min(values));

    /// <summary>Converts as many values as the buffer can hold.</summary>
    private static Span<double> Convert(ReadOnlySpan<float> values, Span<double> buffer)
    {
        var block = buffer[..Math.Min(Block, values.Length)];
        TensorPrimitives.ConvertSaturating(values[..block.Length], block);
        return block;
    }
}
