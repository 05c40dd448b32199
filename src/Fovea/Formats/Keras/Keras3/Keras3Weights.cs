using Fovea.Formats.Hdf5;

namespace Fovea.Formats.Keras;

/// <summary>
/// Weights in the layout of Keras 3, ordered by the position of a layer in its model: <c>.weights.h5</c>, or the weights in a <c>.keras</c> file
/// (<c>keras.Model.load_weights</c>, <c>saving_lib</c>).
/// </summary>
internal sealed class Keras3Weights : WeightFormat
{
    public override string Name => "Keras 3 weights (.weights.h5)";

    public override IReadOnlyList<string> Extensions => [".weights.h5"];

    public override bool Recognizes(ReadOnlySpan<byte> start, ModelSource source) =>
        start.StartsWith("PK"u8) || (Hdf5Reader.IsSignature(start) && !KerasHdf5File.Recognizes(source));

    public override void Read(Model model, ModelSource source, WeightMatching matching, LoadReport report)
    {
        using var archive = source.Beginning(2).AsSpan().SequenceEqual("PK"u8) ? KerasArchive.Open(source.OpenStream(), source.Name) : null;
        if (archive is not null) report.WrittenBy = $"Keras {archive.ReadMetadata().KerasVersion}";
        using var weights = archive?.OpenWeights() ?? WeightsFile.Open(source.OpenStream(), source.Name);
        var filling = new WeightFilling(report);
        Assign(model, null, weights, matching, filling, report);
        ReportRest(weights, filling, report);
        filling.Replace(model);
    }

    public override void Write(Model model, Stream stream)
    {
        model.EnsureInitialized();
        WeightsWriter.Write(stream, Groups(model, KerasNames.ForKeras3(model)));
    }

    /// <summary>Assigns the arrays of a file to the weights of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="described">The model as the file describes it; null if the file has weights only.</param>
    /// <param name="weights">The file.</param>
    /// <param name="matching">By position or by name.</param>
    /// <param name="filling">Receives the pairs.</param>
    /// <param name="report">Receives the weights that the file lacks.</param>
    public static void Assign(
        Model model, ModelDescription? described, WeightsFile weights, WeightMatching matching, WeightFilling filling, LoadReport report) =>
        Assign(model, described, weights, WeightPaths.Layers, "", matching, filling, report, []);

    /// <summary>The groups of variables of a model, in the order of its layers.</summary>
    public static List<WeightGroup> Groups(Model model, KerasNames names) =>
        [new WeightGroup("", names[model], []), .. Groups(model, WeightPaths.Layers, names, [])];

    /// <summary>
    /// The variables of all layers in one list of layers, and of the layers in them. A shared layer is stored at its first position, and counted at all.
    /// </summary>
    private static IEnumerable<WeightGroup> Groups(Model model, string container, KerasNames names, HashSet<Layer> stored)
    {
        var counted = KerasLayerOrder.Of(model).Where(layer => WeightPaths.IsCounted(model is Sequential, layer.ClassName)).ToList();
        foreach (var (layer, path) in counted.Zip(WeightPaths.ForWriting(counted.Select(layer => layer.ClassName), container)))
        {
            if (!stored.Add(layer)) continue;
            foreach (var group in GroupsOf(layer, path, names, stored)) yield return group;
        }
    }

    /// <summary>The variables of a layer and of its parts, which are stored under their names, as attributes of a Python layer are.</summary>
    private static IEnumerable<WeightGroup> GroupsOf(Layer layer, string path, KerasNames names, HashSet<Layer> stored)
    {
        var inner = layer is Model nested
            ? Groups(nested, $"{path}/{WeightPaths.Layers}", names, stored)
            : layer.Contained.SelectMany(part => GroupsOf(part, $"{path}/{part.Name}", names, stored));
        return inner.Prepend(new WeightGroup(path, names[layer], [.. layer.OwnWeights.Select((weight, i) => WeightGroup.Entry(i, weight.Variable))]));
    }

    /// <summary>
    /// Assigns the arrays of one list of layers, and of the models among them. <paramref name="container"/> is the path of the list in the file;
    /// <paramref name="prefix"/> the path of the model in the loaded model, with a slash at its end, or empty. A shared layer is stored at its first
    /// position: <paramref name="visited"/> has the layers that are done.
    /// </summary>
    private static void Assign(
        Model model, ModelDescription? described, WeightsFile weights, string container, string prefix, WeightMatching matching, WeightFilling filling,
            LoadReport report,
        HashSet<Layer> visited)
    {
        var layers = described is not null
            ? WeightPaths.Counted(described).Select(layer => (layer.ClassName, layer.Name, layer.Nested)).ToList()
            : [.. KerasLayerOrder.Of(model).Where(layer => WeightPaths.IsCounted(model is Sequential, layer.ClassName))
                .Select(layer => (layer.ClassName, layer.Name, (ModelDescription?)null))];
        var names = layers.ConvertAll(layer => (layer.ClassName, layer.Name, model.Layer(layer.Name).Leaves.Any(leaf => leaf.Weights.Count > 0)));
        var groups = matching == WeightMatching.Name || (described is null && WeightPaths.HasAllNames(weights, names, container))
            ? WeightPaths.ByName(weights, names, container)
            : WeightPaths.ForReading(weights, names, container);
        foreach (var ((_, name, nested), path) in layers.Zip(groups))
        {
            var layer = model.Layer(name);
            if (!visited.Add(layer)) continue;
            AssignWithin(layer, nested, weights, path, $"{prefix}{name}", matching, filling, report, visited);
        }
    }

    /// <summary>
    /// Assigns the arrays of a layer and of its parts. <paramref name="group"/> is its path in the file, <paramref name="path"/> its path in the model.
    /// </summary>
    private static void AssignWithin(
        Layer layer, ModelDescription? nested, WeightsFile weights, string? group, string path, WeightMatching matching, WeightFilling filling,
            LoadReport report, HashSet<Layer> visited)
    {
        if (layer is Model within)
        {
            Assign(within, nested, weights, group is null
                ? $"?/{WeightPaths.Layers}"
                : $"{group}/{WeightPaths.Layers}", $"{path}/", matching, filling, report, visited);
            return;
        }

        Assign(layer, path, group, group is null ? null : weights.Find(group), matching, filling, report);
        foreach (var part in layer.Contained)
        {
            var inner = $"{group}/{part.Name}";
            AssignWithin(
                part, null, weights, group is not null && weights.Contains(inner) ? inner : null, $"{path}/{part.Name}", matching, filling, report, visited);
        }
    }

    /// <summary>Reports the arrays that no layer uses.</summary>
    public static void ReportRest(WeightsFile weights, WeightFilling filling, LoadReport report)
    {
        foreach (var group in weights.Groups)
        {
            foreach (var array in group.Variables)
            {
                if (!filling.Has(array)) report.Ignored(SourceOf(group.Path, array), array.Shape, WeightFilling.NameOf(array.Type), WhyIgnored(group.Path));
            }
        }
    }

    /// <summary>The path of an array in the file.</summary>
    public static string SourceOf(string group, StoredArray array) => $"{(group.Length == 0 ? "" : $"{group}/")}vars/{array.Name}";

    private static void Assign(Layer layer, string path, string? group, WeightGroup? found, WeightMatching matching, WeightFilling filling, LoadReport report)
    {
        var stored = found?.Variables ?? [];
        if (matching == WeightMatching.Name && found is null)
        {
            foreach (var weight in layer.OwnWeights) report.Missing($"{path}/{weight.Name}", weight.Shape, "the file has no layer of that name");
            return;
        }

        var fitting = KerasHdf5WeightOrder.WithoutCounts(layer, stored);
        if (fitting.Count != layer.OwnWeights.Count)
            throw ModelFormatException.About(
                report.FilePath, $"expected {layer.OwnWeights.Count} weights of {layer.Subject}; "
                + $"received {stored.Count}{(stored.Count == 0 ? "" : $" in '{group}'")}.");
        foreach (var (weight, array) in layer.OwnWeights.Zip(fitting)) filling.Add(array, SourceOf(group!, array), weight, path);
    }

    private static string? WhyIgnored(string path) => path.Split('/') switch
    {
        [OptimizerVariables.Path, ..] => "state of the optimizer",
        ["metrics" or "_metrics" or "loss_tracker" or "compile_metrics" or "_compile_metrics" or "_loss_tracker", ..] => "state of a metric",
        [.., "seed_generator"] or [.., "_random_generator"] or [.., "generator"] => "state of a random number generator",
        _ => "no layer of the model has it",
    };
}
