namespace Fovea;

/// <summary>
/// A value of a network that is being built layer after layer, such as <c>x.Convolve(64, 3, "conv1").Normalize("conv1_bn").Relu()</c>. Layers without a name
/// are named in the order of their creation, as in Keras: <c>conv2d</c>, <c>conv2d_1</c>, …
/// </summary>
/// <param name="Tensor">The value.</param>
/// <param name="Counts">The number of layers so far that were named after their class, by that name.</param>
internal readonly record struct Features(SymbolicTensor Tensor, Dictionary<string, int> Counts)
{
    public int Channels => Tensor.Shape[^1];

    /// <summary>Connects a layer to this value and to others.</summary>
    public Features Then(Layer layer, string? name = null, params ReadOnlySpan<Features> others)
    {
        layer.Name = name ?? Next(layer.ClassName);
        var inputs = new SymbolicTensor[others.Length + 1];
        inputs[0] = Tensor;
        for (var i = 0; i < others.Length; i++) inputs[i + 1] = others[i].Tensor;
        return this with { Tensor = layer.Call(inputs) };
    }

    /// <summary>A convolution without a bias, which a normalization follows in most networks.</summary>
    public Features Convolve(
        int filters, Size2D kernelSize, string? name = null, Size2D? strides = null, Padding padding = Padding.Valid, Initializer? initializer = null) =>
        Then(
            new Conv2D(filters, kernelSize, strides, padding) { UseBias = false, KernelInitializer = initializer ?? Initializer.GlorotUniform }, name);

    /// <summary>A depthwise convolution without a bias. With a stride of 2 it does not pad, since <see cref="PadBeforeStride"/> has done so.</summary>
    public Features ConvolveDepthwise(
        Size2D kernelSize, string name, int stride, int multiplier = 1, Padding? padding = null, Initializer? initializer = null) =>
        Then(
            new DepthwiseConv2D(kernelSize, stride, padding ?? (stride == 1 ? Padding.Same : Padding.Valid))
            {
                UseBias = false,
                DepthMultiplier = multiplier,
                DepthwiseInitializer = initializer ?? Initializer.GlorotUniform,
            },
            name);

    public Features Normalize(string? name = null, double epsilon = 1e-3, double momentum = 0.99, bool scale = true) =>
        Then(new BatchNormalization(momentum, epsilon) { Scale = scale }, name);

    public Features Activate(Activation activation, string? name = null) => Then(new ActivationLayer(activation), name);

    public Features Relu(string? name = null) => Activate(Activation.Relu, name);

    public Features Pad(int margin, string? name = null) => Then(new ZeroPadding2D(margin), name);

    /// <summary>
    /// Pads so that a convolution with a stride of 2 and without padding reads the same pixels as one with <see cref="Padding.Same"/>; <c>correct_pad</c> of
    /// Keras. An open size counts as even.
    /// </summary>
    public Features PadBeforeStride(int kernelSize, string? name = null)
    {
        var (margin, sizes) = (kernelSize / 2, Tensor.Shape.Sizes);
        return Then(new ZeroPadding2D((margin - IsEven(sizes[0]), margin), (margin - IsEven(sizes[1]), margin)), name);

        static int IsEven(int? size) => 1 - ((size ?? 0) % 2);
    }

    public Features Plus(Features other, string? name = null) => Then(new Add(), name, other);

    private string Next(string className)
    {
        var name = SnakeCase.Of(className);
        var count = Counts[name] = Counts.GetValueOrDefault(name, -1) + 1;
        return count == 0 ? name : $"{name}_{count}";
    }
}
