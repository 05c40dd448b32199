using System.Globalization;
using System.Text.Json;

namespace Fovea.Tests.Data.Tensors;

/// <summary>The arrays of <c>tensors.json</c>, which NumPy computed (<c>tests/Golden/make_tensors.py</c>).</summary>
internal static class NumpyValues
{
    private static readonly JsonElement Root =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests", "Golden", "tensors.json"))).RootElement;

    public static Tensor Input(string name) => Read(Root.GetProperty("inputs").GetProperty(name));

    public static Tensor Expected(string name) => Read(Root.GetProperty("cases").GetProperty(name));

    public static IEnumerable<string> Cases => Root.GetProperty("cases").EnumerateObject().Select(entry => entry.Name);

    public static IEnumerable<string> Texts => Root.GetProperty("texts").EnumerateObject().Select(entry => entry.Name);

    /// <summary>An array, and NumPy's text of it.</summary>
    public static (Tensor Tensor, string Text) Text(string name)
    {
        var entry = Root.GetProperty("texts").GetProperty(name);
        return (Read(entry), entry.GetProperty("text").GetString()!);
    }

    private static Tensor Read(JsonElement entry) => new(
        new Shape([.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())]),
        [.. entry.GetProperty("values").EnumerateArray().Select(value => Number(value.GetString()!))]);

    private static float Number(string text) => text switch
    {
        "nan" => float.NaN,
        "inf" => float.PositiveInfinity,
        "-inf" => float.NegativeInfinity,
        _ => float.Parse(text, CultureInfo.InvariantCulture),
    };
}
