using System.Globalization;

namespace Fovea.Imaging;

/// <summary>A class that a picture may show.</summary>
/// <param name="Class">Its number.</param>
/// <param name="Name">Its name; the number where the model does not carry names.</param>
/// <param name="Probability">From 0 to 1. Those of a softmax add up to 1, those of several sigmoids need not; of outputs that are values
/// (<see cref="OutputKind.Values"/>) it is a share.</param>
public sealed record ClassProbability(int Class, string Name, double Probability);

/// <summary>Says what a model sees in pictures: prepares them as it expects, and reads its outputs as probabilities.</summary>
/// <remarks>
/// Several threads may use one classifier at once, as a singleton of a service does: pictures are decoded side by side, and the model computes as
/// <c>Model.Predict</c> says. Do not train or change the model meanwhile.
/// </remarks>
public sealed class ImageClassifier
{
    private readonly Model model;
    private readonly OutputKind kind;

    /// <summary>
    /// Takes a model of pictures that gives scores of classes, and prepares pictures as <see cref="ImageInputFinding.Of"/> finds that it expects.
    /// </summary>
    /// <param name="model">Its input is (height, width, 1 or 3) or (height, width); its output one score, or one for each class.</param>
    /// <param name="range">Which numbers stand for pixels, where another range than the model's is wanted.</param>
    /// <param name="framing">Whether to look for a digit, where that is to be other than the model says.</param>
    /// <exception cref="NotSupportedException">The model takes or gives something else.</exception>
    public ImageClassifier(Model model, PixelRange? range = null, ImageFraming? framing = null)
        : this(model, Found(model, range, framing))
    {
    }

    /// <summary>Takes a model of pictures that gives scores of classes, and prepares pictures as told.</summary>
    /// <param name="model">Its output is one score, or one for each class.</param>
    /// <param name="input">How pictures become numbers.</param>
    /// <exception cref="NotSupportedException">The model takes or gives something else.</exception>
    /// <exception cref="ArgumentException">Two settings contradict each other.</exception>
    public ImageClassifier(Model model, ImageInput input)
        : this(model, new ImageInputFinding(input, "it was told", ImageInputSource.Caller))
    {
    }

    private ImageClassifier(Model model, ImageInputFinding finding)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(finding.Input);
        finding.Input.Validate();
        if (model.Inputs is not [var only] || !finding.Input.Fits(only.Shape))
            throw new NotSupportedException($"ImageClassifier: expected pictures of the model's input {model.InputShape}; received {finding.Input.Shape}.");
        if (model.Outputs is not [{ Shape.Rank: 1 }])
            throw new NotSupportedException(
                $"ImageClassifier: expected a model with scores of classes as its only output; received {string.Join(" and ", model.Outputs)}.");
        this.model = model;
        Finding = finding;
        kind = model.OutputKind;
        if (kind == OutputKind.Values && model.OutputShape.Count == 1)
            throw new NotSupportedException(
                "ImageClassifier: expected a probability or a logit; the model's only output is a value, as of a regression. Set OutputKind where "
                + "it is one.");
        Labels = LabelsOf(model);
    }

    /// <summary>The names of the classes by their numbers.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How pictures become numbers.</summary>
    public ImageInput Input => Finding.Input;

    /// <summary>How that is known, and whether it was assumed.</summary>
    public ImageInputFinding Finding { get; }

    /// <summary>What the model's outputs are.</summary>
    public OutputKind OutputKind => kind;

    /// <summary>
    /// The names of a model's classes by class number; ImageNet's where it is one of the networks that Keras publishes (<see cref="ImageNetClasses.Of"/>), else
    /// the numbers themselves where
    /// the model does not carry names.
    /// </summary>
    public static IReadOnlyList<string> LabelsOf(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var count = Math.Max(2, model.OutputShape.Count);
        if (model.ClassNames.Count == count) return model.ClassNames;
        return ImageNetClasses.Of(model) is { Count: > 0 } names
            ? names
            : [.. Enumerable.Range(0, count).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>The classes that a picture may show, the likeliest first.</summary>
    /// <param name="file">A picture file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged: the message says which.</exception>
    public IReadOnlyList<ClassProbability> Predict(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Ranked(Scores(ImageReader.Read(file, Input)));
    }

    /// <summary>The classes that a picture may show, the likeliest first.</summary>
    /// <param name="stream">The bytes of a picture file, from where the stream stands to its end; it need not be able to seek, and stays open.</param>
    /// <exception cref="InvalidDataException">The bytes are not a picture, or are damaged.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public IReadOnlyList<ClassProbability> Predict(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Ranked(Scores(ImageReader.Read(ImageReader.ReadToEnd(stream), Input)));
    }

    /// <summary>The classes that a picture may show, the likeliest first.</summary>
    /// <param name="encoded">The bytes of a picture file.</param>
    /// <exception cref="InvalidDataException">The bytes are not a picture, or are damaged.</exception>
    public IReadOnlyList<ClassProbability> Predict(ReadOnlySpan<byte> encoded) => Ranked(Scores(ImageReader.Read(encoded.ToArray(), Input)));

    /// <summary>Writes the probability of each class into memory of the caller's.</summary>
    /// <param name="encoded">The bytes of a picture file.</param>
    /// <param name="probabilities">Receives a number for each of <see cref="Labels"/>, by class number.</param>
    /// <exception cref="InvalidDataException">The bytes are not a picture, or are damaged.</exception>
    /// <exception cref="ArgumentException">There is no room for the probabilities.</exception>
    public void Predict(ReadOnlySpan<byte> encoded, Span<double> probabilities)
    {
        if (probabilities.Length < Labels.Count)
            throw new ArgumentException(
                $"ImageClassifier: expected room for {Labels.Count} probabilities; received {probabilities.Length}.", nameof(probabilities));
        kind.ToProbabilities(Scores(ImageReader.Read(encoded.ToArray(), Input)), probabilities);
    }

    /// <summary>Reads a stream without keeping a thread waiting, and says what its picture shows, the likeliest class first.</summary>
    /// <param name="stream">The bytes of a picture file, from where the stream stands to its end; it need not be able to seek, and stays open.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">The bytes are not a picture, or are damaged.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<IReadOnlyList<ClassProbability>> PredictAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var bytes = new MemoryStream();
        await using (bytes.ConfigureAwait(false))
        {
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return Ranked(Scores(ImageReader.Read(bytes.ToArray(), Input)));
        }
    }

    /// <summary>Says what many pictures show; those of a batch are decoded on all threads and computed together.</summary>
    /// <param name="files">Image files.</param>
    /// <param name="batchSize">How many pictures are computed together, at least 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>For each file, in their order, the classes, the likeliest first. Batches are computed as they are asked for.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is not a picture, or is damaged: the message says which.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<IReadOnlyList<ClassProbability>> PredictAll(IEnumerable<string> files, int batchSize = 32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return files.Chunk(batchSize).SelectMany(batch => PredictBatch(batch, file => ImageReader.Read(file, Input), cancellationToken));
    }

    /// <summary>Says what many pictures show; those of a batch are decoded on all threads and computed together.</summary>
    /// <param name="pictures">The bytes of a picture file each, as they are read from a database or a request.</param>
    /// <param name="batchSize">How many pictures are computed together, at least 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>For each picture, in their order, the classes, the likeliest first. Batches are computed as they are asked for.</returns>
    /// <exception cref="InvalidDataException">The bytes are not a picture, or are damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<IReadOnlyList<ClassProbability>> PredictAll(
        IEnumerable<ReadOnlyMemory<byte>> pictures, int batchSize = 32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return pictures.Chunk(batchSize).SelectMany(batch => PredictBatch(batch, picture => ImageReader.Read(picture.ToArray(), Input), cancellationToken));
    }

    private static ImageInputFinding Found(Model model, PixelRange? range, ImageFraming? framing)
    {
        var finding = ImageInputFinding.Of(model);
        if (framing == ImageFraming.Digit && finding.Input.Channels != 1)
            throw new NotSupportedException(
                $"ImageClassifier: expected a model of grey pictures for ImageFraming.Digit; this one takes {finding.Input.Shape}.");
        if (framing is { } chosen) finding = finding with { Input = finding.Input with { Framing = chosen } };
        return range is { } pixels
            ? new ImageInputFinding(finding.Input with { Pixels = pixels, Order = ChannelOrder.Rgb }, "it was told", ImageInputSource.Caller)
            : finding;
    }

    private List<List<ClassProbability>> PredictBatch<T>(T[] batch, Func<T, byte[]> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = model.InputShape.Count;
        var values = new float[batch.Length * size];
        var failures = new Exception?[batch.Length];
        Parallel.For(0, batch.Length, i =>
        {
            try
            {
                Input.ToValues(read(batch[i]), values.AsSpan(i * size, size));
            }
            catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or InsufficientMemoryException)
            {
                failures[i] = error;
            }
        });
        if (Array.Find(failures, failure => failure is not null) is { } first) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        var outputs = model.Predict(new Tensor(model.InputShape.Prepend(batch.Length), values), batch.Length, cancellationToken);
        return [.. Enumerable.Range(0, batch.Length).Select(i => Ranked(outputs[i].ToArray()))];
    }

    /// <summary>What the model gives for a picture.</summary>
    private float[] Scores(byte[] pixels)
    {
        var values = new float[pixels.Length];
        Input.ToValues(pixels, values);
        return model.Predict(new Tensor(model.InputShape.Prepend(1), values)).Values;
    }

    private List<ClassProbability> Ranked(float[] outputs) =>
        [.. kind.ToProbabilities(outputs).Select((score, label) => new ClassProbability(label, Labels[label], score))
            .OrderByDescending(entry => entry.Probability)];
}
