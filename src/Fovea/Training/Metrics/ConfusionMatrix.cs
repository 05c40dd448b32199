using System.Globalization;
using System.Numerics.Tensors;
using System.Text;

namespace Fovea;

/// <summary>
/// How often samples of each class were taken for each class: rows are what they are, columns what the model says.
/// <c>tf.math.confusion_matrix</c>, with names.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] counts;

    /// <summary>Makes a matrix that has counted nothing.</summary>
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

    /// <summary>How many samples were counted.</summary>
    public int Count { get; private set; }

    /// <summary>The share of samples on the diagonal, from 0 to 1; NaN before the first.</summary>
    public double Accuracy => (double)Enumerable.Range(0, ClassNames.Count).Sum(label => counts[label, label]) / Count;

    /// <summary>How many samples of one class were taken for another, or for itself.</summary>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>
    /// Counts a whole data set, its classes by name where the model has names too (<see cref="ClassNumbering.WithClassNames"/>). A single output is the
    /// probability of class 1, or its logit where the model's loss says so; of
    /// several the greatest is the prediction.
    /// </summary>
    /// <param name="model">What predicts: one output for two classes, or one for each class.</param>
    /// <param name="data">Samples whose targets are class numbers.</param>
    /// <param name="batchSize">How many samples are computed together.</param>
    /// <param name="cancellationToken">Stops after the present batch.</param>
    /// <exception cref="InvalidOperationException">The model is trained on another thread.</exception>
    /// <exception cref="TrainingException">The data have a class that the model does not have, or images that were not read as <see cref="Model.ImageInput"/>
    /// says.</exception>
    /// <exception cref="ArgumentException">The targets are not class numbers, or the classes are not as many as the model's outputs say.</exception>
    public static ConfusionMatrix Of(Model model, Dataset data, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var size = model.BatchSizeOr(batchSize);
        var outputs = model.OutputShape.Count;
        var classes = outputs == 1 ? 2 : outputs;
        if (data.TargetShape.Count != 1)
            throw new ArgumentException($"ConfusionMatrix: expected class numbers as targets; received targets of {data.TargetShape}.", nameof(data));
        model.RequireSameImageInput(data);
        data = data.NumberedAs(model.ClassNames, areRows: false);
        if (data.ClassNames.Count > 0 && data.ClassNames.Count != classes)
            throw new ArgumentException(
                $"ConfusionMatrix: expected {classes} classes, as the model's outputs are {outputs}; received {data.ClassNames.Count}.", nameof(data));
        var names = model.ClassNames.Count > 0 ? model.ClassNames : data.ClassNames;
        using var claim = model.Begin(WeightUse.Evaluation, nameof(ConfusionMatrix));
        var matrix = new ConfusionMatrix(
            names.Count > 0 ? names : [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))]);
        var threshold = model.OutputKind == OutputKind.Logits ? 0 : 0.5f;
        using var reader = new BatchReader(data, [.. Enumerable.Range(0, data.Count)], size);
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var predictions = model.Predict(new Tensor(data.InputShape.Prepend(batch.Count), batch.Inputs[0].Values.ToArray()), size, cancellationToken);
            for (var i = 0; i < batch.Count; i++)
            {
                var prediction = predictions[i];
                matrix.Add((int)batch.Targets[0].Values[i], outputs > 1 ? TensorPrimitives.IndexOfMax(prediction) : prediction[0] > threshold ? 1 : 0);
            }
        }

        return matrix;
    }

    /// <summary>Counts one sample.</summary>
    /// <param name="actual">Its class number.</param>
    /// <param name="predicted">The class number that it was taken for.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is no class number.</exception>
    public void Add(int actual, int predicted)
    {
        Require(actual, nameof(actual));
        Require(predicted, nameof(predicted));
        counts[actual, predicted]++;
        Count++;
    }

    /// <summary>How many samples are of a class: the sum of its row.</summary>
    public int Actual(int label) => Enumerable.Range(0, ClassNames.Count).Sum(predicted => counts[label, predicted]);

    /// <summary>How many samples were taken for a class: the sum of its column.</summary>
    public int Predicted(int label) => Enumerable.Range(0, ClassNames.Count).Sum(actual => counts[actual, label]);

    /// <summary>How much of what was taken for a class is of it, from 0 to 1; NaN where nothing was.</summary>
    public double Precision(int label) => (double)counts[label, label] / Predicted(label);

    /// <summary>How much of a class was recognised, from 0 to 1; NaN where there is nothing of it.</summary>
    public double Recall(int label) => (double)counts[label, label] / Actual(label);

    /// <summary>
    /// The counts as a table: a row for each class and a column for each class that it was taken for, then its recall and, below, precisions.
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
