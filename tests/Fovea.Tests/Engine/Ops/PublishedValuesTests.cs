using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine.Ops;

/// <summary>The third check of every op: the reference against published values.</summary>
public class PublishedValuesTests
{
    /// <summary>Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", figures 1.1 and 1.2.</summary>
    private static readonly double[] Image = [3, 3, 2, 1, 0, 0, 0, 1, 3, 1, 3, 1, 2, 2, 3, 2, 0, 0, 2, 2, 2, 0, 0, 0, 1];

    private static readonly double[] Kernel = [0, 1, 2, 2, 2, 0, 0, 1, 2];

    [Fact]
    public void Convolution_gives_the_values_of_the_guide_to_convolution_arithmetic() =>
        Assert.Equal([12, 12, 17, 10, 17, 19, 9, 6, 14], Convolve(1, Padding.Valid));

    [Fact]
    public void Convolution_with_strides_and_padding_gives_the_values_of_the_guide() =>
        Assert.Equal([6, 17, 3, 8, 17, 13, 6, 4, 4], Convolve(2, Padding.Same));

    /// <summary>The example in the documentation of <c>tf.nn.softmax</c>, which is in float32.</summary>
    [Fact]
    public void Softmax_gives_the_values_of_TensorFlows_documentation()
    {
        var x = new Node(new InputOp("x", [3]));
        var values = ReferenceInterpreter.Run(new Graph([x.Softmax(), x.LogSoftmax()]), new Dictionary<Node, double[]> { [x] = [-1, 0, 1] });
        Assert.Equal([0.09003057, 0.24472848, 0.66524094], values[0], (a, b) => Math.Abs(a - b) < 6e-8);
        Assert.Equal([-2.40760596, -1.40760596, -0.40760596], values[1], (a, b) => Math.Abs(a - b) < 6e-8);
    }

    /// <summary>The known answers in <c>kat_vectors</c> of Random123 by the authors of Salmon et al. 2011.</summary>
    [Fact]
    public void Philox_gives_the_known_answers_of_its_authors()
    {
        Assert.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), Philox.Block(0, 0, 0, 0, 0, 0));
        Assert.Equal((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu), Philox.Block(~0u, ~0u, ~0u, ~0u, ~0u, ~0u));
        Assert.Equal(
            (0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u),
            Philox.Block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0));
    }

    private static double[] Convolve(int stride, Padding padding)
    {
        var image = new Node(new InputOp("image", [1, 5, 5, 1]));
        var kernel = new Node(new InputOp("kernel", [3, 3, 1, 1]));
        var output = image.Conv2D(kernel, (stride, stride), (1, 1), padding);
        return ReferenceInterpreter.Run(new Graph([output]), new Dictionary<Node, double[]> { [image] = Image, [kernel] = Kernel })[0];
    }
}
