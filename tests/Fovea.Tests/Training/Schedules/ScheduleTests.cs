using System.Text.Json;

namespace Fovea.Tests.Training;

/// <summary>Schedules against the values in Keras' own tests and documentation, and against PyTorch.</summary>
public class ScheduleTests
{
    /// <summary>What the tests in keras/src/optimizers/schedules/learning_rate_schedule_test.py expect, at the step of the test named.</summary>
    private static readonly (string Test, LearningRateSchedule Schedule, long Step, double Expected)[] Published =
    [
        ("ExponentialDecay, continuous", new ExponentialDecay(0.05f, 10, 0.96f), 5, 0.05 * Math.Sqrt(0.96)),
        ("ExponentialDecay, staircase", new ExponentialDecay(0.1f, 3, 0.96f, staircase: true), 1, 0.1),
        ("ExponentialDecay, staircase", new ExponentialDecay(0.1f, 3, 0.96f, staircase: true), 2, 0.1),
        ("ExponentialDecay, staircase", new ExponentialDecay(0.1f, 3, 0.96f, staircase: true), 100, 0.1 * Math.Pow(0.96f, 33)),
        ("PiecewiseConstantDecay", new PiecewiseConstantDecay([100, 110, 120], [1, 0.1f, 0.01f, 0.001f]), 0, 1),
        ("PiecewiseConstantDecay", new PiecewiseConstantDecay([100, 110, 120], [1, 0.1f, 0.01f, 0.001f]), 100, 1),
        ("PiecewiseConstantDecay", new PiecewiseConstantDecay([100, 110, 120], [1, 0.1f, 0.01f, 0.001f]), 105, 0.1),
        ("PiecewiseConstantDecay", new PiecewiseConstantDecay([100, 110, 120], [1, 0.1f, 0.01f, 0.001f]), 110, 0.1),
        ("PiecewiseConstantDecay", new PiecewiseConstantDecay([100, 110, 120], [1, 0.1f, 0.01f, 0.001f]), 120, 0.01),
        ("PiecewiseConstantDecay", new PiecewiseConstantDecay([100, 110, 120], [1, 0.1f, 0.01f, 0.001f]), 999, 0.001),
        ("linear, halfway", new PolynomialDecay(0.05f, 10, 0), 5, 0.025),
        ("linear, end", new PolynomialDecay(0.05f, 10, 0.001f), 10, 0.001),
        ("linear, halfway with end", new PolynomialDecay(0.05f, 10, 0.001f), 5, 0.0255),
        ("linear, beyond end", new PolynomialDecay(0.05f, 10, 0.001f), 15, 0.001),
        ("linear, beyond end with cycle", new PolynomialDecay(0.05f, 10, 0.001f, cycle: true), 15, (0.049 * 0.25) + 0.001),
        ("square root, halfway", new PolynomialDecay(0.05f, 10, 0, 0.5f), 5, 0.05 * Math.Sqrt(0.5)),
        ("square root, end", new PolynomialDecay(0.05f, 10, 0.001f, 0.5f), 10, 0.001),
        ("square root, halfway with end", new PolynomialDecay(0.05f, 10, 0.001f, 0.5f), 5, (0.049 * Math.Sqrt(0.5)) + 0.001),
        ("square root, beyond end with cycle", new PolynomialDecay(0.05f, 10, 0.001f, 0.5f, cycle: true), 15, (0.049 * 0.5) + 0.001),
        ("begin with cycle", new PolynomialDecay(0.001f, 10, cycle: true), 0, 0.001),
        ("InverseTimeDecay", new InverseTimeDecay(0.1f, 10, 0.96f), 0, 0.1),
        ("InverseTimeDecay", new InverseTimeDecay(0.1f, 10, 0.96f), 7, 0.1 / 1.672),
        ("InverseTimeDecay, staircase", new InverseTimeDecay(0.1f, 10, 0.96f, staircase: true), 9, 0.1),
        ("InverseTimeDecay, staircase", new InverseTimeDecay(0.1f, 10, 0.96f, staircase: true), 10, 0.1 / 1.96),
        ("CosineDecay", new CosineDecay(1, 1000), 0, 1),
        ("CosineDecay", new CosineDecay(1, 1000), 250, (1 + Math.Sqrt(0.5)) / 2),
        ("CosineDecay", new CosineDecay(1, 1000), 500, 0.5),
        ("CosineDecay", new CosineDecay(1, 1000), 1250, 0),
        ("CosineDecay, alpha", new CosineDecay(1, 1000, 0.1f), 500, 0.55),
        ("CosineDecay, alpha", new CosineDecay(1, 1000, 0.1f), 1250, 0.1),
        ("CosineDecay, warm-up", new CosineDecay(0, 10, warmupTarget: 10, warmupSteps: 1500), 250, 10.0 / 6),
        ("CosineDecay, warm-up and decay", new CosineDecay(0, 1000, warmupTarget: 10, warmupSteps: 2000), 2000, 10),
        ("CosineDecay, warm-up and decay", new CosineDecay(0, 1000, warmupTarget: 10, warmupSteps: 2000), 2250, 5 + (5 * Math.Sqrt(0.5))),
        ("CosineDecayRestarts", new CosineDecayRestarts(1, 1000), 750, (1 - Math.Sqrt(0.5)) / 2),
        ("CosineDecayRestarts", new CosineDecayRestarts(1, 1000), 1000, 1),
        ("CosineDecayRestarts", new CosineDecayRestarts(1, 1000), 1250, (1 + Math.Cos(Math.PI / 8)) / 2),
        ("CosineDecayRestarts, alpha", new CosineDecayRestarts(1, 1000, alpha: 0.1f), 500, 0.55),
        ("CosineDecayRestarts, m_mul", new CosineDecayRestarts(1, 1000, mMul: 0.9f), 1250, 0.9 * (1 + Math.Cos(Math.PI / 8)) / 2),
        ("CosineDecayRestarts, t_mul", new CosineDecayRestarts(1, 1000, tMul: 1), 1250, (1 + Math.Sqrt(0.5)) / 2),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Published.Length)];

    /// <summary>The arguments are float32: they differ from the decimal numbers by 6e-8 of them at most.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void A_schedule_gives_the_values_of_Keras_tests(int row)
    {
        var (test, schedule, step, expected) = Published[row];
        Assert.True(Math.Abs(expected - schedule.At(step)) <= 2e-7 * Math.Max(expected, 1e-9), $"{test}: {schedule.At(step)} instead of {expected}");
    }

    /// <summary>After 1, 1 + 3, 1 + 3 + 9, … lengths the wave starts again, however the logarithm is rounded.</summary>
    [Fact]
    public void Restarts_are_where_they_belong()
    {
        var schedule = new CosineDecayRestarts(1, 10, tMul: 3, mMul: 0.5f);
        var (start, length, height) = (0L, 10L, 1.0);
        for (var wave = 0; wave < 12; wave++, start += length, length *= 3, height /= 2)
        {
            Assert.Equal(height, schedule.At(start), 1e-12);
            Assert.Equal(height / 2, schedule.At(start + (length / 2)), 1e-12);
        }
    }

    /// <summary>tests/Golden/make_optimizers.py, <c>OneCycleLR</c> of PyTorch.</summary>
    [Theory]
    [InlineData("cosine")]
    [InlineData("linear")]
    [InlineData("short")]
    public void OneCycle_gives_the_rates_of_PyTorch(string name)
    {
        var schedule = name switch
        {
            "cosine" => new OneCycle(0.5f, 20),
            "linear" => new OneCycle(0.5f, 23, 0.25f, 10, 100) { IsLinear = true },
            _ => new OneCycle(0.5f, 9, 0.25f, 4, 8),
        };
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "optimizers.json")));
        var expected = json.RootElement.GetProperty("one cycle").GetProperty(name).EnumerateArray().Select(rate => rate.GetDouble()).ToArray();
        Assert.Equal(schedule.TotalSteps, expected.Length);

        // 0.3 is a float32 here, and the file has nine digits.
        for (var step = 0; step < expected.Length; step++) Assert.Equal(expected[step], schedule.At(step), 1e-7 * expected[step] + 1e-9);
        Assert.Equal(schedule.At(expected.Length - 1), schedule.At(1_000_000));
    }

    /// <summary>Where the top is the first step, PyTorch divides by zero.</summary>
    [Fact]
    public void OneCycle_may_begin_at_the_top()
    {
        Assert.Equal(0.5, new OneCycle(0.5f, 8, 0.125f).At(0));
        Assert.InRange(new OneCycle(0.5f, 1).At(0), 0, 0.5);
    }

    [Fact]
    public void Training_follows_a_schedule_and_the_optimizer_shows_the_next_rate()
    {
        var optimizer = new Sgd(new PiecewiseConstantDecay([1], [1, 0.25f]));
        var weight = new SingleWeight(optimizer, 0);
        foreach (var (value, next) in new[] { (-1f, 1f), (-2, 0.25f), (-2.25f, 0.25f) })
        {
            weight.Step(1);
            Assert.Equal((value, next), (weight.Value[0], optimizer.LearningRate));
        }
    }

    /// <summary>keras/src/optimizers/schedules/learning_rate_schedule_test.py, <c>test_optimizer_schedule</c>: losses of three epochs of Adam.</summary>
    [Fact]
    public void Losses_under_a_schedule_are_those_of_Keras_tests()
    {
        var model = new Sequential { new Input(2), new Dense(2) { KernelInitializer = Initializer.Ones, BiasInitializer = Initializer.Ones } };
        model.Compile(new Adam(new ExponentialDecay(0.05f, 1, 0.9f)), Loss.MeanSquaredError);
        float[] numbers = [.. Enumerable.Range(0, 32).Select(i => (float)i)];
        var history = model.Fit(new ArrayDataset(numbers, [2], numbers, [2]), epochs: 3, batchSize: 4, shuffle: false);
        double[] expected = [230.79457092285156, 128.30319213867188, 79.33648681640625];
        Assert.Equal(expected, history["loss"], (a, b) => Math.Abs(a - b) <= 5e-5 * a);
    }

    private static readonly (Func<object> Create, string Error)[] Wrong =
    [
        (() => new ExponentialDecay(-1, 1, 1), "ExponentialDecay: initialLearningRate must be a finite number of at least 0; received -1."),
        (() => new ExponentialDecay(1, 0, 1), "ExponentialDecay: decaySteps must be at least 1; received 0."),
        (() => new ExponentialDecay(1, 1, float.NaN), "ExponentialDecay: decayRate must be a finite number of at least 0; received NaN."),
        (() => new InverseTimeDecay(float.NaN, 1, 1), "InverseTimeDecay: initialLearningRate must be a finite number of at least 0; received NaN."),
        (() => new InverseTimeDecay(1, -1, 1), "InverseTimeDecay: decaySteps must be at least 1; received -1."),
        (() => new InverseTimeDecay(1, 1, -1), "InverseTimeDecay: decayRate must be a finite number of at least 0; received -1."),
        (() => new PolynomialDecay(-1, 1), "PolynomialDecay: initialLearningRate must be a finite number of at least 0; received -1."),
        (() => new PolynomialDecay(1, 0), "PolynomialDecay: decaySteps must be at least 1; received 0."),
        (() => new PolynomialDecay(1, 1, -1), "PolynomialDecay: endLearningRate must be a finite number of at least 0; received -1."),
        (() => new PolynomialDecay(1, 1, 0, -1), "PolynomialDecay: power must be a finite number of at least 0; received -1."),
        (() => new CosineDecay(float.PositiveInfinity, 1), "CosineDecay: initialLearningRate must be a finite number of at least 0; received Infinity."),
        (() => new CosineDecay(1, 0), "CosineDecay: decaySteps must be at least 1; received 0."),
        (() => new CosineDecay(1, 1, 2), "CosineDecay: alpha must be from 0 to 1; received 2."),
        (() => new CosineDecay(1, 1, 0, -1), "CosineDecay: warmupTarget must be a finite number of at least 0; received -1."),
        (() => new CosineDecay(1, 1, 0, 1, -1), "CosineDecay: warmupSteps must be at least 0; received -1."),
        (() => new CosineDecayRestarts(-1, 1), "CosineDecayRestarts: initialLearningRate must be a finite number of at least 0; received -1."),
        (() => new CosineDecayRestarts(1, 0), "CosineDecayRestarts: firstDecaySteps must be at least 1; received 0."),
        (() => new CosineDecayRestarts(1, 1, 0.5f), "CosineDecayRestarts: tMul must be a finite number of at least 1; received 0.5."),
        (() => new CosineDecayRestarts(1, 1, 2, -1), "CosineDecayRestarts: mMul must be a finite number of at least 0; received -1."),
        (() => new CosineDecayRestarts(1, 1, 2, 1, float.NaN), "CosineDecayRestarts: alpha must be from 0 to 1; received NaN."),
        (() => new PiecewiseConstantDecay([1, 2], [1, 2]),
            "PiecewiseConstantDecay: values must be one more in number than the boundaries; received 2 values and 2 boundaries."),
        (() => new PiecewiseConstantDecay([2, 2], [1, 2, 3]), "PiecewiseConstantDecay: boundaries must be in rising order; received 2, 2."),
        (() => new PiecewiseConstantDecay([1], [1, -2]), "PiecewiseConstantDecay: values must be a finite number of at least 0; received -2."),
        (() => new PiecewiseConstantDecay(null!, [1]), "PiecewiseConstantDecay: boundaries must be given; received null."),
        (() => new OneCycle(-1, 10), "OneCycle: maxLearningRate must be a finite number of at least 0; received -1."),
        (() => new OneCycle(1, 0), "OneCycle: totalSteps must be at least 1; received 0."),
        (() => new OneCycle(1, 10, 1), "OneCycle: pctStart must be above 0 and below 1; received 1."),
        (() => new OneCycle(1, 10, 0.3f, 0), "OneCycle: divFactor must be a finite number of at least 1; received 0."),
        (() => new OneCycle(1, 10, 0.3f, 25, float.NaN), "OneCycle: finalDivFactor must be a finite number of at least 1; received NaN."),
    ];

    public static TheoryData<int> WrongRows => [.. Enumerable.Range(0, Wrong.Length)];

    [Theory]
    [MemberData(nameof(WrongRows))]
    public void A_wrong_value_is_refused_at_construction(int row) =>
        Assert.Equal(Wrong[row].Error, Assert.ThrowsAny<ArgumentException>(Wrong[row].Create).Sentence());
}
