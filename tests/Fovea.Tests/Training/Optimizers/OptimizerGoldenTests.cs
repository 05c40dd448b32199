using System.Text.Json;

namespace Fovea.Tests.Training;

/// <summary>
/// Six steps of every optimizer and option on three weights against <c>tests/Golden/make_optimizers.py</c>, which computes them in float64 from the
/// papers' formulas and compares these with PyTorch's optimizers.
/// </summary>
public class OptimizerGoldenTests
{
    /// <summary>Six steps of roundings of 6e-8, relative to values from 1 to 4; measured, the worst of all is off by 2.0e-7.</summary>
    private const double Tolerance = 5e-7;

    private static readonly Dictionary<string, Func<Optimizer>> Optimizers = new()
    {
        ["sgd"] = () => new Sgd(0.1f),
        ["sgd momentum"] = () => new Sgd(0.1f, 0.9f),
        ["sgd nesterov"] = () => new Sgd(0.1f, 0.9f, nesterov: true),
        ["rmsprop"] = () => new RmsProp(0.01f),
        ["rmsprop momentum"] = () => new RmsProp(0.01f, 0.8f, 0.5f, 1e-5f),
        ["rmsprop centered"] = () => new RmsProp(0.01f, 0.9f, 0, 1e-5f, centered: true),
        ["rmsprop centered momentum"] = () => new RmsProp(0.01f, 0.9f, 0.5f, 1e-5f, centered: true),
        ["adam"] = () => new Adam(0.1f),
        ["adam amsgrad"] = () => new Adam(0.1f, 0.7f, 0.6f, amsgrad: true),
        ["adamw"] = () => new AdamW(0.1f, 0.3f) { ExcludeFromWeightDecay = ["bias"] },
        ["adamax"] = () => new Adamax(0.1f, 0.8f, 0.7f),
        ["nadam"] = () => new Nadam(0.1f),
        ["adagrad"] = () => new Adagrad(0.1f, 0.3f, 1e-6f),
        ["adadelta"] = () => new Adadelta(1, 0.8f, 1e-6f),
        ["ftrl"] = () => new Ftrl(0.1f),
        ["ftrl all"] = () => new Ftrl(0.1f, -0.2f, 0.4f, 0.05f, 0.15f, 0.01f) { Beta = 0.3f },
        ["ftrl fixed"] = () => new Ftrl(0.1f, 0, 0, 0.5f),
        ["lion"] = () => new Lion(0.1f),
        ["decay"] = () => new Sgd(0.1f, 0.9f) { WeightDecay = 0.3f, ExcludeFromWeightDecay = ["a/kernel"] },
        ["clip value"] = () => new Adagrad(0.1f) { ClipValue = 0.5f },
        ["clip norm"] = () => new Sgd(0.1f) { ClipNorm = 1.5f },
        ["global clip norm"] = () => new Adam(0.1f) { GlobalClipNorm = 2, WeightDecay = 0.1f },
        ["average"] = () => new Sgd(0.1f) { UseEma = true, EmaMomentum = 0.9f },
        ["average overwrites"] = () => new RmsProp(0.01f) { UseEma = true, EmaMomentum = 0.8f, EmaOverwriteFrequency = 2 },
        ["accumulation"] = () => new Adam(0.1f) { GradientAccumulationSteps = 3 },
        ["all"] = () => new Nadam(0.1f)
        {
            GradientAccumulationSteps = 2,
            UseEma = true,
            EmaMomentum = 0.7f,
            EmaOverwriteFrequency = 2,
            GlobalClipNorm = 1,
            WeightDecay = 0.3f,
            ExcludeFromWeightDecay = ["bias"],
        },
    };

    public static TheoryData<string> Names => [.. Optimizers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Six_steps_are_those_of_the_formula_in_float64(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "optimizers.json")));
        var golden = json.RootElement.GetProperty("runs").GetProperty(name);
        var start = Split(json.RootElement.GetProperty("start"));
        var run = new OptimizerRun(Optimizers[name](), ("a/kernel", start[0]), ("a/bias", start[1]), ("b/kernel", start[2]));
        foreach (var (gradients, expected) in json.RootElement.GetProperty("gradients").EnumerateArray().Zip(golden.GetProperty("weights").EnumerateArray()))
        {
            run.Step(Split(gradients));
            AssertClose(Numbers(expected), run.Values);
        }

        if (golden.TryGetProperty("averages", out var averages)) AssertClose(Numbers(averages), run.Averages);
    }

    [Fact]
    public void Every_run_of_the_file_is_compared()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "optimizers.json")));
        Assert.Equal(json.RootElement.GetProperty("runs").EnumerateObject().Select(run => run.Name).Order(), Optimizers.Keys.Order());
    }

    private static void AssertClose(double[] expected, double[] received)
    {
        Assert.Equal(expected.Length, received.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - received[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])), $"[{i}]: {received[i]} instead of {expected[i]}");
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    /// <summary>A kernel of 12 numbers, a bias of 4 and one number.</summary>
    private static float[][] Split(JsonElement array)
    {
        var all = Array.ConvertAll(Numbers(array), number => (float)number);
        return [all[..12], all[12..16], all[16..]];
    }
}
