using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Each image has any number of labels.</summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="source">The data.</param>
internal sealed class LabelsTask(TrainRequest request, ListSource source) : LearningTask(source), IFoldedTask
{
    private const string F1Name = "f1_score";

    private LabelResults? measured;

    public override string Name => "labels";

    public override ScoreColumn Score { get; } = new(F1Name);

    /// <summary>Smoothed targets of rare labels would hide them.</summary>
    public override double UsualLabelSmoothing => 0;

    public override Model CreateNetwork(TrainingPlan plan) => plan.CreateNetwork(Head(plan.Network));

    public override NetworkHead Head(string network) => new(source.Classes, Activation.Sigmoid);

    public override void RequireFit(Model model, string name) => source.RequireFit(model, name);

    public override bool IsCompiled(Model model) => model.Loss is BinaryCrossentropy && model.Metrics.Any(metric => metric.Name == F1Name);

    public override void Compile(Model model, Optimizer optimizer, TrainingPlan plan) => Compile(model, optimizer, plan.LabelSmoothing);

    /// <summary>Compiles a model with the binary cross-entropy of the labels, and the F1 score of all decisions at the probability 0.5.</summary>
    public static void Compile(Model model, Optimizer optimizer, double smoothing = 0)
    {
        var isLogits = model.OutputKind != OutputKind.Probabilities;
        model.Compile(
            optimizer, new BinaryCrossentropy { FromLogits = isLogits, LabelSmoothing = smoothing },
            new F1Score(MetricAverage.Micro, isLogits ? 0 : LabelPredictions.DefaultThreshold));
    }

    public override void CompileForTest(Model model) => Compile(model, new RmsProp(0));

    public override (Model Trained, Model Whole) Complete(Model model, TrainingData data, Func<Optimizer> createOptimizer)
    {
        if (model.LabelThresholds.Count == 0) model.LabelThresholds = [.. source.Names.Select(_ => LabelPredictions.DefaultThreshold)];
        var missing = Missing(data.Train);
        if (missing.Count > 0)
            Note = $"No training image has {(missing.Count == 1 ? "the label" : "one of the labels")} {string.Join(", ", missing.Take(10))}"
                + $"{(missing.Count > 10 ? ", …" : "")}: the network cannot learn {(missing.Count == 1 ? "it" : "them")}.";
        return (model, model);
    }

    public override TaskCode Code(TrainingPlan plan) => new(
        plan.LabelSmoothing == 0 ? "new BinaryCrossentropy()" : $"new BinaryCrossentropy {{ LabelSmoothing = {CSharpText.Literal(plan.LabelSmoothing)} }}",
        "new BinaryCrossentropy()", "new F1Score(MetricAverage.Micro, threshold: 0.5)")
    {
        Ending = """
            var predictions = LabelPredictions.Of(model, validation);
            var scaling = TemperatureScaling.Fit(predictions);
            scaling.ApplyTo(model);  // corrects the probabilities
            model.LabelThresholds = scaling.Apply(predictions).BestThresholds();

            """,
        Result = "new LabelReport(LabelPredictions.Of(model, test), model.LabelThresholds)",
    };

    public override string Headline(string score, string samples) => measured is null
        ? $"The F1 score of the labels of the {samples} images is {score}"
        : $"The F1 score of the labels of the {samples} images is [bold green]{Score.Print(measured.Report.MicroF1)}[/], its mean over the labels "
            + $"{Score.Print(measured.Report.MacroF1)}, at the thresholds that are best on the validation images";

    public override TaskResults Measure(Model model, TrainingData data) => measured = Results(model, data);

    public (IReadOnlyList<TaskResults> Folds, TaskResults Pooled) MeasureFolds(
        IReadOnlyList<(Model Model, Dataset Data)> folds, Dataset images, CancellationToken cancellationToken)
    {
        IReadOnlyList<LabelPredictions> own = [.. folds.Select(fold => LabelPredictions.Of(fold.Model, fold.Data, cancellationToken: cancellationToken))];
        var before = LabelPredictions.Concat(own);
        var scaling = TemperatureScaling.Fit(before);
        var isScaled = scaling.IsFitted && CalibratedResults.Apply(scaling, folds);
        if (isScaled) own = [.. own.Select(scaling.Apply)];
        var pooled = LabelPredictions.Concat(own);
        var thresholds = pooled.BestThresholds();
        foreach (var (model, _) in folds) model.LabelThresholds = thresholds;
        measured = new LabelResults(pooled, thresholds)
        {
            PartName = CrossValidationResults.OutOfFold,
            Images = images,
            Scaling = isScaled || !scaling.IsFitted ? scaling : null,
            BeforeScaling = isScaled ? before : null,
        };
        return ([.. own.Select(fold => new LabelResults(fold, thresholds))], measured);
    }

    public TaskResults ResultsOf(Model model, Dataset test, CancellationToken cancellationToken) =>
        new LabelResults(LabelPredictions.Of(model, test, cancellationToken: cancellationToken), model.LabelThresholds);

    public override TrainingReport CreateReport(Model model, TrainingData data, OutputFiles files) =>
        new LabelReportText(measured ?? Results(model, data), request.DataArguments, files);

    public override TrainResult Add(TrainResult result) => measured is not { Report: var report } ? result : result with
    {
        TestF1 = report.MicroF1,
        TestMacroF1 = report.MacroF1,
        TestMeanAveragePrecision = double.IsFinite(report.MeanAveragePrecision) ? report.MeanAveragePrecision : null,
    };

    /// <summary>Corrects the probabilities by one temperature for all labels, then chooses the thresholds; both on the validation images.</summary>
    private static LabelResults Results(Model model, TrainingData data)
    {
        var validation = LabelPredictions.Of(model, data.Validation);
        var test = data.IsTestValidation ? validation : LabelPredictions.Of(model, data.Test);
        var scaling = TemperatureScaling.Fit(validation);
        var isScaled = scaling.IsFitted && CalibratedResults.Apply(scaling, model);
        model.LabelThresholds = (isScaled ? scaling.Apply(validation) : validation).BestThresholds();
        return new LabelResults(isScaled ? scaling.Apply(test) : test, model.LabelThresholds)
        {
            Images = data.Test,
            PartName = data.IsTestValidation ? "validation" : "test",
            Scaling = isScaled || !scaling.IsFitted ? scaling : null,
            BeforeScaling = isScaled ? test : null,
        };
    }

    private List<string> Missing(Dataset train)
    {
        var (counts, target) = (new int[source.Classes], new float[source.Classes]);
        for (var i = 0; i < train.Count; i++)
        {
            train.ReadTarget(i, target);
            for (var label = 0; label < target.Length; label++) counts[label] += target[label] > 0 ? 1 : 0;
        }

        return [.. Enumerable.Range(0, counts.Length).Where(label => counts[label] == 0)
            .Select(label => label < train.ClassNames.Count ? train.ClassNames[label] : label.ToString(CultureInfo.InvariantCulture))];
    }
}
