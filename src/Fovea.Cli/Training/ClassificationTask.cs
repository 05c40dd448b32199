using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Each image belongs to one class.</summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="source">The data.</param>
internal sealed class ClassificationTask(TrainRequest request, TrainingSource source) : LearningTask(source), IFoldedTask
{
    /// <summary>The results of the trained model, once it was measured.</summary>
    private ClassificationResults? measured;

    public override string Name => "classification";

    public override ScoreColumn Score { get; } = new("accuracy");

    public override Model CreateNetwork(TrainingPlan plan) => plan.CreateNetwork(Head(plan.Network));

    public override NetworkHead Head(string network) =>
        network == SmallNetwork.ResNet ? NetworkHead.OfClasses(Source.Classes) : NetworkHead.AsInBook(Source.Classes);

    public override void RequireFit(Model model, string name) => Source.RequireFit(model, name);

    public override bool IsCompiled(Model model) => Scoring.IsReady(model);

    public override void Compile(Model model, Optimizer optimizer, TrainingPlan plan) => Scoring.Compile(model, optimizer, plan.LabelSmoothing);

    public override void CompileForTest(Model model) => Scoring.Compile(model, new RmsProp(0));

    public override TaskCode Code(TrainingPlan plan)
    {
        var (outputs, smoothing) = (Head(plan.Network).Outputs, CSharpText.Literal(plan.LabelSmoothing));
        var plain = outputs == 1 ? "new BinaryCrossentropy()" : "new SparseCategoricalCrossentropy()";
        var isOneHot = plan.LabelSmoothing > 0 && outputs > 1;
        var targets = isOneHot ? $".OneHot({outputs})" : "";
        var loss = plan.LabelSmoothing == 0 ? plain : $"new {(isOneHot ? "Categorical" : "Binary")}Crossentropy {{ LabelSmoothing = {smoothing} }}";
        return new TaskCode(loss, plain, "new Accuracy()")
        {
            Training = "train" + ClassWeights.Code(request.ClassWeight, Source.ClassNames ?? [], "train.BalancedClassWeights()") + targets,
            Validation = "validation" + targets,
            Comment = isOneHot ? "The targets become rows of zeros with a one at the class, which the loss smooths." : "",
            Ending = "TemperatureScaling.Fit(model, validation).ApplyTo(model);  // corrects the probabilities\n",
        };
    }

    public override TrainingData Prepare(TrainingData data, Model model)
    {
        var train = data.Train;
        if (ClassWeights.Of(request.ClassWeight, train.ClassNames, () => train.BalancedClassWeights()) is { } weights)
        {
            Note = ClassWeights.Describe(weights, train.ClassNames);
            train = train.WithClassWeights(weights);
        }
        else if (request.ClassWeight is null)
        {
            Note = ClassWeights.NoteImbalance(train);
        }

        return model.Loss is CategoricalCrossentropy
            ? data with { Train = train.OneHot(model.OutputShape.Count), Validation = data.Validation.OneHot(model.OutputShape.Count) }
            : data with { Train = train };
    }

    public override string Headline(string score, string samples) => $"{score} of the {samples} images are right";

    public override TaskResults Measure(Model model, TrainingData data) =>
        measured = CalibratedResults.Measure(model, data, isCalibrated: Source is ImageSource, CancellationToken.None);

    public (IReadOnlyList<TaskResults> Folds, TaskResults Pooled) MeasureFolds(
        IReadOnlyList<(Model Model, Dataset Data)> folds, Dataset images, CancellationToken cancellationToken)
    {
        IReadOnlyList<ClassPredictions> own = [.. folds.Select(fold => ClassPredictions.Of(fold.Model, fold.Data, cancellationToken: cancellationToken))];
        var before = ClassPredictions.Concat(own);
        var scaling = Source is ImageSource && double.IsFinite(before.LogLoss) ? TemperatureScaling.Fit(before) : null;
        var isScaled = scaling is { IsFitted: true } && CalibratedResults.Apply(scaling, folds);
        if (isScaled) own = [.. own.Select(scaling!.Apply)];
        measured = new ClassificationResults(ClassPredictions.Concat(own))
        {
            PartName = CrossValidationResults.OutOfFold,
            Images = images,
            Scaling = isScaled || scaling is { IsFitted: false } ? scaling : null,
            BeforeScaling = isScaled ? before : null,
        };
        return ([.. own.Select(fold => new ClassificationResults(fold))], measured);
    }

    public TaskResults ResultsOf(Model model, Dataset test, CancellationToken cancellationToken) =>
        new ClassificationResults(ClassPredictions.Of(model, test, cancellationToken: cancellationToken));

    /// <summary>The predictions for the results are the only pass over the test data.</summary>
    public override Evaluation Test(Model model, TrainingData data)
    {
        var predictions = (measured ?? throw new InvalidOperationException("ClassificationTask: Measure comes first.")).Predictions;
        return new Evaluation(predictions.LogLoss, new Dictionary<string, double> { ["accuracy"] = predictions.Accuracy }, predictions.Count);
    }

    public override TrainingReport CreateReport(Model model, TrainingData data, OutputFiles files) => Source is ImageSource
        ? new ImageReport(measured!.Predictions, data, request.DataArguments, files)
        : new DigitReport(model, data, request.Data, files);
}
