namespace Fovea;

/// <summary>
/// Several models as one: the mean of their outputs, which is usually more accurate than each of them. The models of a cross-validation are such models:
/// <code>
/// var ensemble = Ensemble.Average(models);
/// ensemble.Save("ensemble.keras");   // one file, for every program that reads models
/// </code>
/// </summary>
public static class Ensemble
{
    /// <summary>
    /// Creates a model whose output is the mean of the outputs of several models for the same input. It consists of ordinary layers, and shares its weights
    /// with the given models. Names of classes and numbers and the preprocessing are theirs, and the temperature if all have the same. The thresholds of labels
    /// are the means of theirs: choose new ones on validation data.
    /// </summary>
    /// <remarks>
    /// Models of images of different sizes fit too: the new model takes the largest size, and a <see cref="Resizing"/> layer makes the size of each other
    /// model. The result then differs a little from that of images that were read in that size.
    /// </remarks>
    /// <param name="models">
    /// Two or more models of one input and one output, with the same classes. Their outputs are averaged as they are: probabilities as a rule.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two models, one is given twice, or they have different inputs, outputs, classes or preprocessing.
    /// </exception>
    /// <exception cref="InvalidOperationException">The outputs of a model are logits, whose mean is no mean of probabilities.</exception>
    public static Model Average(params Model[] models) => Average((IReadOnlyList<Model>)models);

    /// <inheritdoc cref="Average(Model[])"/>
    public static Model Average(IReadOnlyList<Model> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        foreach (var model in models) ArgumentNullException.ThrowIfNull(model, nameof(models));
        Require(models);
        var largest = models.MaxBy(Area)!;
        var input = new Input(largest.Inputs[0].Shape.Dimensions) { Name = "inputs" }.Output;
        var names = NamesOf(models);
        var ensemble = new Model(
            input, new Average { Name = "mean" }.Call([.. models.Select((model, i) => model.WithName(names[i]).Call(Sized(input, model, names[i])))]),
            "ensemble", models[0].Seed)
        {
            ClassNames = models[0].ClassNames,
            ValueNames = models[0].ValueNames,
            LabelThresholds = models.All(model => model.LabelThresholds.Count == models[0].LabelThresholds.Count)
                ? [.. models[0].LabelThresholds.Select((_, label) => models.Average(model => model.LabelThresholds[label]))]
                : [],
            ImageInput = largest.ImageInput,
        };
        _ = ensemble.Weights;
        if (ensemble.OutputKind != models[0].OutputKind) ensemble.OutputKind = models[0].OutputKind;
        if (models.All(model => model.Temperature == models[0].Temperature)) ensemble.Temperature = models[0].Temperature;
        return ensemble;
    }

    private static void Require(IReadOnlyList<Model> models)
    {
        if (models.Count < 2) throw new ArgumentException($"Ensemble: expected at least two models; received {models.Count}.", nameof(models));
        for (var i = 0; i < models.Count; i++)
        {
            var (first, model, which) = (models[0], models[i], i == 0 ? "the first" : $"number {i + 1}");
            if (models.Take(i).Contains(model))
                throw new ArgumentException($"Ensemble: expected different models; '{model.Name}' is given twice.", nameof(models));
            if (model.Inputs.Count != 1 || model.Outputs.Count != 1)
                throw new ArgumentException(
                    $"Ensemble: expected models of one input and one output; '{model.Name}', {which}, has {model.Inputs.Count} and {model.Outputs.Count}.",
                    nameof(models));
            if (model.OutputKind == OutputKind.Logits)
                throw new InvalidOperationException(
                    $"Ensemble: expected outputs that are probabilities, since they are averaged; those of '{model.Name}', {which}, are logits. Add new "
                        + "ActivationLayer(Activation.Softmax), or set OutputKind if they are other values.");
            RequireSame("outputs", model.Output.Shape.ToString(), first.Output.Shape.ToString());
            RequireSame("kind of outputs", $"{model.OutputKind}", $"{first.OutputKind}");
            RequireSame("numbers", string.Join(", ", model.ValueNames), string.Join(", ", first.ValueNames));
            RequireSame("classes", string.Join(", ", model.ClassNames), string.Join(", ", first.ClassNames));
            if (!CanResize(model.Inputs[0].Shape, first.Inputs[0].Shape))
                RequireSame("inputs", model.Inputs[0].Shape.ToString(), first.Inputs[0].Shape.ToString());
            RequireSame("preprocessing", Preprocessing(model, first), Preprocessing(first, model));

            void RequireSame(string what, string received, string expected)
            {
                if (received == expected) return;
                throw new ArgumentException(
                    $"Ensemble: expected models of the same {what}; '{first.Name}', the first, has {Print(expected)}, '{model.Name}', {which}, has "
                        + $"{Print(received)}.", nameof(models));
            }
        }
    }

    private static string Print(string value) => value.Length == 0 ? "none" : value;

    /// <summary>Describes how the preprocessing of a model differs from another's, without the size; empty if it does not.</summary>
    private static string Preprocessing(Model model, Model other) => (model.ImageInput, other.ImageInput) switch
    {
        (null, _) => "",
        (_, null) => "its own",
        ({ } own, { } their) => string.Join(
            ", ", own.DifferencesFrom(their.Channels == own.Channels ? their.WithSize(own.Height, own.Width) : their)
                .Select(difference => $"{difference.Setting} {difference.Own}")),
    };

    private static bool CanResize(Shape one, Shape other) => one is { Rank: 3, IsOpen: false } && other is { Rank: 3, IsOpen: false } && one[2] == other[2];

    private static long Area(Model model) => model.Inputs[0].Shape is { Rank: 3, IsOpen: false } shape ? (long)shape[0] * shape[1] : 0;

    private static SymbolicTensor Sized(SymbolicTensor input, Model model, string name)
    {
        var shape = model.Inputs[0].Shape;
        return shape == input.Shape ? input : new Resizing(shape[0], shape[1]) { Name = $"{name}_size" }.Call(input);
    }

    /// <summary>The names of the models, with numbers if two are equal or one is that of another layer.</summary>
    private static string[] NamesOf(IReadOnlyList<Model> models)
    {
        string[] names = [.. models.Select(model => model.Name)];
        string[] reserved = ["inputs", "mean"];
        var areUnique = names.Distinct(StringComparer.Ordinal).Count() == names.Length;
        return areUnique && !names.Any(name => reserved.Contains(name) || name.EndsWith("_size", StringComparison.Ordinal))
            ? names
            : [.. names.Select((name, i) => FormattableString.Invariant($"{name}_{i + 1}"))];
    }
}
