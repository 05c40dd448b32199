using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Layers;

/// <summary>Activations where golden values show nothing: names, gradients at kinks, and the largest float32 values.</summary>
public class ActivationTests
{
    public static TheoryData<string> Names =>
    [
        "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "hard_silu", "mish", "sigmoid", "hard_sigmoid", "log_sigmoid",
        "sparse_sigmoid", "tanh", "hard_tanh", "tanh_shrink", "hard_shrink", "soft_shrink", "softplus", "squareplus", "sparse_plus", "softsign", "softmax",
        "log_softmax", "glu", "gelu_tanh",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Large_numbers_give_finite_values_and_gradients(string name)
    {
        float[] x = [-1.5e38f, -1e30f, -1e10f, -1e4f, -90, -0f, 0, 90, 1e4f, 1e10f, 1e30f, 1.5e38f];
        var (values, gradients) = Run(name == "gelu_tanh" ? Activation.GeluTanh : ActivationCatalog.FromName(name), x);
        Assert.All(values, value => Assert.True(float.IsFinite(value), string.Join(" ", values)));
        Assert.All(gradients, value => Assert.True(float.IsFinite(value), string.Join(" ", gradients)));
    }

    /// <summary>Except for hard shrink, which compares, as in Keras.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void NaN_stays_NaN(string name)
    {
        if (name == "hard_shrink") return;
        var (values, _) = Run(name == "gelu_tanh" ? Activation.GeluTanh : ActivationCatalog.FromName(name), [float.NaN, 1]);
        Assert.True(float.IsNaN(values[0]));
    }

    /// <summary>The gradients of TensorFlow where a function has a kink. Hard sigmoid and hard silu have those of relu6.</summary>
    [Theory]
    [InlineData("relu", 0, 0)]
    [InlineData("relu6", 0, 0)]
    [InlineData("relu6", 6, 0)]
    [InlineData("leaky_relu", 0, 0.2f)]
    [InlineData("elu", 0, 1)]
    [InlineData("hard_sigmoid", -3, 0)]
    [InlineData("hard_sigmoid", 3, 0)]
    [InlineData("hard_shrink", 0.5f, 0)]
    [InlineData("soft_shrink", 0.5f, 0)]
    [InlineData("sparse_plus", 1, 1)]
    [InlineData("squareplus", 0, 0.5f)]
    [InlineData("softsign", 0, 1)]
    public void The_gradient_at_a_kink_is_that_of_TensorFlow(string name, float x, float expected) =>
        // One unit in the last place: e⁰ of a vector is 1 + 2⁻²³.
        Assert.Equal(expected, Run(ActivationCatalog.FromName(name), [x]).Gradients[0], 1.2e-7f);

    [Fact]
    public void A_custom_activation_needs_a_name_and_a_function()
    {
        Assert.Equal("Activation: name must be given; received null.", Assert.ThrowsAny<ArgumentException>(() => new Activation(null!, x => x)).Sentence());
        Assert.Equal("Activation: function must be given; received null.", Assert.ThrowsAny<ArgumentException>(() => new Activation("mine", null!)).Sentence());
    }

    [Fact]
    public void Names_of_Keras_2_and_aliases_are_read_and_written_as_Keras_3_has_them()
    {
        Assert.Same(Activation.Silu, ActivationCatalog.FromName("swish"));
        Assert.Same(Activation.HardSilu, ActivationCatalog.FromName("hard_swish"));
        Assert.Equal("silu", Activation.Silu.Name);
    }

    private static (float[] Values, float[] Gradients) Run(Activation activation, float[] x)
    {
        var input = new Node(new InputOp("x", [1, x.Length]));
        var output = activation.Apply(input);
        var plan = Plan.Compile(new Graph([output, Differentiation.Gradients(output.Sum(), [input])[0]]));
        x.CopyTo(plan.Input(input));
        plan.Run();
        return (plan.Output(0).ToArray(), plan.Output(1).ToArray());
    }
}
