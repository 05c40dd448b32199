using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Training;

/// <summary>The losses against the examples in Keras' documentation (keras/src/losses/losses.py) and against their formulas.</summary>
public class LossTests
{
    private static readonly double[] Predictions = [0.05, 0.95, 0, 0.1, 0.8, 0.1];

    [Fact]
    public void Sparse_categorical_crossentropy_gives_the_values_of_Keras_documentation() =>
        AssertClose([0.0513, 2.303], Values(Loss.SparseCategoricalCrossentropy, [2, 3], Predictions, [1, 2]), 5e-4);

    [Fact]
    public void Categorical_crossentropy_gives_the_values_of_Keras_documentation() =>
        AssertClose([0.0513, 2.303], Values(Loss.CategoricalCrossentropy, [2, 3], Predictions, [0, 1, 0, 0, 0, 1]), 5e-4);

    /// <summary>The example of the function and the first of the class.</summary>
    [Fact]
    public void Binary_crossentropy_gives_the_values_of_Keras_documentation()
    {
        AssertClose([0.916, 0.714], Values(Loss.BinaryCrossentropy, [2, 2], [0.6, 0.4, 0.4, 0.6], [0, 1, 0, 0]), 5e-4);
        AssertClose([0.8654], Values(new BinaryCrossentropy { FromLogits = true }, [1, 4], [-18.6, 0.51, 2.94, -12.8], [0, 1, 0, 0]), 1e-4);
        AssertClose([0.8654], [Values(new BinaryCrossentropy { FromLogits = true }, [2, 2], [-18.6, 0.51, 2.94, -12.8], [0, 1, 0, 0]).Average()], 1e-4);
    }

    [Fact]
    public void Mean_squared_error_is_the_mean_of_squares_of_a_sample() =>
        AssertClose([0.5, 2.5], Values(Loss.MeanSquaredError, [2, 2], [1, 1, 1, 0], [0, 1, 3, 1]), 1e-12);

    /// <summary>Softmax, then −ln p: ln(e⁻¹ + e⁰ + e¹) − x of the class.</summary>
    [Fact]
    public void Logits_of_classes_go_through_a_softmax()
    {
        var expected = Math.Log(Math.Exp(-1) + 1 + Math.Exp(1));
        AssertClose([expected + 1, expected - 1], Values(new SparseCategoricalCrossentropy { FromLogits = true }, [2, 3], [-1, 0, 1, -1, 0, 1], [0, 2]), 1e-12);
        AssertClose([expected], Values(new CategoricalCrossentropy { FromLogits = true }, [1, 3], [-1, 0, 1], [0.25, 0.5, 0.25]), 1e-12);
    }

    /// <summary>Keras divides outputs that do not come from a softmax by their sum: 0.9 of 0.9 + 0.5 + 0.1.</summary>
    [Fact]
    public void Outputs_that_are_no_distribution_are_made_one()
    {
        AssertClose([-Math.Log(0.9 / 1.5)], Values(Loss.SparseCategoricalCrossentropy, [1, 3], [0.9, 0.5, 0.1], [0]), 1e-12);
        AssertClose([-Math.Log(0.1 / 1.5)], Values(Loss.CategoricalCrossentropy, [1, 3], [0.9, 0.5, 0.1], [0, 0, 1]), 1e-12);
    }

    /// <summary>
    /// Keras keeps probabilities 1e-7 from 0 and 1: −ln 1e-7 = 16.118, and 15.942 at the other end, where float32 rounds 1 − 1e-7 to 1 − 2⁻²³.
    /// </summary>
    [Fact]
    public void A_probability_of_zero_costs_much_and_not_infinitely_much()
    {
        AssertClose([16.118], Values(Loss.SparseCategoricalCrossentropy, [1, 2], [0, 1], [0]), 5e-4);
        AssertClose([16.118], Values(Loss.BinaryCrossentropy, [1, 1], [0], [1]), 5e-4);
        AssertClose([15.942], Values(Loss.BinaryCrossentropy, [1, 1], [1], [0]), 5e-4);
    }

    /// <summary>The loss sees the logits behind a softmax or sigmoid, where the probability itself is rounded to 0 or 1.</summary>
    [Fact]
    public void A_softmax_or_sigmoid_before_the_loss_keeps_its_precision()
    {
        AssertClose([80], Values(Loss.SparseCategoricalCrossentropy, [1, 2], [0, 80], [0], x => x.Softmax()), 1e-9);
        AssertClose([80], Values(Loss.BinaryCrossentropy, [1, 1], [80], [0], x => x.Sigmoid()), 1e-9);
        AssertClose([80], Values(Loss.BinaryCrossentropy, [1, 1], [-80], [1], x => x.Sigmoid()), 1e-9);
    }

    [Fact]
    public void Losses_of_every_pixel_are_averaged_over_the_image()
    {
        AssertClose([(0.0513 + 2.3026) / 2], Values(Loss.SparseCategoricalCrossentropy, [1, 2, 1, 3], Predictions, [1, 2]), 5e-5);
        AssertClose([(1 + 4 + 9 + 0) / 4.0], Values(Loss.MeanSquaredError, [1, 2, 2, 1], [1, 2, 3, 4], [0, 0, 0, 4]), 1e-12);
    }

    [Fact]
    public void Targets_have_the_shape_that_the_loss_expects()
    {
        Assert.Equal(Shape.Scalar, Loss.SparseCategoricalCrossentropy.TargetShape([10]));
        Assert.Equal([4, 4], Loss.SparseCategoricalCrossentropy.TargetShape([4, 4, 10]));
        Assert.Equal([10], Loss.CategoricalCrossentropy.TargetShape([10]));
        Assert.Equal([1], Loss.BinaryCrossentropy.TargetShape([1]));
    }

    [Theory]
    [InlineData(10f)]
    [InlineData(-1f)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void A_label_outside_the_classes_is_named(float label) => Assert.Equal(
        $"expected a class from 0 to 9, since the model has 10 outputs; received {label}", Loss.SparseCategoricalCrossentropy.FindFault([3, label], [10]));

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(2f)]
    [InlineData(float.NaN)]
    public void A_target_that_is_no_probability_is_named(float target) =>
        Assert.Equal($"expected a target from 0 to 1; received {target}", Loss.BinaryCrossentropy.FindFault([0, 1, 0.5f, target], [4]));

    /// <summary>The losses of the samples, in float64 by the reference.</summary>
    private static double[] Values(Loss loss, Shape shape, double[] predictions, double[] targets, Func<Node, Node>? activation = null)
    {
        var prediction = new Node(new InputOp("prediction", shape));
        var target = new Node(new InputOp("target", loss.TargetShape(shape[1..]).Prepend(shape[0])));
        var output = loss.Call(target, activation?.Invoke(prediction) ?? prediction);
        Assert.Equal([shape[0]], output.Shape);
        return ReferenceInterpreter.Run(new Graph([output]), new Dictionary<Node, double[]> { [prediction] = predictions, [target] = targets })[0];
    }

    private static void AssertClose(double[] expected, double[] received, double tolerance) =>
        Assert.Equal(expected, received, (a, b) => Math.Abs(a - b) <= tolerance);
}
