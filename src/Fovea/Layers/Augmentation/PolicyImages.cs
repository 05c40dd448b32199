namespace Fovea;

/// <summary>What the layers of learned policies have in common: images of one or three channels, and their settings.</summary>
internal static class PolicyImages
{
    /// <exception cref="ShapeException">The images have neither one nor three channels.</exception>
    public static void Require(Layer layer, Shape images)
    {
        if (images[3] is not (1 or 3)) throw new ShapeException(layer.Subject, $"expected images of 1 or 3 channels; received {images[1..]}.");
    }

    extension(Config config)
    {
        /// <summary>Keras draws operations per batch, so that only the draw per image is written.</summary>
        public void SetChoice(Interpolation interpolation, bool perBatch)
        {
            config.Set("interpolation", interpolation == Interpolation.Bilinear ? "bilinear" : "nearest");
            config.SetNull("seed");
            config.SetPerBatch(perBatch);
        }

        public (Interpolation Interpolation, bool PerBatch) GetChoice() => (
            config.GetChoice("interpolation", Interpolation.Bilinear, ("bilinear", Interpolation.Bilinear), ("nearest", Interpolation.Nearest)),
            config.GetPerBatch());

        public void SetPolicy((double Low, double High) range, Interpolation interpolation, double fillValue)
        {
            config.Set("value_range", (FactorRange)range);
            config.Set("interpolation", interpolation == Interpolation.Bilinear ? "bilinear" : "nearest");
            config.Set("fill_value", fillValue);
        }

        public ((double Low, double High) Range, Interpolation Interpolation, double FillValue) GetPolicy()
        {
            var range = config.GetFactor("value_range", (0, 255));
            var interpolation = config.GetChoice(
                "interpolation", Interpolation.Nearest, ("bilinear", Interpolation.Bilinear), ("nearest", Interpolation.Nearest));
            return ((range.Low, range.High), interpolation, config.GetFloat("fill_value", 0));
        }
    }
}
