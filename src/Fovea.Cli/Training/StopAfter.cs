namespace Fovea.Cli;

/// <summary><c>--stop-after</c>: ends a training after an epoch, with the schedule of all epochs.</summary>
/// <param name="epoch">The epoch, from 1.</param>
internal sealed class StopAfter(int epoch) : Callback
{
    public override void OnEpochEnd(TrainingProgress progress)
    {
        if (progress.Epoch >= epoch) progress.Stop = true;
    }
}
