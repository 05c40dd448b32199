using System.Diagnostics;

namespace Fovea;

/// <summary>
/// Reads the batches of a stream on a background thread, a few in advance, into buffers that are reused. The samples come in the order of the stream.
/// </summary>
internal sealed class StreamBatchReader : BatchSource
{
    private const int Ahead = 4;

    private readonly StreamDataset data;
    private readonly int batchSize;
    private readonly SampleReading reading;
    private readonly BatchBuffer[] buffers;
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenSource ending;
    private readonly CancellationTokenRegistration wakeUp;

    /// <summary>Guards the fields below. The reader waits on it for a free buffer, the user for a complete batch.</summary>
    private readonly object gate = new();
    private Thread thread;
    private Exception? error;
    private bool isOver;
    private int filled;
    private int taken;
    private int released;
    private int samplesRead;

    public StreamBatchReader(StreamDataset data, int batchSize, SampleChecks checks, CancellationToken cancellationToken)
    {
        this.data = data;
        this.batchSize = batchSize;
        this.cancellationToken = cancellationToken;
        reading = new SampleReading(data, checks);
        buffers = new BatchBuffer[Ahead];
        for (var i = 0; i < buffers.Length; i++) buffers[i] = new BatchBuffer(data, batchSize, checks.WeightCount);
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wakeUp = ending.Token.Register(() =>
        {
            lock (gate) Monitor.PulseAll(gate);
        });
        thread = Start();
    }

    /// <inheritdoc/>
    public override BatchBuffer? Next()
    {
        lock (gate)
        {
            released = taken;
            Monitor.PulseAll(gate);
            if (!IsReady) WaitForBatch();
            cancellationToken.ThrowIfCancellationRequested();
            if (taken < filled) return buffers[taken++ % buffers.Length];
            return error is null ? null : throw new TrainingException(error.Message, error);
        }
    }

    /// <summary>Reads the stream again from its beginning. All batches of the previous pass must have been taken.</summary>
    public void Begin()
    {
        thread.Join();
        (isOver, filled, taken, released, samplesRead) = (false, 0, 0, 0, 0);
        thread = Start();
    }

    public override void Dispose()
    {
        ending.Cancel();
        thread.Join();
        wakeUp.Dispose();
        ending.Dispose();
    }

    private bool IsReady => taken < filled || isOver || ending.IsCancellationRequested;

    private void WaitForBatch()
    {
        var since = Stopwatch.GetTimestamp();
        while (!IsReady) Monitor.Wait(gate);
        Waited += Stopwatch.GetElapsedTime(since);
    }

    private Thread Start()
    {
        var started = new Thread(Read) { IsBackground = true, Name = "Fovea stream reader" };
        started.Start();
        return started;
    }

    private void Read()
    {
        try
        {
            FillBuffers();
        }
#pragma warning disable CA1031 // Any exception of the stream is rethrown in the thread that takes the batches.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = exception;
        }

        lock (gate)
        {
            isOver = true;
            Monitor.PulseAll(gate);
        }
    }

    private void FillBuffers()
    {
        BatchBuffer? batch = null;
        var count = 0;
        foreach (var sample in data.Samples(ending.Token))
        {
            batch ??= FreeBuffer();
            if (batch is null || ending.IsCancellationRequested) return;
            reading.Copy(batch, count++, samplesRead++, sample);
            if (count < batchSize) continue;
            Publish(batch, count);
            (batch, count) = (null, 0);
        }

        if (batch is not null) Publish(batch, count);
    }

    /// <summary>The next buffer, as soon as its batch was used; null at the end.</summary>
    private BatchBuffer? FreeBuffer()
    {
        lock (gate)
        {
            while (filled - released >= buffers.Length && !ending.IsCancellationRequested) Monitor.Wait(gate);
            return ending.IsCancellationRequested ? null : buffers[filled % buffers.Length];
        }
    }

    private void Publish(BatchBuffer batch, int count)
    {
        lock (gate)
        {
            batch.Count = count;
            filled++;
            Monitor.PulseAll(gate);
        }
    }
}
