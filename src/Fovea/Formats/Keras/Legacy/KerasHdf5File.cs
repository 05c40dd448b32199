using System.Text.Json.Nodes;
using Fovea.Formats.Hdf5;

namespace Fovea.Formats.Keras;

/// <summary>
/// A layer of a Keras 2 file with its weights: the trainable ones, then the others (kernel, bias; gamma, beta, moving mean, moving variance).
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Weights">The weights in the order of the file's list, named as in <c>conv2d/kernel:0</c>; empty for a layer without weights.</param>
internal sealed record KerasHdf5Layer(string Name, IReadOnlyList<StoredArray> Weights);

/// <summary>
/// A Keras 2 file (<c>.h5</c>), opened for reading: a whole model, or only its weights. The values of a weight are read on demand.
/// </summary>
internal sealed class KerasHdf5File : IDisposable
{
    private readonly Hdf5Reader reader;

    private KerasHdf5File(Hdf5Reader reader, string path)
    {
        this.reader = reader;
        FilePath = path;
        var root = reader.Root;
        var weights = root.FindGroup("model_weights") ?? root;
        var names = weights.ReadTexts("layer_names")
            ?? throw ModelFormatException.About(path, root.FindGroup("layers") is not null || root.FindGroup("_layer_checkpoint_dependencies") is not null
                ? "the file has Keras 3 weights only; expected a whole model. Load it into a model of the same layers, with Model.LoadWeights or 'fovea "
                    + "convert --into'."
                : "expected a Keras 2 file, which has the attribute 'layer_names'; it is missing.");
        IsOfTheano = (weights.ReadText("backend") ?? root.ReadText("backend")) == "theano";
        KerasVersion = weights.ReadText("keras_version") ?? root.ReadText("keras_version") ?? "";
        Layers = [.. names.Select(name => ReadLayer(weights, name))];
        OptimizerWeights = root.FindGroup("optimizer_weights") is { } optimizer ? ReadWeights(optimizer, "optimizer_weights") : [];
    }

    /// <summary>The file, for messages.</summary>
    public string FilePath { get; }

    /// <summary>Whether the backend was Theano, which rotates kernels by 180° before it applies them.</summary>
    public bool IsOfTheano { get; }

    /// <summary>The version of Keras that wrote the file; empty if it is not stated.</summary>
    public string KerasVersion { get; }

    /// <summary>The layers in the order of the model, including those without weights.</summary>
    public IReadOnlyList<KerasHdf5Layer> Layers { get; }

    /// <summary>
    /// The optimizer's state in the order of the file: the count of steps, as in <c>Adam/iter:0</c>, then the first slot of all variables, then the second;
    /// empty if there is none.
    /// </summary>
    public IReadOnlyList<StoredArray> OptimizerWeights { get; }

    /// <summary>Whether an HDF5 file has the layout of Keras 2, in which <c>layer_names</c> lists the groups.</summary>
    /// <exception cref="ModelFormatException">It is not a sound HDF5 file.</exception>
    public static bool Recognizes(ModelSource source)
    {
        using var reader = Hdf5Reader.Open(source.OpenStream(), source.Name);
        return (reader.Root.FindGroup("model_weights") ?? reader.Root).ReadTexts("layer_names") is not null;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelFormatException">It is not a sound Keras 2 file.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static KerasHdf5File Open(string path) => Own(Hdf5Reader.Open(path), path);

    /// <summary>Opens a stream, which is then owned; <paramref name="file"/> is the name for messages.</summary>
    /// <exception cref="ModelFormatException">It is not a sound Keras 2 file.</exception>
    public static KerasHdf5File Open(Stream stream, string file) => Own(Hdf5Reader.Open(stream, file), file);

    private static KerasHdf5File Own(Hdf5Reader reader, string path)
    {
        try
        {
            return new KerasHdf5File(reader, path);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The attribute <c>model_config</c>; null for a file of weights only.</summary>
    public JsonObject? ReadConfig() => ReadJson("model_config");

    /// <summary>The layers, their connections and the settings of <c>compile</c>; null for a file of weights only.</summary>
    public ModelDescription? ReadModel()
    {
        if (ReadConfig() is not { } config) return null;
        var model = KerasJson.ParseModel(config, FilePath);
        if (reader.Root.ReadText(KerasHdf5Writer.FoveaAttribute) is null) model = SharedLayers.CountedByFunctionalModels(model);
        return ReadJson("training_config") is { } training ? model with { Compile = KerasJson.ParseTraining(training) } : model;
    }

    /// <summary>The state that Fovea adds; null for a file by another program.</summary>
    /// <exception cref="ModelFormatException">It is damaged.</exception>
    public FoveaState? ReadFoveaState(LoadReport report) => ReadJson(KerasHdf5Writer.FoveaAttribute) is { } json ? FoveaState.Parse(json, report) : null;

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private JsonObject? ReadJson(string attribute) =>
        reader.Root.ReadText(attribute) is { } text ? JsonText.ParseObject(text, FilePath, attribute) : null;

    private KerasHdf5Layer ReadLayer(Hdf5Group weights, string name)
    {
        var group = weights.FindGroup(name)
            ?? throw ModelFormatException.About(FilePath, $"'layer_names' lists the layer '{name}', and there is no group of that name.");
        return new KerasHdf5Layer(name, ReadWeights(group, name));
    }

    private StoredArray[] ReadWeights(Hdf5Group group, string owner) =>
        [.. (group.ReadTexts("weight_names") ?? []).Select(name =>
        {
            var array = group.FindArray(name)
                ?? throw ModelFormatException.About(FilePath, $"'weight_names' of '{owner}' lists '{name}', and there is no array of that name.");
            return array.ToStored(name);
        })];
}
