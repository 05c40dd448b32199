namespace Fovea;

/// <summary>
/// Stretches the values of each channel of an image so that its smallest becomes the lowest and its largest the highest of the range of values. A channel of
/// one value is not changed. It acts in training and in inference, as in Keras. <c>keras.layers.AutoContrast</c>.
/// </summary>
public sealed class AutoContrast : ImageAugmentation
{
    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(AutoContrast)); } = (0, 255);

    /// <summary>False: the layer draws nothing and acts in inference too.</summary>
    public override bool ActsOnlyInTraining => false;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) => nodes with { Images = nodes.Images.StretchContrast(context, ValueRange) };

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.SetValueRange(ValueRange);
    }

    internal static AutoContrast FromConfig(Config config) => new() { ValueRange = config.GetValueRange() };
}
