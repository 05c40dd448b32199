using System.Globalization;

namespace Fovea;

/// <summary>
/// The mean and the standard deviation of the targets of a regression. A network learns targets of mean 0 and deviation 1 best, whatever their unit; a last
/// layer turns its outputs into the unit of the targets again.
/// </summary>
/// <example>
/// <code>
/// var scaling = TargetScaling.Of(train);
/// network.Compile(new AdamW(), new MeanSquaredError(), new R2Score());
/// network.Fit(scaling.Standardize(train), epochs: 30, validation: scaling.Standardize(validation));
/// var model = scaling.AddTo(network);   // the same weights; predicts in the unit of the targets
/// model.Save("age.keras");
/// </code>
/// </example>
public sealed class TargetScaling
{
    /// <summary>Uses a mean and a deviation that are known.</summary>
    /// <param name="mean">The mean of each number.</param>
    /// <param name="deviation">The standard deviation of each number, above 0.</param>
    /// <exception cref="ArgumentException">There are none, or not as many of both, or a value is out of its range.</exception>
    public TargetScaling(IReadOnlyList<double> mean, IReadOnlyList<double> deviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        if (mean.Count == 0 || mean.Count != deviation.Count || mean.Any(value => !double.IsFinite(value))
            || deviation.Any(value => !(value > 0) || double.IsInfinity(value)))
            throw new ArgumentException(
                $"TargetScaling: expected a finite mean and a deviation above 0 for each number; received {List(mean)} and {List(deviation)}.",
                nameof(deviation));
        (Mean, Deviation) = ([.. mean], [.. deviation]);
    }

    /// <summary>The mean of each number.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>The standard deviation of each number, above 0.</summary>
    public IReadOnlyList<double> Deviation { get; }

    /// <summary>Measures the targets of a data set. Images are not read if the targets are in memory.</summary>
    /// <param name="data">The training data.</param>
    /// <param name="cancellationToken">Stops between two samples.</param>
    /// <exception cref="ArgumentException">There are no samples, a target is not finite, or all targets are equal.</exception>
    public static TargetScaling Of(Dataset data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireIndexed(nameof(TargetScaling));
        if (data.Count == 0) throw new ArgumentException("TargetScaling: expected at least one sample; received none.", nameof(data));
        var (count, target) = (data.TargetShape.Count, new float[data.TargetShape.Count]);
        var (mean, squares) = (new double[count], new double[count]);
        for (var index = 0; index < data.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            data.ReadTarget(index, target);
            for (var i = 0; i < count; i++)
            {
                if (!float.IsFinite(target[i]))
                    throw new ArgumentException(
                        string.Create(CultureInfo.InvariantCulture, $"TargetScaling: expected finite targets; sample {index} has {target[i]}."), nameof(data));
                var difference = target[i] - mean[i];  // Welford 1962
                mean[i] += difference / (index + 1);
                squares[i] += difference * (target[i] - mean[i]);
            }
        }

        double[] deviation = [.. squares.Select(sum => Math.Sqrt(sum / data.Count))];
        var constant = Array.FindIndex(deviation, value => !(value > 0));
        return constant < 0
            ? new TargetScaling(mean, deviation)
            : throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"TargetScaling: expected targets that differ; all {data.Count} samples have {mean[constant]} as number {constant}."), nameof(data));
    }

    /// <summary>The scaling in the last layer of a model that <see cref="AddTo"/> made, also after it was saved and loaded; null for other models.</summary>
    /// <param name="model">The model.</param>
    public static TargetScaling? Find(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Outputs is [{ Layer: Rescaling last, Inputs.Count: 1 } output] && output.Shape.Rank == 1 && last.Scale.All(scale => scale > 0)
            ? new TargetScaling(Repeated(last.Offset, output.Shape.Count), Repeated(last.Scale, output.Shape.Count))
            : null;
    }

    /// <summary>A data set with standardized targets: (target − mean) / deviation.</summary>
    /// <param name="data">Samples with targets in their unit.</param>
    /// <exception cref="ArgumentException">The targets are not as many numbers.</exception>
    public Dataset Standardize(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireIndexed(nameof(TargetScaling));
        return data.TargetShape.Count == Mean.Count
            ? new Standardized(data, this)
            : throw new ArgumentException(
                $"TargetScaling: expected targets of {Mean.Count} numbers; received targets of {data.TargetShape}.", nameof(data));
    }

    /// <summary>
    /// A model with the layers and weights of a network, and a last layer that turns standardized outputs into the unit of the targets: output · deviation +
    /// mean, a <see cref="Rescaling"/>.
    /// </summary>
    /// <param name="network">A network with one output for each number.</param>
    /// <exception cref="ArgumentException">It has another number of outputs.</exception>
    public Model AddTo(Model network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Outputs is not [{ Shape: { Rank: 1 } shape }] || shape.Count != Mean.Count)
            throw new ArgumentException(
                $"TargetScaling: expected a network with {Mean.Count} outputs; '{network.Name}' has {SymbolicTensor.Print(network.Outputs)}.",
                nameof(network));
        var scaled = new Rescaling(Deviation, Mean) { Name = "target_scaling" }.Call(network.Output);
        return new Model(network.Inputs, [scaled], network.Name, network.Seed)
        {
            ImageInput = network.ImageInput,
            ValueNames = network.ValueNames,
            Augmentation = network.Augmentation,
            OutputKind = OutputKind.Values,
        };
    }

    /// <summary>The network to which <see cref="AddTo"/> has added the last layer, to train it further; the model itself if there is no such layer.</summary>
    /// <param name="model">The model.</param>
    public static Model WithoutScaling(Model model)
    {
        if (Find(model) is null) return model;
        return new Model(model.Inputs, [model.Output.Inputs[0]], model.Name, model.Seed)
        {
            ImageInput = model.ImageInput,
            ValueNames = model.ValueNames,
            Augmentation = model.Augmentation,
            OutputKind = OutputKind.Values,
        };
    }

    private static double[] Repeated(IReadOnlyList<double> values, int count) =>
        [.. Enumerable.Range(0, count).Select(i => values[values.Count == 1 ? 0 : i])];

    private static string List(IReadOnlyList<double> values) => $"[{string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}]";

    private sealed class Standardized(Dataset source, TargetScaling scaling) : DerivedDataset(source)
    {
        public override void Read(int index, Span<float> input, Span<float> target)
        {
            Source.Read(index, input, target);
            Scale(target);
        }

        public override void ReadTarget(int index, Span<float> target)
        {
            Source.ReadTarget(index, target);
            Scale(target);
        }

        public override float Weight(int index, ReadOnlySpan<float> target) => Source.Weight(index, Before(target));

        public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => Source.Weights(index, Before(target), weights);

        private void Scale(Span<float> target)
        {
            for (var i = 0; i < target.Length; i++) target[i] = (float)((target[i] - scaling.Mean[i]) / scaling.Deviation[i]);
        }

        private float[] Before(ReadOnlySpan<float> target)
        {
            var before = target.ToArray();
            for (var i = 0; i < before.Length; i++) before[i] = (float)((before[i] * scaling.Deviation[i]) + scaling.Mean[i]);
            return before;
        }
    }
}
