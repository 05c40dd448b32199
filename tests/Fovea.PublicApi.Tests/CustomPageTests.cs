using System.Text.RegularExpressions;
using Elsewhere.CustomParts;

namespace Fovea.PublicApi.Tests;

/// <summary>docs/custom.md and docs/custom-training.md show code that compiles and runs.</summary>
public partial class CustomPageTests
{
    private static readonly string Code = Read("tests", "Fovea.PublicApi.Tests", "CustomPage.cs");

    [Theory]
    [InlineData("custom.md", 60)]
    [InlineData("custom-training.md", 8)]
    public void Every_line_of_code_is_compiled(string page, int lines)
    {
        var compiled = Code.Split('\n').Select(line => line.Trim()).ToHashSet();
        var shown = Block().Matches(Read("docs", page)).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).ToList();
        Assert.InRange(shown.Count, lines, 2 * lines);
        Assert.All(shown, line => Assert.Contains(line, compiled));
    }

    [Fact]
    public void Every_formula_of_the_table_is_compiled()
    {
        var rows = Read("docs", "custom.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        var formulas = rows.Select(row => Backticks().Match(row.Split(" | ")[1]).Groups[1].Value).Where(formula => formula.Length > 0).ToList();
        Assert.InRange(formulas.Count, 9, 15);
        Assert.All(formulas, formula => Assert.Contains(formula.Split('…')[0], Code, StringComparison.Ordinal));
        Tensor[] images = [Tensor.Arange(2), Tensor.Arange(2)];
        Assert.Equal(8, CustomPage.Table(Loss.MeanSquaredError, 2, images, Tensor.Arange(2)).Length);
    }

    /// <summary>By hand: the errors t − p are 2 and −4, so that the losses for q = 0.9 are 1.8 and 0.4.</summary>
    [Fact]
    public void The_losses_and_metrics_have_the_values_of_their_formulas()
    {
        Tensor expected = [[5], [1]], predicted = [[3], [5]];
        Assert.Equal(3, CustomPage.Formula().Compute(expected, predicted));
        Assert.Equal((1.8 + 0.4) / 2, new Pinball(0.9).Compute(expected, predicted), 1e-6);
        var (within, largest) = (new Within(2), new LargestError());
        within.Update(expected, predicted);
        largest.Update(expected, predicted);
        Assert.Equal((0.5, 4), (within.Value, largest.Value));
    }

    [Fact]
    public void The_optimizer_makes_the_steps_of_gradient_descent_with_momentum()
    {
        var (custom, known) = (Net(), Net());
        custom.Compile(new Momentum(new WarmUp(0.1, steps: 1)), Loss.MeanSquaredError);
        known.Compile(new Sgd(0.1, momentum: 0.9), Loss.MeanSquaredError);
        foreach (var model in (Model[])[custom, known]) model.Fit(Data(), epochs: 5, batchSize: 4);
        Assert.Equal(Values(known), Values(custom), (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Equal([0.025, 0.05, 0.1, 0.1], new long[] { 0, 1, 3, 9 }.Select(new WarmUp(0.1, steps: 4).At), (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.Equal(2, CustomPage.Optimizers().Length);
    }

    [Fact]
    public void A_model_of_custom_parts_is_trained_saved_and_loaded()
    {
        CustomPage.Register();
        var path = Path.Combine(Path.GetTempPath(), $"fovea-{Guid.NewGuid():N}.keras");
        try
        {
            var model = new Sequential { new Input(2), new ChannelScale(1.5), new Dense(1) };
            model.Compile(new Momentum(new WarmUp(0.01, steps: 3)), new Pinball(0.8), new Within(0.5), new LargestError());
            var before = model.Fit(Data(), epochs: 3, batchSize: 4);
            Assert.True(before["loss"][^1] < before["loss"][0]);
            model.Save(path);
            var loaded = Model.Load(path, out var report);
            Assert.Empty(report.Notes);
            Assert.Equal(model.Fit(Data(), batchSize: 4)["loss"], loaded.Fit(Data(), batchSize: 4)["loss"]);
            Assert.Equal(Values(model), Values(loaded));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_training_step_of_the_page_trains()
    {
        var (model, digits) = (new Sequential { new Input(28, 28, 1), new Flatten(), new Dense(10, Activation.Softmax) }, new DrawnDigits(64));
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        var before = model.Evaluate(digits).Loss;
        CustomPage.Train(model, digits);
        Assert.True(model.Evaluate(digits).Loss < before);
    }

    private static Sequential Net() => new(seed: 3) { new Input(2), new Dense(3, Activation.Tanh), new Dense(1) };

    private static Dataset Data() => Dataset.From(
        Tensor.RandomNormal([16, 2], seed: 1), Tensor.RandomNormal([16, 2], seed: 1).Sum(1, keepDims: true));

    private static float[] Values(Model model) => [.. model.Weights.SelectMany(weight => weight.Values.ToArray())];

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([ReadmeTests.Root(), .. path]));

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticks();
}
