using System.Globalization;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A function of each element for which Keras has no layer, from files of other frameworks. Files in Keras' formats name it <c>Elementwise</c>, which Keras
/// cannot load.
/// </summary>
internal sealed class Elementwise : Layer
{
    private static readonly Dictionary<string, Func<Node, float, float, Node>> Functions = new()
    {
        ["abs"] = (x, _, _) => x.Abs(),
        ["acos"] = (x, _, _) => x.Acos(),
        ["acosh"] = (x, _, _) => x.Acosh(),
        ["asin"] = (x, _, _) => x.Asin(),
        ["asinh"] = (x, _, _) => x.Asinh(),
        ["atan"] = (x, _, _) => x.Atan(),
        ["atanh"] = (x, _, _) => x.Atanh(),
        ["ceil"] = (x, _, _) => x.Ceiling(),
        ["clip"] = (x, low, high) => x.Clip(low, high),
        ["cos"] = (x, _, _) => x.Cos(),
        ["cosh"] = (x, _, _) => x.Cosh(),
        ["divide"] = (x, numerator, _) => numerator / x,
        ["equal"] = (x, number, _) => x.EqualTo(number),
        ["erf"] = (x, _, _) => (2 * (MathF.Sqrt(2) * x).NormalCdf()) - 1,
        ["floor"] = (x, _, _) => x.Floor(),
        ["greater"] = (x, number, _) => x > number,
        ["greater_equal"] = (x, number, _) => x >= number,
        ["less_equal"] = (x, number, _) => x <= number,
        ["less"] = (x, number, _) => x < number,
        ["log"] = (x, _, _) => x.Log(),
        ["not"] = (x, _, _) => x.EqualTo(0),
        ["not_zero"] = (x, _, _) => x.NotEqualTo(0),
        ["power"] = (x, exponent, _) => x.Power(Arithmetic.Constant(exponent)),
        ["reciprocal"] = (x, _, _) => Arithmetic.Constant(1) / x,
        ["round"] = (x, _, _) => x.Round(),
        ["sign"] = (x, _, _) => x.Sign(),
        ["sin"] = (x, _, _) => x.Sin(),
        ["sinh"] = (x, _, _) => x.Sinh(),
        ["sqrt"] = (x, _, _) => x.Sqrt(),
        ["square"] = (x, _, _) => x.Square(),
        ["tan"] = (x, _, _) => x.Tan(),
        ["truncate"] = (x, _, _) => x.Truncate(),
    };

    /// <param name="function">The name of the function.</param>
    /// <param name="first">
    /// The first argument besides x: the minimum of <c>clip</c>, the exponent of <c>power</c>, the number that <c>greater</c> compares with.
    /// </param>
    /// <param name="second">The second argument: the maximum of <c>clip</c>.</param>
    internal Elementwise(string function, float first = 0, float second = 0)
    {
        if (!Functions.ContainsKey(function))
            throw ArgumentRules.Wrong(nameof(Elementwise), nameof(function), $"one of {string.Join(", ", Functions.Keys)}", function);
        (Function, First, Second) = (function, first, second);
    }

    /// <summary>The name of the function.</summary>
    public string Function { get; }

    /// <summary>The first argument besides x.</summary>
    public float First { get; }

    /// <summary>The second argument.</summary>
    public float Second { get; }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => Functions[Function](input, First, Second);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("function", Function);
        config.Set("first", Text(First));
        config.Set("second", Text(Second));
    }

    internal static Elementwise FromConfig(Config config) => new(config.GetText("function", ""), Number(config, "first"), Number(config, "second"));

    /// <summary>Text, because JSON has no infinite numbers.</summary>
    private static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static float Number(Config config, string key) =>
        float.TryParse(config.GetText(key, "0"), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new ModelFormatException($"{config.Subject}: expected a number for '{key}'; received '{config.GetText(key, "0")}'.");
}
