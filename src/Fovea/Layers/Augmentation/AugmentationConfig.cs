using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>Settings of the augmentation layers in a configuration.</summary>
internal static class AugmentationConfig
{
    private static readonly (string Name, ResizeInterpolation Value)[] Interpolations =
    [
        ("bilinear", ResizeInterpolation.Bilinear), ("nearest", ResizeInterpolation.Nearest), ("bicubic", ResizeInterpolation.Bicubic),
        ("lanczos3", ResizeInterpolation.Lanczos3), ("lanczos5", ResizeInterpolation.Lanczos5),
    ];

    /// <summary>The last one is not known to all layers of Keras.</summary>
    private static readonly (string Name, FillMode Value)[] FillModes =
    [
        ("reflect", FillMode.Reflect), ("constant", FillMode.Constant), ("wrap", FillMode.Wrap), ("nearest", FillMode.Nearest), ("mirror", FillMode.Mirror),
    ];

    private static readonly (string Name, FlipMode Value)[] FlipModes =
        [("horizontal", FlipMode.Horizontal), ("vertical", FlipMode.Vertical), ("horizontal_and_vertical", FlipMode.HorizontalAndVertical)];

    /// <summary>Requires a fill mode that the layers of Keras for affine transforms have: all but <see cref="FillMode.Mirror"/>.</summary>
    public static FillMode OfKeras(this FillMode fillMode, string subject, string argument) => fillMode is >= FillMode.Reflect and <= FillMode.Nearest
        ? fillMode
        : throw ArgumentRules.Wrong(subject, argument, $"one of Reflect, Constant, Wrap, Nearest", fillMode);

    extension(Config config)
    {
        public void Set(string key, FactorRange value) => config.Json[key] = new JsonArray(value.Low, value.High);

        public FactorRange GetFactor(string key, FactorRange absent) => config.IsAbsent(key) ? absent : config.GetFactor(key);

        public FactorRange GetFactor(string key)
        {
            if (config.Find(key) is not JsonArray pair) return config.GetFloat(key);
            if (pair.Count != 2 || pair[0] is not JsonValue first || pair[1] is not JsonValue second
                || !first.TryGetValue<double>(out var low) || !second.TryGetValue<double>(out var high))
                throw config.Wrong(key, "a number or a pair of numbers", pair);
            return new FactorRange((float)Math.Min(low, high), (float)Math.Max(low, high));
        }

        public void Set(string key, FillMode value) => config.Set(key, FillModes.First(pair => pair.Value == value).Name);

        public FillMode GetFillMode(string key, FillMode absent) => config.GetChoice(key, absent, FillModes);

        public void Set(string key, ResizeInterpolation value) => config.Set(key, Interpolations.First(pair => pair.Value == value).Name);

        public ResizeInterpolation GetResizeInterpolation(string key, ResizeInterpolation absent) => config.GetChoice(key, absent, Interpolations);

        public void Set(string key, FlipMode value) => config.Set(key, FlipModes.First(pair => pair.Value == value).Name);

        public FlipMode GetFlipMode(string key) => config.GetChoice(key, FlipMode.HorizontalAndVertical, FlipModes);

        public void SetValueRange((double Low, double High) value) => config.Set("value_range", (FactorRange)value);

        public (double Low, double High) GetValueRange()
        {
            config.Require("data_format", "channels_last");
            var range = config.GetFactor("value_range", (0, 255));
            return (range.Low, range.High);
        }

        public void SetFactorAndValueRange(FactorRange factor, (double Low, double High) range)
        {
            config.Set("data_format", "channels_last");
            config.Set("factor", factor);
            config.SetValueRange(range);
            config.SetNull("seed");
        }

        /// <summary>Layers of a file by Keras draw once for a batch, so only the other way is written.</summary>
        public void SetPerBatch(bool value)
        {
            if (!value) config.Set("fovea_per_batch", false);
        }

        public bool GetPerBatch() => config.GetBool("fovea_per_batch", true);

        public void SetInterpolation(Interpolation value) => config.Set("interpolation", value == Interpolation.Bilinear ? "bilinear" : "nearest");

        public Interpolation GetInterpolation() => config.GetChoice(
            "interpolation", Interpolation.Bilinear, ("bilinear", Interpolation.Bilinear), ("nearest", Interpolation.Nearest));

        public void SetFilling(FillMode fillMode, Interpolation interpolation, double fillValue)
        {
            config.Set("fill_mode", FillModes.First(pair => pair.Value == fillMode).Name);
            config.SetInterpolation(interpolation);
            config.SetNull("seed");
            config.Set("fill_value", fillValue);
            config.Set("data_format", "channels_last");
        }

        public (FillMode FillMode, Interpolation Interpolation, float FillValue) GetFilling(bool hasMirror = false)
        {
            config.Require("data_format", "channels_last");
            return (
                config.GetChoice("fill_mode", FillMode.Reflect, hasMirror ? FillModes : FillModes[..^1]),
                config.GetInterpolation(), config.GetFloat("fill_value", 0));
        }
    }
}
