using System.Numerics.Tensors;

namespace Fovea;

/// <summary>Reductions of a span, with sums in float64.</summary>
internal static class TensorReductions
{
    /// <summary>Values that are added in float32. Their partial sums are added in float64, so that a sum of millions of values is accurate.</summary>
    private const int Block = 256;

    public static double Sum(ReadOnlySpan<float> values)
    {
        var sum = 0d;
        for (; values.Length > Block; values = values[Block..]) sum += TensorPrimitives.Sum(values[..Block]);
        return sum + TensorPrimitives.Sum(values);
    }

    public static double Mean(ReadOnlySpan<float> values) => Sum(values) / values.Length;

    /// <summary>The population variance: E[(x − m)²] − (E[x] − m)², where m is the mean rounded to float32.</summary>
    public static double Variance(ReadOnlySpan<float> values)
    {
        var mean = (float)Mean(values);
        var (sum, squares, count) = (0d, 0d, values.Length);
        Span<float> differences = stackalloc float[Block];
        while (!values.IsEmpty)
        {
            var block = differences[..Math.Min(Block, values.Length)];
            TensorPrimitives.Subtract(values[..block.Length], mean, block);
            sum += TensorPrimitives.Sum<float>(block);
            squares += TensorPrimitives.SumOfSquares<float>(block);
            values = values[block.Length..];
        }

        return Math.Max(0, (squares / count) - (sum / count * (sum / count)));
    }

    /// <summary>The first position of the largest value. Unlike <see cref="TensorPrimitives.IndexOfMax(ReadOnlySpan{float})"/>, 0 equals −0.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> values) => values.IndexOf(TensorPrimitives.Max(values));

    /// <summary>The first position of the smallest value. Unlike <see cref="TensorPrimitives.IndexOfMin(ReadOnlySpan{float})"/>, 0 equals −0.</summary>
    public static int IndexOfMin(ReadOnlySpan<float> values) => values.IndexOf(TensorPrimitives.Min(values));
}
