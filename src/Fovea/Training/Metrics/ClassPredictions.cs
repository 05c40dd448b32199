using System.Globalization;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The probabilities that a classifier computes for a whole data set, with the actual classes: from them come the confusion matrix, the calibration, the
/// choice of a threshold, and the worst mistakes. The probabilities are computed in double precision from the values before the softmax or sigmoid, so that
/// confident mistakes are told apart where float32 rounds to 0 or 1.
/// </summary>
public sealed class ClassPredictions
{
    private readonly int[] actual;
    private readonly int[] predicted;
    private readonly double[][] logits;
    private readonly double[][] probabilities;

    /// <summary>Uses probabilities that were computed elsewhere. The most probable class is the prediction, the first of equal ones.</summary>
    /// <param name="classNames">The names of the classes, two or more.</param>
    /// <param name="actual">The actual class of each sample.</param>
    /// <param name="probabilities">The probability of each class for each sample, from 0 to 1.</param>
    /// <exception cref="ArgumentException">The numbers of samples or classes differ, or a value is no class or no probability.</exception>
    public ClassPredictions(IReadOnlyList<string> classNames, IReadOnlyList<int> actual, IReadOnlyList<IReadOnlyList<double>> probabilities)
        : this(classNames, Checked(classNames, actual, probabilities), [.. probabilities.Select(row => (double[])[.. row])], logits: null, predicted: null)
    {
    }

    private ClassPredictions(IReadOnlyList<string> classNames, int[] actual, double[][] probabilities, double[][]? logits, int[]? predicted)
    {
        (ClassNames, this.actual, this.probabilities) = (classNames, actual, probabilities);
        this.logits = logits ?? [.. probabilities.Select(row => (double[])[.. row.Select(p => Math.Log(p))])];
        this.predicted = predicted ?? [.. probabilities.Select(row => Array.IndexOf(row, row.Max()))];
    }

    /// <summary>The names of the classes by class number.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of samples.</summary>
    public int Count => actual.Length;

    /// <summary>The number of samples whose predicted class is the actual one.</summary>
    public int RightCount => Enumerable.Range(0, Count).Count(IsRight);

    /// <summary>The share of right predictions, from 0 to 1; NaN without samples.</summary>
    public double Accuracy => (double)RightCount / Count;

    /// <summary>The 95 % interval of the accuracy.</summary>
    public WilsonInterval AccuracyInterval => WilsonInterval.Of(RightCount, Count);

    /// <summary>The mean of −ln(probability of the actual class), the cross-entropy; NaN without samples.</summary>
    public double LogLoss => Enumerable.Range(0, Count).Select(Loss).DefaultIfEmpty(double.NaN).Average();

    /// <summary>
    /// The mean over the samples of Σ (probability − 1 for the actual class, or 0 for another)², from 0 to 2. Brier 1950. For two classes it is twice
    /// <c>sklearn.metrics.brier_score_loss</c>.
    /// </summary>
    public double BrierScore => Enumerable.Range(0, Count)
        .Select(sample => probabilities[sample].Select((p, label) => Math.Pow(p - (label == actual[sample] ? 1 : 0), 2)).Sum())
        .DefaultIfEmpty(double.NaN).Average();

    /// <summary>Predicts a whole data set. Classes are matched by name if both have names.</summary>
    /// <param name="model">The model, with one output for two classes, or one for each class.</param>
    /// <param name="data">Samples whose targets are class numbers.</param>
    /// <param name="batchSize">The number of samples computed together.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="InvalidOperationException">The model is trained on another thread.</exception>
    /// <exception cref="TrainingException">
    /// The data have a class that the model does not have, or images that were not read as <see cref="Model.ImageInput"/> says.
    /// </exception>
    /// <exception cref="ArgumentException">The targets are not class numbers, or the number of classes does not fit the model's outputs.</exception>
    public static ClassPredictions Of(
        Model model, Dataset data, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        try
        {
            return Measure(ClassifierPass.Of(nameof(ClassPredictions), model, data, batchSize), verbose, progress, cancellationToken);
        }
        finally
        {
            data.Close();
        }
    }

    /// <summary>
    /// The predictions of several parts of the data, one part after the other, such as those of each fold of a cross-validation by the model that was not
    /// trained on it.
    /// </summary>
    /// <param name="parts">The predictions of each part, at least one, for the same classes.</param>
    /// <exception cref="ArgumentException">There are none, or their classes differ.</exception>
    public static ClassPredictions Concat(params ClassPredictions[] parts) => Concat((IReadOnlyList<ClassPredictions>)parts);

    /// <inheritdoc cref="Concat(ClassPredictions[])"/>
    public static ClassPredictions Concat(IReadOnlyList<ClassPredictions> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var names = JoinedParts.NamesOf(parts, part => part.ClassNames, nameof(ClassPredictions), "classes");
        return new ClassPredictions(
            names, [.. parts.SelectMany(part => part.actual)], [.. parts.SelectMany(part => part.probabilities)], [.. parts.SelectMany(part => part.logits)],
            [.. parts.SelectMany(part => part.predicted)]);
    }

    /// <summary>The actual class of a sample.</summary>
    public int Actual(int sample) => actual[sample];

    /// <summary>The predicted class of a sample.</summary>
    public int Predicted(int sample) => predicted[sample];

    /// <summary>Whether the predicted class of a sample is the actual one.</summary>
    public bool IsRight(int sample) => actual[sample] == predicted[sample];

    /// <summary>The probability of each class for a sample.</summary>
    public IReadOnlyList<double> Probabilities(int sample) => probabilities[sample];

    /// <summary>The probability of the predicted class of a sample.</summary>
    public double Confidence(int sample) => probabilities[sample][predicted[sample]];

    /// <summary>−ln(probability of the actual class) of a sample. It is large for confident mistakes.</summary>
    public double Loss(int sample) => -LogProbability(logits[sample], actual[sample], scale: 1);

    /// <summary>The share of samples whose actual class is among the k most probable ones.</summary>
    /// <param name="k">The number of classes, at least 1.</param>
    public double TopAccuracy(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return (double)Enumerable.Range(0, Count).Count(sample =>
            probabilities[sample].Count(p => p > probabilities[sample][actual[sample]]) < k) / Count;
    }

    /// <summary>Counts the samples by actual and predicted class.</summary>
    public ConfusionMatrix ToConfusionMatrix()
    {
        var matrix = new ConfusionMatrix(ClassNames);
        for (var sample = 0; sample < Count; sample++) matrix.Add(actual[sample], predicted[sample]);
        return matrix;
    }

    /// <summary>The mean loss, and its derivative, with all values before the softmax multiplied by a factor.</summary>
    internal (double Loss, double Slope) ScaledLoss(double factor)
    {
        var (loss, slope) = (0.0, 0.0);
        for (var sample = 0; sample < Count; sample++)
        {
            var row = logits[sample];
            var highest = row.Max();
            var (sum, weighted) = (0.0, 0.0);
            foreach (var logit in row)
            {
                if (double.IsNegativeInfinity(logit)) continue;
                var share = Math.Exp(factor * (logit - highest));
                sum += share;
                weighted += share * (logit - highest);
            }

            loss += Math.Log(sum) - (factor * (row[actual[sample]] - highest));
            slope += (weighted / sum) - (row[actual[sample]] - highest);
        }

        return (loss / Count, slope / Count);
    }

    /// <summary>The predictions with all values before the softmax or sigmoid divided by a temperature. The predicted classes are the same.</summary>
    internal ClassPredictions Divided(double temperature)
    {
        double[][] scaled = [.. logits.Select(row => (double[])[.. row.Select(logit => logit / temperature)])];
        return new ClassPredictions(ClassNames, actual, [.. scaled.Select(Softmax)], scaled, predicted);
    }

    private static ClassPredictions Measure(ClassifierPass pass, Verbosity verbose, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var (model, data, size) = (pass.Model, pass.Data, pass.BatchSize);
        if (model.OutputKind == OutputKind.Values && model.Topology.At(data.InputShapes).Outputs[0].Count == 1)
            throw new ArgumentException(
                $"ClassPredictions: expected probabilities or logits of classes; the only output of '{model.Name}' is a value. Set OutputKind if it is one.");
        using var claim = model.Begin(WeightUse.Evaluation, nameof(ClassPredictions));
        var graph = new ModelGraph(model, data.InputShape, size);
        var (before, kind) = ValuesBefore(graph.Output, model.OutputKind);
        var run = graph.Compile(graph.Output, before);
        List<int> actual = [], predicted = [];
        var logits = new List<double[]>();
        var inputs = new float[size * data.InputShape.Count];
        using var reader = BatchSource.Once(data, size, default, cancellationToken);
        using var steps = StepProgress.Begin(model.Shown(verbose), progress, data.KnownCount, size);
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batch.Inputs[0].Values.CopyTo(inputs);  // of the last, smaller batch the rest is ignored
            var values = run.Run(new Tensor(data.InputShape.Prepend(size), inputs));
            for (var i = 0; i < batch.Count; i++)
            {
                actual.Add((int)batch.Targets[0].Values[i]);
                predicted.Add(pass.ClassOf(values[0].Sample(i)));
                logits.Add(ToLogits(values[1].Sample(i), kind));
            }

            steps?.Add(batch.Count);
        }

        steps?.Finish();
        return new ClassPredictions(pass.ClassNames, [.. actual], [.. logits.Select(Softmax)], [.. logits], [.. predicted]);
    }

    /// <summary>The values before the last softmax or sigmoid, or the outputs if there is none, and their kind.</summary>
    private static (Node Node, OutputKind Kind) ValuesBefore(Node output, OutputKind kind)
    {
        var last = output;
        while (last.Op is ReshapeOp) last = last.Inputs[0];
        return kind == OutputKind.Probabilities && last.Op is SoftmaxOp or SigmoidOp && last.Shape.Count == output.Shape.Count
            && (last.Op is SigmoidOp ? output.Shape.Count == output.Shape[0] : last.Shape[^1] * last.Shape[0] == last.Shape.Count)
            ? (last.Inputs[0].Reshape(output.Shape), OutputKind.Logits)
            : (output, kind);
    }

    /// <summary>The values before a softmax over all classes: of a single output 0 and its logit.</summary>
    private static double[] ToLogits(ReadOnlySpan<float> outputs, OutputKind kind)
    {
        if (kind == OutputKind.Probabilities) return [.. kind.ToProbabilities(outputs).Select(p => Math.Log(p))];
        if (outputs.Length == 1) return [0, outputs[0]];
        var logits = new double[outputs.Length];
        for (var i = 0; i < logits.Length; i++) logits[i] = outputs[i];
        return logits;
    }

    private static double[] Softmax(double[] logits)
    {
        var highest = logits.Max();
        double[] shares = [.. logits.Select(logit => Math.Exp(logit - highest))];
        var sum = shares.Sum();
        return double.IsFinite(sum) && sum > 0 ? [.. shares.Select(share => share / sum)] : [.. shares.Select(_ => double.NaN)];
    }

    private static double LogProbability(double[] logits, int label, double scale)
    {
        var highest = logits.Max();
        return (scale * (logits[label] - highest)) - Math.Log(logits.Sum(logit => Math.Exp(scale * (logit - highest))));
    }

    private static int[] Checked(
        IReadOnlyList<string> classNames, IReadOnlyList<int> actual, IReadOnlyList<IReadOnlyList<double>> probabilities)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (classNames.Count < 2)
            throw new ArgumentException($"ClassPredictions: expected the names of at least two classes; received {classNames.Count}.", nameof(classNames));
        if (actual.Count != probabilities.Count)
            throw new ArgumentException(
                $"ClassPredictions: expected as many rows of probabilities as actual classes, {actual.Count}; received {probabilities.Count}.",
                nameof(probabilities));
        for (var sample = 0; sample < actual.Count; sample++)
        {
            if (actual[sample] < 0 || actual[sample] >= classNames.Count)
                throw new ArgumentException(
                    $"ClassPredictions: expected classes from 0 to {classNames.Count - 1}; sample {sample} has {actual[sample]}.", nameof(actual));
            if (probabilities[sample].Count != classNames.Count || probabilities[sample].Any(p => !(p is >= 0 and <= 1)))
                throw new ArgumentException(
                    $"ClassPredictions: expected {classNames.Count} probabilities from 0 to 1; sample {sample} has "
                        + $"{string.Join(", ", probabilities[sample].Take(10).Select(p => p.ToString(CultureInfo.InvariantCulture)))}.",
                    nameof(probabilities));
        }

        return [.. actual];
    }
}
