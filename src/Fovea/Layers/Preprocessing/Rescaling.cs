using System.Text.Json.Nodes;
using Fovea.Engine;

namespace Fovea;

/// <summary>
/// Computes x · scale + offset. <c>keras.layers.Rescaling</c>. <c>new Rescaling(1.0 / 255)</c> maps pixels from 0..255 to 0..1. Scale and offset may differ
/// between channels (the innermost dimension).
/// </summary>
public sealed class Rescaling : Layer
{
    /// <summary>Rescales all channels alike.</summary>
    /// <param name="scale">The factor.</param>
    /// <param name="offset">The offset that is added after scaling.</param>
    public Rescaling(double scale, double offset)
        : this([scale], [offset])
    {
    }

    /// <summary>Multiplies all channels by a factor.</summary>
    /// <param name="scale">The factor.</param>
    public Rescaling(double scale)
        : this(scale, 0)
    {
    }

    /// <summary>Rescales each channel separately.</summary>
    /// <param name="scale">The factors, one per channel or one for all.</param>
    /// <param name="offset">The offsets that are added after scaling, one per channel or one for all.</param>
    public Rescaling(IReadOnlyList<double> scale, IReadOnlyList<double> offset)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(offset);
        if (scale.Count == 0 || offset.Count == 0 || (scale.Count > 1 && offset.Count > 1 && scale.Count != offset.Count))
            throw ArgumentRules.Wrong(
                nameof(Rescaling), nameof(offset), $"one number, or one for each of the {scale.Count} channels", $"{offset.Count} numbers");
        Scale = [.. scale.Select(value => value.Finite(nameof(Rescaling), nameof(scale)))];
        Offset = [.. offset.Select(value => value.Finite(nameof(Rescaling), nameof(offset)))];
    }

    /// <inheritdoc cref="Rescaling(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public Rescaling(IReadOnlyList<float> scale, IReadOnlyList<float> offset)
        : this(Doubles(scale, nameof(scale)), Doubles(offset, nameof(offset)))
    {
    }

    /// <summary>The factor, or one factor per channel.</summary>
    public IReadOnlyList<double> Scale { get; }

    /// <summary>The offset that is added after scaling, or one offset per channel.</summary>
    public IReadOnlyList<double> Offset { get; }

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var channels = Math.Max(Scale.Count, Offset.Count);
        if (channels > 1 && (input.Shape.Rank < 2 || input.Shape[^1] != channels))
            throw new ShapeException(Subject, $"expected inputs of {channels} channels; received {SymbolicTensor.Print(input.Shape[1..])}.");
        if (channels == 1) return ((float)Scale[0] * input) + (float)Offset[0];
        return (input * Of(Scale)) + Of(Offset);

        Node Of(IReadOnlyList<double> values) =>
            AffineAugmentation.Vector(context, [.. Enumerable.Range(0, channels).Select(i => (float)values[values.Count == 1 ? 0 : i])]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Json["scale"] = Json(Scale);
        config.Json["offset"] = Json(Offset);
    }

    internal static Rescaling FromConfig(Config config) => new(Read(config, "scale") ?? [config.GetFloat("scale")], Read(config, "offset") ?? [0]);

    private static double[] Doubles(IReadOnlyList<float> values, string argument) =>
        [.. values.NotNull(nameof(Rescaling), argument).Select(value => (double)value)];

    private static JsonNode Json(IReadOnlyList<double> values) =>
        values is [var only] ? only : new JsonArray([.. values.Select(value => (JsonNode)value)]);

    private static float[]? Read(Config config, string key) => config.Find(key) switch
    {
        null => null,
        JsonArray => config.GetFloats(key)?.ToArray(),
        JsonObject array when array.TextOrNull("class_name") == "__numpy__" && array.ObjectOrNull("config")?["value"] is JsonArray values =>
            [.. values.Select(value => (float)(JsonReading.AsNumber(value) ?? float.NaN))],
        _ => [config.GetFloat(key)],
    };
}
