namespace Fovea.Tests.Progress;

/// <summary>The texts of progress lines.</summary>
public class ProgressLayoutTests
{
    [Theory]
    [InlineData(0.4, "0s")]
    [InlineData(59.4, "59s")]
    [InlineData(67, "1:07")]
    [InlineData(3600 + 60 + 7, "1:01:07")]
    public void Durations_are_as_in_Keras(double seconds, string text) => Assert.Equal(text, ProgressText.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(2.4, "2s/step")]
    [InlineData(0.0314, "31ms/step")]
    [InlineData(0.0000453, "45us/step")]
    public void Times_of_a_step_are_as_in_Keras(double seconds, string text) =>
        Assert.Equal(text, ProgressText.PerStep(TimeSpan.FromSeconds(seconds), "step"));

    [Theory]
    [InlineData(0.91, "loss: 0.9100")]
    [InlineData(12.34567, "loss: 12.3457")]
    [InlineData(0.00012345, "loss: 1.2345e-04")]
    [InlineData(0, "loss: 0.0000")]
    [InlineData(double.NaN, "loss: NaN")]
    public void Values_are_as_in_Keras(double value, string text) => Assert.Equal(text, ProgressText.Value(new("loss", value)));

    [Theory]
    [InlineData(7, 63L, " 7/63")]
    [InlineData(7, 1000L, "   7/1000")]
    [InlineData(7, null, "7/?")]
    public void Counts_are_aligned(long done, long? total, string text) => Assert.Equal(text, ProgressText.Count(done, total));

    [Theory]
    [InlineData(0.5, 2, " - 25% waiting for data")]
    [InlineData(0.1, 2, "")]
    [InlineData(0.68, 2, " - 34% waiting for data")]
    [InlineData(0.4, 0.8, "")]
    public void A_notable_share_of_waiting_for_data_is_shown(double waited, double elapsed, string text)
    {
        var time = TimeSpan.FromSeconds(elapsed);
        var state = new ProgressState(4, 4, time, time / 4) { Waited = TimeSpan.FromSeconds(waited) };
        var frame = new ProgressLayout(100, hasUnicode: true, hasColors: false).Finished(state, hasBar: false).Single();
        Assert.Equal(text, frame.Before[$"4/4 {ProgressText.Duration(time)} {ProgressText.PerStep(time / 4, "step")}".Length..]);
    }

    [Fact]
    public void Keras_numbers_convert_to_a_verbosity_and_others_are_refused()
    {
        Assert.Equal([Verbosity.Silent, Verbosity.Bar, Verbosity.Lines], new Verbosity[] { 0, 1, 2 });
        Assert.Equal(default, Verbosity.Auto);
        Assert.Equal("Auto Silent Bar Lines", $"{Verbosity.Auto} {Verbosity.Silent} {Verbosity.Bar} {Verbosity.Lines}");
        Assert.Equal(
            "Verbosity: expected 0 (silent), 1 (a progress bar) or 2 (a line for each epoch); received 3. Leave verbose out for the default. "
            + "(Parameter 'number')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Verbosity.FromInt32(3)).Message);
    }

    [Fact]
    public void A_lambda_callback_is_called_and_prints_lines_for_a_log()
    {
        var calls = new List<string>();
        Training.SmallNets.Create("convnet").Fit(Training.SmallNets.Images(20), epochs: 1, batchSize: 10, callbacks:
        [
            new LambdaCallback(
                onTrainingBegin: _ => calls.Add("begin"), onTrainingEnd: _ => calls.Add("end"), onEpochBegin: _ => calls.Add("epoch"),
                onBatchEnd: progress => calls.Add(Digits.Hide($"{progress}")), onEpochEnd: progress => calls.Add(Digits.Hide($"{progress}"))),
        ]);
        Assert.Equal(
        [
            "begin", "epoch", "epoch 1/1 - batch 1/2 - loss: #.#### - accuracy: #.####", "epoch 1/1 - batch 2/2 - loss: #.#### - accuracy: #.####",
            "epoch 1/1 - loss: #.#### - accuracy: #.####", "end",
        ], calls);
    }
}
