using System.Globalization;

namespace Fovea.Tests.Training;

/// <summary>Writes down what training tells its callbacks, and does something at a chosen moment.</summary>
internal sealed class Recorder(Action<string, TrainingProgress>? act = null) : Callback
{
    public List<string> Events { get; } = [];

    public override void OnTrainingBegin(TrainingProgress progress) =>
        Note($"training of {progress.Epochs} epochs, {progress.Batches} batches, {progress.Samples} samples", progress);

    public override void OnEpochBegin(TrainingProgress progress) => Note($"epoch {progress.Epoch}", progress);

    public override void OnBatchEnd(TrainingProgress progress) => Note($"batch {progress.Epoch}.{progress.Batch}, {progress.SamplesSeen} samples", progress);

    public override void OnEpochEnd(TrainingProgress progress) => Note($"end of {progress.Epoch}: {string.Join(", ", progress.History.Names)}", progress);

    private void Note(string text, TrainingProgress progress)
    {
        Events.Add(text);
        act?.Invoke(text, progress);
    }
}

/// <summary>A data set that can be empty or broken.</summary>
internal sealed class UnreliableDataset(Dataset data, int? count = null) : Dataset
{
    public int? BrokenAt { get; init; }

    public override int Count => count ?? data.Count;

    public override Shape InputShape => data.InputShape;

    public override Shape TargetShape => data.TargetShape;

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        if (index == BrokenAt) throw new IOException(string.Create(CultureInfo.InvariantCulture, $"sample {index} cannot be read"));
        data.Read(index, input, target);
    }
}
