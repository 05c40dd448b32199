namespace Fovea;

/// <content>Models and weights in streams.</content>
public partial class Model
{
    private const string StreamName = "stream";

    /// <summary>
    /// Writes the model to a stream, which need not be able to seek. The file is complete before its first byte is written to the stream, so that a model that
    /// cannot be saved leaves the stream unchanged. It is buffered in memory up to 64 MiB, and in a temporary file beyond that.
    /// </summary>
    /// <param name="stream">The stream to write to. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <param name="cancellationToken">Stops the writing. The stream may have received a part of the model.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    /// <exception cref="NotSupportedException">The format cannot represent the model, or consists of several files, as that of TensorFlow.js.</exception>
    public void Save(
        Stream stream, ModelFileFormat format = ModelFileFormat.Keras, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        var written = ModelFormats.Of(format);
        ModelStreams.Write(stream, target => WriteBetweenSteps(StreamName, () => written.Write(this, target)), leaveOpen, cancellationToken);
    }

    /// <summary>Like <see cref="Save(Stream, ModelFileFormat, bool, CancellationToken)"/>, asynchronously.</summary>
    /// <param name="stream">The stream to write to. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <param name="cancellationToken">Cancels the write; the stream then has a part of the file.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    /// <exception cref="NotSupportedException">The format cannot represent the model, or consists of several files, as that of TensorFlow.js.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public Task SaveAsync(Stream stream, ModelFileFormat format = ModelFileFormat.Keras, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        var written = ModelFormats.Of(format);
        return ModelStreams.WriteAsync(stream, target => WriteBetweenSteps(StreamName, () => written.Write(this, target)), leaveOpen, cancellationToken);
    }

    /// <summary>
    /// Reads a model from a stream, from its position to its end. The bytes decide the format, as in <see cref="Load(string, CancellationToken)"/>. A stream
    /// that cannot seek is first read to its end, into memory up to 64 MiB and into a temporary file beyond that, at most 2 GiB.
    /// </summary>
    /// <param name="stream">The stream to read from. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are not a sound model, or a model that consists of several files; the message gives the
    /// reason.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    public static Model Load(Stream stream, string name = StreamName, bool leaveOpen = false, CancellationToken cancellationToken = default) =>
        Load(stream, name, leaveOpen, out _, cancellationToken);

    /// <summary>Like <see cref="Load(Stream, string, bool, CancellationToken)"/>, with a report of the weight that each tensor was loaded into.</summary>
    /// <param name="stream">The stream to read from. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <param name="report">The outcome for each tensor.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are not a sound model, or a model that consists of several files; the message gives the
    /// reason.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    public static Model Load(Stream stream, string name, bool leaveOpen, out LoadReport report, CancellationToken cancellationToken = default)
    {
        (var model, report) = ModelStreams.Read(stream, name, start => ModelFormats.RequireKnown(start, name), Whole, leaveOpen, cancellationToken);
        return model;
    }

    /// <summary>
    /// Like <see cref="Load(Stream, string, bool, CancellationToken)"/>, asynchronously. The stream is read to its end first, even if it can seek.
    /// </summary>
    /// <param name="stream">The stream to read from. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are not a sound model, or a model that consists of several files; the message gives the
    /// reason.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public static async Task<Model> LoadAsync(Stream stream, string name = StreamName, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        var (model, _) = await ModelStreams.ReadAsync(stream, name, start => ModelFormats.RequireKnown(start, name), Whole, leaveOpen, cancellationToken)
            .ConfigureAwait(false);
        return model;
    }

    /// <summary>Writes the weights alone to a stream, as <see cref="Save(Stream, ModelFileFormat, bool, CancellationToken)"/> writes a model.</summary>
    /// <param name="stream">The stream to write to. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <param name="cancellationToken">Stops the writing. The stream may have received a part of the weights.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    public void SaveWeights(
        Stream stream, WeightFileFormat format = WeightFileFormat.Keras, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        var written = WeightFormats.Of(format);
        ModelStreams.Write(stream, target => WriteBetweenSteps(StreamName, () => written.Write(this, target)), leaveOpen, cancellationToken);
    }

    /// <summary>Like <see cref="SaveWeights(Stream, WeightFileFormat, bool, CancellationToken)"/>, asynchronously.</summary>
    /// <param name="stream">The stream to write to. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <param name="cancellationToken">Cancels the write; the stream then has a part of the file.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public Task SaveWeightsAsync(
        Stream stream, WeightFileFormat format = WeightFileFormat.Keras, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        var written = WeightFormats.Of(format);
        return ModelStreams.WriteAsync(stream, target => WriteBetweenSteps(StreamName, () => written.Write(this, target)), leaveOpen, cancellationToken);
    }

    /// <summary>
    /// Like <see cref="LoadWeights(string, WeightMatching, CancellationToken)"/>, from a stream, which is read as in
    /// <see cref="Load(Stream, string, bool, CancellationToken)"/>. Nothing is changed
    /// unless everything fits.
    /// </summary>
    /// <param name="stream">The stream to read from. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="matching">
    /// Whether layers are matched by their order or by their names. The tensors of a <c>.safetensors</c> file are matched by names, shapes and order.
    /// </param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <param name="cancellationToken">Stops the reading; no weight is changed then.</param>
    /// <returns>A report: the weight for each tensor of the file, and the weights that did not change.</returns>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are damaged, or do not fit the model; the message names the place.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    public LoadReport LoadWeights(
        Stream stream, WeightMatching matching = WeightMatching.Order, string name = StreamName, bool leaveOpen = false,
        CancellationToken cancellationToken = default)
    {
        EnsureInitialized();
        return ModelStreams.Read(
            stream, name, start => WeightFormats.RequireKnown(start, name), source => ReadWeights(source, matching), leaveOpen, cancellationToken);
    }

    /// <summary>Like <see cref="LoadWeights(Stream, WeightMatching, string, bool, CancellationToken)"/>, asynchronously.</summary>
    /// <param name="stream">The stream to read from. It is closed unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="matching">
    /// Whether layers are matched by their order or by their names. The tensors of a <c>.safetensors</c> file are matched by names, shapes and order.
    /// </param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <param name="cancellationToken">Cancels the operation; the model is then unchanged.</param>
    /// <returns>A report: the weight for each tensor of the file, and the weights that did not change.</returns>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are damaged, or do not fit the model; the message names the place.</exception>
    /// <exception cref="IOException">Reading or writing the stream fails.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public Task<LoadReport> LoadWeightsAsync(
        Stream stream, WeightMatching matching = WeightMatching.Order, string name = StreamName, bool leaveOpen = false,
            CancellationToken cancellationToken = default)
    {
        EnsureInitialized();
        return ModelStreams.ReadAsync(
            stream, name, start => WeightFormats.RequireKnown(start, name), source => ReadWeights(source, matching), leaveOpen, cancellationToken);
    }

    /// <summary>Writes the weights as they are between two steps of training.</summary>
    private void WriteBetweenSteps(string target, Action write)
    {
        EnsureInitialized();
        var operation = Operation.Begin("fovea.save", Name);
        operation.Set("file.path", target);
        try
        {
            using var pass = ReadWeights();
            write();
            operation.End();
        }
        catch (Exception error) when (operation.HasFailed(error))
        {
            throw;
        }
    }

    private LoadReport ReadWeights(ModelSource source, WeightMatching matching)
    {
        using var claim = Begin(WeightUse.Change, nameof(LoadWeights));
        return WeightFormats.Read(this, source, matching);
    }

    private static (Model Model, LoadReport Report) Whole(ModelSource source)
    {
        var model = ModelFormats.Read(source, out var report);
        return (model, report);
    }
}
