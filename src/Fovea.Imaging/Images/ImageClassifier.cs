using System.Globalization;

namespace Fovea.Imaging;

/// <summary>The probability of one class for an image.</summary>
/// <param name="Class">Its number.</param>
/// <param name="Name">Its name, or its number if the model has no class names.</param>
/// <param name="Probability">From 0 to 1. Those of a softmax add up to 1; those of several sigmoids need not. For outputs that are no
/// probabilities (<see cref="OutputKind.Values"/>) a softmax is applied.</param>
public sealed record ClassProbability(int Class, string Name, double Probability);

/// <summary>Classifies images with a model: prepares images as the model expects, and converts its outputs to probabilities.</summary>
/// <remarks>
/// Several threads may use one classifier at the same time, for instance as a singleton of a service: images are decoded in parallel, and the model
/// predicts as described at <c>Model.Predict</c>. Do not train or change the model meanwhile.
/// </remarks>
public sealed class ImageClassifier
{
    private readonly Model model;
    private readonly OutputKind kind;

    /// <summary>
    /// Creates a classifier that prepares images as <see cref="ImageInputFinding.Of"/> finds for the model.
    /// </summary>
    /// <param name="model">A model with the input (height, width, 1 or 3) or (height, width), and with one score, or one per class, as output.</param>
    /// <param name="range">The range of pixel values; null for that of the model.</param>
    /// <param name="framing">Whether the whole image is read or a digit in it; null for the model's setting.</param>
    /// <exception cref="NotSupportedException">The model has another input or output.</exception>
    public ImageClassifier(Model model, PixelRange? range = null, ImageFraming? framing = null)
        : this(model, Found(model, range, framing))
    {
    }

    /// <summary>Creates a classifier with a given preprocessing.</summary>
    /// <param name="model">A model with one score, or one per class, as output.</param>
    /// <param name="input">The preprocessing of images.</param>
    /// <exception cref="NotSupportedException">The model has another input or output.</exception>
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
            throw new NotSupportedException($"ImageClassifier: expected images of the model's input {model.InputShape}; received {finding.Input.Shape}.");
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

    /// <summary>The shape of one sample: that of the images for a model that takes images of any size.</summary>
    private Shape SampleShape => model.InputShape.IsOpen ? Input.Shape : model.InputShape;

    /// <summary>The names of the classes by their numbers.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The preprocessing of images.</summary>
    public ImageInput Input => Finding.Input;

    /// <summary>The preprocessing with its origin, and whether it was assumed.</summary>
    public ImageInputFinding Finding { get; }

    /// <summary>Whether the model's outputs are probabilities, logits or other values.</summary>
    public OutputKind OutputKind => kind;

    /// <summary>
    /// The names of a model's classes by class number. If the model has none, they are those of ImageNet for a network that Keras publishes
    /// (<see cref="ImageNetClasses.Of"/>), and the numbers otherwise.
    /// </summary>
    public static IReadOnlyList<string> LabelsOf(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var count = model.ClassCount;
        if (model.ClassNames.Count == count) return model.ClassNames;
        return ImageNetClasses.Of(model) is { Count: > 0 } names
            ? names
            : [.. Enumerable.Range(0, count).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>Classifies an image.</summary>
    /// <returns>The classes in descending order of probability.</returns>
    /// <param name="file">An image file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or it is damaged; the message tells which.</exception>
    public IReadOnlyList<ClassProbability> Predict(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Ranked(Scores(ImageReader.Read(file, Input)));
    }

    /// <summary>
    /// Finds the labels of an image with a model of several labels: those whose probability is above their threshold, <see cref="Model.LabelThresholds"/>.
    /// </summary>
    /// <returns>The labels in descending order of probability; none if no label applies.</returns>
    /// <param name="file">An image file.</param>
    /// <exception cref="InvalidOperationException">The model has no thresholds.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or it is damaged; the message tells which.</exception>
    public IReadOnlyList<ClassProbability> PredictLabels(string file)
    {
        if (model.LabelThresholds.Count == 0)
            throw new InvalidOperationException(
                $"ImageClassifier: expected a model of several labels; '{model.Name}' has no thresholds. Set LabelThresholds, or use Predict.");
        return [.. Predict(file).Where(label => label.Probability > model.LabelThresholds[label.Class])];
    }

    /// <summary>Classifies an image.</summary>
    /// <returns>The classes in descending order of probability.</returns>
    /// <param name="stream">The bytes of an image file, from the current position of the stream to its end. The stream need not be seekable, and stays
    /// open.</param>
    /// <exception cref="InvalidDataException">The bytes are not an image, or are damaged.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public IReadOnlyList<ClassProbability> Predict(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Ranked(Scores(ImageReader.Read(ImageReader.ReadToEnd(stream), Input)));
    }

    /// <summary>Classifies an image.</summary>
    /// <returns>The classes in descending order of probability.</returns>
    /// <param name="encoded">The bytes of an image file.</param>
    /// <exception cref="InvalidDataException">The bytes are not an image, or are damaged.</exception>
    public IReadOnlyList<ClassProbability> Predict(ReadOnlySpan<byte> encoded) => Ranked(Scores(ImageReader.Read(encoded.ToArray(), Input)));

    /// <summary>Writes the probability of each class into the caller's memory.</summary>
    /// <param name="encoded">The bytes of an image file.</param>
    /// <param name="probabilities">Receives the probability of each of the <see cref="Labels"/>, by class number.</param>
    /// <exception cref="InvalidDataException">The bytes are not an image, or are damaged.</exception>
    /// <exception cref="ArgumentException">The memory is too small.</exception>
    public void Predict(ReadOnlySpan<byte> encoded, Span<double> probabilities)
    {
        if (probabilities.Length < Labels.Count)
            throw new ArgumentException(
                $"ImageClassifier: expected room for {Labels.Count} probabilities; received {probabilities.Length}.", nameof(probabilities));
        kind.ToProbabilities(Scores(ImageReader.Read(encoded.ToArray(), Input)), probabilities);
    }

    /// <summary>Reads a stream asynchronously and classifies its image.</summary>
    /// <returns>The classes in descending order of probability.</returns>
    /// <param name="stream">The bytes of an image file, from the current position of the stream to its end. The stream need not be seekable, and stays
    /// open.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidDataException">The bytes are not an image, or are damaged.</exception>
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

    /// <summary>Classifies many images. Those of a batch are decoded on all threads and predicted together.</summary>
    /// <param name="files">Image files.</param>
    /// <param name="batchSize">The number of images that are predicted together, at least 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>For each file in order, the classes in descending order of probability. Batches are computed lazily.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is not an image, or it is damaged; the message tells which.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<IReadOnlyList<ClassProbability>> PredictAll(IEnumerable<string> files, int batchSize = 32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return files.Chunk(batchSize).SelectMany(batch => PredictBatch(batch, file => ImageReader.Read(file, Input), cancellationToken));
    }

    /// <summary>Classifies many images. Those of a batch are decoded on all threads and predicted together.</summary>
    /// <param name="images">The bytes of image files, for instance from a database or a request.</param>
    /// <param name="batchSize">The number of images that are predicted together, at least 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>For each image in order, the classes in descending order of probability. Batches are computed lazily.</returns>
    /// <exception cref="InvalidDataException">The bytes are not an image, or are damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<IReadOnlyList<ClassProbability>> PredictAll(
        IEnumerable<ReadOnlyMemory<byte>> images, int batchSize = 32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return images.Chunk(batchSize).SelectMany(batch => PredictBatch(batch, image => ImageReader.Read(image.ToArray(), Input), cancellationToken));
    }

    private static ImageInputFinding Found(Model model, PixelRange? range, ImageFraming? framing)
    {
        var finding = ImageInputFinding.Of(model);
        if (framing == ImageFraming.Digit && finding.Input.Channels != 1)
            throw new NotSupportedException(
                $"ImageClassifier: expected a model of grey images for ImageFraming.Digit; this one takes {finding.Input.Shape}.");
        if (framing is { } chosen) finding = finding with { Input = finding.Input with { Framing = chosen } };
        return range is { } pixels
            ? new ImageInputFinding(finding.Input with { Pixels = pixels, Order = ChannelOrder.Rgb }, "it was told", ImageInputSource.Caller)
            : finding;
    }

    private List<List<ClassProbability>> PredictBatch<T>(T[] batch, Func<T, byte[]> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = SampleShape.Count;
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
        var outputs = model.Predict(new Tensor(SampleShape.Prepend(batch.Length), values), batch.Length, verbose: 0, cancellationToken: cancellationToken);
        return [.. Enumerable.Range(0, batch.Length).Select(i => Ranked(outputs.Sample(i).ToArray()))];
    }

    /// <summary>The outputs of the model for an image.</summary>
    private float[] Scores(byte[] pixels)
    {
        var values = new float[pixels.Length];
        Input.ToValues(pixels, values);
        return model.Predict(new Tensor(SampleShape.Prepend(1), values), verbose: 0).Values;
    }

    private List<ClassProbability> Ranked(float[] outputs) =>
        [.. kind.ToProbabilities(outputs).Select((score, label) => new ClassProbability(label, Labels[label], score))
            .OrderByDescending(entry => entry.Probability)];
}
