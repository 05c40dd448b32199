namespace Fovea.Tests.Progress;

/// <summary>Images of 12×12 with three classes, which cancel an operation once so many samples have been read.</summary>
internal sealed class CancellingDataset(int count, int after = int.MaxValue, CancellationTokenSource? cancel = null) : Dataset
{
    private int readSamples;

    public int ReadSamples => Volatile.Read(ref readSamples);

    public override int Count => count;

    public override Shape InputShape => [12, 12, 1];

    public override Shape TargetShape => Shape.Scalar;

    public override IReadOnlyList<string> ClassNames => ["a", "b", "c"];

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        input.Fill(index % 3 / 3f);
        target[0] = index % 3;
        if (Interlocked.Increment(ref readSamples) == after) cancel!.Cancel();
    }
}
