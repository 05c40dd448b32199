namespace Fovea;

/// <summary>One pass over a stream: its enumerator, which is ended and cancelled with it.</summary>
internal sealed class StreamPass : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private readonly IEnumerator<Sample> samples;
    private bool isAgain;

    public StreamPass(Func<CancellationToken, IEnumerable<Sample>> open)
    {
        samples = open(cancellation.Token).GetEnumerator();
    }

    public Sample Current => samples.Current;

    public bool MoveNext()
    {
        if (!isAgain) return samples.MoveNext();
        isAgain = false;
        return true;
    }

    /// <summary>Lets the pass begin again with the present sample.</summary>
    public StreamPass Again()
    {
        isAgain = true;
        return this;
    }

    public void Cancel() => cancellation.Cancel();

    public void Dispose()
    {
        samples.Dispose();
        cancellation.Dispose();
    }
}
