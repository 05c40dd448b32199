using Fovea.Formats.Hdf5.Writing;

namespace Fovea.Formats.Keras;

/// <summary>Writes HDF5 files in the layout of Keras 2 (<c>keras/src/legacy/saving/legacy_h5_format.py</c>): whole models, and weights alone.</summary>
internal static class KerasHdf5Writer
{
    /// <summary>The attribute with the state that Fovea adds and Keras ignores.</summary>
    public const string FoveaAttribute = "fovea";

    private const string Backend = "tensorflow";

    /// <summary>Writes a whole model, with the optimizer's state if Keras has the optimizer.</summary>
    public static void Write(Model model, Stream stream)
    {
        model.EnsureInitialized();
        var trainer = model.Trainer is { } compiled && KerasOptimizers.CanWrite(compiled.Optimizer) ? compiled : null;
        var names = KerasNames.ForHdf5(model);
        var description = ModelDescribing.Describe(model, names) with { Compile = trainer is null ? null : KerasOptimizers.Describe(trainer, names) };
        var version = Keras2HardSigmoid.InOneVersion(description);
        var file = new Hdf5NewGroup();
        Sign(file, version);
        file.SetText("model_config", Keras2Json.Model(description).ToJsonString());
        file.SetText(FoveaAttribute, FoveaState.Of(model, names).ToJson().ToJsonString());
        if (description.Compile is { } compile) file.SetText("training_config", Keras2Json.Training(compile).ToJsonString());
        AddWeights(file.Group("model_weights"), model, names, version);
        if (trainer is not null)
            AddArrays(file.Group("optimizer_weights"), [.. KerasOptimizers.NamesOfState(trainer, names).Zip(KerasOptimizers.StoreState(trainer).Variables)]);
        Hdf5Writer.Write(stream, file);
    }

    /// <summary>Writes the weights alone.</summary>
    public static void WriteWeights(Model model, Stream stream)
    {
        model.EnsureInitialized();
        var file = new Hdf5NewGroup();
        AddWeights(file, model, KerasNames.ForHdf5(model), Keras2HardSigmoid.Keras2);
        Hdf5Writer.Write(stream, file);
    }

    private static void Sign(Hdf5NewGroup group, string version)
    {
        group.SetText("backend", Backend);
        group.SetText("keras_version", version);
    }

    private static void AddWeights(Hdf5NewGroup target, Model model, KerasNames names, string version)
    {
        Sign(target, version);
        var layers = KerasLayerOrder.Of(model).Where(layer => layer is not Input || model is not Sequential).ToList();
        target.SetTexts("layer_names", layers.ConvertAll(layer => names[layer]));
        foreach (var layer in layers)
        {
            AddArrays(target.Group(names[layer]), [.. KerasHdf5WeightOrder.InKerasOrder(layer, names)
                .Select(entry => ($"{Within(entry.Path, layer, names)}/{entry.Weight.Name}:0", StoredArray.From(entry.Weight.Name, entry.Weight.Variable)))]);
        }

        target.Group("top_level_model_weights");
    }

    /// <summary>The path of the layer of a weight within the model of the group.</summary>
    private static string Within(string path, Layer layer, KerasNames names) => layer is Model ? path[(names[layer].Length + 1)..] : path;

    private static void AddArrays(Hdf5NewGroup group, IReadOnlyList<(string Name, StoredArray Array)> arrays)
    {
        // Keras reads a missing list as an empty one.
        if (arrays.Count > 0) group.SetTexts("weight_names", [.. arrays.Select(entry => entry.Name)]);
        foreach (var (name, array) in arrays) group.Add(name, array);
    }
}
