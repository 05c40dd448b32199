using System.Globalization;
using System.Text;

namespace Fovea;

/// <summary>
/// The table of a summary. Columns that have nothing to show are omitted: which layers are frozen, what each layer reads in a plain chain, and receptive
/// fields where the input is no image.
/// </summary>
internal sealed class SummaryText
{
    private const int MinLayerWidth = 16;
    private const int MinInputWidth = 14;
    private const int MinColumns = 3;

    private readonly int gap;
    private readonly ModelSummary summary;
    private readonly List<(LayerSummary Layer, int Depth)> rows;
    private readonly List<Column> columns;

    /// <param name="summary">The summary.</param>
    /// <param name="gap">The number of spaces between two columns.</param>
    public SummaryText(ModelSummary summary, int gap = 2)
    {
        this.gap = gap;
        this.summary = summary;
        var isChain = Shown(summary).All(IsChain);
        rows = [.. Rows(summary, depth: 0, withInputs: !isChain)];
        var layers = rows.Select(row => row.Layer).ToList();
        columns =
        [
            new("Layer (class)", "Total", Right: false, LayerCell) { MinWidth = MinLayerWidth },
            new("Output shape", "", Right: false, (layer, _, _) => SymbolicTensor.Print(layer.OutputShape)),
            new("Parameters", Number(summary.Parameters), Right: true, (layer, _, _) => Number(layer.Parameters)),
        ];
        if (layers.Any(layer => layer.IsFrozen || layer.IsPartlyFrozen)) columns.Add(new("Trainable", "", Right: false, (layer, _, _) => TrainableCell(layer)));
        if (!isChain) columns.Add(new("Connected to", "", Right: false, InputCell) { MinWidth = MinInputWidth });
        if (layers.Any(layer => layer.ReceptiveField is not null))
            columns.Add(new("Receptive\nfield", "", Right: true, (layer, _, _) => layer.ReceptiveField?.ToString() ?? ""));
        if (summary.IsOpen) return;
        columns.Add(new("Multiply-\nadds", Number(summary.MultiplyAdds), Right: true, (layer, _, _) => Number(layer.MultiplyAdds)));
        columns.Add(new("Memory", ModelSummary.Bytes(summary.ActivationBytes), Right: true, (layer, _, _) => ModelSummary.Bytes(layer.ActivationBytes)));
    }

    private IReadOnlyList<string> Notes =>
    [
        $"Total params: {Size(summary.Parameters)}",
        $"Trainable params: {Size(summary.TrainableParameters)}",
        $"Non-trainable params: {Size(summary.NonTrainableParameters)}",
        .. columns.Any(column => column.Words == "receptive field")
            ? (string[])["Receptive field: size in pixels of the input /step between outputs."]
            : [],
        summary.IsOpen
            ? "Multiply-adds and memory depend on the size of the input; model.WithInput(…).Summary() tells them."
            : "Multiply-adds and memory of outputs are for one sample.",
    ];

    /// <summary>The cells that fit into a width: the headings, a row for each layer, and the total.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Cells(int width)
    {
        var (count, widths) = Fit(width);
        return
        [
            [.. columns.Take(count).Select(column => column.Header)],
            .. rows.Select(row => (IReadOnlyList<string>)[.. columns.Take(count).Select((column, i) => column.Cell(row.Layer, row.Depth, widths[i]))]),
            [.. columns.Take(count).Select(column => column.Total)],
        ];
    }

    public string Print(int width)
    {
        var cells = Cells(width);
        var widths = Enumerable.Range(0, cells[0].Count).Select(i => cells.Max(row => row[i].Split('\n').Max(line => line.Length))).ToArray();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{summary.Name}: input {summary.InputShape}");
        var rule = new string('─', widths.Sum() + (gap * (widths.Length - 1)));
        for (var i = 0; i < cells.Count; i++)
        {
            if (i == 1 || i == cells.Count - 1) text.AppendLine(rule);
            var lines = cells[i].Select(cell => cell.Split('\n')).ToArray();
            for (var line = 0; line < lines.Max(cell => cell.Length); line++)
            {
                var parts = lines.Select((cell, column) => Aligned(column, line < cell.Length ? cell[line] : "", widths[column]));
                text.AppendLine(string.Join(new string(' ', gap), parts).TrimEnd());
            }
        }

        text.AppendLine(rule).AppendJoin(Environment.NewLine, Notes);
        if (cells[0].Count < columns.Count)
            text.AppendLine()
                .Append(CultureInfo.InvariantCulture,
                $"Not shown in {width} columns: {string.Join(", ", columns.Skip(cells[0].Count).Select(column => column.Words))}.");
        return text.ToString();
    }

    public string ToHtml()
    {
        var cells = Cells(int.MaxValue);
        return HtmlTable.Build(
            $"{summary.Name}: input {summary.InputShape}", [.. cells[0].Select(header => header.Replace("-\n", "-", StringComparison.Ordinal))], cells.Skip(1)
                .SkipLast(1),
            [.. columns.Select(column => column.Right)], cells[^1], Notes);
    }

    /// <summary>Whether each layer reads only the one before it.</summary>
    private static bool IsChain(ModelSummary model)
    {
        if (model.Inputs.Count != 1 || model.Outputs.Count != 1) return false;
        var last = new LayerSource(model.Inputs[0].Name);
        foreach (var layer in model.Layers)
        {
            if (layer.Inputs is not [var input] || input != last) return false;
            last = new LayerSource(layer.Name, layer.Use);
        }

        return model.Outputs[0] == last;
    }

    private IEnumerable<ModelSummary> Shown(ModelSummary model) =>
        [model, .. summary.ExpandNested ? model.Layers.Select(layer => layer.Model).OfType<ModelSummary>().SelectMany(Shown) : []];

    private IEnumerable<(LayerSummary Layer, int Depth)> Rows(ModelSummary model, int depth, bool withInputs) =>
    [
        .. withInputs ? model.Inputs.Select(input => (input, depth)) : [],
        .. model.Layers.SelectMany(layer => layer.Model is { } inner && summary.ExpandNested
            ? [(layer, depth), .. Rows(inner, depth + 1, withInputs)]
            : (IEnumerable<(LayerSummary, int)>)[(layer, depth)]),
    ];

    /// <summary>The number of columns that fit, and their widths: first layers, then connections are shortened.</summary>
    private (int Count, int[] Widths) Fit(int width)
    {
        int[] natural =
            [.. columns.Select(column => rows.Select(row => column.Cell(row.Layer, row.Depth, int.MaxValue)).Append(column.Header).Append(column.Total)
            .Max(cell => cell.Split('\n').Max(line => line.Length)))];
        for (var count = columns.Count; ; count--)
        {
            int[] widths = [.. natural.Take(count)];
            var excess = widths.Sum() + (gap * (count - 1)) - width;
            for (var i = 0; i < count && excess > 0; i++)
            {
                var cut = Math.Clamp(widths[i] - columns[i].MinWidth, 0, excess);
                (widths[i], excess) = (widths[i] - cut, excess - cut);
            }

            if (excess <= 0 || count == MinColumns) return (count, widths);
        }
    }

    private string Aligned(int column, string cell, int width) => columns[column].Right ? cell.PadLeft(width) : cell.PadRight(width);

    /// <summary>
    /// As in <c>conv2d (Conv2D)</c>, indented by the depth. If it is too long, the class is shortened, then omitted, and then the middle of the name. For a
    /// name that comes from the class, the class is omitted at once.
    /// </summary>
    private static string LayerCell(LayerSummary layer, int depth, int width)
    {
        const int shortest = 6;
        var (indent, use) = (new string(' ', 2 * depth), layer.Use > 1 ? $", use {layer.Use}" : "");
        var room = width - indent.Length - use.Length;
        var classRoom = room - layer.Name.Length - " ()".Length;
        if (classRoom >= layer.ClassName.Length) return $"{indent}{layer.Name} ({layer.ClassName}){use}";
        return classRoom >= shortest && !layer.Name.StartsWith(SnakeCase.Of(layer.ClassName), StringComparison.Ordinal)
            ? $"{indent}{layer.Name} ({layer.ClassName[..(classRoom - 1)]}…){use}"
            : $"{indent}{Shorten(layer.Name, room)}{use}";
    }

    private static string InputCell(LayerSummary layer, int depth, int width) =>
        string.Join('\n', layer.Inputs.Select(source => Shorten(source.ToString(), width)));

    private static string TrainableCell(LayerSummary layer) => layer.IsFrozen ? "no" : layer.IsPartlyFrozen ? "partly" : layer.Parameters > 0 ? "yes" : "";

    /// <summary>Omits the middle of a name, since names differ at their beginnings and ends: <c>conv2_…_1_bn</c>.</summary>
    private static string Shorten(string name, int length)
    {
        if (name.Length <= length) return name;
        length = Math.Max(length, 3);
        var end = (length - 1) / 2;
        return $"{name[..(length - 1 - end)]}…{name[^end..]}";
    }

    /// <summary>As in <c>93,322 (373.3 KB)</c>.</summary>
    private static string Size(long parameters) => parameters == 0 ? "0" : $"{Number(parameters)} ({ModelSummary.Bytes(sizeof(float) * parameters)})";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A column of the table. Its cell depends on a layer, its depth, and the width that is free.</summary>
    private sealed record Column(string Header, string Total, bool Right, Func<LayerSummary, int, int, string> Cell)
    {
        /// <summary>The width to which the column may be shortened; by default it may not.</summary>
        public int MinWidth { get; init; } = int.MaxValue;

        public string Words => Header.Replace("-\n", "-", StringComparison.Ordinal).Replace('\n', ' ').ToLowerInvariant();
    }
}
