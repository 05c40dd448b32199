using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>What the augmentation layers write and read.</summary>
public sealed partial class Config
{
    private static readonly (string Name, ResizeInterpolation Value)[] Interpolations =
    [
        ("bilinear", ResizeInterpolation.Bilinear), ("nearest", ResizeInterpolation.Nearest), ("bicubic", ResizeInterpolation.Bicubic),
        ("lanczos3", ResizeInterpolation.Lanczos3), ("lanczos5", ResizeInterpolation.Lanczos5),
    ];

    internal void Set(string key, FactorRange value) => json[key] = new JsonArray(Shortest(value.Low), Shortest(value.High));

    internal bool IsAbsent(string key) => Find(key) is null;

    internal bool IsText(string key, string text) => Find(key) is JsonValue value && value.TryGetValue<string>(out var found) && found == text;

    internal bool IsPair(string key) => Find(key) is JsonArray;

    internal FactorRange GetFactor(string key, FactorRange absent) => IsAbsent(key) ? absent : GetFactor(key);

    internal FactorRange GetFactor(string key)
    {
        if (Find(key) is not JsonArray pair) return GetFloat(key);
        if (pair.Count != 2 || pair[0] is not JsonValue first || pair[1] is not JsonValue second
            || !first.TryGetValue<double>(out var low) || !second.TryGetValue<double>(out var high)) throw Wrong(key, "a number or a pair of numbers", pair);
        return new FactorRange((float)Math.Min(low, high), (float)Math.Max(low, high));
    }

    /// <summary>Reads one of several names; a value of one's own where it is left out.</summary>
    internal T GetChoice<T>(string key, T absent, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (IsAbsent(key)) return absent;
        var names = new string[choices.Length];
        for (var i = 0; i < names.Length; i++) names[i] = $"'{choices[i].Name}'";
        var expected = string.Join(", ", names);
        var found = Read<string>(key, expected);
        foreach (var (name, value) in choices)
            if (name == found) return value;
        throw Wrong(key, expected, Find(key));
    }

    internal void Set(string key, ResizeInterpolation value) => Set(key, Interpolations.First(pair => pair.Value == value).Name);

    internal ResizeInterpolation GetResizeInterpolation(string key, ResizeInterpolation absent) => GetChoice(key, absent, Interpolations);

    internal void SetFilling(FillMode fillMode, Interpolation interpolation, float fillValue)
    {
        Set("fill_mode", fillMode switch { FillMode.Reflect => "reflect", FillMode.Constant => "constant", FillMode.Wrap => "wrap", _ => "nearest" });
        Set("interpolation", interpolation == Interpolation.Bilinear ? "bilinear" : "nearest");
        SetNull("seed");
        Set("fill_value", fillValue);
        Set("data_format", "channels_last");
    }

    internal (FillMode FillMode, Interpolation Interpolation, float FillValue) GetFilling()
    {
        Require("data_format", "channels_last");
        return (
            GetChoice("fill_mode", FillMode.Reflect,
                ("reflect", FillMode.Reflect), ("constant", FillMode.Constant), ("wrap", FillMode.Wrap), ("nearest", FillMode.Nearest)),
            GetChoice("interpolation", Interpolation.Bilinear, ("bilinear", Interpolation.Bilinear), ("nearest", Interpolation.Nearest)),
            GetFloat("fill_value", 0));
    }
}
