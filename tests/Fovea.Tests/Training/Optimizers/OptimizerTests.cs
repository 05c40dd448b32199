namespace Fovea.Tests.Training;

/// <summary>Single steps and short runs of the optimizers against the values in Keras' own tests, and against their formulas.</summary>
public class OptimizerTests
{
    /// <summary>keras/src/optimizers/*_test.py, <c>test_single_step</c>, given to four digits; the learning rate is 0.5.</summary>
    public static TheoryData<string, double[]> SingleSteps => new()
    {
        { "sgd", [0.5, -1, -0.5, 3] },
        { "rmsprop", [-0.5811, 0.4189, 1.4189, 2.4189] },
        { "adam", [0.5, 1.5, 2.5, 3.5] },
        { "adamw", [0.4980, 1.4960, 2.494, 3.492] },
        { "adamax", [0.5, 1.5, 2.5, 3.5] },
        { "nadam", [0.4686, 1.4686, 2.4686, 3.4686] },
        { "adagrad", [0.5233, 1.5007, 2.5005, 3.5061] },
        { "adadelta", [0.9993, 1.9993, 2.9993, 3.9993] },
        { "ftrl", [0.2218, 1.3954, 2.3651, 2.8814] },
        { "lion", [0.5, 1.5, 2.5, 3.5] },
    };

    /// <summary>The names of all optimizers.</summary>
    public static TheoryData<string> Names => [.. SingleSteps.Select(row => row.Data.Item1)];

    [Theory]
    [MemberData(nameof(SingleSteps))]
    public void A_single_step_is_that_of_Keras_tests(string name, double[] expected)
    {
        var run = new OptimizerRun(Create(name, 0.5f), 1, 2, 3, 4);
        run.Step([1, 6, 7, 2]);
        AssertClose(expected, run.Value, 6e-5);
    }

    /// <summary>keras/src/optimizers/sgd_test.py, <c>test_correctness_with_golden</c>: five steps, given to four digits.</summary>
    [Fact]
    public void Sgd_with_Nesterov_gives_the_golden_run_of_Keras_tests() => AssertGolden(new Sgd(nesterov: true),
    [
        [0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999, 0.9999],
        [0.9989, 0.9979, 0.9969, 0.9959, 0.9949, 0.9939, 0.9929, 0.9919, 0.9909, 0.9899],
        [0.9979, 0.9959, 0.9939, 0.9919, 0.9899, 0.9879, 0.9859, 0.9839, 0.9819, 0.9799],
        [0.9969, 0.9939, 0.9909, 0.9879, 0.9849, 0.9819, 0.9789, 0.9759, 0.9729, 0.9699],
        [0.9959, 0.9919, 0.9879, 0.9839, 0.9799, 0.9759, 0.9719, 0.9679, 0.9639, 0.9599],
    ]);

    /// <summary>keras/src/optimizers/adamw_test.py, as the others below of their files.</summary>
    [Fact]
    public void AdamW_gives_the_golden_run_of_Keras_tests() => AssertGolden(new AdamW(1, 0.5f, epsilon: 2),
    [
        [0.4998, 0.4998, 0.4998, 0.4998, 0.4998, 0.4998, 0.4998, 0.4998, 0.4998, 0.4998],
        [0.2486, 0.2475, 0.2463, 0.2451, 0.244, 0.2428, 0.2417, 0.2405, 0.2394, 0.2382],
        [0.1223, 0.1198, 0.1174, 0.1149, 0.1124, 0.11, 0.1075, 0.1051, 0.1027, 0.1003],
        [0.0586, 0.0549, 0.0512, 0.0475, 0.0439, 0.0402, 0.0366, 0.033, 0.0294, 0.0258],
        [0.0263, 0.0215, 0.0167, 0.012, 0.0073, 0.0026, -0.0021, -0.0067, -0.0113, -0.0159],
    ]);

    [Fact]
    public void Adamax_gives_the_golden_run_of_Keras_tests() => AssertGolden(new Adamax(0.2f, 0.85f, 0.95f, 1e-6f),
    [
        [0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8],
        [0.6827, 0.6873, 0.6888, 0.6896, 0.6901, 0.6904, 0.6906, 0.6908, 0.6909, 0.691],
        [0.5333, 0.5407, 0.5431, 0.5444, 0.5451, 0.5456, 0.546, 0.5462, 0.5464, 0.5466],
        [0.368, 0.3773, 0.3804, 0.382, 0.3829, 0.3835, 0.384, 0.3843, 0.3846, 0.3848],
        [0.1933, 0.204, 0.2076, 0.2094, 0.2105, 0.2112, 0.2117, 0.2121, 0.2124, 0.2126],
    ]);

    [Fact]
    public void Nadam_gives_the_golden_run_of_Keras_tests() => AssertGolden(new Nadam(0.5f, 0.5f, 0.67f, 1e-5f),
    [
        [0.4281, 0.4281, 0.4281, 0.4281, 0.4281, 0.4281, 0.4281, 0.4281, 0.4281, 0.4281],
        [-0.1738, -0.1731, -0.1726, -0.1723, -0.1721, -0.172, -0.1719, -0.1718, -0.1718, -0.1717],
        [-0.7115, -0.7103, -0.7096, -0.7092, -0.709, -0.7088, -0.7086, -0.7085, -0.7085, -0.7084],
        [-1.2335, -1.2322, -1.2313, -1.2309, -1.2306, -1.2304, -1.2302, -1.2301, -1.23, -1.2299],
        [-1.7492, -1.7478, -1.7469, -1.7464, -1.7461, -1.7459, -1.7457, -1.7456, -1.7455, -1.7454],
    ]);

    [Fact]
    public void Adagrad_gives_the_golden_run_of_Keras_tests() => AssertGolden(new Adagrad(0.2f, 0.3f, 1e-6f),
    [
        [0.9963, 0.9963, 0.9963, 0.9963, 0.9963, 0.9963, 0.9963, 0.9963, 0.9963, 0.9963],
        [0.9604, 0.9278, 0.9003, 0.8784, 0.8615, 0.8487, 0.8388, 0.8313, 0.8255, 0.8209],
        [0.9251, 0.8629, 0.8137, 0.7768, 0.7497, 0.7298, 0.7151, 0.704, 0.6956, 0.6891],
        [0.8903, 0.8012, 0.7342, 0.6862, 0.6521, 0.6277, 0.6099, 0.5967, 0.5867, 0.579],
        [0.856, 0.7422, 0.6604, 0.6037, 0.5644, 0.5367, 0.5168, 0.5021, 0.491, 0.4825],
    ]);

    [Fact]
    public void Ftrl_gives_the_golden_run_of_Keras_tests() => AssertGolden(new Ftrl(0.05f, -0.2f, 0.4f, 0.05f, 0.15f, 0.01f) { Beta = 0.3f },
    [
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [-0.0034, -0.0077, -0.0118, -0.0157, -0.0194, -0.023, -0.0263, -0.0294, -0.0325, -0.0354],
        [-0.0078, -0.0162, -0.0242, -0.0317, -0.0387, -0.0454, -0.0516, -0.0575, -0.0631, -0.0685],
        [-0.0121, -0.0246, -0.0363, -0.0472, -0.0573, -0.0668, -0.0757, -0.0842, -0.0922, -0.0999],
        [-0.0164, -0.0328, -0.0481, -0.0623, -0.0753, -0.0875, -0.099, -0.1098, -0.1201, -0.1299],
    ]);

    /// <summary>The golden runs that give one value for ten gradients, within their own tolerance of 5e-4.</summary>
    [Theory]
    [InlineData("adam", 0.999, 0.9982, 0.9974, 0.9965, 0.9955)]
    [InlineData("rmsprop", 0.9967, 0.9933, 0.9908, 0.9885, 0.9864)]
    [InlineData("adadelta", 0.9978, 0.9947, 0.9915, 0.9882, 0.9849)]
    [InlineData("lion", 0.999, 0.998, 0.997, 0.996, 0.995)]
    public void Others_give_the_golden_run_of_Keras_tests(string name, params double[] golden)
    {
        var optimizer = name switch
        {
            "adam" => new Adam(amsgrad: true),
            "rmsprop" => new RmsProp(centered: true),
            "adadelta" => new Adadelta(1, 0.8f, 1e-6f),
            _ => (Optimizer)new Lion(),
        };
        AssertGolden(optimizer, [.. golden.Select(value => Enumerable.Repeat(value, 10).ToArray())], 5e-4);
    }

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

    /// <summary>A zero gradient must not divide by zero. AdamW's weights decay without one, and Ftrl's are what the sum of gradients says.</summary>
    [Theory]
    [InlineData("sgd")]
    [InlineData("rmsprop")]
    [InlineData("adam")]
    [InlineData("adamax")]
    [InlineData("nadam")]
    [InlineData("adagrad")]
    [InlineData("adadelta")]
    [InlineData("lion")]
    public void A_gradient_of_zero_leaves_the_weight(string name)
    {
        var run = new OptimizerRun(Create(name, 0.5f), 3);
        run.Step([0f]);
        Assert.Equal(3, run.Value[0]);
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
        Assert.Equal((0.01, 0, false), (sgd.LearningRate, sgd.Momentum, sgd.Nesterov));
        Assert.Equal((0.001, 0.9, 0, 1e-7), (rmsProp.LearningRate, rmsProp.Rho, rmsProp.Momentum, rmsProp.Epsilon));
        Assert.Equal((0.001, 0.9, 0.999, 1e-7), (adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon));
        var (adamW, adamax, nadam, lion) = (new AdamW(), new Adamax(), new Nadam(), new Lion());
        Assert.Equal((0.001, 0.004, 0.9, 0.999, 1e-7), (adamW.LearningRate, adamW.WeightDecay, adamW.Beta1, adamW.Beta2, adamW.Epsilon));
        Assert.Equal((0.001, 0.9, 0.999, 1e-7), (adamax.LearningRate, adamax.Beta1, adamax.Beta2, adamax.Epsilon));
        Assert.Equal((0.001, 0.9, 0.999, 1e-7), (nadam.LearningRate, nadam.Beta1, nadam.Beta2, nadam.Epsilon));
        Assert.Equal((0.001, 0.9, 0.99), (lion.LearningRate, lion.Beta1, lion.Beta2));
        var (adagrad, adadelta, ftrl) = (new Adagrad(), new Adadelta(), new Ftrl());
        Assert.Equal((0.001, 0.1, 1e-7), (adagrad.LearningRate, adagrad.InitialAccumulatorValue, adagrad.Epsilon));
        Assert.Equal((0.001, 0.95, 1e-7), (adadelta.LearningRate, adadelta.Rho, adadelta.Epsilon));
        Assert.Equal(
            (0.001, -0.5, 0.1, 0, 0.0), (ftrl.LearningRate, ftrl.LearningRatePower, ftrl.InitialAccumulatorValue, ftrl.L1RegularizationStrength, ftrl.Beta));
        Assert.Equal(
            (null, null, null, null, false, 0.99, null, null),
            (adam.WeightDecay, adam.ClipValue, adam.ClipNorm, adam.GlobalClipNorm, adam.UseEma, adam.EmaMomentum, adam.EmaOverwriteFrequency,
            adam.GradientAccumulationSteps));
    }

    internal static Optimizer Create(string name, LearningRateSchedule? learningRate = null) => Optimizer.FromName(name, learningRate);

    /// <summary>Ten ones, one step with gradients of 0.01, then steps with 0.1 … 1; the values are rounded to four digits.</summary>
    private static void AssertGolden(Optimizer optimizer, double[][] golden, double tolerance = 6e-5)
    {
        var run = new OptimizerRun(optimizer, [.. Enumerable.Repeat(1f, 10)]);
        run.Step([.. Enumerable.Repeat(0.01f, 10)]);
        foreach (var expected in golden)
        {
            AssertClose(expected, run.Value, tolerance);
            run.Step([.. Enumerable.Range(1, 10).Select(i => i / 10f)]);
        }
    }

    private static void AssertClose(double[] expected, float[] received, double tolerance) =>
        Assert.Equal(expected, Array.ConvertAll(received, value => (double)value), (a, b) => Math.Abs(a - b) <= tolerance);
}
