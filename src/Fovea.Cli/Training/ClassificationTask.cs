using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Each image belongs to one class.</summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="source">The data.</param>
internal sealed class ClassificationTask(TrainRequest request, TrainingSource source) : LearningTask(source)
{
    /// <summary>The results of the trained model, once it was measured.</summary>
    private ClassificationResults? measured;

    public override string Name => "classification";

    public override ScoreColumn Score { get; } = new("accuracy");

    public override Model CreateNetwork(TrainingPlan plan)
    {
        var model = plan.CreateNetwork(Head(plan.Network));
        model.Augmentation = plan.Augmentation();
        return model;
    }

    public override NetworkHead Head(string network) =>
        network == SmallNetwork.ResNet ? NetworkHead.OfClasses(Source.Classes) : NetworkHead.AsInBook(Source.Classes);

    public override void RequireFit(Model model, string name) => Source.RequireFit(model, name);

    public override bool IsCompiled(Model model) => Scoring.IsReady(model);

    public override void Compile(Model model, Optimizer optimizer, TrainingPlan plan) => Scoring.Compile(model, optimizer, plan.LabelSmoothing);

    public override void CompileForTest(Model model) => Scoring.Compile(model, new RmsProp(0));

    public override TrainingData Prepare(TrainingData data, Model model)
    {
        var train = data.Train;
        if (ClassWeights.Of(request.ClassWeight, train.ClassNames, () => train.BalancedClassWeights()) is { } weights)
        {
            Note = ClassWeights.Describe(weights, train.ClassNames);
            train = train.WithClassWeights(weights);
        }

        return model.Loss is CategoricalCrossentropy
            ? data with { Train = train.OneHot(model.OutputShape.Count), Validation = data.Validation.OneHot(model.OutputShape.Count) }
            : data with { Train = train };
    }

    public override string Headline(string score, string samples) => $"{score} of the {samples} images are right";

    public override TaskResults Measure(Model model, TrainingData data) =>
        measured = CalibratedResults.Measure(model, data, isCalibrated: Source is ImageSource, CancellationToken.None);

    public override TrainingReport CreateReport(Model model, TrainingData data, OutputFiles files) => Source is ImageSource
        ? new ImageReport(
            (measured ?? CalibratedResults.Measure(model, data, isCalibrated: false, CancellationToken.None)).Predictions, data, request.Data, files)
        : new DigitReport(model, data, request.Data, files);
}
