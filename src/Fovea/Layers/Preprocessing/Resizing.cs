using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Brings images to a size, in training and inference, as TensorFlow does without antialiasing; <c>keras.layers.Resizing</c>.</summary>
/// <param name="height">The rows they get.</param>
/// <param name="width">The columns they get.</param>
/// <param name="interpolation">How the images are read between their pixels.</param>
public sealed class Resizing(int height, int width, ResizeInterpolation interpolation = ResizeInterpolation.Bilinear) : Layer
{
    /// <summary>The rows images get.</summary>
    public int Height { get; } = height.AtLeast(1, nameof(Resizing), nameof(height));

    /// <summary>The columns images get.</summary>
    public int Width { get; } = width.AtLeast(1, nameof(Resizing), nameof(width));

    /// <summary>How the images are read between their pixels.</summary>
    public ResizeInterpolation Interpolation { get; } = interpolation.Defined(nameof(Resizing), nameof(interpolation));

    /// <summary>Whether the largest part in the middle that has the new proportions is resized, and the rest cut off.</summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>Whether margins of <see cref="FillValue"/> give the image the new proportions before it is resized.</summary>
    public bool PadToAspectRatio { get; init; }

    /// <summary>The value of the margins.</summary>
    public float FillValue { get; init => field = value.Finite(nameof(Resizing), nameof(FillValue)); }

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (CropToAspectRatio && PadToAspectRatio)
            throw new ShapeException(Subject, "expected images to be cropped or padded to their proportions; received both.");
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        var images = CropToAspectRatio ? Framing.CropTo(input, (Height, Width)) : PadToAspectRatio ? Framing.PadTo(input, (Height, Width), FillValue) : input;
        return images.Resize(Height, Width, Interpolation);
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
        config.Set("antialias", false);
        config.Set("data_format", "channels_last");
    }

    internal static Resizing FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        config.Require("fill_mode", "constant");
        config.Require("antialias", false);
        return new Resizing(config.GetInt("height"), config.GetInt("width"), config.GetResizeInterpolation("interpolation", ResizeInterpolation.Bilinear))
        {
            CropToAspectRatio = config.GetBool("crop_to_aspect_ratio", false),
            PadToAspectRatio = config.GetBool("pad_to_aspect_ratio", false),
            FillValue = config.GetFloat("fill_value", 0),
        };
    }
}
