using System.Globalization;

namespace Fovea;

/// <summary>
/// The probabilities that a model of several labels computes for a whole data set, with the labels that its samples have. Each label is decided on its own:
/// it applies where its probability is above its threshold.
/// </summary>
/// <example>
/// <code>
/// model.LabelThresholds = LabelPredictions.Of(model, validation).BestThresholds();
/// Console.WriteLine(new LabelReport(LabelPredictions.Of(model, test), model.LabelThresholds));
/// </code>
/// </example>
public sealed class LabelPredictions
{
    /// <summary>The threshold of a label where the data do not determine a better one.</summary>
    public const double DefaultThreshold = 0.5;

    private const double Smallest = 1e-7;

    private readonly bool[][] actual;
    private readonly double[][] probabilities;

    /// <summary>Uses probabilities that were computed elsewhere.</summary>
    /// <param name="labelNames">The names of the labels.</param>
    /// <param name="actual">For each sample whether it has each label.</param>
    /// <param name="probabilities">For each sample the probability of each label, from 0 to 1.</param>
    /// <exception cref="ArgumentException">The numbers of samples or labels differ, or a value is no probability.</exception>
    public LabelPredictions(
        IReadOnlyList<string> labelNames, IReadOnlyList<IReadOnlyList<bool>> actual, IReadOnlyList<IReadOnlyList<double>> probabilities)
    {
        ArgumentNullException.ThrowIfNull(labelNames);
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (actual.Count != probabilities.Count)
            throw new ArgumentException(
                $"LabelPredictions: expected as many rows of probabilities as of labels, {actual.Count}; received {probabilities.Count}.",
                nameof(probabilities));
        for (var sample = 0; sample < actual.Count; sample++)
        {
            if (actual[sample].Count != labelNames.Count)
                throw new ArgumentException(
                    $"LabelPredictions: expected a value for each of {labelNames.Count} labels; sample {sample} has {actual[sample].Count}.", nameof(actual));
            if (probabilities[sample].Count != labelNames.Count || probabilities[sample].Any(p => !(p is >= 0 and <= 1)))
                throw new ArgumentException(
                    $"LabelPredictions: expected {labelNames.Count} probabilities from 0 to 1; sample {sample} has "
                        + $"{string.Join(", ", probabilities[sample].Take(10).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p}")))}.",
                    nameof(probabilities));
        }

        LabelNames = labelNames;
        this.actual = [.. actual.Select(row => (bool[])[.. row])];
        this.probabilities = [.. probabilities.Select(row => (double[])[.. row])];
    }

    /// <summary>The names of the labels.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>The number of samples.</summary>
    public int Count => actual.Length;

    /// <summary>The mean binary cross-entropy of the labels over the samples; NaN without samples.</summary>
    public double LogLoss => Enumerable.Range(0, Count).Select(sample => Loss(sample)).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Predicts a whole data set. Labels are matched by name if both have names.</summary>
    /// <param name="model">The model, with one output for each label: a probability, or a logit before a sigmoid.</param>
    /// <param name="data">Samples whose targets have a 1 for each label that applies and 0 for the others.</param>
    /// <param name="batchSize">The number of samples computed together; null for the usual one.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="TrainingException">The data have a label that the model does not have, or images that were read differently.</exception>
    /// <exception cref="ArgumentException">The targets are not rows of 0 and 1, one for each output, or the outputs are no probabilities.</exception>
    public static LabelPredictions Of(Model model, Dataset data, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        if (model.OutputKind == OutputKind.Values)
            throw new ArgumentException(
                $"LabelPredictions: expected a probability for each label; the outputs of '{model.Name}' are values. Set OutputKind if they are "
                    + "probabilities.");
        if (model.ClassNames.Count > 0) data = data.WithClassNames(model.ClassNames);
        var (outputs, isLogit) = (model.ExtractFeatures(data, batchSize, cancellationToken: cancellationToken), model.OutputKind == OutputKind.Logits);
        var count = outputs.InputShape.Count;
        if (outputs.TargetShape.Count != count)
            throw new ArgumentException(
                $"LabelPredictions: expected a target for each of the {count} outputs of '{model.Name}'; received targets of {outputs.TargetShape}.",
                nameof(data));
        var (output, target) = (new float[count], new float[count]);
        var (labels, scores) = (new List<bool[]>(), new List<double[]>());
        for (var sample = 0; sample < outputs.Count; sample++)
        {
            outputs.Read(sample, output, target);
            if (Array.Find(target, value => value is not (0 or 1)) is var wrong && wrong != 0)
                throw new ArgumentException($"LabelPredictions: expected targets of 0 and 1; sample {sample} has {wrong}.", nameof(data));
            labels.Add(Array.ConvertAll(target, value => value == 1));
            scores.Add(Array.ConvertAll(output, value => isLogit ? Sigmoid(value) : value));
        }

        return new LabelPredictions(NamesOf(model, data, count), labels, scores);
    }

    /// <summary>The predictions of several parts of the data, one part after the other, such as those of the folds of a cross-validation.</summary>
    /// <param name="parts">The predictions of each part, at least one, for the same labels.</param>
    /// <exception cref="ArgumentException">There are none, or their labels differ.</exception>
    public static LabelPredictions Concat(IReadOnlyList<LabelPredictions> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var names = JoinedParts.NamesOf(parts, part => part.LabelNames, nameof(LabelPredictions), "labels");
        return new LabelPredictions(names, [.. parts.SelectMany(part => part.actual)], [.. parts.SelectMany(part => part.probabilities)]);
    }

    /// <summary>Whether a sample has each label.</summary>
    public IReadOnlyList<bool> Actual(int sample) => actual[sample];

    /// <summary>The probability of each label for a sample.</summary>
    public IReadOnlyList<double> Probabilities(int sample) => probabilities[sample];

    /// <summary>The number of samples that have a label.</summary>
    public int Positives(int label) => actual.Count(row => row[label]);

    /// <summary>The mean binary cross-entropy of the labels of a sample. Probabilities are kept 1e-7 away from 0 and 1.</summary>
    public double Loss(int sample) => Enumerable.Range(0, LabelNames.Count).Average(label => Loss(sample, label));

    /// <summary>−ln(probability that the label is as it is) for a sample.</summary>
    public double Loss(int sample, int label)
    {
        var p = probabilities[sample][label];
        return -Math.Log(Math.Clamp(actual[sample][label] ? p : 1 - p, Smallest, 1));
    }

    /// <summary>What a label achieves at each threshold; null if no sample has it, or all have.</summary>
    /// <param name="label">The number of the label.</param>
    public DecisionThresholds? Decisions(int label) => Positives(label) is var positives && (positives == 0 || positives == Count)
        ? null
        : new DecisionThresholds([.. probabilities.Select(row => row[label])], [.. actual.Select(row => row[label])]);

    /// <summary>
    /// The threshold of the highest F1 score of each label; <see cref="DefaultThreshold"/> for a label that no sample has, or all have. Choose them on the
    /// validation data.
    /// </summary>
    public IReadOnlyList<double> BestThresholds() =>
        [.. Enumerable.Range(0, LabelNames.Count).Select(label => Decisions(label)?.BestF1.Threshold ?? DefaultThreshold)];

    /// <summary>
    /// The mean loss of all labels of all samples, and its derivative, with all values before the sigmoids multiplied by a factor. Probabilities are kept 1e-7
    /// away from 0 and 1.
    /// </summary>
    internal (double Loss, double Slope) ScaledLoss(double factor)
    {
        var (loss, slope) = (0.0, 0.0);
        for (var sample = 0; sample < Count; sample++)
        {
            for (var label = 0; label < LabelNames.Count; label++)
            {
                var logit = Logit(probabilities[sample][label]);
                var signed = actual[sample][label] ? -logit : logit;  // the loss is ln(1 + exp(factor · signed))
                loss += (Math.Max(0, factor * signed) + Math.Log(1 + Math.Exp(-Math.Abs(factor * signed)))) / LabelNames.Count;
                slope += signed * Sigmoid(factor * signed) / LabelNames.Count;
            }
        }

        return (loss / Count, slope / Count);
    }

    /// <summary>The predictions with all values before the sigmoids divided by a temperature.</summary>
    internal LabelPredictions Divided(double temperature) =>
        new(LabelNames, actual, [.. probabilities.Select(row => (double[])[.. row.Select(p => Divided(p, temperature))])]);

    /// <summary>The probability whose value before the sigmoid is divided by a temperature.</summary>
    internal static double Divided(double probability, double temperature) => Sigmoid(Logit(probability) / temperature);

    private static double Logit(double probability)
    {
        var p = Math.Clamp(probability, Smallest, 1 - Smallest);
        return Math.Log(p / (1 - p));
    }

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));

    private static IReadOnlyList<string> NamesOf(Model model, Dataset data, int count) =>
        model.ClassNames.Count == count ? model.ClassNames
        : data.ClassNames.Count == count ? data.ClassNames
        : [.. Enumerable.Range(0, count).Select(label => label.ToString(CultureInfo.InvariantCulture))];
}
