using Fovea.Tests.Layers;

namespace Fovea.Tests.Explain;

/// <summary>Small nets with convolutions of every geometry, and images for them.</summary>
internal static class ConvolutionNets
{
    /// <summary>Two convolutions, pooling between them, on grey images of 12 × 12.</summary>
    public static Sequential Grey(Padding padding = Padding.Valid) => new("grey", seed: 5)
    {
        new Input(12, 12, 1),
        new Conv2D(4, 3, padding: padding, activation: Activation.Relu) { Name = "first", BiasInitializer = new ConstantInitializer(0.1f) },
        new MaxPooling2D(2),
        new Conv2D(6, 3, activation: Activation.Relu) { Name = "second" },
        new Flatten(),
        new Dense(3, Activation.Softmax) { Name = "classes" },
    };

    /// <summary>A model within a model, on colour images, with strides, dilation, padding, a depthwise convolution and a softmax over filters.</summary>
    public static Sequential Deep() => new("deep", seed: 8)
    {
        new Input(20, 22, 3),
        new Sequential("base", seed: 6)
        {
            new Input(20, 22, 3),
            new Conv2D(5, (3, 5), (2, 3), Padding.Same) { Name = "strided" },
            new BatchNormalization(),
            new DepthwiseConv2D(3, padding: Padding.Same) { Name = "depthwise", DepthMultiplier = 2 },
            new Conv2D(7, 2, padding: Padding.Same, activation: Activation.Tanh) { Name = "dilated", DilationRate = (3, 2) },
        },
        new Conv2D(4, 1, activation: Activation.Softmax) { Name = "pointwise", UseBias = false },
        new GlobalAveragePooling2D(),
    };

    /// <summary>A convolution in two groups of channels.</summary>
    public static Sequential Grouped() => new("groups", seed: 9)
    {
        new Input(6, 7, 4),
        new Conv2D(6, 3, padding: Padding.Same) { Name = "grouped", Groups = 2 },
        new Flatten(),
        new Dense(2),
    };

    public static Tensor Image(Model model) => new(model.InputShape.Prepend(1), LayerRunner.Normal(model.InputShape.Count));
}
