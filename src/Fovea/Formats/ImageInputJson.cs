using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fovea.Formats;

/// <summary>Reads and writes <see cref="ImageInput"/> and <see cref="OutputKind"/> as JSON, in the form that all formats share.</summary>
internal static class ImageInputJson
{
    private static readonly string[] Settings =
    [
        "height", "width", "channels", "order", "divisor", "mean", "deviation", "resize", "antialias", "fit", "apply_orientation", "manage_colors",
        "treatment",
    ];

    public static JsonObject Write(ImageInput input) => new()
    {
        ["height"] = input.Height,
        ["width"] = input.Width,
        ["channels"] = input.Channels,
        ["order"] = Name(input.Order),
        ["divisor"] = Config.Shortest(input.Pixels.Divisor),
        ["mean"] = Numbers(input.Pixels.Mean),
        ["deviation"] = Numbers(input.Pixels.Deviation),
        ["resize"] = Name(input.Resize),
        ["antialias"] = input.Antialias,
        ["fit"] = Name(input.Fit),
        ["apply_orientation"] = input.ApplyOrientation,
        ["manage_colors"] = input.ManageColors,
        ["treatment"] = Name(input.Framing),
    };

    /// <summary>Reads an image input. If it has an unknown setting, the result is null and the report gets a note.</summary>
    /// <exception cref="ModelFormatException">A setting is missing or invalid.</exception>
    public static ImageInput? Read(JsonNode? node, LoadReport report)
    {
        if (node is null) return null;
        var json = node as JsonObject ?? throw Wrong(report, $"an object; received {JsonText.Describe(node)}");
        if (json.FirstOrDefault(entry => !Settings.Contains(entry.Key)).Key is { } unknown)
        {
            report.Note($"the image input was ignored, because its setting {unknown} = {json[unknown]?.ToJsonString() ?? "null"} is unknown.");
            return null;
        }

        try
        {
            var input = new ImageInput(Whole("height"), Whole("width"), Whole("channels"))
            {
                Order = Choice<ChannelOrder>("order"),
                Pixels = new PixelScale(Number(json["divisor"], "divisor"), List("mean"), List("deviation")),
                Resize = Choice<ResizeMethod>("resize"),
                Antialias = Truth("antialias"),
                Fit = Choice<ImageFit>("fit"),
                ApplyOrientation = Truth("apply_orientation"),
                ManageColors = Truth("manage_colors"),
                Framing = Choice<ImageFraming>("treatment"),
            };
            input.Validate();
            return input;
        }
        catch (ArgumentException error)
        {
            throw Wrong(report, $"valid settings; received {json.ToJsonString()}: {error.Message}", error);
        }

        int Whole(string name) => JsonReading.AsInteger(json[name]) ?? throw WrongSetting(name, "a whole number");
        bool Truth(string name) => json[name]?.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw WrongSetting(name, "true or false"),
        };

        float Number(JsonNode? value, string name) => (float)(JsonReading.AsNumber(value) ?? throw WrongSetting(name, "numbers"));
        float[] List(string name) => [.. (json.ListOrNull(name) ?? throw WrongSetting(name, "a list of numbers")).Select(value => Number(value, name))];
        T Choice<T>(string name)
            where T : struct, Enum => Parse<T>(json[name]) ?? throw WrongSetting(name, string.Join(", ", Enum.GetValues<T>().Select(Name)));

        ModelFormatException WrongSetting(string name, string expected) =>
            Wrong(report, $"{expected} for {name}; received {json[name]?.ToJsonString() ?? "nothing"}");
    }

    public static JsonNode Write(OutputKind kind) => Name(kind);

    /// <summary>Reads the kind of the outputs; null if the file does not state it.</summary>
    /// <exception cref="ModelFormatException">The kind is not known.</exception>
    public static OutputKind? ReadOutputKind(JsonNode? node, LoadReport report)
    {
        if (node is null) return null;
        return Parse<OutputKind>(node) ?? throw ModelFormatException.About(
            report.FilePath,
            $"expected {string.Join(", ", Enum.GetValues<OutputKind>().Select(Name))} as the kind of the outputs; received {node.ToJsonString()}.");
    }

    /// <summary>Reads the temperature that the weights contain; null if the file does not state it.</summary>
    /// <exception cref="ModelFormatException">It is not a positive number.</exception>
    public static double? ReadTemperature(JsonNode? node, LoadReport report)
    {
        if (node is null) return null;
        return JsonReading.AsNumber(node) is > 0 and < double.PositiveInfinity and var temperature
            ? temperature
            : throw ModelFormatException.About(report.FilePath, $"expected a positive number as the temperature; received {node.ToJsonString()}.");
    }

    public static JsonArray Write(IReadOnlyList<double> thresholds) => new([.. thresholds.Select(threshold => (JsonNode)threshold)]);

    /// <summary>Reads the thresholds of labels; none if the file does not state them.</summary>
    /// <exception cref="ModelFormatException">They are no numbers from 0 to 1.</exception>
    public static IReadOnlyList<double> ReadThresholds(JsonNode? node, LoadReport report)
    {
        if (node is null) return [];
        var values = (node as JsonArray)?.Select(JsonReading.AsNumber).ToArray();
        return values is { Length: > 0 } && values.All(value => value is >= 0 and <= 1)
            ? [.. values.Select(value => value!.Value)]
            : throw ModelFormatException.About(report.FilePath, $"expected thresholds from 0 to 1 of the labels; received {node.ToJsonString()}.");
    }

    /// <summary>The name of an enumeration value in files, as in <c>area</c>.</summary>
    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static T? Parse<T>(JsonNode? node)
        where T : struct, Enum =>
        JsonReading.AsText(node) is { } text && Enum.GetValues<T>().Where(value => Name(value) == text).ToArray() is [var only] ? only : null;

    private static JsonArray Numbers(IReadOnlyList<float> values) => new([.. values.Select(value => (JsonNode)Config.Shortest(value))]);

    private static ModelFormatException Wrong(LoadReport report, string sentence, Exception? cause = null) =>
        ModelFormatException.About(report.FilePath, $"the image input: expected {sentence.TrimEnd('.')}.", cause);
}
