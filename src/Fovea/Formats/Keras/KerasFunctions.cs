using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// The layers that Keras has as operations of a functional model, in <c>keras.src.ops.numpy</c>: slices, comparisons, powers and other functions of each
/// element.
/// </summary>
internal static class KerasFunctions
{
    /// <summary>The module of the operations.</summary>
    public const string Module = "keras.src.ops.numpy";

    /// <summary>The functions of <see cref="Elementwise"/> without further arguments, and their classes in Keras.</summary>
    private static readonly Dictionary<string, string> OfOne = new()
    {
        ["abs"] = "Absolute",
        ["acos"] = "Arccos",
        ["acosh"] = "Arccosh",
        ["asin"] = "Arcsin",
        ["asinh"] = "Arcsinh",
        ["atan"] = "Arctan",
        ["atanh"] = "Arctanh",
        ["ceil"] = "Ceil",
        ["cos"] = "Cos",
        ["cosh"] = "Cosh",
        ["floor"] = "Floor",
        ["log"] = "Log",
        ["reciprocal"] = "Reciprocal",
        ["round"] = "Round",
        ["sign"] = "Sign",
        ["sin"] = "Sin",
        ["sinh"] = "Sinh",
        ["sqrt"] = "Sqrt",
        ["square"] = "Square",
        ["tan"] = "Tan",
        ["truncate"] = "Trunc",
    };

    /// <summary>
    /// The functions of <see cref="Elementwise"/> with a number, or of <see cref="Combination"/> with a second value, and their classes in Keras.
    /// </summary>
    private static readonly Dictionary<string, string> OfTwo = new()
    {
        ["divide"] = "Divide",
        ["equal"] = "Equal",
        ["greater"] = "Greater",
        ["greater_equal"] = "GreaterEqual",
        ["less"] = "Less",
        ["less_equal"] = "LessEqual",
        ["power"] = "Power",
    };

    /// <summary>The class of a layer in Keras; null if the layer is not an operation there.</summary>
    public static string? ClassOf(Layer layer) => layer switch
    {
        Slice => "GetItem",
        Elementwise map => OfOne.GetValueOrDefault(map.Function) ?? OfTwo.GetValueOrDefault(map.Function),
        Combination { HasConstants: false } pair => OfTwo.GetValueOrDefault(pair.Function),
        _ => null,
    };

    /// <summary>The arguments of the call of an operation.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="tensors">Its inputs as the file describes them.</param>
    public static JsonArray Arguments(Layer layer, IReadOnlyList<JsonNode> tensors) => layer switch
    {
        Slice slice => [tensors[0], (JsonNode)SliceKey.ToJson(slice.Indices)],
        Elementwise { Function: "divide" } map => [(JsonNode)map.First, tensors[0]],
        Elementwise map when OfTwo.ContainsKey(map.Function) => [tensors[0], (JsonNode)map.First],
        _ => [.. tensors],
    };

    /// <summary>Creates the layer of an operation with the name of a function, in lower case and without underscores; null if none computes the same.</summary>
    /// <param name="function">The name.</param>
    /// <param name="number">The number among the arguments, if there is one.</param>
    /// <param name="numberFirst">Whether the number is the first argument.</param>
    /// <param name="hasTwoTensors">Whether the operation has two inputs.</param>
    public static Layer? Create(string function, float? number, bool numberFirst, bool hasTwoTensors)
    {
        if (number is null && !hasTwoTensors) return Find(OfOne, Long(function)) is { } map ? new Elementwise(map) : null;
        if (Find(OfTwo, Long(function)) is not { } name) return null;
        if (number is { } value)
        {
            if (name == "divide") return numberFirst ? new Elementwise(name, value) : null;  // x / number is a Rescaling
            return numberFirst ? Exchanged(name) is { } exchanged ? new Elementwise(exchanged, value) : null : new Elementwise(name, value);
        }

        return name is "less" or "less_equal" ? null : new Combination(name);
    }

    /// <summary>The comparison that is the same with its operands exchanged.</summary>
    private static string? Exchanged(string name) => name switch
    {
        "equal" => "equal",
        "greater" => "less",
        "greater_equal" => "less_equal",
        "less" => "greater",
        "less_equal" => "greater_equal",
        _ => null,
    };

    private static string? Find(Dictionary<string, string> known, string function) =>
        known.Where(entry => entry.Value.Equals(function, StringComparison.OrdinalIgnoreCase)).Select(entry => entry.Key).FirstOrDefault();

    /// <summary>The name of a function in Keras 3 for that in TensorFlow.</summary>
    private static string Long(string function) => function switch
    {
        "abs" => "absolute",
        "acos" or "acosh" or "asin" or "asinh" or "atan" or "atanh" => $"arc{function[1..]}",
        "pow" => "power",
        "truediv" or "realdiv" or "div" or "truedivide" => "divide",
        _ => function,
    };
}
