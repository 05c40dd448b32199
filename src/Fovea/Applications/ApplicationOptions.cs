namespace Fovea;

/// <summary>
/// The arguments of Keras' applications, for <see cref="Applications"/>: <c>new() { IncludeTop = false, Pooling = GlobalPooling.Average }</c>.
/// </summary>
/// <remarks>
/// <see cref="Alpha"/>, <see cref="DepthMultiplier"/>, <see cref="Dropout"/>, <see cref="Minimalistic"/> and <see cref="IncludePreprocessing"/> are for some
/// networks only; the others refuse them.
/// </remarks>
public sealed record ApplicationOptions
{
    /// <summary>Whether the network ends in its classifier; true by default. Without it the network computes features.</summary>
    public bool IncludeTop { get; init; } = true;

    /// <summary>The weights that Keras publishes for ImageNet, as <see cref="Weights"/>.</summary>
    public const string ImageNet = "imagenet";

    /// <summary>
    /// <see cref="ImageNet"/> for the weights that Keras publishes, which are downloaded unless they are here
    /// (<see cref="Applications.DownloadWeightsAsync"/>); or a file of weights, or of a whole model with the same layers, in any format that
    /// <c>Model.LoadWeights</c> reads; null for fresh weights.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>
    /// The shape of an image, (height, width, channels), of which height and width may be open. By default it is that of the published network; without top,
    /// height and width are open.
    /// </summary>
    public Shape? InputShape { get; init; }

    /// <summary>How a network without top reduces its features; not at all by default.</summary>
    public GlobalPooling Pooling { get; init; }

    /// <summary>The number of classes of the top; 1000 by default, those of ImageNet.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>The activation of the top; softmax by default. <see cref="Activation.Linear"/> gives logits.</summary>
    public Activation ClassifierActivation { get; init; } = Activation.Softmax;

    /// <summary>The factor of the numbers of filters; 1 by default. MobileNet, MobileNetV2 and MobileNetV3.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>The number of kernels of each channel in depthwise convolutions; 1 by default. MobileNet.</summary>
    public int DepthMultiplier { get; init; } = 1;

    /// <summary>The rate of the dropout before the classes; by default 0.001 for MobileNet and 0.2 for MobileNetV3, which alone have the argument.</summary>
    public double? Dropout { get; init; }

    /// <summary>Whether the network has no squeeze-and-excitation, no hard swish and no kernels 5×5; false by default. MobileNetV3.</summary>
    public bool Minimalistic { get; init; }

    /// <summary>
    /// Whether the network rescales pixels from 0 to 255 itself; true by default. MobileNetV3, EfficientNetV2 and ConvNeXt. The network's
    /// <see cref="Model.ImageInput"/> is right either way.
    /// </summary>
    public bool IncludePreprocessing { get; init; } = true;

    /// <summary>The name of the model; Keras' by default.</summary>
    public string? Name { get; init; }

    /// <summary>The seed of fresh weights and of everything random in the model.</summary>
    public long Seed { get; init; }
}
