using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, gives each image the artifacts of a JPEG file of random quality, as if it were saved and read again. In inference it returns its input. Keras
/// does not have it.
/// </summary>
/// <remarks>
/// A baseline file with the quantization tables of ITU-T T.81, Annex K, scaled by the quality as libjpeg does, and chrominance at half the height and width
/// (4:2:0). Images of one channel have no chrominance. The output has at most 256 different values in a channel, and its derivative is 0.
/// </remarks>
/// <param name="lowest">The lowest quality, from 1 to 100.</param>
/// <param name="highest">The highest quality, included. Each whole number is equally probable.</param>
public sealed class RandomJpegQuality(int lowest = 30, int highest = 100) : ImageAugmentation
{
    /// <summary>The lowest quality.</summary>
    public int Lowest { get; } = Quality(lowest, nameof(lowest));

    /// <summary>The highest quality.</summary>
    public int Highest { get; } = Quality(highest, nameof(highest)).AtLeast(lowest, nameof(RandomJpegQuality), nameof(highest));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomJpegQuality)); } = (0, 255);

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireImages(inputs[0]);
        if (inputs[0][^1] is not (1 or 3))
            throw new ShapeException(Subject, $"expected images of 1 or 3 channels; received {SymbolicTensor.Print(inputs[0])}.");
    }

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var quality = AffineAugmentation.Draw(context, nodes.Images, (Lowest, Highest + 1)).Floor();
        return nodes with { Images = new Node(new JpegOp(), nodes.Images.ToBytes(ValueRange), quality).FromBytes(ValueRange) };
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("lowest", Lowest);
        config.Set("highest", Highest);
        config.SetValueRange(ValueRange);
        config.SetNull("seed");
    }

    internal static RandomJpegQuality FromConfig(Config config) =>
        new(config.GetInt("lowest", 30), config.GetInt("highest", 100)) { ValueRange = config.GetValueRange() };

    private static int Quality(int value, string argument) =>
        value is >= 1 and <= 100 ? value : throw ArgumentRules.Wrong(nameof(RandomJpegQuality), argument, $"from 1 to 100", value);
}
