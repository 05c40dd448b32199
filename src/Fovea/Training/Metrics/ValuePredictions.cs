using System.Globalization;
using System.Text;

namespace Fovea;

/// <summary>The numbers that a model of a regression predicts for a whole data set, with the actual ones, and the usual measures of the errors.</summary>
/// <example><code>Console.WriteLine(ValuePredictions.Of(model, test).MeanAbsoluteError(0));</code></example>
public sealed class ValuePredictions
{
    private readonly double[][] actual;
    private readonly double[][] predicted;

    /// <summary>Uses predictions that were computed elsewhere.</summary>
    /// <param name="names">The names of the numbers, at least one.</param>
    /// <param name="actual">The actual numbers of each sample.</param>
    /// <param name="predicted">The predicted numbers of each sample.</param>
    /// <exception cref="ArgumentException">The numbers of samples or values differ, or an actual value is not finite.</exception>
    public ValuePredictions(
        IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<double>> actual, IReadOnlyList<IReadOnlyList<double>> predicted)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(predicted);
        if (names.Count == 0) throw new ArgumentException("ValuePredictions: expected the name of at least one number; received none.", nameof(names));
        if (actual.Count != predicted.Count)
            throw new ArgumentException(
                $"ValuePredictions: expected as many predictions as actual values, {actual.Count}; received {predicted.Count}.", nameof(predicted));
        for (var sample = 0; sample < actual.Count; sample++)
        {
            if (actual[sample].Count != names.Count || predicted[sample].Count != names.Count)
                throw new ArgumentException(
                    $"ValuePredictions: expected {names.Count} values; sample {sample} has {actual[sample].Count} and {predicted[sample].Count}.",
                    nameof(actual));
            if (actual[sample].Any(value => !double.IsFinite(value)))
                throw new ArgumentException($"ValuePredictions: expected finite actual values; sample {sample} has others.", nameof(actual));
        }

        Names = names;
        this.actual = [.. actual.Select(row => (double[])[.. row])];
        this.predicted = [.. predicted.Select(row => (double[])[.. row])];
    }

    /// <summary>The names of the numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of samples.</summary>
    public int Count => actual.Length;

    /// <summary>The mean of <see cref="R2(int)"/> over the numbers.</summary>
    public double MeanR2 => Enumerable.Range(0, Names.Count).Average(R2);

    /// <summary>Predicts a whole data set.</summary>
    /// <param name="model">The model, with an output for each number.</param>
    /// <param name="data">Samples whose targets are numbers, in the units of the outputs.</param>
    /// <param name="batchSize">The number of samples computed together; null for the usual one.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="ArgumentException">The targets are not as many numbers as the model has outputs.</exception>
    public static ValuePredictions Of(Model model, Dataset data, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var outputs = model.ExtractFeatures(data, batchSize, cancellationToken: cancellationToken);
        var count = outputs.InputShape.Count;
        if (outputs.TargetShape.Count != count)
            throw new ArgumentException(
                $"ValuePredictions: expected a target for each of the {count} outputs of '{model.Name}'; received targets of {outputs.TargetShape}.",
                nameof(data));
        var (output, target) = (new float[count], new float[count]);
        var (truth, values) = (new List<double[]>(), new List<double[]>());
        for (var sample = 0; sample < outputs.Count; sample++)
        {
            outputs.Read(sample, output, target);
            truth.Add(Array.ConvertAll(target, value => (double)value));
            values.Add(Array.ConvertAll(output, value => (double)value));
        }

        var names = model.ValueNames.Count == count
            ? model.ValueNames
            : [.. Enumerable.Range(1, count).Select(i => count == 1 ? "value" : $"value {i}")];
        return new ValuePredictions(names, truth, values);
    }

    /// <summary>The predictions of several parts of the data, one part after the other, such as those of the folds of a cross-validation.</summary>
    /// <param name="parts">The predictions of each part, at least one, for the same numbers.</param>
    /// <exception cref="ArgumentException">There are none, or their numbers differ.</exception>
    public static ValuePredictions Concat(IReadOnlyList<ValuePredictions> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var names = JoinedParts.NamesOf(parts, part => part.Names, nameof(ValuePredictions), "numbers");
        return new ValuePredictions(names, [.. parts.SelectMany(part => part.actual)], [.. parts.SelectMany(part => part.predicted)]);
    }

    /// <summary>The actual numbers of a sample.</summary>
    public IReadOnlyList<double> Actual(int sample) => actual[sample];

    /// <summary>The predicted numbers of a sample.</summary>
    public IReadOnlyList<double> Predicted(int sample) => predicted[sample];

    /// <summary>The prediction minus the actual number of a sample.</summary>
    public double Error(int sample, int value) => predicted[sample][value] - actual[sample][value];

    /// <summary>The mean of the errors without their signs, in the unit of the number; NaN without samples.</summary>
    public double MeanAbsoluteError(int value) => Errors(value).Select(Math.Abs).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The median of the errors without their signs; NaN without samples.</summary>
    public double MedianAbsoluteError(int value)
    {
        double[] sorted = [.. Errors(value).Select(Math.Abs).Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The root of the mean squared error, in the unit of the number; NaN without samples.</summary>
    public double RootMeanSquaredError(int value) => Math.Sqrt(Errors(value).Select(error => error * error).DefaultIfEmpty(double.NaN).Average());

    /// <summary>The mean error with its sign: above 0 if the predictions are too large; NaN without samples.</summary>
    public double MeanError(int value) => Errors(value).DefaultIfEmpty(double.NaN).Average();

    /// <summary>
    /// The share of the variance that the predictions explain: 1 − Σ e² / Σ (actual − mean)². It is 0 for predictions that are all the mean, and negative for
    /// worse ones. NaN if all actual numbers are equal.
    /// </summary>
    public double R2(int value)
    {
        if (Count == 0) return double.NaN;
        var mean = actual.Average(row => row[value]);
        var variation = actual.Sum(row => (row[value] - mean) * (row[value] - mean));
        return variation == 0 ? double.NaN : 1 - (Errors(value).Sum(error => error * error) / variation);
    }

    /// <summary>The standard deviation of the actual numbers; NaN without samples.</summary>
    public double Deviation(int value)
    {
        if (Count == 0) return double.NaN;
        var mean = actual.Average(row => row[value]);
        return Math.Sqrt(actual.Average(row => (row[value] - mean) * (row[value] - mean)));
    }

    /// <summary>The samples with the largest errors first. Errors of several numbers are compared in units of their standard deviations.</summary>
    public IReadOnlyList<int> WorstFirst()
    {
        double[] scales = [.. Enumerable.Range(0, Names.Count).Select(value => Deviation(value) is > 0 and var deviation ? deviation : 1)];
        return
        [
            .. Enumerable.Range(0, Count).OrderByDescending(sample => scales.Select((scale, value) => Math.Abs(Error(sample, value)) / scale).Max())
                .ThenBy(sample => sample),
        ];
    }

    /// <summary>The table: a row for each number.</summary>
    public override string ToString()
    {
        var width = Math.Max("value".Length, Names.Max(name => name.Length));
        var text = new StringBuilder().Append(' ', width).Append("         MAE        RMSE     R²\n");
        for (var value = 0; value < Names.Count; value++)
            text.Append(Names[value].PadLeft(width)).Append(Print(MeanAbsoluteError(value))).Append(Print(RootMeanSquaredError(value)))
                .Append(R2(value).ToString("0.000", CultureInfo.InvariantCulture).PadLeft(7)).Append('\n');
        return text.ToString();
    }

    private static string Print(double value) => value.ToString("G4", CultureInfo.InvariantCulture).PadLeft(12);

    private IEnumerable<double> Errors(int value) => Enumerable.Range(0, Count).Select(sample => Error(sample, value));
}
