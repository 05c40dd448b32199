using Fovea.Formats.Keras;
using Fovea.Formats.SafeTensors;

namespace Fovea;

/// <content>Models and weights in files.</content>
public partial class Model
{
    /// <summary>
    /// Writes the model in the format of the file's name: <c>.keras</c>, <c>.h5</c>, <c>.onnx</c>, <c>.safetensors</c> or TensorFlow.js' <c>model.json</c>.
    /// Any other name gets <c>.keras</c>, which Keras 3 reads too. The state of the optimizer is written if the model is compiled and the format supports it.
    /// The file is written completely or not at all: a failure leaves an older file unchanged.
    /// </summary>
    /// <remarks>
    /// Models from ONNX and TensorFlow Lite can have layers that Keras does not have. Only Fovea reads a <c>.keras</c> or <c>.h5</c> file of such a model;
    /// <see cref="Formats.KerasCompatibility.UnknownLayers"/> lists the layers. A symbolic link stays, and its target is written; a file keeps its permissions.
    /// </remarks>
    /// <param name="path">The file to write or replace; its name selects the format.</param>
    /// <param name="cancellationToken">Stops the writing; an older file is unchanged then.</param>
    /// <exception cref="IOException">The folder does not exist, the name is too long, the path is a folder, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is read-only.</exception>
    /// <exception cref="NotSupportedException">The format cannot represent the model; the message names the layer.</exception>
    public void Save(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WriteBetweenSteps(path, () => ModelFormats.ForWriting(path).Write(this, path, cancellationToken));
    }

    /// <summary>
    /// Writes the model to a <c>.safetensors</c> file in the layout of a framework. <see cref="Load(string, CancellationToken)"/> reads every layout back.
    /// </summary>
    /// <param name="path">The file to write or replace; its name ends in <c>.safetensors</c>.</param>
    /// <param name="layout">The layout to write.</param>
    /// <param name="half">Whether values are rounded to 16-bit floats.</param>
    /// <param name="cancellationToken">Stops the writing; an older file is unchanged then.</param>
    /// <exception cref="ArgumentException">The name does not end in <c>.safetensors</c>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">A custom layer is not registered; see <see cref="CustomObjects"/>.</exception>
    public void Save(string path, TensorLayout layout, bool half = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (ModelFormats.ForWriting(path) is not SafeTensorsFormat)
            throw new ArgumentException($"{Name}: expected a name that ends in .safetensors, since a tensor layout is given; received '{path}'.", nameof(path));
        WriteBetweenSteps(path, () => SafeTensorsFormat.Write(this, path, layout.Defined(Name, nameof(layout)), half, cancellationToken));
    }

    /// <summary>
    /// Reads a model from a file of any format that Fovea reads (see <c>docs/formats.md</c>), recognized by its bytes. The model is compiled as it was if the
    /// file has its optimizer and loss and both are known; training then resumes with bit-identical results.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ModelFormatException">The file is damaged, or has a layer that is not supported; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path, CancellationToken cancellationToken = default) => Load(path, out _, cancellationToken);

    /// <summary>
    /// Reads a model from a file, and reports the weight that each tensor of the file was loaded into. See <see cref="Load(string, CancellationToken)"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Receives the report.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ModelFormatException">The file is damaged, or has a layer that is not supported; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path, out LoadReport report, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelFormats.Read(path, out report, cancellationToken: cancellationToken);
    }

    /// <summary>
    /// Reads a model from a file that leaves sizes of its input open, such as those of images. See <see cref="Load(string, CancellationToken)"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="inputShape">
    /// The shape of one sample without the batch, channels last, as in <c>[64, 64, 3]</c>. Sizes that the file has must be the same. If there are several
    /// inputs, it is the shape of those with open sizes.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ModelFormatException">
    /// The file is damaged, has a layer that is not supported, or its input does not have that shape; the message gives the reason.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path, Shape inputShape, CancellationToken cancellationToken = default) =>
        Load(path, inputShape, out _, cancellationToken);

    /// <summary>Reads a model from a file that leaves sizes of its input open, and reports the weight that each tensor was loaded into.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputShape">The shape of one sample.</param>
    /// <param name="report">Receives the report.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <inheritdoc cref="Load(string, Shape, CancellationToken)" path="/exception"/>
    public static Model Load(string path, Shape inputShape, out LoadReport report, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelFormats.Read(path, out report, inputShape, cancellationToken);
    }

    /// <summary>
    /// Writes the weights alone, in the format of the file's name: <c>.weights.h5</c> in the layout of Keras 3, <c>.h5</c> in that of Keras 2, or
    /// <c>.safetensors</c>. The file is written completely or not at all.
    /// </summary>
    /// <param name="path">The file to write or replace; its name selects the format.</param>
    /// <param name="cancellationToken">Stops the writing; an older file is unchanged then.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">The name is not one of these.</exception>
    public void SaveWeights(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WriteBetweenSteps(path, () => WeightFormats.ForWriting(path).Write(this, path, cancellationToken));
    }

    /// <summary>
    /// Fills the model's weights from a file of weights (<c>.weights.h5</c>, <c>.h5</c>, <c>.safetensors</c>) or of a whole model, recognized by its bytes.
    /// Nothing is changed unless everything fits.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="matching">
    /// Whether layers are matched by their order or by their names. The tensors of a <c>.safetensors</c> file are matched by names, shapes and order.
    /// </param>
    /// <param name="cancellationToken">Stops the reading; no weight is changed then.</param>
    /// <returns>A report: the weight for each tensor of the file, and the weights that did not change.</returns>
    /// <exception cref="ModelFormatException">The file is damaged, or does not fit the model; the message names the place.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public LoadReport LoadWeights(string path, WeightMatching matching = WeightMatching.Order, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EnsureInitialized();
        using var claim = Begin(WeightUse.Change, nameof(LoadWeights));
        return WeightFormats.Read(this, path, matching, cancellationToken);
    }

    /// <summary>
    /// Like <see cref="LoadWeights(string, WeightMatching, CancellationToken)"/>, with control over how a <c>.safetensors</c> file by PyTorch, MLX or Keras is
    /// read. Tensors are matched to layers by name, by unique shape, or by the order that their names imply. Dimensions and flattened features are converted.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">The layout of the tensors; null to find the one that fits.</param>
    /// <param name="names">
    /// The weight (<c>conv2d/kernel</c>) or layer that a tensor (<c>encoder.0.weight</c>) or module (<c>encoder.0</c>) of the file belongs to. Only entries
    /// that names and shapes do not decide are needed.
    /// </param>
    /// <param name="cancellationToken">Stops the reading; no weight is changed then.</param>
    /// <returns>A report: the weight for each tensor of the file, and how the tensor was converted.</returns>
    /// <exception cref="ModelFormatException">The file is damaged, does not fit the model, or fits in several ways; the message names the place.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public LoadReport LoadWeights(
        string path, TensorLayout? layout, IReadOnlyDictionary<string, string>? names = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EnsureInitialized();
        using var claim = Begin(WeightUse.Change, nameof(LoadWeights));
        var report = new LoadReport(path) { Format = new SafeTensorsFormat().Name };
        SafeTensorsFormat.ReadWeights(this, path, report, layout, names, cancellationToken);
        return report;
    }

    /// <summary>Creates a model with fresh weights from its configuration, the text of Keras' <c>model.to_json()</c> of any version.</summary>
    /// <exception cref="ModelFormatException">The text is not JSON, or has a layer that is not supported; the message names it.</exception>
    public static Model FromJson(string json) => FromJson(json, out _);

    /// <summary>Creates a model from its configuration, and reports which settings were ignored or replaced. See <see cref="FromJson(string)"/>.</summary>
    /// <exception cref="ModelFormatException">The text is not JSON, or has a layer that is not supported; the message names it.</exception>
    public static Model FromJson(string json, out LoadReport report)
    {
        ArgumentNullException.ThrowIfNull(json);
        const string Name = "model configuration";
        report = new LoadReport(Name);
        return KerasLoading.Create(KerasJson.ParseModel(JsonText.ParseObject(json, Name, Name), Name), null, report);
    }

    /// <summary>The layers and their connections without weights, in the form of Keras 3's <c>model.to_json()</c>.</summary>
    /// <exception cref="NotSupportedException">A custom layer is not registered; see <see cref="CustomObjects"/>.</exception>
    public string ToJson() => KerasJson.ToJson(ModelDescribing.Describe(this)).ToJsonString();

    /// <summary>Throws if <see cref="Save(string, CancellationToken)"/> would throw for a layer that the format cannot represent.</summary>
    /// <exception cref="NotSupportedException">A custom layer is not registered.</exception>
    internal void RequireSavable(string path)
    {
        if (ModelFormats.ForWriting(path) is Keras3Format or KerasHdf5Format) _ = ToJson();
    }
}
