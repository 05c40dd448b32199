namespace Fovea.Formats.Matching;

/// <summary>Assigns the tensors of a file, whose layout and names may be those of another framework, to the weights of a model.</summary>
internal static class TensorLoading
{
    /// <summary>Assigns a tensor to each weight.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">The tensors in the file's order.</param>
    /// <param name="layout">The layout of the tensors; null to find the one that fits.</param>
    /// <param name="names">The weight or layer that a tensor or module belongs to, by the tensor's or module's name.</param>
    /// <param name="filling">Receives the pairs.</param>
    /// <param name="report">Receives the tensors that no weight takes.</param>
    /// <exception cref="ModelFormatException">The tensors do not fit the model, or fit in more than one way.</exception>
    public static void Assign(
        Model model, IReadOnlyList<StoredArray> tensors, TensorLayout? layout, IReadOnlyDictionary<string, string> names, WeightFilling filling,
        LoadReport report)
    {
        var custom = model.Leaves.Where(leaf => CustomParts.NameOf(leaf) is not null || LayerCatalog.Known.Find(leaf.ClassName) is null)
            .SelectMany(leaf => leaf.OwnWeights).Select(weight => weight.Name);
        var modules = StoredModule.Group(tensors, names, report.FilePath, [.. custom]);
        var ofModules = names.Where(pair => modules.Any(module => Belongs(pair.Key, pair.Value, module))).ToDictionary();
        string? problem = null;
        foreach (var candidate in layout is { } known ? [known] : Candidates(tensors))
        {
            var arrangements = new WeightArrangements(candidate, new FeatureOrders(model));
            if (TensorMatching.Find(model, modules, arrangements, ofModules, report.FilePath, out var why) is { } matches)
            {
                Assign(matches, tensors, filling, report);
                return;
            }

            problem ??= why;
        }

        throw ModelFormatException.About(report.FilePath, $"{problem}.");
    }

    /// <summary>Whether an entry of the map of names is about a module as a whole: by its name, or by that of a tensor and the path of a layer.</summary>
    private static bool Belongs(string source, string target, StoredModule module) => module.Name == source
        || (!target.Contains('/', StringComparison.Ordinal) && module.Tensors.Values.Any(tensor => tensor.Name == source));

    private static TensorLayout[] Candidates(IReadOnlyList<StoredArray> tensors) => tensors.Any(tensor => StoredModule.LooksLikePyTorch(tensor.Name))
        ? [TensorLayout.PyTorch, TensorLayout.Mlx, TensorLayout.Keras]
        : [TensorLayout.Keras, TensorLayout.PyTorch];

    private static void Assign(IReadOnlyList<ModuleMatch> matches, IReadOnlyList<StoredArray> tensors, WeightFilling filling, LoadReport report)
    {
        var targets = matches.SelectMany(match => match.Tensors.Select(entry => (match.Unit, entry.Weight, entry.Tensor, entry.Arrangement)))
            .ToDictionary(entry => entry.Tensor);
        foreach (var tensor in tensors)
        {
            if (targets.TryGetValue(tensor, out var target))
                filling.Add(tensor, tensor.Name, target.Weight, target.Unit.Path, target.Arrangement);
            else
                report.Ignored(tensor.Name, tensor.Shape, WeightFilling.NameOf(tensor.Type),
                    StoredModule.IsCounter(tensor) ? "a count, no weight" : "the model has no layer for it");
        }
    }
}
