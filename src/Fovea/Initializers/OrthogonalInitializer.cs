using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A random matrix whose columns (or rows, if there are fewer rows) are orthogonal and of length <paramref name="Gain"/>;
/// <c>keras.initializers.Orthogonal</c>, Saxe et al. 2014. All dimensions of a kernel except the last count as rows.
/// </summary>
/// <param name="Gain">The length of the vectors.</param>
public sealed record OrthogonalInitializer(double Gain = 1) : Initializer
{
    /// <summary>The length of the vectors.</summary>
    public double Gain { get; } = Gain.Finite("OrthogonalInitializer", "gain");

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The weight has fewer than two dimensions.</exception>
    public override void Fill(Span<float> values, Shape shape, long seed)
    {
        if (shape.Rank < 2) throw new ShapeException("OrthogonalInitializer", $"expected a weight of at least two dimensions; received {shape}.");
        var random = new RandomNumbers(seed);
        var (rows, columns) = (shape[..^1].Count, shape[^1]);
        var vectors = new double[Math.Min(rows, columns)][];
        for (var k = 0; k < vectors.Length; k++)
        {
            vectors[k] = [.. Enumerable.Range(0, Math.Max(rows, columns)).Select(_ => (double)random.NextNormal())];
            MakeOrthogonal(vectors[k], vectors.AsSpan(0, k));
        }

        for (var i = 0; i < values.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            values[i] = (float)((float)Gain * (rows >= columns ? vectors[column][row] : vectors[row][column]));
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("gain", Gain);
        config.SetNull("seed");
    }

    private protected override string ClassName => "Orthogonal";

    internal static OrthogonalInitializer FromConfig(Config config) => new(config.GetFloat("gain", 1));

    /// <summary>Gram–Schmidt orthogonalization to length 1. It runs twice, since the first run leaves rounding errors.</summary>
    private static void MakeOrthogonal(double[] vector, ReadOnlySpan<double[]> others)
    {
        for (var time = 0; time < 2; time++)
        {
            foreach (var other in others)
            {
                var product = vector.Zip(other).Sum(pair => pair.First * pair.Second);
                for (var i = 0; i < vector.Length; i++) vector[i] -= product * other[i];
            }
        }

        var length = Math.Sqrt(vector.Sum(value => value * value));
        for (var i = 0; i < vector.Length; i++) vector[i] /= length;
    }
}
