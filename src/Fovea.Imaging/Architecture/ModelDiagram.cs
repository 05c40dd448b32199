using System.Globalization;

namespace Fovea.Imaging;

/// <summary>The texts of a layer in a box.</summary>
/// <param name="Name">The name, shortened if it is too long.</param>
/// <param name="ClassName">The class, and for a layer within the box of another its parameters.</param>
/// <param name="Shape">The shape of the output; empty for a layer that does not change it.</param>
/// <param name="Note">The number of parameters, and whether they are frozen.</param>
/// <param name="Kind">What the layer does.</param>
/// <param name="IsFrozen">Whether its weights are frozen.</param>
/// <param name="FullName">The name and the class without abbreviation.</param>
internal sealed record DiagramRow(string Name, string ClassName, string Shape, string Note, LayerKind Kind, bool IsFrozen, string FullName);

/// <summary>A box: a layer, and the normalizations, activations and dropouts that follow it.</summary>
internal sealed record DiagramBox(LayoutRect Place, IReadOnlyList<DiagramRow> Rows);

/// <summary>The frame around the layers of an inner model.</summary>
internal sealed record DiagramGroup(LayoutRect Place, string Title, bool IsFrozen);

/// <summary>The architecture of a model as boxes, frames and lines, in pixels. It is independent of how they are drawn.</summary>
internal sealed class ModelDiagram
{
    /// <summary>The height of the first layer in a box, which has two lines.</summary>
    public const float MainRow = 48;

    /// <summary>The height of each further layer in a box.</summary>
    public const float NextRow = 22;

    /// <summary>The space at the left and right of the texts in a box.</summary>
    public const float SidePadding = 16;

    /// <summary>The size of names, and of the other texts.</summary>
    public const float NameSize = 14;

    /// <inheritdoc cref="NameSize"/>
    public const float TextSize = 12;

    /// <summary>The size of the titles of inner models.</summary>
    public const float TitleSize = 13;

    private const float TextGap = 18;
    private const float MinBox = 190;
    private const float MaxBox = 320;

    /// <summary>The share of a line that a name keeps at least if name and class are too long for it.</summary>
    private const float MinName = 0.4f;
    private const float GroupPadding = 16;
    private const float GroupTitle = 30;

    private readonly Func<string, float, bool, float> measure;
    private readonly bool expandNested;
    private readonly float boxWidth;
    private readonly List<DiagramBox> boxes = [];
    private readonly List<DiagramGroup> groups = [];
    private readonly List<LayoutEdge> edges = [];

    /// <param name="summary">The layers.</param>
    /// <param name="expandNested">Whether inner models are shown layer by layer.</param>
    /// <param name="measure">The width of a text of a size, bold or not.</param>
    public ModelDiagram(ModelSummary summary, bool expandNested, Func<string, float, bool, float> measure)
    {
        (this.measure, this.expandNested) = (measure, expandNested);
        boxWidth = Math.Clamp(Shown(summary).Max(NaturalWidth) + TextGap + (2 * SidePadding), MinBox, MaxBox);
        var part = Arrange(summary);
        part.Place(0, 0, this);
        (Width, Height) = (part.Width, part.Height);
    }

    public float Width { get; }

    public float Height { get; }

    public IReadOnlyList<DiagramBox> Boxes => boxes;

    public IReadOnlyList<DiagramGroup> Groups => groups;

    public IReadOnlyList<LayoutEdge> Edges => edges;

    /// <summary>As in "26 × 26 × 32".</summary>
    internal static string Print(Shape shape) => shape.Rank == 0
        ? "scalar"
        : shape.ToString().Trim('(', ')').Replace(", ", " × ", StringComparison.Ordinal).Replace("None", "any", StringComparison.Ordinal);

    private IEnumerable<LayerSummary> Shown(ModelSummary model) =>
        [.. model.Inputs, .. model.Layers.SelectMany(layer => expandNested && layer.Model is { } inner ? [layer, .. Shown(inner)] : new[] { layer })];

    /// <summary>Places the layers of a model, and those of the models within it.</summary>
    private Part Arrange(ModelSummary model)
    {
        var blocks = BlocksOf(model);
        var places = new Dictionary<(string, int), int>();
        for (var i = 0; i < blocks.Count; i++)
        {
            foreach (var layer in blocks[i].Layers) places[(layer.Name, layer.Use)] = i;
        }

        var links = blocks.SelectMany((block, to) => block.Layers[0].Inputs.Select(source => (places[(source.Layer, source.Use)], to)));
        var layout = new ColumnLayout([.. blocks.Select(block => (block.Width, block.Height))], links);
        return new Part(blocks, layout);
    }

    /// <summary>Gathers the layers in boxes: a layer that only follows another one joins its box.</summary>
    private List<Block> BlocksOf(ModelSummary model)
    {
        var readers = model.Layers.SelectMany(layer => layer.Inputs).Concat(model.Outputs).CountBy(source => source).ToDictionary();
        var blocks = new List<Block>();
        foreach (var layer in model.Inputs.Concat(model.Layers))
        {
            var previous = layer.Inputs is [{ Output: 0 } source] && readers[source] == 1
                ? blocks.Find(block => block.Layers[^1].Name == source.Layer && block.Layers[^1].Use == source.Use)
                : null;
            var joins = LayerKinds.Of(layer) is LayerKind.Normalization or LayerKind.Activation or LayerKind.Regularization;
            if (joins && previous is { Inner: null, Layers.Count: < 4 } && LayerKinds.Of(previous.Layers[0]) is not (LayerKind.Input or LayerKind.Model))
            {
                previous.Layers.Add(layer);
                previous.Height += NextRow;
                continue;
            }

            var inner = expandNested && layer.Model is { } nested ? Arrange(nested) : null;
            blocks.Add(new Block
            {
                Layers = [layer],
                Inner = inner,
                Width = inner is null ? boxWidth : Math.Max(inner.Width, measure(TitleOf(layer), TitleSize, true)) + (2 * GroupPadding),
                Height = inner is null ? MainRow : inner.Height + GroupTitle + GroupPadding,
            });
        }

        return blocks;
    }

    /// <summary>The width of the texts of a layer that has a box alone.</summary>
    private float NaturalWidth(LayerSummary layer)
    {
        var className = IsNamedAfterClass(layer) ? 40 : measure(ClassOf(layer), TextSize, false);
        return Math.Max(measure(layer.Name, NameSize, true) + className, measure($"{Print(layer.OutputShape)}{Note(layer)}", TextSize, false));
    }

    private DiagramRow RowOf(LayerSummary layer, bool isMain, Shape output)
    {
        var (note, room) = (Note(layer), boxWidth - (2 * SidePadding) - TextGap);
        var size = isMain ? NameSize : TextSize;
        var name = Shorten(layer.Name + Use(layer), size, isMain, room);
        var left = room - measure(name, size, isMain);
        string[] texts = (isMain, IsNamedAfterClass(layer)) switch
        {
            (true, true) => [ClassOf(layer), ""],
            (true, false) => layer.Model is null ? [ClassOf(layer)] : [ClassOf(layer), CountOf(layer.Model)],
            (false, true) => note.Length > 0 ? [note, layer.ClassName, ""] : [layer.ClassName, ""],
            (false, false) => note.Length > 0 ? [$"{layer.ClassName} · {note}", layer.ClassName] : [layer.ClassName],
        };
        var text = texts.FirstOrDefault(text => measure(text, TextSize, false) <= left, texts[^1]);
        if (measure(text, TextSize, false) > left)
        {
            name = Shorten(name, size, isMain, Math.Max(room - measure(text, TextSize, false), room * MinName));
            left = room - measure(name, size, isMain);
        }

        var shape = isMain ? Shorten(Print(output), TextSize, false, room - Math.Min(measure(note, TextSize, false), room / 2)) : "";
        return new DiagramRow(
            name, Shorten(text, TextSize, false, left), shape, isMain ? Shorten(note, TextSize, false, room - measure(shape, TextSize, false)) : "",
            LayerKinds.Of(layer), layer.IsFrozen, $"{layer.Name}{Use(layer)}: {layer.ClassName}");
    }

    /// <summary>The class, and for a model the number of its layers.</summary>
    private static string ClassOf(LayerSummary layer) => layer.Model is { } inner ? $"{layer.ClassName}, {CountOf(inner)}" : layer.ClassName;

    private static string CountOf(ModelSummary model) =>
        string.Create(CultureInfo.InvariantCulture, $"{model.Layers.Count} layer{(model.Layers.Count == 1 ? "" : "s")}");

    /// <summary>Whether the name shows the class, as in <c>max_pooling2d_1</c>.</summary>
    private static bool IsNamedAfterClass(LayerSummary layer) =>
        layer.Name.Replace("_", "", StringComparison.Ordinal).StartsWith(layer.ClassName, StringComparison.OrdinalIgnoreCase) && layer.Model is null;

    private static string Use(LayerSummary layer) => layer.Use > 1 ? string.Create(CultureInfo.InvariantCulture, $" (use {layer.Use})") : "";

    private static string TitleOf(LayerSummary layer)
    {
        var note = Note(layer);
        var className = layer.Name.StartsWith(layer.ClassName, StringComparison.OrdinalIgnoreCase)
            ? ClassOf(layer)[(layer.ClassName.Length + ", ".Length)..]
            : ClassOf(layer);
        return $"{layer.Name}{Use(layer)}, {className}{(note.Length > 0 ? $" · {note}" : "")}";
    }

    private static string Note(LayerSummary layer)
    {
        var count = layer.Parameters == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{layer.Parameters:N0} params");
        var frozen = layer.IsFrozen ? "frozen" : layer.IsPartlyFrozen ? "partly frozen" : "";
        return string.Join(" · ", ((string[])[count, frozen]).Where(text => text.Length > 0));
    }

    /// <summary>Omits the middle of a text that is too long.</summary>
    private string Shorten(string text, float size, bool isBold, float width)
    {
        for (var length = text.Length - 1; length > 3 && measure(text, size, isBold) > width; length--)
        {
            var end = (length - 1) / 2;
            var shorter = $"{text[..(length - 1 - end)]}…{text[^end..]}";
            if (measure(shorter, size, isBold) <= width) return shorter;
        }

        return text;
    }

    /// <summary>The layers of one box, or an inner model.</summary>
    private sealed class Block
    {
        public required List<LayerSummary> Layers { get; init; }

        public required Part? Inner { get; init; }

        public required float Width { get; init; }

        public required float Height { get; set; }
    }

    /// <summary>The layout of one model.</summary>
    private sealed record Part(List<Block> Blocks, ColumnLayout Layout)
    {
        public float Width => Layout.Width;

        public float Height => Layout.Height;

        public void Place(float x, float y, ModelDiagram diagram)
        {
            for (var i = 0; i < Blocks.Count; i++)
            {
                var (block, place) = (Blocks[i], Layout.Boxes[i].Moved(x, y));
                if (block.Inner is { } inner)
                {
                    diagram.groups.Add(new DiagramGroup(place, TitleOf(block.Layers[0]), block.Layers[0].IsFrozen));
                    inner.Place(place.Left + ((place.Width - inner.Width) / 2), place.Top + GroupTitle, diagram);
                }
                else
                {
                    var output = block.Layers[^1].OutputShape;
                    diagram.boxes.Add(new DiagramBox(place, [.. block.Layers.Select((layer, row) => diagram.RowOf(layer, row == 0, output))]));
                }
            }

            diagram.edges.AddRange(Layout.Edges.Select(edge => edge.Moved(x, y)));
        }
    }
}
