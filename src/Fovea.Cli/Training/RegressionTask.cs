using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Each image has a number, or several.</summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="source">The data.</param>
internal sealed class RegressionTask(TrainRequest request, ListSource source) : LearningTask(source), IFoldedTask
{
    private const string R2Name = "r2_score";

    private const string Varied =
        " In training, images are shifted by up to 5 % and change a little in brightness and contrast. They are not flipped, rotated, cropped or "
            + "resized, since that could change the numbers; if it does not, --recipe standard is better. --recipe plain leaves them as they are.";

    private RegressionResults? measured;
    private TargetScaling? scaling;

    public override string Name => "regression";

    public override ScoreColumn Score { get; } = new(R2Name, IsShare: false);

    public override double UsualLabelSmoothing => 0;

    /// <summary>A flip may change an angle or a position, a rotation too, and a part of the image a size, a distance or a count.</summary>
    public override AugmentationRecipe UsualRecipe => AugmentationRecipe.Gentle;

    public override FlipChoice? UsualFlip => FlipChoice.None;

    public override Model CreateNetwork(TrainingPlan plan) => plan.CreateNetwork(Head(plan.Network));

    public override NetworkHead Head(string network) => new(source.Classes, Activation.Linear);

    public override void RequireFit(Model model, string name) => source.RequireFit(model, name);

    /// <summary>The optimizer's state in a file is that of the whole model; the network without its last layer is trained.</summary>
    public override bool IsCompiled(Model model) => false;

    public override void Compile(Model model, Optimizer optimizer, TrainingPlan plan) => Compile(model, optimizer, request.Loss);

    /// <summary>Compiles a model for numbers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="loss">mse, mae or huber; null for mse.</param>
    public static void Compile(Model model, Optimizer optimizer, string? loss = null) => model.Compile(
        optimizer,
        loss switch { "mae" => new MeanAbsoluteError(), "huber" => new Huber(), _ => new MeanSquaredError() },
        new R2Score { Name = R2Name });

    public override void CompileForTest(Model model) => Compile(model, new RmsProp(0), request.Loss);

    /// <summary>Adds the layer that turns standardized outputs into the unit of the targets, or finds it in a model that has it.</summary>
    public override (Model Trained, Model Whole) Complete(Model model, TrainingData data, Func<Optimizer> createOptimizer)
    {
        if (model.ValueNames.Count == 0) model.ValueNames = source.Names;
        scaling = TargetScaling.Find(model);
        var (trained, whole) = scaling is null ? (model, null) : (TargetScaling.WithoutScaling(model), model);
        try
        {
            scaling ??= TargetScaling.Of(data.Train);
        }
        catch (ArgumentException error)
        {
            throw new CommandException($"--data: {error.Sentence()}", error);
        }

        whole ??= scaling.AddTo(model);
        if (trained != model) Compile(trained, createOptimizer(), request.Loss);
        if (whole != model) CompileForTest(whole);
        Note = $"The network learns {Standardized()}; the saved model predicts in the unit of the list."
            + (request.Recipe is null && trained.Augmentation is not null ? Varied : "");
        return (trained, whole);
    }

    public override TrainingData Prepare(TrainingData data, Model model)
    {
        var validation = scaling!.Standardize(data.Validation);
        return data with
        {
            Train = scaling.Standardize(data.Train),
            Validation = validation,
            Test = data.IsTestValidation ? validation : scaling.Standardize(data.Test),
        };
    }

    public override TaskCode Code(TrainingPlan plan)
    {
        var loss = $"new {request.Loss switch { "mae" => "MeanAbsoluteError", "huber" => "Huber", _ => "MeanSquaredError" }}()";
        return new TaskCode(loss, loss, "new R2Score()")
        {
            Trained = "network",
            Names = $"network.ValueNames = [{string.Join(", ", source.Names.Select(CSharpText.Literal))}];",
            Whole = """
                var scaling = TargetScaling.Of(train);
                var model = scaling.AddTo(network);  // the same weights; predicts in the unit of the list

                """,
            Training = "scaling.Standardize(train)",
            Validation = "scaling.Standardize(validation)",
            Result = "ValuePredictions.Of(model, test)",
        };
    }

    public override string Headline(string score, string samples) => measured is null
        ? $"R² of the {samples} images is {score}"
        : $"R² of the {samples} images is [bold green]{Score.Print(measured.Predictions.MeanR2)}[/], the mean absolute error "
            + string.Join(", ", measured.Predictions.Names.Take(4).Select((name, i) => $"{Print(measured.Predictions.MeanAbsoluteError(i))} ({name})"));

    public override TaskResults Measure(Model model, TrainingData data) => measured = Results(model, data);

    public (IReadOnlyList<TaskResults> Folds, TaskResults Pooled) MeasureFolds(
        IReadOnlyList<(Model Model, Dataset Data)> folds, Dataset images, CancellationToken cancellationToken)
    {
        ValuePredictions[] own = [.. folds.Select(fold => ValuePredictions.Of(fold.Model, fold.Data, cancellationToken: cancellationToken))];
        measured = new RegressionResults(ValuePredictions.Concat(own)) { PartName = CrossValidationResults.OutOfFold, Images = images };
        return ([.. own.Select(fold => new RegressionResults(fold))], measured);
    }

    public TaskResults ResultsOf(Model model, Dataset test, CancellationToken cancellationToken) =>
        new RegressionResults(ValuePredictions.Of(model, test, cancellationToken: cancellationToken));

    public override TrainingReport CreateReport(Model model, TrainingData data, OutputFiles files) =>
        new RegressionReportText(measured ?? Results(model, data), request.DataArguments, files);

    public override TrainResult Add(TrainResult result) => measured is null
        ? result
        : result with { TestValues = ValueErrors.Of(measured.Predictions), TestR2 = ValueErrors.Known(measured.Predictions.MeanR2) };

    private static RegressionResults Results(Model model, TrainingData data) => new(ValuePredictions.Of(model, data.Test))
    {
        Images = data.Test,
        PartName = data.IsTestValidation ? "validation" : "test",
    };

    private string Standardized() => string.Join(
        ", ", source.Names.Take(6).Select((name, i) => $"'{name}' minus {Print(scaling!.Mean[i])}, divided by {Print(scaling.Deviation[i])}"))
        + (source.Names.Count > 6 ? ", …" : "");

    private static string Print(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
