using PureHDF;

namespace Fovea.Formats.Keras;

/// <summary>Writes HDF5 files in the layout of Keras 2 (<c>keras/src/legacy/saving/legacy_h5_format.py</c>): whole models, and weights alone.</summary>
internal static class LegacySaving
{
    /// <summary>The version that files say; it decides how Keras reads nested models.</summary>
    private const string KerasVersion = "2.15.0";
    private const string Backend = "tensorflow";

    /// <summary>Writes a whole model, with the optimizer's state where Keras has that optimizer.</summary>
    public static void Save(Model model, string path)
    {
        model.EnsureInitialized();
        var trainer = model.Trainer is { } compiled && KerasOptimizers.IsKnown(compiled.Optimizer) ? compiled : null;
        var description = KerasSaving.Describe(model) with { Compile = trainer is null ? null : KerasOptimizers.Describe(trainer) };
        var file = new H5File();
        Sign(file);
        file.Attributes["model_config"] = LegacyJson.Model(description).ToJsonString();
        if (description.Compile is { } compile) file.Attributes["training_config"] = LegacyJson.Training(compile).ToJsonString();
        var weights = new H5Group();
        AddWeights(weights, model);
        file["model_weights"] = weights;
        if (trainer is not null) file["optimizer_weights"] = OptimizerWeights(trainer);
        Write(path, file);
    }

    /// <summary>Writes the weights alone.</summary>
    public static void SaveWeights(Model model, string path)
    {
        model.EnsureInitialized();
        var file = new H5File();
        AddWeights(file, model);
        Write(path, file);
    }

    private static void Write(string path, H5File file) => AtomicFile.Write(path, stream => file.Write(stream, new H5WriteOptions(PreferCompactDatasetLayout: false)));

    private static void Sign(H5Group group)
    {
        group.Attributes["backend"] = Backend;
        group.Attributes["keras_version"] = KerasVersion;
    }

    private static void AddWeights(H5Group target, Model model)
    {
        Sign(target);
        var layers = model.Layers.Where(layer => layer is not Input || model is not Sequential).ToList();
        target.Attributes["layer_names"] = layers.Select(layer => layer.Name!).ToArray();
        foreach (var layer in layers)
        {
            var all = LegacyWeights.InKerasOrder(layer);
            target[layer.Name!] = Arrays([.. all.Select(entry => ($"{Within(entry.Path, layer)}/{entry.Weight.Name}:0", StoredArray.From(entry.Weight.Name, entry.Weight.Shape, entry.Weight.Variable.Values.ToArray())))]);
        }

        target["top_level_model_weights"] = new H5Group();
    }

    /// <summary>The path of a weight's layer in the model that the group is of.</summary>
    private static string Within(string path, Layer layer) => layer is Model ? path[(layer.Name!.Length + 1)..] : path;

    private static H5Group OptimizerWeights(Trainer trainer)
    {
        var state = KerasOptimizers.StoreState(trainer).Variables;
        return Arrays([.. KerasOptimizers.NamesOfState(trainer).Zip(state)]);
    }

    private static H5Group Arrays(IReadOnlyList<(string Name, StoredArray Array)> arrays)
    {
        var group = new H5Group();

        // Keras takes a missing list for an empty one.
        if (arrays.Count > 0) group.Attributes["weight_names"] = arrays.Select(entry => entry.Name).ToArray();
        foreach (var (name, array) in arrays)
        {
            var owner = name.Contains('/', StringComparison.Ordinal) ? WeightsWriter.Descend(group, name[..name.LastIndexOf('/')]) : group;
            owner[name[(name.LastIndexOf('/') + 1)..]] = WeightsWriter.ToDataset(array);
        }

        return group;
    }
}
