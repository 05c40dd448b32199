using Fovea.Tests.Training;

namespace Fovea.Tests.Progress;

/// <summary>What a terminal shows of evaluations, predictions and other operations in steps.</summary>
public class StepProgressTests
{
    public static TheoryData<string, string> Operations => new()
    {
        { "Evaluate", "4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####" },
        { "Predict", "4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step" },
        { "Predict of a data set", "4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step" },
        { "ExtractFeatures", "4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step" },
        { "ConfusionMatrix.Of", "4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void Each_operation_shows_its_steps(string operation, string shown)
    {
        var terminal = TestTerminal.Use();
        Run(operation, SmallNets.Create("convnet"), SmallNets.Images(20), 1, new Receiver<int>(_ => terminal.Pass(0.5)));
        Assert.Equal(shown, Digits.Hide(terminal.Screen));
        Assert.True(terminal.IsAtLineStart);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Each_operation_reports_the_finished_samples(string operation, string shown)
    {
        _ = shown;
        var terminal = TestTerminal.Use();
        var received = new List<int>();
        Run(operation, SmallNets.Create("convnet"), SmallNets.Images(20), default, new Receiver<int>(received.Add));
        Assert.Equal([5, 10, 15, 20], received);
        Assert.Equal("", terminal.Screen);
    }

    [Fact]
    public void Nothing_is_shown_of_what_takes_less_than_half_a_second()
    {
        var terminal = TestTerminal.Use();
        Pass(terminal, steps: 4, seconds: 0.1);
        Assert.Equal("", terminal.Raw.ToString());
        Pass(terminal, steps: 4, seconds: 0.2);
        Assert.Equal("4/4 ━━━━━━━━━━━━━━━━━━━━ 1s 200ms/step", terminal.Screen);
    }

    [Fact]
    public void Nothing_is_shown_if_the_program_has_switched_it_off()
    {
        var terminal = TestTerminal.Use(isOn: false);
        Pass(terminal, steps: 4, seconds: 1);
        Assert.Equal("", terminal.Raw.ToString());
        Pass(terminal, steps: 4, seconds: 1, verbose: 1);
        Assert.NotEqual("", terminal.Raw.ToString());
    }

    [Fact]
    public void An_unknown_number_of_steps_has_no_bar_and_no_time_left()
    {
        var terminal = TestTerminal.Use();
        using (var steps = StepProgress.Begin(1, progress: null, count: null, batchSize: 10)!)
        {
            terminal.Pass(1);
            steps.Add(10);
            Assert.Equal("1/? 1s 1s/step", terminal.Screen);
            terminal.Pass(0.002);
            steps.Add(10);
            steps.Finish();
        }

        Assert.Equal("2/? 1s 2ms/step", terminal.Screen);
    }

    [Fact]
    public void An_operation_that_fails_leaves_a_whole_line()
    {
        var terminal = TestTerminal.Use();
        using (var steps = StepProgress.Begin(1, progress: null, count: 40, batchSize: 10)!)
        {
            terminal.Pass(1);
            steps.Add(10);
        }

        Assert.Equal("1/4 ━━━━━─────────────── 3s left 1s/step", terminal.Screen);
        Assert.True(terminal.IsAtLineStart);
    }

    [Fact]
    public void A_search_for_a_learning_rate_and_an_adaptation_have_titles()
    {
        var terminal = TestTerminal.Use();
        LearningRateFinder.Run(SmallNets.Create("convnet"), SmallNets.Images(32), steps: 20, verbose: 2);
        new Normalization { Name = "normalization" }.Adapt(SmallNets.Images(20), verbose: 2);
        Assert.Matches(@"^learning rates: \d+/20 0s 0us/step\n", terminal.Screen);  // it ends when the loss rises
        Assert.Contains("normalization: 20/20 0s 0us/sample", terminal.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_trainings_at_once_do_not_mix_their_lines()
    {
        var terminal = TestTerminal.Use(width: 200);
        using var started = new Barrier(2);
        await Task.WhenAll(Train("convnet"), Train("residual"));
        Assert.All(terminal.Screen.Split('\n'), line => Assert.Matches(@"^(Epoch \d/3|((convnet|residual) Epoch \d/3: )?8/8 ━+ .*loss: \S+)$", line));

        Task Train(string net) => Task.Run(() =>
        {
            var model = SmallNets.Create(net);
            started.SignalAndWait();
            model.Fit(SmallNets.Images(64), epochs: 3, batchSize: 8);
        });
    }

    [Fact]
    public void A_closed_terminal_does_not_end_the_work()
    {
        TestTerminal.Use(isClosed: true);
        Assert.Equal(1, SmallNets.Create("convnet").Fit(SmallNets.Images(20)).Epochs);
    }

    private static void Pass(TestTerminal terminal, int steps, double seconds, Verbosity verbose = default)
    {
        using var progress = StepProgress.Begin(verbose, progress: null, steps * 10, batchSize: 10);
        for (var i = 0; i < steps; i++)
        {
            terminal.Pass(seconds);
            progress?.Add(10);
        }

        progress?.Finish();
    }

    private static void Run(string operation, Model model, Dataset data, Verbosity verbose, IProgress<int> progress)
    {
        switch (operation)
        {
            case "Evaluate": model.Evaluate(data, 5, verbose, progress); break;
            case "Predict": model.Predict(new Tensor([20, 12, 12, 1], new float[20 * 144]), 5, verbose, progress); break;
            case "Predict of a data set": model.Predict(data, 5, verbose, progress); break;
            case "ExtractFeatures": model.ExtractFeatures(data, 5, verbose, progress); break;
            default: ConfusionMatrix.Of(model, data, 5, verbose, progress); break;
        }
    }
}
