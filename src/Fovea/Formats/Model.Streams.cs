namespace Fovea;

/// <content>Models and weights to and from streams.</content>
public partial class Model
{
    private const string StreamName = "stream";

    /// <summary>
    /// Writes the model to a stream of any kind, which need not be able to seek. Nothing is written before the whole file is there (in memory up to 64 MiB,
    /// beyond that in a
    /// temporary file), so that a model that cannot be saved leaves the stream as it was.
    /// </summary>
    /// <param name="stream">Where to; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    /// <exception cref="NotSupportedException">The format has no place for something in the model, or takes several files, as TensorFlow.js' does.</exception>
    public void Save(Stream stream, ModelFileFormat format = ModelFileFormat.Keras, bool leaveOpen = false)
    {
        var written = ModelFormats.Of(format);
        ModelStreams.Write(stream, target => WriteBetweenSteps(() => written.Write(this, target)), leaveOpen);
    }

    /// <summary>As <see cref="Save(Stream, ModelFileFormat, bool)"/>, waiting for the stream without holding a thread.</summary>
    /// <param name="stream">Where to; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <param name="cancellationToken">Ends the waiting; the stream then holds a part of the file.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    /// <exception cref="NotSupportedException">The format has no place for something in the model, or takes several files, as TensorFlow.js' does.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task SaveAsync(Stream stream, ModelFileFormat format = ModelFileFormat.Keras, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        var written = ModelFormats.Of(format);
        return ModelStreams.WriteAsync(stream, target => WriteBetweenSteps(() => written.Write(this, target)), leaveOpen, cancellationToken);
    }

    /// <summary>
    /// Reads a model from a stream of a file of any format that is known (its bytes say which), from the stream's position to its end: in its place where the
    /// stream can seek; else
    /// it is taken whole first, into memory up to 64 MiB and beyond that into a temporary file, at most 2 GiB.
    /// </summary>
    /// <param name="stream">The file's bytes; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are no sound file of a model, or of one that has others beside it; the message says what.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    public static Model Load(Stream stream, string name = StreamName, bool leaveOpen = false) => Load(stream, name, leaveOpen, out _);

    /// <summary>As <see cref="Load(Stream, string, bool)"/>, with a report of where each tensor went.</summary>
    /// <param name="stream">The file's bytes; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <param name="report">What became of each tensor.</param>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are no sound file of a model, or of one that has others beside it; the message says what.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    public static Model Load(Stream stream, string name, bool leaveOpen, out LoadReport report)
    {
        (var model, report) = ModelStreams.Read(stream, name, start => ModelFormats.RequireKnown(start, name), Whole, leaveOpen);
        return model;
    }

    /// <summary>
    /// As <see cref="Load(Stream, string, bool)"/>, waiting for the stream's bytes without holding a thread; they are taken whole before the first is looked
    /// at.
    /// </summary>
    /// <param name="stream">The file's bytes; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are no sound file of a model, or of one that has others beside it; the message says what.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<Model> LoadAsync(Stream stream, string name = StreamName, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        var (model, _) = await ModelStreams.ReadAsync(stream, name, start => ModelFormats.RequireKnown(start, name), Whole, leaveOpen, cancellationToken)
            .ConfigureAwait(false);
        return model;
    }

    /// <summary>Writes the weights alone to a stream of any kind, once their file is whole; as <see cref="Save(Stream, ModelFileFormat, bool)"/>.</summary>
    /// <param name="stream">Where to; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    public void SaveWeights(Stream stream, WeightFileFormat format = WeightFileFormat.Keras, bool leaveOpen = false)
    {
        var written = WeightFormats.Of(format);
        ModelStreams.Write(stream, target => WriteBetweenSteps(() => written.Write(this, target)), leaveOpen);
    }

    /// <summary>As <see cref="SaveWeights(Stream, WeightFileFormat, bool)"/>, waiting for the stream without holding a thread.</summary>
    /// <param name="stream">Where to; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <param name="cancellationToken">Ends the waiting; the stream then holds a part of the file.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task SaveWeightsAsync(
        Stream stream, WeightFileFormat format = WeightFileFormat.Keras, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        var written = WeightFormats.Of(format);
        return ModelStreams.WriteAsync(stream, target => WriteBetweenSteps(() => written.Write(this, target)), leaveOpen, cancellationToken);
    }

    /// <summary>
    /// As <see cref="LoadWeights(string, WeightMatching)"/>, from a stream; how it is read says <see cref="Load(Stream, string, bool)"/>. Nothing is changed
    /// unless all fits.
    /// </summary>
    /// <param name="stream">The file's bytes; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="matching">By the order of layers, or by their names; a <c>.safetensors</c> file is matched by both and by shapes.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <returns>Where each tensor of the file went, and which weights stayed as they were.</returns>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are damaged, or do not fit the model; the message says where.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    public LoadReport LoadWeights(Stream stream, WeightMatching matching = WeightMatching.Order, string name = StreamName, bool leaveOpen = false)
    {
        EnsureInitialized();
        return ModelStreams.Read(stream, name, start => WeightFormats.RequireKnown(start, name), source => ReadWeights(source, matching), leaveOpen);
    }

    /// <summary>As <see cref="LoadWeights(Stream, WeightMatching, string, bool)"/>, waiting for the stream's bytes without holding a thread.</summary>
    /// <param name="stream">The file's bytes; it is closed unless <paramref name="leaveOpen"/>.</param>
    /// <param name="matching">By the order of layers, or by their names; a <c>.safetensors</c> file is matched by both and by shapes.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="leaveOpen">Whether the stream stays open, at its end.</param>
    /// <param name="cancellationToken">Ends the waiting; the model is then as it was.</param>
    /// <returns>Where each tensor of the file went, and which weights stayed as they were.</returns>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="ModelFormatException">The bytes are damaged, or do not fit the model; the message says where.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<LoadReport> LoadWeightsAsync(
        Stream stream, WeightMatching matching = WeightMatching.Order, string name = StreamName, bool leaveOpen = false,
            CancellationToken cancellationToken = default)
    {
        EnsureInitialized();
        return ModelStreams.ReadAsync(
            stream, name, start => WeightFormats.RequireKnown(start, name), source => ReadWeights(source, matching), leaveOpen, cancellationToken);
    }

    /// <summary>Writes the weights as they are between two steps of training.</summary>
    private void WriteBetweenSteps(Action write)
    {
        EnsureInitialized();
        using var pass = ReadWeights();
        write();
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
