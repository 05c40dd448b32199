using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, crops each image at a random position. In inference, and for images that are not larger in both directions, it takes the largest centered part
/// with the requested aspect ratio and resizes it bilinearly. <c>keras.layers.RandomCrop</c>, which draws one position for all images of a batch.
/// </summary>
/// <param name="height">The height of the output, in pixels.</param>
/// <param name="width">The width of the output, in pixels.</param>
public sealed class RandomCrop(int height, int width) : Layer
{
    /// <summary>The height of the output, in pixels.</summary>
    public int Height { get; } = height.AtLeast(1, nameof(RandomCrop), nameof(height));

    /// <summary>The width of the output, in pixels.</summary>
    public int Width { get; } = width.AtLeast(1, nameof(RandomCrop), nameof(width));

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        var (rows, columns) = (input.Shape[1] - Height, input.Shape[2] - Width);
        if (!context.Training || rows <= 0 || columns <= 0) return Framing.CropTo(input, (Height, Width)).Resize(Height, Width);
        var one = AffineAugmentation.One(input);
        var moved = AffineAugmentation.Transform(input, FillMode.Constant, Interpolation.Nearest, 0, one, null, Start(columns), null, one, Start(rows));
        return new Node(new CropOp(0, rows, 0, columns), moved);

        // The nearest pixel to y + u − ½ is y + ⌊u⌋, so all positions are equally probable.
        Node Start(int last) => AffineAugmentation.Draw(context, input, (0, last + 1), -0.5f);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("height", Height);
        config.Set("width", Width);
        config.SetNull("seed");
        config.Set("data_format", "channels_last");
    }

    internal static RandomCrop FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new RandomCrop(config.GetInt("height"), config.GetInt("width"));
    }
}
