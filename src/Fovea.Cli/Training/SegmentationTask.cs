using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Each pixel of an image belongs to one class, as a mask says.</summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="source">The data.</param>
internal sealed class SegmentationTask(TrainRequest request, MaskSource source) : LearningTask(source)
{
    /// <summary>The name of the metric in histories.</summary>
    public const string MeanIoUName = "mean_iou";

    private SegmentationResults? measured;

    public override string Name => "segment";

    public override ScoreColumn Score { get; } = new(MeanIoUName);

    public override string Monitored => $"val_{MeanIoUName}";

    public override string Best(double value) => $"the highest validation mean IoU: {Score.Print(value)}";

    public override Model CreateNetwork(TrainingPlan plan)
    {
        var model = SmallNetworks.UNet(new Shape([.. plan.InputShape!]), Source.Classes, plan.Widths, plan.Dropout, seed: plan.Seed);
        model.Augmentation = plan.Augmentation(plan.InputShape![2]);
        return model;
    }

    public override NetworkHead Head(string network) => NetworkHead.OfClasses(Source.Classes);

    public override void RequireFit(Model model, string name) => Source.RequireFit(model, name);

    public override bool IsCompiled(Model model) => model.Loss is SparseCategoricalCrossentropy loss && loss.IgnoreClass == source.Labels.IgnoreClass
        && model.Metrics.Any(metric => metric.Name == MeanIoUName);

    public override void Compile(Model model, Optimizer optimizer, TrainingPlan plan) => Compile(model, optimizer, source.Labels.IgnoreClass);

    /// <summary>Compiles a model with the cross-entropy of the pixels and the mean IoU.</summary>
    public static void Compile(Model model, Optimizer optimizer, int? ignoreClass) => model.Compile(
        optimizer,
        new SparseCategoricalCrossentropy { IgnoreClass = ignoreClass, FromLogits = model.OutputKind != OutputKind.Probabilities },
        new MeanIoU(model.OutputShape.Sizes[2]!.Value) { Name = MeanIoUName, IgnoreClass = ignoreClass });

    public override void CompileForTest(Model model) => Compile(model, new RmsProp(0), source.Labels.IgnoreClass);

    public override TrainingData Prepare(TrainingData data, Model model)
    {
        if (ClassWeights.Of(request.ClassWeight, source.ClassNames, () => data.Train.BalancedClassWeights(source.Labels.IgnoreClass)) is not { } weights)
            return data;
        Note = ClassWeights.Describe(weights, source.ClassNames);
        return data with { Train = data.Train.WithClassWeights(weights) };
    }

    public override TaskCode Code(TrainingPlan plan)
    {
        var ignored = source.Labels.IgnoreClass is { } ignore ? $"IgnoreClass = {ignore}" : "";
        var loss = ignored.Length > 0 ? $"new SparseCategoricalCrossentropy {{ {ignored} }}" : "new SparseCategoricalCrossentropy()";
        var metric = $"new MeanIoU({Source.Classes}) {{ Name = \"{MeanIoUName}\"{(ignored.Length > 0 ? $", {ignored}" : "")} }}";
        return new TaskCode(loss, loss, metric)
        {
            Monitored = Monitored,
            Training = "train" + ClassWeights.Code(request.ClassWeight, source.ClassNames, $"train.BalancedClassWeights({source.Labels.IgnoreClass})"),
        };
    }

    public override string Headline(string score, string samples) => $"The mean IoU of the {samples} images is {score}";

    public override TaskResults Measure(Model model, TrainingData data) => measured = Results(model, data);

    public override TrainingReport CreateReport(Model model, TrainingData data, OutputFiles files) =>
        new SegmentationReport(measured ?? Results(model, data), request.DataArguments, files);

    private SegmentationResults Results(Model model, TrainingData data) =>
        SegmentationResults.Of(model, data.Test, source.Labels.IgnoreClass, data.IsTestValidation ? "validation" : "test");
}
