using System.Text.RegularExpressions;
using System.Xml.Linq;
using Fovea.Imaging;
using Fovea.Tests.Data;
using Fovea.Tests.Models;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

/// <summary>Drawings of architectures: no box covers another, and no line crosses a box.</summary>
public class ModelFigureTests
{
    public static TheoryData<string> Networks => ["chain", "residual", "inception", "unet", "dense", "two inputs", "siamese", "transfer", "resnet50"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void No_box_overlaps_another_and_no_line_crosses_a_box(string network)
    {
        foreach (var expandNested in new[] { false, true })
        {
            var diagram = Diagram(Create(network), expandNested);
            var places = diagram.Boxes.Select(box => box.Place).ToList();
            for (var i = 0; i < places.Count; i++)
            {
                for (var j = 0; j < i; j++) Assert.False(Overlap(places[i], places[j]), $"{Name(diagram, i)} and {Name(diagram, j)}");
                Assert.True(places[i] is { Left: >= 0, Top: >= 0 } && places[i].Right <= diagram.Width + 0.1f && places[i].Bottom <= diagram.Height + 0.1f);
                foreach (var edge in diagram.Edges)
                    Assert.False(Crosses(edge, places[i]), $"{Name(diagram, i)} and the line to {edge.Points[^1]}");
            }

            // Each box lies wholly in a frame or wholly outside of it.
            foreach (var group in diagram.Groups.Select(group => group.Place))
                Assert.All(places, box => Assert.True(!Overlap(group, box) || (box.Left > group.Left && box.Right < group.Right && box.Top > group.Top + 20)));
        }
    }

    [Fact]
    public void Every_layer_is_in_one_box_and_every_connection_is_a_line()
    {
        var summary = Create("residual").Summary();
        var diagram = Diagram(Create("residual"), expandNested: false);
        Assert.Equal(
            summary.Inputs.Concat(summary.Layers).Select(layer => layer.Name).Order(), diagram.Boxes.SelectMany(box => box.Rows)
                .Select(row => row.Name).Order());

        // conv2d and its normalization and relu are one box; add reads two boxes.
        Assert.Equal(["conv2d", "batch_normalization", "re_lu"], diagram.Boxes[1].Rows.Select(row => row.Name));
        Assert.Equal(["Conv2D", "32 params", "ReLU"], diagram.Boxes[1].Rows.Select(row => row.ClassName));
        Assert.Equal(("16 × 16 × 8", "224 params"), (diagram.Boxes[1].Rows[0].Shape, diagram.Boxes[1].Rows[0].Note));
        var add = diagram.Boxes.Single(box => box.Rows[0].Name == "add").Place;
        Assert.Equal(2, diagram.Edges.Count(edge => Math.Abs(edge.Points[^1].X - add.MidX) < 0.1 && Math.Abs(edge.Points[^1].Y - add.Top) < 0.1));
    }

    [Fact]
    public void The_main_path_is_straight_and_the_shortcut_is_at_its_right()
    {
        var diagram = Diagram(Create("residual"), expandNested: false);
        var middles = diagram.Boxes.Where(box => box.Rows[0].Name != "shortcut").Select(box => box.Place.MidX).ToList();
        Assert.All(middles, middle => Assert.Equal(middles[0], middle, 0.5f));
        Assert.True(diagram.Boxes.Single(box => box.Rows[0].Name == "shortcut").Place.Left > middles[0]);
    }

    [Fact]
    public void A_deep_network_is_drawn_in_columns()
    {
        var diagram = Diagram(Create("resnet50"), expandNested: false);
        Assert.InRange(diagram.Width / diagram.Height, 1, 2.2);
        Assert.InRange(diagram.Edges.Count(edge => edge.IsRightAngled), 2, 8);
        var chain = new ColumnLayout([.. Enumerable.Repeat((200f, 60f), 60)], Enumerable.Range(0, 59).Select(i => (i, i + 1)));
        Assert.InRange(chain.Width / chain.Height, 1, 2.2);
        Assert.Equal(60, chain.Boxes.Distinct().Count());
    }

    [Fact]
    public void Inner_models_are_frames_on_request_and_frozen_layers_are_marked()
    {
        var collapsed = Diagram(Create("transfer"), expandNested: false);
        var row = collapsed.Boxes.SelectMany(box => box.Rows).Single(row => row.Kind == LayerKind.Model);
        Assert.Equal(("base", "Sequential, 3 layers", "8 × 8 × 4", "128 params · frozen", true), (row.Name, row.ClassName, row.Shape, row.Note, row.IsFrozen));
        var expanded = Diagram(Create("transfer"), expandNested: true);
        var group = Assert.Single(expanded.Groups);
        Assert.Equal(("base, Sequential, 3 layers · 128 params · frozen", true), (group.Title, group.IsFrozen));
        Assert.Contains(expanded.Boxes, box => box.Rows[0] is { Name: "conv", IsFrozen: true });
    }

    [Fact]
    public void The_long_edges_of_one_box_share_a_line()
    {
        var layout = new LayeredLayout([.. Enumerable.Repeat((100f, 40f), 4)], [(0, 1), (1, 2), (2, 3), (0, 2), (0, 3)]);
        var second = layout.Edges.Single(edge => edge is { From: 0, To: 2 }).Points;
        var third = layout.Edges.Single(edge => edge is { From: 0, To: 3 }).Points;
        Assert.Equal(second.Take(4), third.Take(4));
    }

    [Fact]
    public void Open_sizes_are_any()
    {
        var input = new Input(null, null, 3).Output;
        var model = new Model(input, new GlobalAveragePooling2D().Call(new Conv2D(8, 3).Call(input)));
        Assert.Equal(["any × any × 3", "any × any × 8", "8"], Diagram(model, expandNested: false).Boxes.Select(box => box.Rows[0].Shape));
    }

    [Fact]
    public void Texts_fit_into_their_boxes()
    {
        var model = new Sequential("m")
        {
            new Input(300, 300, 3), new Conv2D(1024, 3) { Name = "a_convolution_with_a_very_long_name_that_never_ends" },
            new BatchNormalization { Name = "a_normalization_with_a_very_long_name_that_never_ends" }, new GlobalAveragePooling2D(),
        };
        foreach (var box in Diagram(model, expandNested: false).Boxes)
        {
            for (var i = 0; i < box.Rows.Count; i++)
            {
                var row = box.Rows[i];
                var free = box.Place.Width - (2 * ModelDiagram.SidePadding) + 0.5f;
                Assert.True(
                    Measure(row.Name, i == 0 ? 14 : 12, i == 0) + Measure(row.ClassName, 12, false) + (row.ClassName.Length > 0 ? 10 : 0) <= free,
                    row.FullName);
                Assert.True(Measure(row.Shape, 12, false) + Measure(row.Note, 12, false) + 10 <= free, row.FullName);
            }
        }
    }

    [Theory]
    [InlineData("mobilenet_1.00_224", 75, "Functional, 75 layers")]
    [InlineData("efficientnet_without_its_head", 75, "75 layers")]
    [InlineData("a_pretrained_network_with_a_long_name", 1, "1 layer")]
    public void The_number_of_layers_of_an_inner_model_is_not_cut(string name, int layers, string expected)
    {
        SymbolicTensor x = new Input(4);
        var input = x;
        for (var i = 0; i < layers; i++) x = new ReLU().Call(x);
        var outer = new Sequential { new Input(4), new Model(input, x, name), new Dense(2) };
        var box = Diagram(outer, expandNested: false).Boxes.Single(box => box.Rows[0].Kind == LayerKind.Model);
        Assert.Equal(expected, box.Rows[0].ClassName);
    }

    [Fact]
    public void The_svg_is_well_formed_and_its_texts_are_encoded()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "m.svg");
        ModelFigure.Save(new Sequential("a<b&c") { new Input(4), new Dense(2) { Name = "x<y" } }, file);
        var root = XDocument.Load(file).Root!;
        Assert.Equal("svg", root.Name.LocalName);
        Assert.Equal(
            ["a<b&c", "10 parameters", "input", "dense", "input_layer", "InputLayer", "4", "x<y", "Dense", "2", "10 params"],
            root.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value));
        Assert.Contains("x<y: Dense", root.Descendants().Where(element => element.Name.LocalName == "title").Select(element => element.Value));
        Assert.DoesNotMatch(new Regex("href|url\\("), File.ReadAllText(file));
    }

    [Fact]
    public void The_png_has_the_size_of_the_figure_times_the_scale()
    {
        var model = Create("chain");
        using var figure = SKBitmap.Decode(ModelFigure.ToPng(model, scale: 1));
        using var large = SKBitmap.Decode(ModelFigure.ToPng(model, scale: 2));
        Assert.InRange(large.Width - (2 * figure.Width), -1, 1);
        Assert.True(figure.Pixels.Count(color => color is { Red: < 60, Green: > 80 and < 120, Blue: > 220 }) > 50, "convolutions are blue");
    }

    [Fact]
    public void Another_file_type_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => ModelFigure.Save(Create("chain"), "model.pdf"));
        Assert.Equal("ModelFigure: expected a file that ends with .svg or .png; received 'model.pdf'. (Parameter 'path')", error.Message);
        Assert.StartsWith(
            "ModelFigure: scale must be above 0 and at most 16; received 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => ModelFigure.ToPng(Create("chain"), scale: 0)).Message);
    }

    private static Model Create(string network)
    {
        switch (network)
        {
            case "chain": return BookNet.Create();
            case "resnet50": return Fovea.Cli.ResNet50.Create(0);
            case "transfer":
                var pretrained = new Sequential("base")
                {
                    new Input(16, 16, 3), new Conv2D(4, 3, 2, Padding.Same) { Name = "conv" }, new BatchNormalization { Name = "bn" },
                    new ReLU { Name = "relu" },
                };
                pretrained.Trainable = false;
                return new Sequential("transfer") { new Input(16, 16, 3), new RandomFlip(), pretrained, new GlobalAveragePooling2D(), new Dense(2) };
            case "siamese":
                var (left, right) = (new Input(8, 8, 1), new Input(8, 8, 1));
                var encoder = new Sequential("encoder") { new Input(8, 8, 1), new Flatten(), new Dense(3) };
                return new Model([left, right], [new Subtract().Call(encoder.Call(left), encoder.Call(right))]);
            case "two inputs":
                var (image, age) = (new Input(8, 8, 1), new Input(3));
                var joined = new Concatenate().Call(new Flatten().Call(new Conv2D(2, 3).Call(image)), age);
                return new Model([image, age], [new Dense(2).Call(joined), new Dense(1).Call(joined), new Dense(4).Call(age)]);
        }

        var input = new Input(16, 16, 3).Output;
        return new Model(
            input, network switch { "residual" => Residual(input), "unet" => UNet(input), "dense" => Dense(input), _ => Inception(Inception(input)) });
    }

    private static SymbolicTensor Residual(SymbolicTensor x)
    {
        var shortcut = new Conv2D(8, 1) { Name = "shortcut" }.Call(x);
        x = new ReLU().Call(new BatchNormalization().Call(new Conv2D(8, 3, padding: Padding.Same).Call(x)));
        x = new Conv2D(8, 3, padding: Padding.Same).Call(x);
        return new Dense(2).Call(new GlobalAveragePooling2D().Call(new Add().Call(x, shortcut)));
    }

    private static SymbolicTensor Inception(SymbolicTensor x)
    {
        var pooled = new Conv2D(4, 1).Call(new MaxPooling2D(3, 1, Padding.Same).Call(x));
        var deep = new Conv2D(4, 3, padding: Padding.Same).Call(new Conv2D(4, 3, padding: Padding.Same).Call(new Conv2D(2, 1).Call(x)));
        return new Concatenate().Call(new Conv2D(4, 1).Call(x), deep, pooled, x);
    }

    private static SymbolicTensor Dense(SymbolicTensor x)
    {
        List<SymbolicTensor> all = [x];
        for (var i = 0; i < 4; i++) all.Add(new Conv2D(4, 3, padding: Padding.Same).Call(i == 0 ? x : new Concatenate().Call([.. all])));
        return new Concatenate().Call([.. all]);
    }

    private static SymbolicTensor UNet(SymbolicTensor x)
    {
        var first = new Conv2D(4, 3, padding: Padding.Same).Call(x);
        var second = new Conv2D(8, 3, padding: Padding.Same).Call(new MaxPooling2D(2).Call(first));
        x = new Conv2D(8, 3, padding: Padding.Same).Call(new MaxPooling2D(2).Call(second));
        x = new Concatenate().Call(second, new UpSampling2D(2).Call(x));
        return new Conv2D(1, 1).Call(new Concatenate().Call(first, new UpSampling2D(2).Call(x)));
    }

    private static ModelDiagram Diagram(Model model, bool expandNested) => new(model.Summary(), expandNested, Measure);

    private static float Measure(string text, float size, bool isBold)
    {
        using var font = isBold ? Lettering.SemiBold(size) : Lettering.Regular(size);
        return font.MeasureText(text);
    }

    private static string Name(ModelDiagram diagram, int box) => diagram.Boxes[box].Rows[0].Name;

    private static bool Overlap(LayoutRect one, LayoutRect other) =>
        one.Left < other.Right && other.Left < one.Right && one.Top < other.Bottom && other.Top < one.Bottom;

    /// <summary>
    /// Whether a line passes through the inside of a box. Between two points it is straight down, or a curve or angle within the rectangle that they span.
    /// </summary>
    private static bool Crosses(LayoutEdge edge, LayoutRect box) => edge.Points.Zip(edge.Points.Skip(1)).Any(pair =>
        Math.Min(pair.First.X, pair.Second.X) < box.Right - 0.1 && Math.Max(pair.First.X, pair.Second.X) > box.Left + 0.1
        && Math.Min(pair.First.Y, pair.Second.Y) < box.Bottom - 0.1 && Math.Max(pair.First.Y, pair.Second.Y) > box.Top + 0.1);
}
