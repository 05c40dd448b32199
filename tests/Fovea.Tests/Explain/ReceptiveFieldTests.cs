using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Explain;

/// <summary>Receptive fields against what an output of a linear network of ones truly depends on.</summary>
public class ReceptiveFieldTests
{
    public static TheoryData<string> Nets => ["valid", "same", "padded", "residual", "nested", "concatenated", "sliced"];

    [Theory]
    [MemberData(nameof(Nets))]
    public void The_field_is_where_the_gradient_of_an_output_is_not_zero(string net)
    {
        var model = Ones(net);
        var graph = new ModelGraph(model);
        var field = ReceptiveField.Trace(graph.Outputs, graph.Input)[graph.Output]!;
        var (height, width) = (graph.Input.Shape[1], graph.Input.Shape[2]);
        var weights = new Variable("one output", graph.Output.Shape);
        var run = graph.Compile(Differentiation.Gradients((graph.Output * new Node(new VariableOp(weights))).Sum(), [graph.Input])[0]);
        for (var position = 0; position < graph.Output.Shape[1] * graph.Output.Shape[2]; position++)
        {
            var chosen = new float[weights.Shape.Count];
            chosen[position] = 1;
            weights.Write(chosen);
            var gradient = run.Run(new Tensor(graph.Input.Shape, new float[height * width]))[0].Values;
            var touched = Enumerable.Range(0, gradient.Length).Where(i => gradient[i] != 0).ToList();
            var (top, left) = (touched.Min(i => i / width), touched.Min(i => i % width));
            var box = new ImageRegion(top, left, touched.Max(i => i / width) - top + 1, touched.Max(i => i % width) - left + 1);
            Assert.Equal(box, field.At(position / graph.Output.Shape[2], position % graph.Output.Shape[2]).Within(height, width));
        }
    }

    [Fact]
    public void Fields_grow_from_layer_to_layer_around_one_place()
    {
        var model = ConvolutionNets.Grey();
        var growth = ConvolutionStep.Compute(model, ConvolutionNets.Image(model), position: (5, 6)).ReceptiveFields();
        Assert.Equal(["first", "max_pooling2d", "second", "classes"], growth.Layers.Select(layer => layer.Path));
        Assert.Equal(new ImageRegion(5, 6, 3, 3), growth.Layers[0].Region);
        Assert.Equal(new ImageRegion(0, 0, 12, 12), growth.Layers[3].Region);
        Assert.Equal([false, false, false, true], growth.Layers.Select(growth.SeesAll));
        Assert.Equal(growth.Layers, growth.Growing());
        Assert.Equal(
            ["first", "second", "classes"], growth.Growing(3).Select(layer => layer.Path).Order(StringComparer.Ordinal)
            .OrderBy(path => path == "first" ? 0 : path == "classes" ? 2 : 1));
    }

    [Fact]
    public void Layers_that_see_no_more_than_those_before_are_left_out()
    {
        var model = ConvolutionNets.Deep();
        var growth = ConvolutionStep.Compute(model, ConvolutionNets.Image(model)).ReceptiveFields();
        Assert.Equal(
            ["base/strided", "base/batch_normalization", "base/depthwise", "base/dilated", "pointwise", "global_average_pooling2d"],
            growth.Layers.Select(layer => layer.Path));
        Assert.Equal(["base/strided", "base/depthwise", "base/dilated", "global_average_pooling2d"], growth.Growing().Select(layer => layer.Path));
    }

    private static Model Ones(string net)
    {
        static Conv2D Conv(Size2D kernel, Size2D? strides = null, Padding padding = Padding.Valid, Size2D? dilation = null) =>
            new(1, kernel, strides, padding) { KernelInitializer = Initializer.Ones, DilationRate = dilation ?? 1 };
        switch (net)
        {
            case "valid": return new Sequential { new Input(31, 29, 1), Conv((3, 5), 2), new AveragePooling2D(2), Conv(2, dilation: (2, 1)) };
            case "same":
                return new Sequential { new Input(30, 31, 1), Conv(3, 2, Padding.Same), Conv((5, 2), 1, Padding.Same),
                new AveragePooling2D(3, 2, Padding.Same), Conv(3, 1, Padding.Same) };
            case "padded": return new Sequential { new Input(15, 16, 1), new ZeroPadding2D(2), Conv(3, 2), new ZeroPadding2D(1), Conv(3) };
            case "nested":
                return new Sequential { new Sequential("a") { new Input(20, 20, 1), Conv(3, 2, Padding.Same) },
                new Sequential("b") { new Input(10, 10, 1), Conv(3, (1, 2), Padding.Same) } };
            case "sliced":
                var part = new Lambda(x => x.Slice(1, 2, 6).Slice(2, 3, 5).Slice(3, 0, 1));
                return new Sequential { new Input(20, 20, 1), Conv(3, 2), part, Conv(2) };
            case "concatenated":
                var image = new Input(15, 17, 1);
                var y = new Concatenate().Call(Conv(1, 2).Call(image), Conv(3, 2, Padding.Same).Call(image));
                return new Model(image, Conv(3, 1, Padding.Same).Call(y));
            default:
                var input = new Input(17, 17, 1);
                var x = Conv(3, 2, Padding.Same).Call(input);
                var longer = Conv(2, 1, Padding.Same).Call(Conv(2, 1, Padding.Same).Call(x));
                return new Model(input, new Add().Call(x, longer));
        }
    }
}
