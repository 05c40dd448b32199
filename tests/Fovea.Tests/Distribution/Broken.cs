namespace Fovea.Tests.Distributed;

/// <summary>Receives the progress of a call.</summary>
internal sealed class Reports : IProgress<int>
{
    public List<int> Counts { get; } = [];

    public Action? OnReport { get; init; }

    public void Report(int value)
    {
        Counts.Add(value);
        OnReport?.Invoke();
    }
}

/// <summary>Samples of which one cannot be read.</summary>
/// <param name="data">The samples.</param>
/// <param name="broken">The index of the broken one; −1 for none.</param>
internal sealed class Broken(Dataset data, int broken) : Dataset
{
    public override int Count => data.Count;

    public override Shape InputShape => data.InputShape;

    public override Shape TargetShape => data.TargetShape;

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        if (index == broken) throw new IOException($"the file of sample {index} is damaged");
        data.Read(index, input, target);
    }
}
