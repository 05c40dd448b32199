namespace Fovea;

/// <summary>What an epoch of <see cref="Model.Fit"/> was like: its learning rate and its speed. <see cref="History.Records"/> has one for each epoch.</summary>
/// <remarks>
/// The times of epochs before an interruption are NaN after <see cref="BackupAndRestore"/>: its file holds what is equal in each run of a training.
/// </remarks>
/// <param name="LearningRate">The learning rate of its last step.</param>
/// <param name="Samples">The number of samples that were trained on; after an interruption, those since then.</param>
/// <param name="TrainingSeconds">The time from its first to its last step, without validation.</param>
/// <param name="WaitedSeconds">The part of that time in which the training waited for data to be read.</param>
/// <param name="ValidationSeconds">The time of its validation; 0 without.</param>
public sealed record EpochRecord(double LearningRate, int Samples, double TrainingSeconds, double WaitedSeconds, double ValidationSeconds)
{
    /// <summary>The samples trained on in a second, without validation.</summary>
    public double SamplesPerSecond => TrainingSeconds == 0 ? 0 : Samples / TrainingSeconds;

    /// <summary>The share of the training time in which the training waited for data, from 0 to 1.</summary>
    public double WaitedShare => TrainingSeconds == 0 ? 0 : Math.Min(1, WaitedSeconds / TrainingSeconds);

    /// <summary>Writes what is equal in each run of a training.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.Write(LearningRate);
        writer.Write(Samples);
    }

    /// <summary>Writes the times, which <see cref="Write"/> leaves out.</summary>
    internal void WriteTimes(BinaryWriter writer)
    {
        writer.Write(TrainingSeconds);
        writer.Write(WaitedSeconds);
        writer.Write(ValidationSeconds);
    }

    /// <summary>The same epoch with the times that <see cref="WriteTimes"/> has written.</summary>
    internal EpochRecord WithTimes(BinaryReader reader) =>
        this with { TrainingSeconds = reader.ReadDouble(), WaitedSeconds = reader.ReadDouble(), ValidationSeconds = reader.ReadDouble() };

    internal static EpochRecord Read(BinaryReader reader) => new(reader.ReadDouble(), reader.ReadInt32(), double.NaN, double.NaN, double.NaN);
}

/// <summary>Measures the times of an epoch.</summary>
internal sealed class EpochClock
{
    private readonly TimeProvider clock = TimeProvider.System;
    private long began;
    private TimeSpan waitedBefore;
    private int seenBefore;
    private double trainingSeconds;
    private double waitedSeconds;
    private int samples;

    /// <param name="waited">The time that was spent waiting for data so far.</param>
    /// <param name="seen">The samples of the epoch that were trained on before an interruption.</param>
    public void Begin(TimeSpan waited, int seen) => (began, waitedBefore, seenBefore) = (clock.GetTimestamp(), waited, seen);

    /// <summary>The last batch is done.</summary>
    public void EndTraining(TimeSpan waited, int seen)
    {
        trainingSeconds = clock.GetElapsedTime(began).TotalSeconds;
        (waitedSeconds, samples) = ((waited - waitedBefore).TotalSeconds, seen - seenBefore);
        began = clock.GetTimestamp();
    }

    /// <summary>The validation is done.</summary>
    public EpochRecord End(double learningRate, bool isValidated) =>
        new(learningRate, samples, trainingSeconds, waitedSeconds, isValidated ? clock.GetElapsedTime(began).TotalSeconds : 0);
}
