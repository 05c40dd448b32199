using System.Diagnostics;
using System.Globalization;

namespace Fovea;

/// <summary>Texts.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class Tensor : IFormattable
{
    /// <summary>The shape, and as many values as fit in a line of a debugger.</summary>
    private string DebuggerText
    {
        get
        {
            const int Limit = 12;
            var isShort = Values.Length <= Limit;
            var text = TensorText.Print(isShort ? this : new Tensor([Limit], Values[..Limit])).Replace("\n", "");
            return $"Tensor {Shape} {(isShort ? text : $"{text[..^1]} ...]")}";
        }
    }

    /// <summary>
    /// The shape, and the values as NumPy prints them. Of more than 1000 values, the first and last three of each dimension are shown.
    /// </summary>
    public override string ToString() => $"Tensor {Shape}\n{TensorText.Print(this)}";

    /// <summary>The shape and the values in a numeric format of .NET: <c>$"{probabilities:F3}"</c>.</summary>
    /// <param name="format">The format of each value; null for NumPy's.</param>
    /// <param name="formatProvider">The culture; null for the invariant culture.</param>
    public string ToString(string? format, IFormatProvider? formatProvider = null) => string.IsNullOrEmpty(format)
        ? ToString()
        : $"Tensor {Shape}\n{TensorText.Print(this, value => value.ToString(format, formatProvider ?? CultureInfo.InvariantCulture))}";

    /// <summary>
    /// The values as a table in HTML for notebooks and reports, complete in itself. Of more than 1000 values, the first and last three of each dimension
    /// are shown, and at most 40 rows.
    /// </summary>
    public string ToHtml() => TensorHtml.Print(this);
}
