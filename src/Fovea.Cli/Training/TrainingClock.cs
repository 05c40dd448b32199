using System.Diagnostics;

namespace Fovea.Cli;

/// <summary>Measures the speed of training, without the time for validation, and its progress.</summary>
internal sealed class TrainingClock : Callback
{
    private readonly Stopwatch epochWatch = new();
    private double earlierSeconds;
    private long earlierSamples;
    private int earlierEpochs;
    private bool isTraining;

    /// <summary>The progress of the training; null before it begins.</summary>
    public TrainingProgress? Progress { get; private set; }

    public double EpochSeconds => epochWatch.Elapsed.TotalSeconds;

    /// <summary>Training samples per second in this epoch.</summary>
    public double EpochRate => Progress is null || EpochSeconds == 0 ? 0 : Progress.SamplesSeen / EpochSeconds;

    /// <summary>Training samples per second over all epochs.</summary>
    public double Rate
    {
        get
        {
            var seconds = earlierSeconds + (isTraining ? EpochSeconds : 0);
            var samples = earlierSamples + (isTraining ? Progress!.SamplesSeen : 0);
            return seconds == 0 ? 0 : samples / seconds;
        }
    }

    /// <summary>The mean time of the finished epochs, without validation; 0 before the first has ended.</summary>
    public double SecondsPerEpoch => earlierEpochs == 0 ? 0 : earlierSeconds / earlierEpochs;

    /// <summary>The estimated time until the end of this epoch.</summary>
    public TimeSpan TimeLeft => Progress is { SamplesSeen: > 0 } progress
        ? TimeSpan.FromSeconds(EpochSeconds / progress.SamplesSeen * (progress.Samples!.Value - progress.SamplesSeen))
        : TimeSpan.Zero;

    public override void OnTrainingBegin(TrainingProgress progress)
    {
        Progress = progress;
        isTraining = true;
        epochWatch.Restart();  // a resumed epoch has no beginning
    }

    public override void OnEpochBegin(TrainingProgress progress)
    {
        isTraining = true;
        epochWatch.Restart();
    }

    public override void OnBatchEnd(TrainingProgress progress)
    {
        if (progress.Batch < progress.Batches) return;
        epochWatch.Stop();
        isTraining = false;
        earlierSeconds += EpochSeconds;
        earlierSamples += progress.SamplesSeen;
        earlierEpochs++;
    }
}
