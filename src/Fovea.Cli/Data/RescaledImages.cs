namespace Fovea.Cli;

/// <summary>Images of a data set with other pixel values.</summary>
internal static class RescaledImages
{
    /// <summary>
    /// Converts pixel values from the range 0 to 1 to another scale. For a scale with mean and deviation, they are first rounded to bytes, as in an image file.
    /// </summary>
    public static Dataset WithPixels(this Dataset whole, PixelScale pixels) => pixels == PixelScale.ZeroToOne ? whole : new Rescaled(whole, pixels);

    private sealed class Rescaled(Dataset whole, PixelScale pixels) : Dataset
    {
        public override int Count => whole.Count;

        public override Shape InputShape => whole.InputShape;

        public override Shape TargetShape => whole.TargetShape;

        public override IReadOnlyList<string> ClassNames => whole.ClassNames;

        public override ImageInput? ImageInput => whole.ImageInput is { } input ? input with { Pixels = pixels } : null;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            whole.Read(index, input, target);
            if (pixels.ToRange() is { } range)
            {
                range.FromUnit(input);
                return;
            }

            var channels = InputShape[^1];
            for (var i = 0; i < input.Length; i++) input[i] = pixels.ToValue((byte)MathF.Round(255 * input[i]), i % channels);
        }
    }
}
