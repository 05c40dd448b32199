namespace Fovea.Tests.Training;

/// <summary>Initializers against Keras' formulas. Statistical bounds are five standard errors, and the seeds are fixed.</summary>
public class InitializerTests
{
    /// <summary>A kernel of fan in 3·3·32 = 288 and fan out 3·3·64 = 576.</summary>
    private static readonly Shape Kernel = [3, 3, 32, 64];

    [Fact]
    public void Uniform_initializers_fill_plus_minus_their_limit()
    {
        AssertUniform(Initializer.GlorotUniform, Kernel, Math.Sqrt(6.0 / (288 + 576)));
        AssertUniform(Initializer.HeUniform, Kernel, Math.Sqrt(6.0 / 288));
        AssertUniform(new VarianceScaling(1, FanMode.In, Distribution.Uniform), Kernel, Math.Sqrt(3.0 / 288));
        AssertUniform(new VarianceScaling(1, FanMode.Out, Distribution.Uniform), Kernel, Math.Sqrt(3.0 / 576));
        AssertUniform(Initializer.GlorotUniform, [100, 200], Math.Sqrt(6.0 / 300));
        AssertUniform(Initializer.GlorotUniform, [5000], Math.Sqrt(6.0 / 10000));
        AssertUniform(new RandomUniformInitializer(-0.25f, 0.25f), Kernel, 0.25);
    }

    [Fact]
    public void Normal_initializers_have_their_deviation()
    {
        AssertNormal(Initializer.GlorotNormal, Kernel, Math.Sqrt(2.0 / (288 + 576)), truncated: true);
        AssertNormal(Initializer.HeNormal, Kernel, Math.Sqrt(2.0 / 288), truncated: true);
        AssertNormal(new VarianceScaling(1, FanMode.In, Distribution.TruncatedNormal), [200, 100], Math.Sqrt(1.0 / 200), truncated: true);
        AssertNormal(new VarianceScaling(2, FanMode.Out, Distribution.Normal), Kernel, Math.Sqrt(2.0 / 576), truncated: false);
        AssertNormal(new RandomNormalInitializer(), Kernel, 0.05, truncated: false);
    }

    /// <summary>Variance scaling widens the distribution before it is cut at two deviations; <c>TruncatedNormal</c> does not.</summary>
    [Fact]
    public void Truncated_normals_end_at_two_deviations()
    {
        var limit = 2 * Math.Sqrt(2.0 / 288) / 0.87962566103423978;
        var values = Fill(Initializer.HeNormal, Kernel, 1);
        Assert.InRange(values.Max(Math.Abs), 0.99 * limit, limit * (1 + 1e-6));

        var plain = Fill(new RandomNormalInitializer(1, 0.5f, Truncated: true), Kernel, 1);
        Assert.InRange(plain.Min(), 0, 0.01);
        Assert.InRange(plain.Max(), 1.99, 2);
        Assert.Equal(0.5 * 0.87962566103423978, Deviation(plain), 0.005);
    }

    [Fact]
    public void Constants_fill_with_their_value()
    {
        Assert.All(Fill(Initializer.Zeros, [7], 1), value => Assert.Equal(0, value));
        Assert.All(Fill(Initializer.Ones, [7], 1), value => Assert.Equal(1, value));
        Assert.All(Fill(new ConstantInitializer(0.25f), [7], 1), value => Assert.Equal(0.25, value));
    }

    /// <summary>Columns, or rows where they are fewer, have products of gain² with themselves and of 0 with each other, up to float32 rounding.</summary>
    [Theory]
    [InlineData(30, 20)]
    [InlineData(20, 30)]
    [InlineData(12, 12)]
    public void Orthogonal_vectors_are_orthogonal(int rows, int columns)
    {
        var values = Fill(new OrthogonalInitializer(0.5f), [rows / 2, 2, columns], 4);
        double Element(int vector, int i) => rows >= columns ? values[(i * columns) + vector] : values[(vector * columns) + i];
        for (var a = 0; a < Math.Min(rows, columns); a++)
        {
            for (var b = 0; b <= a; b++)
                Assert.Equal(a == b ? 0.25 : 0, Enumerable.Range(0, Math.Max(rows, columns)).Sum(i => Element(a, i) * Element(b, i)), 1e-7);
        }
    }

    [Fact]
    public void Identity_has_its_gain_on_the_diagonal() => Assert.Equal([2, 0, 0, 0, 2, 0], Fill(new IdentityInitializer(2), [2, 3], 1));

    [Fact]
    public void Wrong_values_and_shapes_are_refused()
    {
        static void AssertRefused(string error, Action action) => Assert.Equal(error, Record.Exception(action)?.Sentence());
        AssertRefused("ConstantInitializer: value must be a finite number; received NaN.", () => _ = new ConstantInitializer(float.NaN));
        AssertRefused(
            "RandomUniformInitializer: low must be a finite number; received -Infinity.", () => _ = new RandomUniformInitializer(float.NegativeInfinity));
        AssertRefused("RandomUniformInitializer: high must be a finite number of at least 1; received 0.5.", () => _ = new RandomUniformInitializer(1, 0.5f));
        AssertRefused("RandomNormalInitializer: mean must be a finite number; received NaN.", () => _ = new RandomNormalInitializer(float.NaN));
        AssertRefused(
            "RandomNormalInitializer: standardDeviation must be a finite number of at least 0; received -1.", () => _ = new RandomNormalInitializer(0, -1));
        AssertRefused("VarianceScaling: scale must be a finite number above 0; received 0.", () => _ = new VarianceScaling(0, FanMode.In, Distribution.Normal));
        AssertRefused("VarianceScaling: mode must be one of In, Out, Average; received 3.", () => _ = new VarianceScaling(1, (FanMode)3, Distribution.Normal));
        AssertRefused(
            "VarianceScaling: distribution must be one of Uniform, Normal, TruncatedNormal; received 3.", () =>
            _ = new VarianceScaling(1, FanMode.In, (Distribution)3));
        AssertRefused("OrthogonalInitializer: gain must be a finite number; received NaN.", () => _ = new OrthogonalInitializer(float.NaN));
        AssertRefused("OrthogonalInitializer: expected a weight of at least two dimensions; received (3).", () => Fill(new OrthogonalInitializer(), [3], 1));
        AssertRefused("IdentityInitializer: gain must be a finite number; received Infinity.", () => _ = new IdentityInitializer(1 / 0f));
        AssertRefused("IdentityInitializer: expected a weight of two dimensions; received (2, 2, 2).", () => Fill(new IdentityInitializer(), [2, 2, 2], 1));
    }

    [Fact]
    public void The_seed_decides_the_values()
    {
        foreach (var initializer in (Initializer[])[Initializer.GlorotUniform, Initializer.HeNormal, new RandomUniformInitializer(),
            new RandomNormalInitializer(), new OrthogonalInitializer()])
        {
            Assert.Equal(Fill(initializer, [5, 10], 1), Fill(initializer, [5, 10], 1));
            Assert.NotEqual(Fill(initializer, [5, 10], 1), Fill(initializer, [5, 10], 2));
        }
    }

    [Fact]
    public void Initializers_survive_JSON()
    {
        Initializer[] all =
        [
            Initializer.Zeros, Initializer.Ones, new ConstantInitializer(0.1f), Initializer.GlorotUniform, Initializer.GlorotNormal, Initializer.HeUniform,
                Initializer.HeNormal,
            Initializer.LecunUniform, Initializer.LecunNormal, new OrthogonalInitializer(), new OrthogonalInitializer(0.5f), new IdentityInitializer(2),
            new RandomUniformInitializer(-0.1f, 0.3f), new RandomNormalInitializer(0.5f, 0.1f), new RandomNormalInitializer(0, 0.02f, Truncated: true),
            .. from mode in Enum.GetValues<FanMode>() from distribution in Enum.GetValues<Distribution>() from scale in (float[])[1, 2,
                0.1f] select new VarianceScaling(scale, mode, distribution),
        ];
        foreach (var initializer in all)
            Assert.Equal(initializer, InitializerCatalog.Known.Read(InitializerCatalog.Known.Write(initializer, "Conv2D 'stem'"), "Conv2D 'stem'"));
    }

    [Fact]
    public void An_unknown_initializer_is_named()
    {
        var error = Assert.Throws<ModelFormatException>(() => InitializerCatalog.Known.Read("STFT", "Conv2D 'stem'"));
        Assert.Equal(
            "Conv2D 'stem': the initializer 'STFT' is not known; no known name is near it. Known are Zeros, Ones, Constant, RandomUniform, RandomNormal, "
            + "TruncatedNormal, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, Orthogonal, Identity, VarianceScaling.",
                error.Message);
    }

    /// <summary>Layers start as Keras' do: kernels by Glorot, biases at zero; and each weight has its own sequence.</summary>
    [Fact]
    public void A_models_weights_start_by_their_initializers()
    {
        var model = new Sequential { new Input(8, 8, 8), new Conv2D(8, 3), new Conv2D(8, 3), new Flatten(), new Dense(10) };
        var weights = model.Weights.Select(weight => weight.Values.ToArray()).ToArray();
        Assert.All(weights[1].Concat(weights[3]).Concat(weights[5]), value => Assert.Equal(0, value));
        Assert.NotEqual(weights[0], weights[2]);
        Assert.InRange(weights[0].Max(Math.Abs), 0.98 * Math.Sqrt(6.0 / 144), Math.Sqrt(6.0 / 144));
        Assert.InRange(weights[4].Max(Math.Abs), 0.98 * Math.Sqrt(6.0 / (128 + 10)), Math.Sqrt(6.0 / (128 + 10)));

        var same = new Sequential { new Input(8, 8, 8), new Conv2D(8, 3), new Conv2D(8, 3), new Flatten(), new Dense(10) };
        Assert.Equal(weights, same.Weights.Select(weight => weight.Values.ToArray()));
        var other = new Sequential(seed: 1) { new Input(8, 8, 8), new Conv2D(8, 3) };
        Assert.NotEqual(weights[0], other.Weights[0].Values.ToArray());
    }

    private static void AssertUniform(Initializer initializer, Shape shape, double limit)
    {
        var values = Fill(initializer, shape, 11);
        Assert.InRange(values.Max(), 0.99 * limit, limit);
        Assert.InRange(values.Min(), -limit, -0.99 * limit);
        Assert.Equal(0, values.Average(), 5 * limit / Math.Sqrt(3.0 * values.Length));
        Assert.Equal(1, Deviation(values) / (limit / Math.Sqrt(3)), 5 * Math.Sqrt(0.2 / values.Length));
    }

    private static void AssertNormal(Initializer initializer, Shape shape, double deviation, bool truncated)
    {
        var values = Fill(initializer, shape, 12);
        Assert.Equal(0, values.Average(), 5 * deviation / Math.Sqrt(values.Length));
        Assert.Equal(1, Deviation(values) / deviation, 5 * Math.Sqrt(0.5 / values.Length));
        Assert.Equal(truncated, values.Max(Math.Abs) <= 2 * deviation / 0.8796);
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private static double[] Fill(Initializer initializer, Shape shape, long seed)
    {
        var values = new float[shape.Count];
        initializer.Fill(values, shape, seed);
        return Array.ConvertAll(values, value => (double)value);
    }
}
