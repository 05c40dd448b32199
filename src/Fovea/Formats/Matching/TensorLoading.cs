namespace Fovea.Formats.Matching;

/// <summary>
/// Fills a model with the tensors of a file, whose layout and names may be those of another framework. A model is filled whole or not at all.
/// </summary>
internal static class TensorLoading
{
    /// <summary>Fills all weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">The tensors in the file's order.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="report">Where each tensor went.</param>
    /// <param name="layout">Whose layout the tensors have; null for what fits.</param>
    /// <param name="names">For tensors or modules by their names, the weights or layers that they belong to.</param>
    /// <exception cref="ModelFormatException">The tensors do not fit the model, or in more than one way.</exception>
    public static void Fill(
        Model model, IReadOnlyList<StoredArray> tensors, string path, LoadReport report, TensorLayout? layout, IReadOnlyDictionary<string, string> names)
    {
        var own = model.Leaves.Where(leaf => CustomObjects.NameOf(leaf) is not null || !LayerCatalog.ClassNames.Contains(leaf.ClassName))
            .SelectMany(leaf => leaf.OwnWeights).Select(weight => weight.Name);
        var modules = StoredModule.Group(tensors, names, path, [.. own]);
        var ofModules =
            names.Where(
            pair => modules.Any(
            module => module.Name == pair.Key
            || module.Tensors.Values.Any(tensor => tensor.Name == pair.Key && !pair.Value.Contains('/', StringComparison.Ordinal)))).ToDictionary();
        string? problem = null;
        foreach (var candidate in layout is { } known ? [known] : Candidates(tensors))
        {
            var arrangements = new WeightArrangements(candidate, new FeatureOrders(model));
            if (TensorMatching.Find(model, modules, arrangements, ofModules, path, out var why) is { } matches)
            {
                using var pass = model.WriteWeights();
                Fill(matches, tensors, report);
                return;
            }

            problem ??= why;
        }

        throw ModelFormatException.About(path, $"{problem}.");
    }

    private static TensorLayout[] Candidates(IReadOnlyList<StoredArray> tensors) => tensors.Any(tensor => StoredModule.LooksLikePyTorch(tensor.Name))
        ? [TensorLayout.PyTorch, TensorLayout.Mlx, TensorLayout.Keras]
        : [TensorLayout.Keras, TensorLayout.PyTorch];

    private static void Fill(IReadOnlyList<ModuleMatch> matches, IReadOnlyList<StoredArray> tensors, LoadReport report)
    {
        var targets = matches.SelectMany(match => match.Tensors.Select(entry => (match.Unit, entry.Weight, entry.Tensor, entry.Arrangement)))
            .ToDictionary(entry => entry.Tensor);
        foreach (var tensor in tensors)
        {
            if (!targets.TryGetValue(tensor, out var target))
            {
                report.Ignored(tensor.Name, tensor.Shape, tensor.Type.ToString().ToLowerInvariant(), StoredModule.IsCounter(tensor)
                    ? "a count, no weight"
                    : "the model has no layer for it");
                continue;
            }

            target.Arrangement.Fill(tensor, target.Weight.Variable.Overwrite());
            target.Weight.Variable.CountChange();  // behind the numbers: who predicts meanwhile computes from them again
            target.Weight.IsFilled = true;
            report.Loaded(
                tensor.Name, tensor.Shape, tensor.Type.ToString()
                .ToLowerInvariant(), target.Unit.PathOf(target.Weight), target.Weight.Shape, target.Arrangement.Note);
        }
    }
}
