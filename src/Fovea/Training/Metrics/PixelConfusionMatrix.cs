using System.Globalization;
using System.Numerics.Tensors;
using System.Text;

namespace Fovea;

/// <summary>
/// The number of pixels by actual class (rows) and predicted class (columns), with the measures of segmentation: intersection over union and Dice of each
/// class, over all pixels of a data set.
/// </summary>
/// <example><code>Console.WriteLine(PixelConfusionMatrix.Of(model, test));</code></example>
public sealed class PixelConfusionMatrix
{
    private readonly long[,] counts;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="classNames">The names of the classes by class number, two or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes.</exception>
    public PixelConfusionMatrix(IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        if (classNames.Count < 2)
            throw new ArgumentException($"PixelConfusionMatrix: expected the names of at least two classes; received {classNames.Count}.", nameof(classNames));
        ClassNames = classNames;
        counts = new long[classNames.Count, classNames.Count];
    }

    /// <summary>Gets the names of the classes by class number.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Gets a class number whose pixels are not counted, like <see cref="SparseCategoricalCrossentropy.IgnoreClass"/>; null for none.</summary>
    public int? IgnoreClass { get; init; }

    /// <summary>Gets the number of pixels that were counted.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the number of pixels of one class that were predicted as another, or as the same.</summary>
    public long this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>Gets the share of pixels on the diagonal, from 0 to 1; NaN before the first.</summary>
    public double Accuracy => (double)Labels.Sum(label => counts[label, label]) / Count;

    /// <summary>
    /// Gets the mean of <see cref="IoU"/> over the classes that occur or are predicted, as <see cref="Fovea.MeanIoU"/>; NaN if there are none.
    /// </summary>
    public double MeanIoU => Mean(IoU);

    /// <summary>Gets the mean of <see cref="Dice"/> over the classes that occur or are predicted; NaN if there are none.</summary>
    public double MeanDice => Mean(Dice);

    private IEnumerable<int> Labels => Enumerable.Range(0, ClassNames.Count);

    /// <summary>Counts the pixels of a data set.</summary>
    /// <param name="model">A model with an output for each class and pixel, (height, width, classes), or one for two classes, (height, width, 1).</param>
    /// <param name="data">Samples whose targets are the class number of each pixel, such as a data set of images and masks.</param>
    /// <param name="ignoreClass">A class number whose pixels are not counted; null for none.</param>
    /// <param name="batchSize">The number of samples computed together; null for as many as memory allows.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="ArgumentException">The targets are not a class number for each pixel, or a class that the model does not have.</exception>
    /// <exception cref="TrainingException">The images were not read as <see cref="Model.ImageInput"/> says.</exception>
    public static PixelConfusionMatrix Of(
        Model model, Dataset data, int? ignoreClass = null, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        try
        {
            return Measure(model, data, ignoreClass, batchSize, verbose, progress, cancellationToken);
        }
        finally
        {
            data.Close();
        }
    }

    private static PixelConfusionMatrix Measure(
        Model model, Dataset data, int? ignoreClass, int? batchSize, Verbosity verbose, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        _ = model.Output;
        model.Topology.RequireInputs(data, model.Subject, "the data set");
        var at = model.Topology.At(data.InputShapes);
        var outputs = at.Outputs[0];
        if (outputs.Rank != 3 || data.TargetShape.Count != outputs[0] * outputs[1])
            throw new ArgumentException(
                $"PixelConfusionMatrix: expected a class number for each of the model's pixels, outputs of {outputs}; received targets of {data.TargetShape}.",
                nameof(data));
        model.RequireSameImageInput(data);
        var size = at.BatchSizeOr(batchSize);
        var classes = outputs[2] == 1 ? 2 : outputs[2];
        var names = model.ClassNames.Count > 0 ? model.ClassNames : data.ClassNames;
        using var claim = model.Begin(WeightUse.Evaluation, nameof(PixelConfusionMatrix));
        var matrix = new PixelConfusionMatrix(
            names.Count == classes ? names : [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))])
        {
            IgnoreClass = ignoreClass,
        };
        var threshold = model.OutputKind == OutputKind.Logits ? 0 : 0.5f;
        using var reader = BatchSource.Once(data, size, default, cancellationToken);
        using var steps = StepProgress.Begin(model.Shown(verbose), progress, data.KnownCount, size);
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var inputs = new Tensor(data.InputShape.Prepend(batch.Count), batch.Inputs[0].Values.ToArray());
            var predictions = model.Predict(inputs, size, verbose: 0, cancellationToken: cancellationToken);
            matrix.Add(batch.Targets[0].Values[..(batch.Count * data.TargetShape.Count)], predictions.Values, threshold);
            steps?.Add(batch.Count);
        }

        steps?.Finish();
        return matrix;
    }

    /// <summary>Counts a pixel. A pixel of the ignored class is left out.</summary>
    /// <param name="actual">Its actual class.</param>
    /// <param name="predicted">Its predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not a class number.</exception>
    public void Add(int actual, int predicted)
    {
        if (actual == IgnoreClass) return;
        Require(actual, nameof(actual));
        Require(predicted, nameof(predicted));
        counts[actual, predicted]++;
        Count++;
    }

    /// <summary>Counts the pixels of one or more images.</summary>
    /// <param name="actual">The class number of each pixel.</param>
    /// <param name="outputs">The outputs for each pixel, one for each class, or one for two classes. The largest one, or the threshold, decides.</param>
    /// <param name="threshold">The lowest output of class 1, if there is one output: 0.5 for probabilities, 0 for logits.</param>
    /// <exception cref="ArgumentException">The numbers of values do not fit, or a target is not a class number.</exception>
    public void Add(ReadOnlySpan<float> actual, ReadOnlySpan<float> outputs, float threshold = 0.5f)
    {
        var row = outputs.Length == actual.Length && ClassNames.Count == 2 ? 1 : ClassNames.Count;
        if (outputs.Length != (long)actual.Length * row)
            throw new ArgumentException(
                $"PixelConfusionMatrix: expected {ClassNames.Count} outputs for each of {actual.Length} pixels; received {outputs.Length}.", nameof(outputs));
        for (var i = 0; i < actual.Length; i++)
        {
            if (actual[i] != MathF.Floor(actual[i])) throw Wrong(actual[i], nameof(actual));
            Add((int)actual[i], row == 1 ? (outputs[i] >= threshold ? 1 : 0) : TensorPrimitives.IndexOfMax(outputs.Slice(i * row, row)));
        }
    }

    /// <summary>Adds the counts of another matrix of the same classes.</summary>
    /// <param name="other">The other matrix, such as that of one image.</param>
    /// <exception cref="ArgumentException">It has another number of classes.</exception>
    public void Add(PixelConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.ClassNames.Count != ClassNames.Count)
            throw new ArgumentException(
                $"PixelConfusionMatrix: expected a matrix of {ClassNames.Count} classes; received one of {other.ClassNames.Count}.", nameof(other));
        foreach (var actual in Labels)
            foreach (var predicted in Labels) counts[actual, predicted] += other.counts[actual, predicted];
        Count += other.Count;
    }

    /// <summary>The number of pixels of a class: the sum of its row.</summary>
    public long Actual(int label) => Labels.Sum(predicted => counts[label, predicted]);

    /// <summary>The number of pixels that were predicted as a class: the sum of its column.</summary>
    public long Predicted(int label) => Labels.Sum(actual => counts[actual, label]);

    /// <summary>Intersection over union of a class, TP / (TP + FP + FN), from 0 to 1; NaN if it neither occurs nor is predicted.</summary>
    public double IoU(int label) => (double)counts[label, label] / (Actual(label) + Predicted(label) - counts[label, label]);

    /// <summary>Dice of a class, 2·TP / (2·TP + FP + FN), which is its F1 score, from 0 to 1; NaN if it neither occurs nor is predicted.</summary>
    public double Dice(int label) => 2.0 * counts[label, label] / (Actual(label) + Predicted(label));

    /// <summary>The share of right predictions among those of a class, from 0 to 1; NaN if there are none.</summary>
    public double Precision(int label) => (double)counts[label, label] / Predicted(label);

    /// <summary>The share of the pixels of a class that were predicted as such, from 0 to 1; NaN if there are none.</summary>
    public double Recall(int label) => (double)counts[label, label] / Actual(label);

    /// <summary>The measures as a table: a row for each class with its IoU, Dice, precision, recall and share of the pixels, then the means.</summary>
    public override string ToString()
    {
        var table = new List<string[]> { (string[])["class", "IoU", "Dice", "precision", "recall", "pixels"] };
        foreach (var label in Labels)
        {
            table.Add(
            [
                ClassNames[label], Percent(IoU(label)), Percent(Dice(label)), Percent(Precision(label)), Percent(Recall(label)),
                Percent((double)Actual(label) / Count),
            ]);
        }

        table.Add(["mean", Percent(MeanIoU), Percent(MeanDice), Percent(Mean(Precision)), Percent(Mean(Recall)), ""]);
        int[] widths = [.. Enumerable.Range(0, table[0].Length).Select(column => table.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (var row in table)
        {
            text.Append(row[0].PadRight(widths[0]));
            for (var column = 1; column < row.Length; column++) text.Append("  ").Append(row[column].PadLeft(widths[column]));
            while (text[^1] == ' ') text.Length--;
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Percent(double share) => double.IsNaN(share) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private double Mean(Func<int, double> measure) => Labels.Select(measure).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

    private void Require(int label, string argument)
    {
        if (label < 0 || label >= ClassNames.Count) throw Wrong(label, argument);
    }

    private ArgumentOutOfRangeException Wrong(float label, string argument) => new(
        argument, string.Create(
            CultureInfo.InvariantCulture, $"PixelConfusionMatrix: expected class numbers from 0 to {ClassNames.Count - 1}"
                + $"{(IgnoreClass is { } ignored ? $", or the ignored class {ignored}" : "")}; received {label}."));
}
