namespace Fovea.Tests.Progress;

/// <summary>Lets time pass in a terminal's clock while a training runs: before its first batch is shown, and after each.</summary>
internal sealed class Clock(TestTerminal terminal, double secondsPerStep) : Callback
{
    public Action<int> WhenDone { get; set; } = _ => { };

    public Action WhenEpochDone { get; set; } = () => { };

    public override void OnEpochBegin(TrainingProgress progress) => terminal.Pass(secondsPerStep);

    public override void OnBatchEnd(TrainingProgress progress)
    {
        WhenDone(progress.Batch);
        if (progress.Batch < progress.Batches) terminal.Pass(secondsPerStep);
    }

    public override void OnEpochEnd(TrainingProgress progress) => WhenEpochDone();
}
