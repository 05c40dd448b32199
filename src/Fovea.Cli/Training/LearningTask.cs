using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>
/// What a model learns from its data: how the data are loaded, the last layer of a new network, the loss and the metrics, and the report. Each task is one
/// class; <see cref="For"/> chooses it.
/// </summary>
/// <param name="source">The data.</param>
internal abstract class LearningTask(TrainingSource source)
{
    /// <summary>The name.</summary>
    public abstract string Name { get; }

    /// <summary>The data.</summary>
    public TrainingSource Source => source;

    /// <summary>The value by which the training is judged.</summary>
    public abstract ScoreColumn Score { get; }

    /// <summary>The name in <see cref="History"/> of the value whose best epoch is kept.</summary>
    public virtual string Monitored => "val_loss";

    /// <summary>The label smoothing of auto where no option decides.</summary>
    public virtual double UsualLabelSmoothing => 0.1;

    /// <summary>How training images are varied where no option decides.</summary>
    public virtual AugmentationRecipe UsualRecipe => AugmentationRecipe.Standard;

    /// <summary>How training images are flipped where no option decides; null where the network and the names of the classes decide.</summary>
    public virtual FlipChoice? UsualFlip => null;

    /// <summary>A sentence about the preparation of the data and the model, such as the weights of the classes; null for none.</summary>
    public string? Note { get; protected set; }

    /// <summary>Describes <see cref="Monitored"/> with its best value: <c>the lowest validation loss: 0.2512</c>.</summary>
    public virtual string Best(double value) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the lowest validation loss: {value:0.0000}");

    /// <summary>The task of a training.</summary>
    /// <param name="request">What the command line asks for.</param>
    /// <param name="source">The data.</param>
    /// <exception cref="CommandException">The data do not fit the task that is asked for.</exception>
    public static LearningTask For(TrainRequest request, TrainingSource source)
    {
        if (source is MaskSource masks)
        {
            if (request.Task is "classify") throw new CommandException($"--task classify: expected images of classes. {masks.Recognized}");
            masks.Settings = request.Masks;
            return new SegmentationTask(request, masks);
        }

        if (request.Task is "segment")
            throw new CommandException(
                $"--task segment: expected a folder of images and masks of the same names, such as images and masks; '{request.Data}' has none.");
        if (request.Masks != MaskSettings.None)
            throw new CommandException("--class-names and --ignore-label: expected with a folder of images and masks.");
        if (source is ListSource list) return OfList(request, list);
        if (request.Task is "labels" or "regression")
            throw new CommandException($"--task {request.Task}: expected a list of images (.csv, .tsv, .jsonl); '{request.Data}' is none.");
        if (request.Loss is not null) throw new CommandException("--loss: expected with a list of images and numbers.");
        return new ClassificationTask(request, source);
    }

    private static LearningTask OfList(TrainRequest request, ListSource list)
    {
        if (request.ClassWeight is not (null or ClassWeights.None))
            throw new CommandException(
                list.HasLabels
                    ? "--class-weight: expected images of one class each. For several labels, the threshold of each label is chosen for its frequency."
                    : "--class-weight: expected images of classes; a regression has none.");
        if (list.HasLabels && request.Loss is not null) throw new CommandException("--loss: expected with a list of images and numbers.");
        if (!list.HasLabels && request.LabelSmoothing > 0) throw new CommandException("--label-smoothing: expected images of classes; a regression has none.");
        return list.HasLabels ? new LabelsTask(request, list) : new RegressionTask(request, list);
    }

    /// <summary>Builds a new network with fresh weights.</summary>
    /// <exception cref="CommandException">The network does not fit the data.</exception>
    public abstract Model CreateNetwork(TrainingPlan plan);

    /// <summary>The last layer of a new network.</summary>
    /// <param name="network">The name of the network.</param>
    public abstract NetworkHead Head(string network);

    /// <summary>Refuses a model that does not fit the data, before they are read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The name of the model for the user.</param>
    /// <exception cref="CommandException">The model takes other inputs or has another number of outputs.</exception>
    public abstract void RequireFit(Model model, string name);

    /// <summary>Whether a loaded model is compiled for this task, so that training can continue with the state of its optimizer.</summary>
    public abstract bool IsCompiled(Model model);

    /// <summary>Compiles a model with the loss and the metrics of the task.</summary>
    public abstract void Compile(Model model, Optimizer optimizer, TrainingPlan plan);

    /// <summary>
    /// Completes a model when the data are known. A regression is trained without its last layer, which turns its outputs into the unit of the targets.
    /// </summary>
    /// <param name="model">The compiled model.</param>
    /// <param name="data">The data.</param>
    /// <param name="createOptimizer">Creates an optimizer for the trained part.</param>
    /// <returns>The model that is trained, and the one that is saved, which shares its weights.</returns>
    public virtual (Model Trained, Model Whole) Complete(Model model, TrainingData data, Func<Optimizer> createOptimizer) => (model, model);

    /// <summary>Adds the results on the test data to the JSON.</summary>
    public virtual TrainResult Add(TrainResult result) => result;

    /// <summary>Reads the data.</summary>
    public virtual TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        source.Load(request, progress, cancellationToken);

    /// <summary>The training and validation data with the targets that the loss of the compiled model expects.</summary>
    public virtual TrainingData Prepare(TrainingData data, Model model) => data;

    /// <summary>Compiles a trained model with the loss that is reported, which has no smoothing or weights.</summary>
    public abstract void CompileForTest(Model model);

    /// <summary>What the task contributes to the C# program of a training; null if there is no such program.</summary>
    public virtual TaskCode? Code(TrainingPlan plan) => null;

    /// <summary>A sentence about the score, without its end: <c>91.20 % of the 1,000 test images are right</c>.</summary>
    /// <param name="score">The printed score, as markup.</param>
    /// <param name="samples">The samples: their number and part.</param>
    public abstract string Headline(string score, string samples);

    /// <summary>
    /// Measures the trained model on the test data for the report on the training. It may correct the probabilities of the model on the validation data first.
    /// </summary>
    /// <param name="model">The trained model.</param>
    /// <param name="data">The data, as they were loaded.</param>
    public virtual TaskResults? Measure(Model model, TrainingData data) => null;

    /// <summary>The loss and the metrics of the trained model on the test data, for the summary; after <see cref="Measure"/>.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="data">The data, as they were loaded.</param>
    public virtual Evaluation Test(Model model, TrainingData data)
    {
        CompileForTest(model);
        return model.Evaluate(data.Test);
    }

    /// <summary>The figures and the next steps that are shown after the training.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="data">The data, as they were loaded.</param>
    /// <param name="files">The files to write.</param>
    public abstract TrainingReport CreateReport(Model model, TrainingData data, OutputFiles files);
}
