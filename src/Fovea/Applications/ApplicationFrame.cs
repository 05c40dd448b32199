namespace Fovea;

/// <summary>What all applications share: the input, the end, the weights, the preprocessing and the class names.</summary>
/// <param name="name">The name of the method in <see cref="Applications"/>, for errors.</param>
/// <param name="modelName">The model's name if the options have none.</param>
/// <param name="given">The options; null for the defaults.</param>
/// <param name="size">The height and width of the published network's images.</param>
/// <param name="pixels">The values that the network takes. Those of <see cref="PixelScale.Caffe"/> are blue first.</param>
internal sealed class ApplicationFrame(string name, string modelName, ApplicationOptions? given, int size, PixelScale pixels)
{
    private SymbolicTensor? input;

    public ApplicationOptions Options { get; } = given ?? new();

    /// <summary>The smallest height and width.</summary>
    public int MinSize { get; init; } = 32;

    /// <summary>Whether the network needs a known height and width also without top.</summary>
    public bool NeedsSize { get; init; }

    /// <summary>What happens to an image that is no square.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>The options that only some networks know, and this one does.</summary>
    public IReadOnlyList<string> Knows { get; init; } = [];

    private string Subject => $"Applications.{name}";

    /// <summary>Checks the options and creates the input.</summary>
    /// <exception cref="ArgumentException">The network does not know an option, or it is outside its range.</exception>
    public Features Begin()
    {
        Validate();
        var shape = Options.InputShape ?? (Options.IncludeTop || NeedsSize ? [size, size, 3] : Shape.WithOpen(null, null, 3));
        if (shape.Rank != 3 || shape.Sizes[2] is null || (NeedsSize && shape.IsOpen))
            throw new ArgumentException(
                $"{Subject}: expected the shape of an image, (height, width, channels){(NeedsSize ? "" : ", of which height and width may be open")}; "
                + $"received {shape}.", nameof(ApplicationOptions.InputShape));
        if (shape.Sizes.Take(2).Any(side => side < MinSize))
            throw new ArgumentException(
                $"{Subject}: expected images of at least {MinSize}×{MinSize}; received {shape}.", nameof(ApplicationOptions.InputShape));
        input = Input.Of(shape, "input_layer").Output;
        return new Features(input, []);
    }

    /// <summary>The outputs for the classes.</summary>
    public Features Classify(Features x, string layer = "predictions", Initializer? initializer = null) => x.Then(
        new Dense(Options.Classes, Options.ClassifierActivation) { KernelInitializer = initializer ?? Initializer.GlorotUniform }, layer);

    /// <summary>Ends most networks: the mean of each channel, and the classes.</summary>
    /// <param name="x">The last features.</param>
    /// <param name="average">The name of the layer for the mean; null for a name after its class.</param>
    /// <param name="isNamedWithoutTop">Whether the pooling without top has a name too.</param>
    public Model EndPooled(Features x, string? average, bool isNamedWithoutTop = false) =>
        End(x, features => Classify(features.Then(new GlobalAveragePooling2D(), average)), isNamedWithoutTop);

    /// <summary>Adds the top or the pooling, creates the model and loads its weights.</summary>
    /// <param name="x">The last features.</param>
    /// <param name="top">Adds the top.</param>
    /// <param name="isNamedWithoutTop">Whether the pooling without top has a name.</param>
    /// <param name="normalize">Is applied to the features without top after pooling.</param>
    public Model End(Features x, Func<Features, Features> top, bool isNamedWithoutTop = false, Func<Features, Features>? normalize = null)
    {
        if (Options.IncludeTop) x = top(x);
        else
        {
            if (Options.Pooling == GlobalPooling.Average) x = x.Then(new GlobalAveragePooling2D(), isNamedWithoutTop ? "avg_pool" : null);
            if (Options.Pooling == GlobalPooling.Max) x = x.Then(new GlobalMaxPooling2D(), isNamedWithoutTop ? "max_pool" : null);
            if (normalize is not null) x = normalize(x);
        }

        var model = new Model(input!, x.Tensor, Options.Name ?? modelName, Options.Seed) { ImageInput = ImagesOf(input!.Shape) };
        if (Options.Weights is not { } weights) return model;
        model.LoadWeights(Applications.WeightsFile(name, Options, weights));
        if (Options is { IncludeTop: true, Classes: 1000 }) model.ClassNames = ImageNetClasses.Names;
        return model;
    }

    /// <summary>The preprocessing; null for images that are neither grey nor coloured, or grey ones if the network has a mean for each colour.</summary>
    private ImageInput? ImagesOf(Shape shape)
    {
        var channels = shape[2];
        if (channels is not (1 or 3) || pixels.Channels > channels) return null;
        return new ImageInput(shape.Sizes[0] ?? size, shape.Sizes[1] ?? size, channels)
        {
            Pixels = pixels,
            Fit = Fit,
            Order = pixels == PixelScale.Caffe ? ChannelOrder.Bgr : ChannelOrder.Rgb,
        };
    }

    private void Validate()
    {
        Options.Classes.AtLeast(1, Subject, nameof(Options.Classes));
        Options.Pooling.Defined(Subject, nameof(Options.Pooling));
        Options.ClassifierActivation.NotNull(Subject, nameof(Options.ClassifierActivation));
        Options.Alpha.AboveZero(Subject, nameof(Options.Alpha));
        Options.Dropout?.Rate(Subject, nameof(Options.Dropout));
        if (Options is { IncludeTop: true, Pooling: not GlobalPooling.None })
            throw new ArgumentException(
                $"{Subject}: {nameof(Options.Pooling)} is for networks without top; set {nameof(Options.IncludeTop)} to false.", nameof(Options.Pooling));
        if (Options.Weights == ApplicationOptions.ImageNet) PublishedWeights.For(name, Options);
        (string Option, bool IsSet)[] special =
        [
            (nameof(Options.Alpha), Options.Alpha != 1), (nameof(Options.DepthMultiplier), Options.DepthMultiplier != 1),
            (nameof(Options.Dropout), Options.Dropout is not null), (nameof(Options.Minimalistic), Options.Minimalistic),
            (nameof(Options.IncludePreprocessing), !Options.IncludePreprocessing),
        ];
        foreach (var (option, isSet) in special)
        {
            if (isSet && !Knows.Contains(option))
                throw new ArgumentException(
                    $"{Subject}: the network has no {option}; it has {(Knows.Count == 0 ? "none of the special options" : string.Join(", ", Knows))}.", option);
        }
    }
}
