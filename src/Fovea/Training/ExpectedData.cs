namespace Fovea;

/// <summary>The data that a model with its objectives can be trained and evaluated on: shapes, class numbers, sample weights.</summary>
/// <param name="model">The model.</param>
/// <param name="objectives">Its losses.</param>
/// <param name="size">The size of the samples.</param>
internal sealed class ExpectedData(Model model, IReadOnlyList<OutputObjective> objectives, ModelSize size)
{
    private const string WithoutLabels =
        " The targets are as large as the inputs, as where there are no labels: ImageFolder.LoadUnlabeled makes each image its own target. "
        + "ImageFolder.Load reads labels, from one folder for each class; data.SelectTarget and Dataset.From(images, labels) give others.";

    /// <summary>The size of the samples.</summary>
    public ModelSize Size => size;

    /// <summary>Whether the samples have another size than the model's inputs, which the augmentation gives.</summary>
    public bool IsAugmented { get; init; }

    /// <summary>The class that the only loss ignores, if any.</summary>
    public int? IgnoredClass => objectives.Count == 1 ? (objectives[0].Loss as SparseCategoricalCrossentropy)?.IgnoreClass : null;

    /// <summary>The rows of the first objective's output: the pixels of a mask, 1 for a class or a regression.</summary>
    public int Positions => size.Outputs[objectives[0].Index] is { Rank: > 0 } prediction ? prediction.Count / prediction[^1] : 1;

    /// <summary>The data with their classes numbered as the model's.</summary>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">The data are empty, or have a class that the model does not have.</exception>
    public Dataset Matching(Dataset data, History? history = null)
    {
        var (prediction, loss) = (size.Outputs[objectives[0].Index], objectives[0].Loss);
        var numbered = data.NumberedAs(model.ClassNames, areRows: prediction.Count > 1 && loss.TargetShape(prediction).Count == prediction.Count);
        if (numbered != data) history?.Note($"the classes of the data are numbered as the model's, by their names: {string.Join(", ", data.ClassNames)}.");
        RequireShapes(numbered, "the data set");
        return numbered;
    }

    /// <summary>A sentence about classes that the training data lack; null if they lack none, or if that is not known without computing samples.</summary>
    public string? MissingClassesNote(Dataset data) => objectives is [var only]
        ? MissingClasses.Note(data, only.Loss, size.Outputs[only.Index], model.ClassNames.Count > 0 ? model.ClassNames : data.ClassNames)
        : null;

    /// <summary>The reason why a sample cannot be used; null if it can.</summary>
    /// <param name="targets">The targets of all objectives, one after the other.</param>
    public string? FindFault(ReadOnlySpan<float> targets)
    {
        for (var i = 0; i < objectives.Count; i++)
        {
            var objective = objectives[i];
            var prediction = size.Outputs[objective.Index];
            var length = objective.Loss.TargetShape(prediction).Count;
            if (objective.Loss.FindFault(targets[..length], prediction) is { } fault) return fault;
            targets = targets[length..];
        }

        return null;
    }

    /// <summary>The number of weights of a sample: 0 for none, 1, or one for each position of the output.</summary>
    /// <exception cref="TrainingException">The data have a weight for each position, and the model's losses do not take them.</exception>
    public int WeightCount(Dataset data)
    {
        if (!data.IsWeighted) return 0;
        var positions = Positions;
        if (!data.IsWeightedByPosition || positions == 1) return 1;
        if (objectives.Count > 1)
            throw new TrainingException(
                $"'{model.Name}': expected a model that is trained for one output, since the data have weights for each position; it is trained "
                + $"for {objectives.Count}.");
        if (!objectives[0].Loss.IsByPosition)
            throw new TrainingException(
                $"'{model.Name}': expected a loss that is a mean over positions, since the data have weights for each of them; {objectives[0].Loss.Name} is "
                + "not. Give samples weights instead, WithSampleWeights.");
        return positions;
    }

    /// <summary>Demands the shapes of the model's inputs and of the targets of its losses.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="name">The name of the data in messages.</param>
    /// <exception cref="ShapeException">The data have other shapes.</exception>
    /// <exception cref="TrainingException">The data are empty.</exception>
    public void RequireShapes(Dataset data, string name)
    {
        if (!data.IsStream && data.Count == 0) throw new TrainingException("The data set is empty.");
        if (!IsAugmented) RequireInputs(model, data, name);
        if (data.TargetShapes.Count != objectives.Count)
            throw new ShapeException(model.Subject, $"expected targets for {objectives.Count} outputs; {name} has {SymbolicTensor.Print(data.TargetShapes)}.");
        foreach (var (objective, found) in objectives.Zip(data.TargetShapes))
        {
            var prediction = size.Outputs[objective.Index];
            var target = objective.Loss.TargetShape(prediction);
            if (found.Count != target.Count)
                throw new ShapeException(
                    model.Subject,
                    $"the loss {objective.Loss.Name} on outputs {SymbolicTensor.Print(prediction)} expects targets {SymbolicTensor.Print(target)}; "
                    + $"{name} has {SymbolicTensor.Print(found)}.{(IsUnlabeled(data) ? WithoutLabels : Fix(target, found, prediction))}");
        }
    }

    /// <summary>Whether the targets have the shape of the inputs and no classes, as those of images without labels.</summary>
    private static bool IsUnlabeled(Dataset data) =>
        data.ClassNames.Count == 0 && data.InputShape.Rank > 1 && data.TargetShapes is [var target] && target == data.InputShape;

    /// <summary>The remedy where targets are class numbers instead of rows with a value for each class, or rows instead of class numbers.</summary>
    private static string Fix(Shape target, Shape found, Shape prediction)
    {
        var classes = prediction.Rank > 0 ? prediction[^1] : 1;
        if (classes < 2) return "";
        return target.Count == (long)found.Count * classes ? $" OneHot({classes}) of a data set makes rows of class numbers."
            : found.Count == (long)target.Count * classes ? " Loss.CategoricalCrossentropy takes rows, Loss.SparseCategoricalCrossentropy class numbers."
            : "";
    }

    /// <summary>Demands the shapes of the model's inputs.</summary>
    /// <exception cref="ShapeException">The data have other shapes.</exception>
    public static void RequireInputs(Model model, Dataset data, string name)
    {
        if (!model.Topology.Accepts(data.InputShapes))
            throw new ShapeException(
                model.Subject, $"expected inputs {SymbolicTensor.Print(model.Inputs)}; {name} has {SymbolicTensor.Print(data.InputShapes)}."
                + (AreBatches(model, data) ? " Its elements look like batches: Dataset.FromBatches makes samples of them." : ""));
    }

    /// <summary>Whether each input of the data has one more dimension in front than the model's.</summary>
    private static bool AreBatches(Model model, Dataset data) => data.IsStream && data.InputShapes.Count == model.Inputs.Count
        && data.InputShapes.Zip(model.Inputs).All(pair => pair.First.Rank > 0 && pair.Second.Shape.Accepts(pair.First[1..]));

    /// <summary>Demands a weight for each sample, or for each position of its output.</summary>
    /// <exception cref="ShapeException">The weights have another shape.</exception>
    public void RequireWeights(Shape weights, int samples)
    {
        var positions = objectives.Count == 1 ? Positions : 1;
        if (weights.Rank > 0 && weights[0] == samples && (weights.Count == samples || weights.Count == samples * positions)) return;
        var orPositions = positions > 1 ? $", or {positions} for each sample, one for each position of its output" : "";
        throw new ShapeException(model.Subject, $"expected sample weights ({samples}), one for each sample{orPositions}; received {weights}.");
    }
}
