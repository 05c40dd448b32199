using System.Text;

namespace Fovea;

/// <summary>
/// Prints the values of a tensor as NumPy does: brackets for each dimension, columns aligned, lines of at most 75 characters. Of more than 1000 values,
/// only the first and last three of each dimension are shown.
/// </summary>
internal sealed class TensorText
{
    private const int Threshold = 1000;
    private const int Edge = 3;
    private const int LineWidth = 75;
    private const string Gap = "...";

    private readonly Tensor tensor;
    private readonly int[] strides;
    private readonly Func<float, string> format;

    private TensorText(Tensor tensor, Func<float, string>? each)
    {
        this.tensor = tensor;
        strides = StridedElements.RowMajorStrides(tensor.Shape);
        var shown = new List<float>();
        Collect(0, 0, shown);
        if (each is null)
        {
            format = new AlignedNumbers(shown).Format;
        }
        else
        {
            var width = shown.Max(value => each(value).Length);
            format = value => each(value).PadLeft(width);
        }
    }

    /// <summary>Prints the values.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="format">Formats one value; null for NumPy's format.</param>
    public static string Print(Tensor tensor, Func<float, string>? format = null) => new TensorText(tensor, format).Block(0, 0, " ", LineWidth);

    /// <summary>The indices of a dimension that are shown; -1 is the gap between them.</summary>
    public static IEnumerable<int> Shown(Tensor tensor, int axis)
    {
        var size = tensor.Shape[axis];
        return tensor.Values.Length <= Threshold || size <= 2 * Edge
            ? Enumerable.Range(0, size)
            : [.. Enumerable.Range(0, Edge), -1, .. Enumerable.Range(size - Edge, Edge)];
    }

    private void Collect(int axis, int position, List<float> shown)
    {
        if (axis == strides.Length)
        {
            shown.Add(tensor.Values[position]);
            return;
        }

        foreach (var i in Shown(tensor, axis))
        {
            if (i >= 0) Collect(axis + 1, position + (i * strides[axis]), shown);
        }
    }

    /// <summary>The text of the values from one dimension on. Its first line has no indentation, since it follows a bracket.</summary>
    private string Block(int axis, int position, string indentation, int width)
    {
        if (axis == strides.Length) return format(tensor.Values[position]);
        if (axis == strides.Length - 1) return Row(position, indentation, width);
        var separator = new string('\n', strides.Length - 1 - axis) + indentation;
        var parts = Shown(tensor, axis).Select(i => i < 0 ? Gap : Block(axis + 1, position + (i * strides[axis]), $"{indentation} ", width - 1));
        return $"[{string.Join(separator, parts)}]";
    }

    private string Row(int position, string indentation, int width)
    {
        var (text, line) = (new StringBuilder("["), indentation);
        string[] words = [.. Shown(tensor, strides.Length - 1).Select(i => i < 0 ? Gap : format(tensor.Values[position + i]))];
        foreach (var word in words)
        {
            if (line.Length > indentation.Length && line.Length + word.Length > width - 1)
            {
                text.Append(line.AsSpan(indentation.Length).TrimEnd()).Append('\n').Append(indentation);
                line = indentation;
            }

            line += $"{word} ";
        }

        return text.Append(line.AsSpan(indentation.Length, line.Length - indentation.Length - 1)).Append(']').ToString();
    }
}
