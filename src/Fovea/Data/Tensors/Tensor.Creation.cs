namespace Fovea;

/// <summary>New tensors.</summary>
public sealed partial class Tensor
{
    /// <summary>A tensor of zeros, NumPy's <c>np.zeros</c>: <c>Tensor.Zeros([2, 3])</c>.</summary>
    public static Tensor Zeros(Shape shape) => new(shape, new float[shape.Count]);

    /// <summary>A tensor of ones, NumPy's <c>np.ones</c>.</summary>
    public static Tensor Ones(Shape shape) => Full(shape, 1);

    /// <summary>A tensor of one repeated value, NumPy's <c>np.full</c>.</summary>
    public static Tensor Full(Shape shape, double value)
    {
        var result = Zeros(shape);
        Array.Fill(result.Values, (float)value);
        return result;
    }

    /// <summary>A tensor of the same shape and values in new memory, NumPy's <c>x.copy()</c>.</summary>
    public Tensor Copy() => new(Shape, [.. Values]);

    /// <summary>The numbers 0, 1, 2, … below <paramref name="stop"/>, NumPy's <c>np.arange</c>.</summary>
    /// <exception cref="ArgumentException">There are no such numbers.</exception>
    public static Tensor Arange(double stop) => Arange(0, stop);

    /// <summary>The numbers from <paramref name="start"/> to below <paramref name="stop"/>, NumPy's <c>np.arange</c>.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="stop">The end, which is not included.</param>
    /// <param name="step">The distance of adjacent numbers. It may be negative.</param>
    /// <exception cref="ArgumentException">There are no such numbers, or more than an array can hold.</exception>
    public static Tensor Arange(double start, double stop, double step = 1)
    {
        var count = Math.Ceiling((stop - start) / step);
        if (!(count >= 1 && count <= Array.MaxLength))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Tensor.Arange: expected at least one number from {start} to below {stop} in steps of {step}."), nameof(stop));
        }

        var values = new float[(int)count];
        for (var i = 0; i < values.Length; i++) values[i] = (float)(start + (i * step));
        return new Tensor([values.Length], values);
    }

    /// <summary>Equally spaced numbers, NumPy's <c>np.linspace</c>.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="stop">The last number, which is included.</param>
    /// <param name="count">The number of numbers, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 2.</exception>
    public static Tensor Linspace(double start, double stop, int count)
    {
        if (count < 2) throw new ArgumentOutOfRangeException(nameof(count), $"Tensor.Linspace: count must be at least 2; received {count}.");
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = (float)(start + ((stop - start) * i / (count - 1)));
        return new Tensor([count], values);
    }

    /// <summary>Uniformly distributed random values. The same seed gives the same values on every machine.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="low">The lowest value.</param>
    /// <param name="high">The end of the range, which is not included.</param>
    public static Tensor RandomUniform(Shape shape, long seed, double low = 0, double high = 1)
    {
        var (random, result) = (new CounterRandom(seed, 0), Zeros(shape));
        foreach (ref var value in result.Values.AsSpan()) value = random.Uniform((float)low, (float)high);
        return result;
    }

    /// <summary>Normally distributed random values (Box and Muller 1958).</summary>
    /// <param name="shape">The dimensions.</param>
    /// <param name="seed">The seed: the same seed gives the same values.</param>
    /// <param name="mean">The mean of the distribution.</param>
    /// <param name="deviation">The standard deviation of the distribution.</param>
    public static Tensor RandomNormal(Shape shape, long seed, double mean = 0, double deviation = 1)
    {
        var (random, result) = (new CounterRandom(seed, 0), Zeros(shape));
        foreach (ref var value in result.Values.AsSpan())
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - (double)random.Uniform()));
            value = (float)(mean + (deviation * radius * Math.Cos(2 * Math.PI * random.Uniform())));
        }

        return result;
    }

    /// <summary>
    /// Stacks tensors along a new first dimension, as <see cref="Stack"/> does. The compiler calls it for collection expressions:
    /// <c>Tensor t = [[1, 2], [3, 4]]</c>.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ, or there are no tensors.</exception>
    public static Tensor Create(ReadOnlySpan<Tensor> tensors) => Stack(tensors.ToArray());
}
