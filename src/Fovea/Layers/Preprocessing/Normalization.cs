using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Subtracts a mean and divides by a standard deviation that are fixed before training, by default one per channel: (x − mean) / max(√variance, 10⁻⁷).
/// <c>keras.layers.Normalization</c>. <see cref="Adapt(Dataset, Verbosity, CancellationToken)"/> computes them from data
/// and stores them as weights, or <see cref="Mean"/> and <see cref="Variance"/> give them.
/// </summary>
/// <param name="axis">
/// The dimensions that have one mean per index; the batch is 0, the innermost −1. None for a single mean of all values.
/// </param>
public sealed class Normalization(params int[] axis) : Layer
{
    private const float MinDeviation = 1e-7f;

    private readonly NormalizedAxes axes = new(axis, nameof(Normalization), mayBeNone: true);
    private Variable? mean;
    private Variable? variance;

    /// <summary>Normalizes each channel, the innermost dimension.</summary>
    public Normalization()
        : this(-1)
    {
    }

    /// <summary>The dimensions that have one mean per index.</summary>
    public IReadOnlyList<int> Axis => axes.AsGiven;

    /// <summary>The means, given together with <see cref="Variance"/>: one for all values, or one per index of the dimensions.</summary>
    public float[]? Mean { get; init => field = Finite(value, float.MinValue, nameof(Mean)); }

    /// <summary>The variances, at least 0, given together with <see cref="Mean"/>.</summary>
    public float[]? Variance { get; init => field = Finite(value, 0, nameof(Variance)); }

    /// <summary>Whether the inverse is computed: mean + x · max(√variance, 10⁻⁷).</summary>
    public bool Invert { get; init; }

    /// <summary>Computes the means and (population) variances of the inputs of a data set, in one pass and in float64.</summary>
    /// <param name="data">The data set; its targets are ignored. A stream is read to its end.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="cancellationToken">Stops between two samples; the layer is as before then.</param>
    /// <exception cref="InvalidOperationException"><see cref="Mean"/> and <see cref="Variance"/> were given.</exception>
    /// <exception cref="ArgumentException">The data set is empty.</exception>
    /// <exception cref="ShapeException">The layer was built for other inputs.</exception>
    public void Adapt(Dataset data, Verbosity verbose = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Mean is not null || Variance is not null)
            throw new InvalidOperationException($"{Subject}: mean and variance were given; leave them out to compute them from data.");
        if (!data.IsStream && data.Count == 0)
            throw new ArgumentException($"{Subject}: expected at least one sample to adapt to; received none.", nameof(data));
        try
        {
            Measure(data, verbose, cancellationToken);
        }
        finally
        {
            data.Close();
        }
    }

    private void Measure(Dataset data, Verbosity verbose, CancellationToken cancellationToken)
    {
        EnsureBuilt([data.InputShape]);
        Check(data.InputShape, "a sample");
        var cells = CellsOf(data.InputShape);
        var moments = new RunningMoments(mean!.Shape.Count);
        using var steps = StepProgress.Begin(verbose, null, data.KnownCount, batchSize: 1, Name, "sample");
        foreach (var sample in data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            moments.Add(sample.Input.Values, cells);
            steps?.Add(1);
        }

        steps?.Finish();

        mean.Write(moments.Means);
        variance!.Write(moments.Variances);
        foreach (var weight in Weights) weight.IsFilled = true;
    }

    /// <summary>Computes the means and variances of samples.</summary>
    /// <param name="samples">The samples. The first dimension is the batch.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="cancellationToken">Stops between two samples; the layer is as before then.</param>
    public void Adapt(Tensor samples, Verbosity verbose = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Adapt(new ArrayDataset(samples.Values, samples.Shape[1..], new float[samples.Shape[0]], Shape.Scalar), verbose, cancellationToken);
    }

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (Mean is null != Variance is null)
            throw new ShapeException(Subject, $"expected mean and variance or neither of them; received the {(Mean is null ? "variance" : "mean")} alone.");
        var shape = axes.WeightsFor(inputs[0], Subject);
        if (Mean is null)
        {
            mean = AddWeight("mean", shape, Initializer.Zeros, trainable: false);
            variance = AddWeight("variance", shape, Initializer.Ones, trainable: false);
            AddWeight("count", Shape.Scalar, Initializer.Zeros, trainable: false);
            return;
        }

        (mean, variance) = (Given("mean", Mean, shape), Given("variance", Variance!, shape));
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        Check(input.Shape[1..], "the input");
        var kept = axes.In(input.Shape, Subject);
        var center = NormalizedAxes.Spread(context.Read(mean!), kept, input.Shape);
        var deviation = NormalizedAxes.Spread(context.Read(variance!), kept, input.Shape).Sqrt().Clip(MinDeviation, float.MaxValue);
        return Invert ? center + (input * deviation) : (input - center) / deviation;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("axis", [.. Axis]);
        config.Set("invert", Invert);
        config.Set("mean", Mean, mean?.Shape ?? [Mean?.Length ?? 1]);
        config.Set("variance", Variance, mean?.Shape ?? [Variance?.Length ?? 1]);
    }

    internal static Normalization FromConfig(Config config) => new(config.IsPair("axis") ? config.GetInts("axis") : [config.GetInt("axis", -1)])
    {
        Mean = config.GetFloats("mean"),
        Variance = config.GetFloats("variance"),
        Invert = config.GetBool("invert", false),
    };

    /// <summary>The index of the mean that each value of a sample belongs to.</summary>
    private int[] CellsOf(Shape sample)
    {
        var kept = axes.In(sample.Prepend(1), Subject);
        var cells = new int[sample.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            var (rest, stride) = (i, 1);
            for (var dimension = sample.Rank; dimension >= 1; rest /= sample[dimension - 1], dimension--)
            {
                if (!kept.Contains(dimension)) continue;
                cells[i] += rest % sample[dimension - 1] * stride;
                stride *= sample[dimension - 1];
            }
        }

        return cells;
    }

    private void Check(Shape sample, string what)
    {
        var shape = axes.WeightsFor(sample, Subject);
        if (shape != mean!.Shape)
            throw new ShapeException(Subject, $"the means have the shape {mean.Shape}; {what} {SymbolicTensor.Print(sample)} needs {shape}.");
    }

    private Variable Given(string name, float[] values, Shape shape)
    {
        if (values.Length != 1 && values.Length != shape.Count)
            throw new ShapeException(Subject, $"expected one {name} or {shape.Count}, of the shape {shape}; received {values.Length}.");
        var variable = new Variable(name, shape);
        variable.Write(values.Length == 1 ? [.. Enumerable.Repeat(values[0], shape.Count)] : values);
        return variable;
    }

    private static float[]? Finite(float[]? values, float minimum, string argument)
    {
        foreach (var value in values ?? []) value.AtLeast(minimum, nameof(Normalization), argument);
        return values is [] ? throw ArgumentRules.Wrong(nameof(Normalization), argument, $"at least one number", "none") : values?.ToArray();
    }
}
