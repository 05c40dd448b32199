namespace Fovea.Tests.Training;

/// <summary>Single steps and short runs of the optimizers against the values in Keras' own tests, and against their formulas.</summary>
public class OptimizerTests
{
    private static readonly float[] Start = [1, 2, 3, 4];
    private static readonly float[] Gradient = [1, 6, 7, 2];

    /// <summary>keras/src/optimizers/sgd_test.py, <c>test_single_step</c>.</summary>
    [Fact]
    public void Sgd_gives_the_single_step_of_Keras_tests()
    {
        var weight = new SingleWeight(new Sgd(0.5f), Start);
        weight.Step(Gradient);
        Assert.Equal([0.5f, -1, -0.5f, 3], weight.Value);
    }

    /// <summary>keras/src/optimizers/rmsprop_test.py, <c>test_single_step</c>, given to four digits.</summary>
    [Fact]
    public void RmsProp_gives_the_single_step_of_Keras_tests()
    {
        var weight = new SingleWeight(new RmsProp(0.5f), Start);
        weight.Step(Gradient);
        AssertClose([-0.5811, 0.4189, 1.4189, 2.4189], weight.Value, 5e-5);
    }

    /// <summary>keras/src/optimizers/adam_test.py, <c>test_single_step</c>: the first step is the learning rate whatever the gradient.</summary>
    [Fact]
    public void Adam_gives_the_single_step_of_Keras_tests()
    {
        var weight = new SingleWeight(new Adam(0.5f), Start);
        weight.Step(Gradient);

        // Not exactly: ε = 1e-7 is added to √v = √0.001·|g|, which is 3e-6 of it where |g| = 1.
        AssertClose([0.5, 1.5, 2.5, 3.5], weight.Value, 3e-6);
    }

    /// <summary>keras/src/optimizers/sgd_test.py, <c>test_correctness_with_golden</c>: five steps, given to four digits.</summary>
    [Fact]
    public void Sgd_with_Nesterov_gives_the_golden_run_of_Keras_tests()
    {
        double[][] golden =
        [
            [0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999],
            [0.9989, 0.9979, 0.9969, 0.9959, 0.9949, 0.9939, 0.9929, 0.9919, 0.9909, 0.9899],
            [0.9979, 0.9959, 0.9939, 0.9919, 0.9899, 0.9879, 0.9859, 0.9839, 0.9819, 0.9799],
            [0.9969, 0.9939, 0.9909, 0.9879, 0.9849, 0.9819, 0.9789, 0.9759, 0.9729, 0.9699],
            [0.9959, 0.9919, 0.9879, 0.9839, 0.9799, 0.9759, 0.9719, 0.9679, 0.9639, 0.9599],
        ];
        AssertGolden(new Sgd(nesterov: true), golden, 5e-6);
    }

    /// <summary>
    /// keras/src/optimizers/adam_test.py, <c>test_correctness_with_golden</c>, within its own tolerance, since it gives one
    /// value for ten gradients. That test turns AMSGrad on, which changes nothing while v grows: the greatest v so far is the present one.
    /// </summary>
    [Fact]
    public void Adam_gives_the_golden_run_of_Keras_tests() =>
        AssertGolden(new Adam(), [.. new[] { 0.999, 0.9982, 0.9974, 0.9965, 0.9955 }.Select(value => Enumerable.Repeat(value, 10).ToArray())], 5e-4);

    [Fact]
    public void Momentum_follows_its_formula()
    {
        var (plain, nesterov) = (new SingleWeight(new Sgd(0.5f, 0.5f), 1), new SingleWeight(new Sgd(0.5f, 0.5f, nesterov: true), 1));

        // m = −1, w = 0; m = −0.5 − 2 = −2.5, w = −2.5. With look-ahead w = 1 − 0.5 − 1 = −0.5; w = −0.5 − 1.25 − 2 = −3.75.
        foreach (var weight in (SingleWeight[])[plain, nesterov]) weight.Step(2);
        Assert.Equal((0, -0.5f), (plain.Value[0], nesterov.Value[0]));
        foreach (var weight in (SingleWeight[])[plain, nesterov]) weight.Step(4);
        Assert.Equal((-2.5f, -3.75f), (plain.Value[0], nesterov.Value[0]));
    }

    [Fact]
    public void RmsProp_with_momentum_follows_its_formula()
    {
        var weight = new SingleWeight(new RmsProp(0.5f, rho: 0.75f, momentum: 0.5f, epsilon: 1), 0);
        var (w, v, m) = (0.0, 0.0, 0.0);
        foreach (var g in (double[])[2, -3, 0.5])
        {
            weight.Step((float)g);
            v = (0.75 * v) + (0.25 * g * g);
            m = (0.5 * m) + (0.5 * g / Math.Sqrt(v + 1));
            w -= m;
            AssertClose([w], weight.Value, 1e-6);
        }
    }

    /// <summary>A zero gradient must not divide by zero.</summary>
    [Fact]
    public void A_gradient_of_zero_leaves_the_weight()
    {
        foreach (var optimizer in (Optimizer[])[new Sgd(0.5f, 0.5f), new RmsProp(0.5f, momentum: 0.5f), new Adam(0.5f)])
        {
            var weight = new SingleWeight(optimizer, 3);
            weight.Step(0);
            Assert.Equal(3, weight.Value[0]);
        }
    }

    [Fact]
    public void A_learning_rate_changed_between_epochs_counts_from_then_on()
    {
        var optimizer = new Sgd(0.5f);
        var weight = new SingleWeight(optimizer, 0);
        weight.Step(1);
        optimizer.LearningRate = 0.25f;
        weight.Step(1);
        Assert.Equal(-0.75f, weight.Value[0]);
    }

    /// <summary>The defaults that Keras documents.</summary>
    [Fact]
    public void Defaults_are_Keras_defaults()
    {
        var (sgd, rmsProp, adam) = (new Sgd(), new RmsProp(), new Adam());
        Assert.Equal((0.01f, 0f, false), (sgd.LearningRate, sgd.Momentum, sgd.Nesterov));
        Assert.Equal((0.001f, 0.9f, 0f, 1e-7f), (rmsProp.LearningRate, rmsProp.Rho, rmsProp.Momentum, rmsProp.Epsilon));
        Assert.Equal((0.001f, 0.9f, 0.999f, 1e-7f), (adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon));
    }

    [Fact]
    public void Settings_outside_their_range_are_refused()
    {
        Assert.Equal("Sgd: momentum must be at least 0 and below 1; received 1. (Parameter 'momentum')", Assert.Throws<ArgumentException>(() => new Sgd(0.1f, 1)).Message);
        Assert.Equal("RmsProp: rho must be at least 0 and below 1; received -0.5. (Parameter 'rho')", Assert.Throws<ArgumentException>(() => new RmsProp(0.1f, -0.5f)).Message);
        Assert.Equal("Adam: beta2 must be at least 0 and below 1; received NaN. (Parameter 'beta2')", Assert.Throws<ArgumentException>(() => new Adam(0.1f, 0.9f, float.NaN)).Message);
        foreach (var rate in (float[])[-1, float.NaN, float.PositiveInfinity])
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(rate));
            Assert.StartsWith($"Adam: the learning rate must be a finite number of at least 0; received {rate}.", error.Message, StringComparison.Ordinal);
        }
    }

    private static void AssertGolden(Optimizer optimizer, double[][] golden, double tolerance)
    {
        var weight = new SingleWeight(optimizer, [.. Enumerable.Repeat(1f, 10)]);
        weight.Step([.. Enumerable.Repeat(0.01f, 10)]);
        foreach (var expected in golden)
        {
            AssertClose(expected, weight.Value, tolerance);
            weight.Step([.. Enumerable.Range(1, 10).Select(i => i / 10f)]);
        }
    }

    private static void AssertClose(double[] expected, float[] received, double tolerance) =>
        Assert.Equal(expected, Array.ConvertAll(received, value => (double)value), (a, b) => Math.Abs(a - b) <= tolerance);
}
