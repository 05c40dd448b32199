using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>A convolution (ordinary or depthwise) in the graph of a model.</summary>
internal sealed class ConvolutionUse
{
    private readonly Node kernel;
    private readonly Node? bias;
    private readonly Size2D dilation;
    private readonly int groups;

    private ConvolutionUse(ModelGraph graph, LayerValue value)
    {
        Graph = graph;
        Value = value;
        (Strides, dilation, groups, Padding, Activation) = value.Layer switch
        {
            Conv2D layer => (layer.Strides, layer.DilationRate, layer.Groups, layer.Padding, layer.Activation),
            DepthwiseConv2D layer => (layer.Strides, layer.DilationRate, 1, layer.Padding, layer.Activation),
            _ => throw new ArgumentException($"{value.Layer.Subject}: expected a convolution."),
        };
        Kernel = value.Layer.Weights[0];
        Bias = value.Layer.Weights.Count > 1 ? value.Layer.Weights[1] : null;
        kernel = new Node(new VariableOp(Kernel.Variable));
        bias = Bias is null ? null : new Node(new VariableOp(Bias.Variable));
    }

    public ModelGraph Graph { get; }

    public LayerValue Value { get; }

    public Node Input => Value.Inputs[0];

    public Size2D Strides { get; }

    public Padding Padding { get; }

    public Activation Activation { get; }

    public Weight Kernel { get; }

    public Weight? Bias { get; }

    public Window2D Window => WindowFor(Strides, Padding);

    /// <summary>Whether only rescaling comes between the image and the layer.</summary>
    public bool ReadsImage
    {
        get
        {
            var node = Input;
            while (node != Graph.Input && Graph.Layers.FirstOrDefault(value => value.Node == node && value.Layer is Rescaling) is { } rescaling)
                node = rescaling.Inputs[0];
            return node == Graph.Input;
        }
    }

    private bool IsDepthwise => Value.Layer is DepthwiseConv2D;

    /// <summary>The convolution with a path or name; by default the first.</summary>
    /// <exception cref="ArgumentException">The model is not of images, or has no such convolution.</exception>
    public static ConvolutionUse Find(Model model, string? layer)
    {
        if (model.InputShape.Rank != 3)
            throw new ArgumentException($"{model.Name}: expected a model of images (height, width, channels); its inputs are {model.InputShape}.");
        var graph = new ModelGraph(model);
        var uses = graph.Layers.Where(value => value.Layer is not (Model or Fovea.Input)).GroupBy(value => value.Path).Select(group => group.Last()).ToList();
        var convolutions = uses.Where(value => value.Layer is Conv2D or DepthwiseConv2D).ToList();
        if (convolutions.Count == 0)
        {
            var classes = string.Join(", ", uses.Select(value => value.Layer.ClassName).Distinct());
            throw new ArgumentException($"{model.Name}: expected a model with a convolution, a Conv2D or DepthwiseConv2D; its layers are {classes}.");
        }

        var names = string.Join(", ", convolutions.Select(value => value.Path));
        if (layer is null) return new ConvolutionUse(graph, convolutions.Find(value => value.Layer is Conv2D) ?? convolutions[0]);
        if (convolutions.Find(value => value.Path == layer) is { } exact) return new ConvolutionUse(graph, exact);
        var named = convolutions.FindAll(value => value.Layer.Name == layer);
        if (named is [var only]) return new ConvolutionUse(graph, only);
        if (named.Count > 1)
            throw new ArgumentException(
                $"{model.Name}: several layers are named '{layer}'; expected the path of one: {string.Join(", ", named.Select(value => value.Path))}.");
        throw new ArgumentException(graph.Layers.FirstOrDefault(value => value.Path == layer || value.Layer.Name == layer) is { } other
            ? $"{model.Name}: '{layer}' is a {other.Layer.ClassName}; expected a convolution: {names}."
            : $"{model.Name}: there is no layer '{layer}'; expected a convolution: {names}.");
    }

    /// <summary>The geometry for other strides and padding.</summary>
    public Window2D WindowFor(Size2D strides, Padding padding) => Window2D.Create(
        (Input.Shape[1], Input.Shape[2]), (Kernel.Shape[0], Kernel.Shape[1]), strides, dilation, padding);

    /// <summary>The output with other strides and padding, from the layer's kernels, bias, activation and input.</summary>
    public Node Respond(Size2D strides, Padding padding)
    {
        var x = IsDepthwise ? Input.DepthwiseConv2D(kernel, strides, dilation, padding) : Input.Conv2D(kernel, strides, dilation, padding, groups);
        return Activation.Apply(bias is null ? x : x + bias);
    }

    /// <summary>The channels of the input that a filter reads: all, those of its group, or one if the convolution is depthwise.</summary>
    public IReadOnlyList<int> ChannelsOf(int filter) => IsDepthwise
        ? [filter / Kernel.Shape[3]]
        : [.. Enumerable.Range(filter / (Kernel.Shape[3] / groups) * Kernel.Shape[2], Kernel.Shape[2])];

    /// <summary>The weight of a filter at a position of its kernel, for a channel of the input.</summary>
    public float WeightAt(int row, int column, int channel, int filter) =>
        Kernel.Values[(((((row * Kernel.Shape[1]) + column) * Kernel.Shape[2]) + (channel % Kernel.Shape[2])) * Kernel.Shape[3])
            + (IsDepthwise ? filter % Kernel.Shape[3] : filter)];

    /// <summary>One channel of an image (1, height, width, channels) as a map (height, width).</summary>
    public static Tensor MapOf(Tensor image, int channel)
    {
        var (height, width, channels) = (image.Shape[1], image.Shape[2], image.Shape[3]);
        var map = new float[height * width];
        for (var i = 0; i < map.Length; i++) map[i] = image.Values[(i * channels) + channel];
        return new Tensor([height, width], map);
    }
}
