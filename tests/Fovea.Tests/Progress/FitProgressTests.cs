using Fovea.Tests.Training;

namespace Fovea.Tests.Progress;

/// <summary>What a terminal shows of a training.</summary>
public class FitProgressTests
{
    [Fact]
    public void A_terminal_shows_a_bar_for_each_epoch()
    {
        var terminal = TestTerminal.Use(width: 120);
        Train(terminal, epochs: 2, validation: SmallNets.Images(10));
        Assert.Equal(
            """
            Epoch 1/2
            4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.#### - val_accuracy: #.#### - val_loss: #.####
            Epoch 2/2
            4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.#### - val_accuracy: #.#### - val_loss: #.####
            """, Digits.Hide(terminal.Screen));
        Assert.True(terminal.IsAtLineStart);
    }

    [Fact]
    public void The_bar_grows_with_the_time_that_is_left()
    {
        var terminal = TestTerminal.Use();
        Train(terminal, epochs: 1);
        Assert.Equal(
        [
            "0/4 ────────────────────",
            "1/4 ━━━━━─────────────── 2s left 500ms/step - accuracy: #.#### - loss: #.####",
            "2/4 ━━━━━━━━━━────────── 1s left 500ms/step - accuracy: #.#### - loss: #.####",
            "3/4 ━━━━━━━━━━━━━━━───── 0s left 500ms/step - accuracy: #.#### - loss: #.####",
            "4/4 ━━━━━━━━━━━━━━━━━━━━ 0s left 500ms/step - accuracy: #.#### - loss: #.####",
        ], terminal.Frames.Where(frame => frame.Length > 0).Select(Digits.Hide));
        Assert.Equal("4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####", Digits.Hide(terminal.Screen));
    }

    [Fact]
    public void A_line_is_rewritten_at_most_ten_times_a_second()
    {
        var terminal = TestTerminal.Use();
        Train(terminal, epochs: 1, samples: 200, secondsPerStep: 0.03);
        Assert.Equal(["0", "4", "8", "12", "16", "20"], terminal.Frames.Where(frame => frame.Length > 0).Select(frame => frame.Split('/')[0].Trim()));
    }

    [Fact]
    public void Values_that_do_not_fit_follow_in_another_line()
    {
        var terminal = TestTerminal.Use(width: 80);
        Train(terminal, epochs: 1, validation: SmallNets.Images(10));
        Assert.Equal(
            """
            4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####
                val_accuracy: #.#### - val_loss: #.####
            """, Digits.Hide(terminal.Screen));
    }

    [Fact]
    public void A_narrow_terminal_has_a_shorter_bar_and_fewer_values()
    {
        var terminal = TestTerminal.Use(width: 40);
        Train(terminal, epochs: 1, validation: SmallNets.Images(10));
        Assert.Contains("2/4 ━━━━━━━──────── 1s left 500ms/step", terminal.Frames);
        Assert.Equal(
            """
            4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step
                accuracy: #.#### - loss: #.####
                val_accuracy: #.####
                val_loss: #.####
            """, Digits.Hide(terminal.Screen));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(20)]
    [InlineData(33)]
    [InlineData(57)]
    public void No_line_is_wrapped(int width)
    {
        var terminal = TestTerminal.Use(width);
        Train(terminal, epochs: 2, validation: SmallNets.Images(10));
        Assert.All(terminal.Raw.ToString().Split('\n', '\r'), line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void Colors_tell_the_parts_of_the_bar_apart()
    {
        var terminal = TestTerminal.Use(width: 400, hasColors: true);
        Train(terminal, epochs: 1);
        Assert.Contains("2/4 \e[32m━━━━━━━━━━\e[90m━━━━━━━━━━\e[0m 1s left", terminal.Raw.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_colors_there_is_no_escape_sequence_and_without_unicode_only_ascii()
    {
        var terminal = TestTerminal.Use(hasUnicode: false);
        Train(terminal, epochs: 1);
        Assert.Contains("2/4 ==========.......... 1s left", terminal.Raw.ToString(), StringComparison.Ordinal);
        Assert.All(terminal.Raw.ToString(), letter => Assert.True(letter is '\r' or '\n' || (letter >= ' ' && letter <= '~')));
    }

    [Fact]
    public void A_terminal_that_cannot_rewrite_lines_shows_one_for_each_epoch()
    {
        var terminal = TestTerminal.Use(canRewrite: false);
        Train(terminal, epochs: 2);
        Assert.Equal(
            """
            Epoch 1/2: 4/4 ━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####
            Epoch 2/2: 4/4 ━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####
            """, Digits.Hide(terminal.Screen));
        Assert.DoesNotContain('\r', terminal.Raw.ToString());
    }

    [Fact]
    public void Redirected_output_receives_nothing_unless_it_is_asked_for()
    {
        var file = TestTerminal.Use(isTerminal: false);
        Train(file, epochs: 2);
        Assert.Equal("", file.Screen);

        file = TestTerminal.Use(width: 40, isTerminal: false);
        Train(file, epochs: 1, verbose: 1);
        Assert.Equal("4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####\n", Digits.Hide(file.Raw.ToString()));
    }

    [Fact]
    public void Verbose_2_prints_a_line_for_each_epoch_and_0_nothing()
    {
        var terminal = TestTerminal.Use(width: 120);
        Train(terminal, epochs: 2, verbose: 2);
        Assert.Equal(
            """
            Epoch 1/2: 4/4 2s 500ms/step - accuracy: #.#### - loss: #.####
            Epoch 2/2: 4/4 2s 500ms/step - accuracy: #.#### - loss: #.####
            """, Digits.Hide(terminal.Screen));

        terminal = TestTerminal.Use();
        Train(terminal, epochs: 2, verbose: 0);
        Assert.Equal("", terminal.Screen);
    }

    [Fact]
    public void A_receiver_of_the_progress_replaces_the_line()
    {
        var terminal = TestTerminal.Use();
        var received = new List<FitProgress>();
        Train(terminal, epochs: 2, validation: SmallNets.Images(10), receiver: new Receiver<FitProgress>(received.Add));
        Assert.Equal("", terminal.Screen);
        var ends = received.Where(progress => progress.IsEpochEnd).ToList();
        Assert.Equal([0.5, 1], ends.Select(progress => progress.Fraction));
        Assert.Equal(["accuracy", "loss", "val_accuracy", "val_loss"], ends[0].Values.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            "epoch 2/2 - batch 4/4 - loss: #.#### - accuracy: #.#### - val_loss: #.#### - val_accuracy: #.####", Digits.Hide(ends[1].ToString()));
    }

    [Fact]
    public void A_cancelled_training_leaves_a_whole_line()
    {
        var terminal = TestTerminal.Use();
        using var cancel = new CancellationTokenSource();
        var clock = new Clock(terminal, 0.5) { WhenDone = batch => { if (batch == 2) cancel.Cancel(); } };
        Assert.ThrowsAny<OperationCanceledException>(
            () => SmallNets.Create("convnet").Fit(SmallNets.Images(64), batchSize: 16, callbacks: [clock], cancellationToken: cancel.Token));
        Assert.Equal("2/4 ━━━━━━━━━━────────── 1s left 500ms/step - accuracy: #.#### - loss: #.####", Digits.Hide(terminal.Screen));
        Assert.True(terminal.IsAtLineStart);
    }

    [Fact]
    public void A_callback_that_throws_leaves_a_whole_line()
    {
        var terminal = TestTerminal.Use();
        var clock = new Clock(terminal, 0.5) { WhenDone = batch => { if (batch == 2) throw new NotSupportedException(); } };
        Assert.Throws<NotSupportedException>(() => SmallNets.Create("convnet").Fit(SmallNets.Images(64), batchSize: 16, callbacks: [clock]));
        Assert.True(terminal.IsAtLineStart);
    }

    [Fact]
    public void What_a_callback_prints_at_the_end_of_an_epoch_has_its_own_line()
    {
        var terminal = TestTerminal.Use();
        var clock = new Clock(terminal, 0.5) { WhenEpochDone = () => terminal.Write("saved\n") };
        SmallNets.Create("convnet").Fit(SmallNets.Images(64), epochs: 2, batchSize: 16, callbacks: [clock]);
        Assert.Equal(
            """
            Epoch 1/2
            4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####
            saved
            Epoch 2/2
            4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####
            saved
            """, Digits.Hide(terminal.Screen));
    }

    [Fact]
    public void Notes_of_the_history_are_printed()
    {
        var terminal = TestTerminal.Use(width: 200);
        var model = SmallNets.Create("convnet");
        model.Layers[1].Trainable = false;
        model.Fit(SmallNets.Images(64), batchSize: 16, callbacks: [new Clock(terminal, 0.5)]);
        Assert.StartsWith("'convnet' was compiled again, since layers were frozen", terminal.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_within_another_prints_whole_lines_and_an_evaluation_nothing()
    {
        var terminal = TestTerminal.Use();
        var inner = SmallNets.Create("residual");
        var clock = new Clock(terminal, 0.5);
        clock.WhenDone = batch =>
        {
            if (batch != 2) return;
            inner.Fit(SmallNets.Images(64), batchSize: 16, callbacks: [new Clock(terminal, 0.5)]);
            inner.Evaluate(SmallNets.Images(64), batchSize: 16);
        };
        SmallNets.Create("convnet").Fit(SmallNets.Images(64), batchSize: 16, callbacks: [clock]);
        Assert.Equal(
            """
            residual: 4/4 ━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: #.#### - loss: #.####
            4/4 ━━━━━━━━━━━━━━━━━━━━ 4s 1s/step - accuracy: #.#### - loss: #.####
            """, Digits.Hide(terminal.Screen));
    }

    private static void Train(
        TestTerminal terminal, int epochs, Dataset? validation = null, int samples = 64, double secondsPerStep = 0.5, Verbosity verbose = default,
        IProgress<FitProgress>? receiver = null) =>
        SmallNets.Create("convnet").Fit(
            SmallNets.Images(samples), epochs, batchSize: samples == 64 ? 16 : 10, validation, callbacks: [new Clock(terminal, secondsPerStep)],
            verbose: verbose, progress: receiver);
}
