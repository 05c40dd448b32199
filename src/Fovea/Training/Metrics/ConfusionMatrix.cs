using System.Globalization;
using System.Text;

namespace Fovea;

/// <summary>
/// The number of samples by actual class (rows) and predicted class (columns); <c>tf.math.confusion_matrix</c>, with class names.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] counts;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="classNames">The names of the classes by class number, two or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes.</exception>
    public ConfusionMatrix(IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        if (classNames.Count < 2)
            throw new ArgumentException($"ConfusionMatrix: expected the names of at least two classes; received {classNames.Count}.", nameof(classNames));
        ClassNames = classNames;
        counts = new int[classNames.Count, classNames.Count];
    }

    /// <summary>The names of the classes by class number.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of samples counted.</summary>
    public int Count { get; private set; }

    /// <summary>The share of samples on the diagonal, from 0 to 1; NaN before the first.</summary>
    public double Accuracy => (double)Enumerable.Range(0, ClassNames.Count).Sum(label => counts[label, label]) / Count;

    /// <summary>The number of samples of one class that were predicted as another, or as the same.</summary>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>
    /// Counts a whole data set. Its classes are matched by name if the model has names too (<see cref="ClassNumbering.WithClassNames"/>). A single output is
    /// the probability of class 1, or its logit according to <see cref="Model.OutputKind"/>; of several outputs the argmax is the prediction.
    /// </summary>
    /// <param name="model">The model, with one output for two classes, or one for each class.</param>
    /// <param name="data">Samples whose targets are class numbers.</param>
    /// <param name="batchSize">The number of samples computed together.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="InvalidOperationException">The model is trained on another thread.</exception>
    /// <exception cref="TrainingException">The data have a class that the model does not have, or images that were not read as <see cref="Model.ImageInput"/>
    /// says.</exception>
    /// <exception cref="ArgumentException">The targets are not class numbers, or the number of classes does not fit the model's outputs.</exception>
    public static ConfusionMatrix Of(
        Model model, Dataset data, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        try
        {
            return Measure(ClassifierPass.Of(nameof(ConfusionMatrix), model, data, batchSize), verbose, progress, cancellationToken);
        }
        finally
        {
            data.Close();
        }
    }

    private static ConfusionMatrix Measure(ClassifierPass pass, Verbosity verbose, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var (model, data, size) = (pass.Model, pass.Data, pass.BatchSize);
        using var claim = model.Begin(WeightUse.Evaluation, nameof(ConfusionMatrix));
        var matrix = new ConfusionMatrix(pass.ClassNames);
        using var reader = BatchSource.Once(data, size, default, cancellationToken);
        using var steps = StepProgress.Begin(model.Shown(verbose), progress, data.KnownCount, size);
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var inputs = new Tensor(data.InputShape.Prepend(batch.Count), batch.Inputs[0].Values.ToArray());
            var predictions = model.Predict(inputs, size, verbose: 0, cancellationToken: cancellationToken);
            for (var i = 0; i < batch.Count; i++)
                matrix.Add((int)batch.Targets[0].Values[i], pass.ClassOf(predictions.Sample(i)));

            steps?.Add(batch.Count);
        }

        steps?.Finish();

        return matrix;
    }

    /// <summary>Counts one sample.</summary>
    /// <param name="actual">Its actual class.</param>
    /// <param name="predicted">Its predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not a class number.</exception>
    public void Add(int actual, int predicted)
    {
        Require(actual, nameof(actual));
        Require(predicted, nameof(predicted));
        counts[actual, predicted]++;
        Count++;
    }

    /// <summary>The number of samples of a class: the sum of its row.</summary>
    public int Actual(int label) => Enumerable.Range(0, ClassNames.Count).Sum(predicted => counts[label, predicted]);

    /// <summary>The number of predictions of a class: the sum of its column.</summary>
    public int Predicted(int label) => Enumerable.Range(0, ClassNames.Count).Sum(actual => counts[actual, label]);

    /// <summary>The share of correct predictions among those of a class, from 0 to 1; NaN if there are none.</summary>
    public double Precision(int label) => (double)counts[label, label] / Predicted(label);

    /// <summary>The share of the samples of a class that were predicted correctly, from 0 to 1; NaN if there are none.</summary>
    public double Recall(int label) => (double)counts[label, label] / Actual(label);

    /// <summary>The pairs of classes that are confused, those with the most samples first.</summary>
    /// <param name="maxCount">The largest number of pairs.</param>
    public IReadOnlyList<ClassConfusion> MostConfused(int maxCount = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        var pairs =
            from actual in Enumerable.Range(0, ClassNames.Count)
            from predicted in Enumerable.Range(0, ClassNames.Count)
            where actual != predicted && counts[actual, predicted] > 0
            orderby counts[actual, predicted] descending
            select new ClassConfusion(actual, predicted, counts[actual, predicted]);
        return [.. pairs.Take(maxCount)];
    }

    /// <summary>
    /// The counts as a table: a row for each actual class, a column for each predicted class, then a column of recalls and a row of precisions.
    /// </summary>
    public override string ToString()
    {
        var classes = ClassNames.Count;
        var table = new List<string[]> { (string[])["true \\ predicted", .. ClassNames, "recall"] };
        for (var actual = 0; actual < classes; actual++)
            table.Add(
                [ClassNames[actual], .. Enumerable.Range(0, classes).Select(predicted => counts[actual, predicted].ToString(CultureInfo.InvariantCulture)),
                Percent(Recall(actual))]);
        table.Add(["precision", .. Enumerable.Range(0, classes).Select(label => Percent(Precision(label))), Percent(Accuracy)]);
        var widths = Enumerable.Range(0, classes + 2).Select(column => table.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in table)
        {
            text.Append(row[0].PadRight(widths[0]));
            for (var column = 1; column < row.Length; column++) text.Append("  ").Append(row[column].PadLeft(widths[column]));
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Percent(double share) => double.IsNaN(share) ? "–" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private void Require(int label, string name)
    {
        if (label < 0 || label >= ClassNames.Count)
            throw new ArgumentOutOfRangeException(name, $"ConfusionMatrix: expected a class from 0 to {ClassNames.Count - 1}; received {label}.");
    }
}

/// <summary>Samples of a class that were predicted as another.</summary>
/// <param name="Actual">The number of the actual class.</param>
/// <param name="Predicted">The number of the predicted class.</param>
/// <param name="Count">The number of samples.</param>
public sealed record ClassConfusion(int Actual, int Predicted, int Count);
