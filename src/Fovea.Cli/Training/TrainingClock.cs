using System.Diagnostics;

namespace Fovea.Cli;

/// <summary>How fast training goes, the time for validation left out, and how far it came.</summary>
internal sealed class TrainingClock : Callback
{
    private readonly Stopwatch epochWatch = new();
    private double earlierSeconds;
    private long earlierSamples;
    private int earlierEpochs;
    private bool isTraining;

    /// <summary>Where training stands; null before it began.</summary>
    public TrainingProgress? Progress { get; private set; }

    public double EpochSeconds => epochWatch.Elapsed.TotalSeconds;

    /// <summary>Samples trained on in a second of this epoch.</summary>
    public double EpochRate => Progress is null || EpochSeconds == 0 ? 0 : Progress.SamplesSeen / EpochSeconds;

    /// <summary>Samples trained on in a second, over all epochs.</summary>
    public double Rate
    {
        get
        {
            var seconds = earlierSeconds + (isTraining ? EpochSeconds : 0);
            var samples = earlierSamples + (isTraining ? Progress!.SamplesSeen : 0);
            return seconds == 0 ? 0 : samples / seconds;
        }
    }

    /// <summary>How long an epoch took, the time for validation left out: the mean of the finished ones; 0 before the first.</summary>
    public double SecondsPerEpoch => earlierEpochs == 0 ? 0 : earlierSeconds / earlierEpochs;

    /// <summary>How long this epoch will still take.</summary>
    public TimeSpan TimeLeft => Progress is { SamplesSeen: > 0 } progress
        ? TimeSpan.FromSeconds(EpochSeconds / progress.SamplesSeen * (progress.Samples - progress.SamplesSeen))
        : TimeSpan.Zero;

    public override void OnTrainingBegin(TrainingProgress progress)
    {
        Progress = progress;
        isTraining = true;
        epochWatch.Restart();  // an epoch that goes on from a backup has begun before
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
