namespace Fovea;

/// <summary>Prints a tensor as a table in HTML: a column for each index of the last dimension, a row for each index of the others.</summary>
internal static class TensorHtml
{
    private const int MaxRows = 40;

    public static string Print(Tensor tensor)
    {
        var rank = tensor.Shape.Rank;
        int[] columns = rank == 0 ? [0] : [.. TensorText.Shown(tensor, rank - 1)];
        var (rows, all) = (new List<(string Label, int Position)>(), new List<(string Label, int Position)>());
        Collect(tensor, 0, 0, "", all);
        rows.AddRange(all.Count <= MaxRows ? all : [.. all.Take(MaxRows / 2), ("…", -1), .. all.TakeLast(MaxRows / 2)]);

        var shown = from row in rows where row.Position >= 0 from column in columns where column >= 0 select tensor.Values[row.Position + column];
        var numbers = new AlignedNumbers([.. shown]);
        var hasLabels = rank > 1;
        var isWhole = rows.All(row => row.Position >= 0) && columns.All(column => column >= 0);
        return HtmlTable.Build(
            $"Tensor {tensor.Shape}",
            [.. hasLabels ? [""] : (string[])[], .. columns.Select(column => rank == 0 ? "" : column < 0 ? "…" : $"{column}")],
            rows.Select(row => (string[])[.. hasLabels ? [row.Label] : (string[])[], .. columns.Select(column => Cell(row.Position, column))]),
            [.. hasLabels ? [false] : (bool[])[], .. columns.Select(_ => true)],
            notes: isWhole ? null : [FormattableString.Invariant($"{tensor.Values.Length:N0} values, of which the first and the last are shown")]);

        string Cell(int row, int column) => row < 0 || column < 0
            ? "…"
            : numbers.Format(tensor.Values[row + column]).TrimStart().Replace(' ', '\u2007');  // as wide as a digit, so that the points are in a column
    }

    /// <summary>Collects the rows: the indices of all dimensions but the last, and the position of the first value; -1 for a gap.</summary>
    private static void Collect(Tensor tensor, int axis, int position, string label, List<(string Label, int Position)> rows)
    {
        if (axis >= tensor.Shape.Rank - 1)
        {
            rows.Add((label, position));
            return;
        }

        var stride = StridedElements.RowMajorStrides(tensor.Shape)[axis];
        foreach (var i in TensorText.Shown(tensor, axis))
        {
            var extended = label.Length == 0 ? $"{i}" : $"{label}, {i}";
            if (i < 0) rows.Add(("…", -1));
            else Collect(tensor, axis + 1, position + (i * stride), extended, rows);
        }
    }
}
