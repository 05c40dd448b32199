namespace Fovea;

/// <summary>Resizes images. <c>keras.layers.Resizing</c>. It computes the same in training and inference.</summary>
/// <param name="height">The height of the output, in pixels.</param>
/// <param name="width">The width of the output, in pixels.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
public sealed class Resizing(int height, int width, ResizeInterpolation interpolation = ResizeInterpolation.Bilinear) : ImageAugmentation
{
    /// <summary>The height of the output, in pixels.</summary>
    public int Height { get; } = height.AtLeast(1, nameof(Resizing), nameof(height));

    /// <summary>The width of the output, in pixels.</summary>
    public int Width { get; } = width.AtLeast(1, nameof(Resizing), nameof(width));

    /// <summary>How values between pixels are interpolated.</summary>
    public ResizeInterpolation Interpolation { get; } = interpolation.Defined(nameof(Resizing), nameof(interpolation));

    /// <summary>Whether the image is first cropped to the largest centered part with the aspect ratio of the output.</summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>Whether margins of <see cref="FillValue"/> first give the image the aspect ratio of the output.</summary>
    public bool PadToAspectRatio { get; init; }

    /// <summary>The value of the margins; 0 by default.</summary>
    public double FillValue { get; init => field = value.Finite(nameof(Resizing), nameof(FillValue)); }

    /// <summary>
    /// Whether each pixel of a shrunk image is a weighted mean of all pixels that it covers, as in Pillow, so that fine patterns do not become noise. It does
    /// not change <see cref="ResizeInterpolation.Nearest"/> and masks. False by default, as in Keras.
    /// </summary>
    public bool Antialias { get; init; }

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => false;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (CropToAspectRatio && PadToAspectRatio)
            throw new ShapeException(Subject, "expected CropToAspectRatio or PadToAspectRatio; received both.");
    }

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        Size2D size = (Height, Width);
        var frame = CropToAspectRatio ? Frame.LargestPart(nodes.Images, size)
            : PadToAspectRatio ? Frame.WithMargins(nodes.Images, size)
            : Frame.Whole(nodes.Images);
        return frame.Of(nodes, size, Interpolation, FillValue, Antialias);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("height", Height);
        config.Set("width", Width);
        config.Set("interpolation", Interpolation);
        config.Set("crop_to_aspect_ratio", CropToAspectRatio);
        config.Set("pad_to_aspect_ratio", PadToAspectRatio);
        config.Set("fill_mode", "constant");
        config.Set("fill_value", FillValue);
        config.Set("antialias", Antialias);
        config.Set("data_format", "channels_last");
    }

    internal static Resizing FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        config.Require("fill_mode", "constant");
        return new Resizing(config.GetInt("height"), config.GetInt("width"), config.GetResizeInterpolation("interpolation", ResizeInterpolation.Bilinear))
        {
            CropToAspectRatio = config.GetBool("crop_to_aspect_ratio", false),
            PadToAspectRatio = config.GetBool("pad_to_aspect_ratio", false),
            FillValue = config.GetDouble("fill_value", 0),
            Antialias = config.GetBool("antialias", false),
        };
    }
}
