using System.Diagnostics;

namespace Fovea;

/// <summary>
/// Reads the batches of a data set in a given order on background threads, a few batches in advance, into buffers that are reused. Each thread
/// takes a few samples at a time, so that several threads fill a batch; the order and the content of the batches do not depend on the threads.
/// Nothing is allocated between the first batch and the last. Further passes over the data use the same buffers.
/// </summary>
internal sealed class BatchReader : BatchSource
{
    private const int Ahead = 4;
    private const int MaxThreads = 4;

    /// <summary>The approximate number of values that a thread reads at a time: one photo or some twenty digits.</summary>
    private const int NumbersPerPiece = 1 << 14;

    private readonly SampleReading reading;
    private readonly int batchSize;
    private readonly int[]? ends;
    private readonly Buffer[] buffers;
    private readonly Thread[] threads;
    private readonly int samplesPerPiece;
    private readonly int piecesPerBatch;
    private readonly int pieces;

    /// <summary>Guards all fields below. Readers wait on it for a free buffer, the user for a complete batch.</summary>
    private readonly object gate = new();
    private int[] order;
    private bool stopped;
    private int piecesTaken;
    private int batchesReleased;
    private int next;

    /// <param name="data">The data set to read.</param>
    /// <param name="order">The indices of the samples in reading order.</param>
    /// <param name="batchSize">The number of samples per batch; the last batch may be smaller.</param>
    /// <param name="checks">The conditions for samples.</param>
    /// <param name="firstBatch">The number of batches to skip in the first pass.</param>
    /// <param name="readers">The number of reading threads; 0 for one per processor, up to 4.</param>
    /// <param name="ends">
    /// The end of each batch in the order, where batches have different numbers of samples, at most <paramref name="batchSize"/>; null if only the last one is
    /// smaller.
    /// </param>
    public BatchReader(
        Dataset data, int[] order, int batchSize, SampleChecks checks = default, int firstBatch = 0, int readers = 0, int[]? ends = null)
    {
        if (order.Length == 0) throw new TrainingException("The data set is empty.");
        reading = new SampleReading(data, checks);
        (this.order, this.ends) = (order, ends);
        this.batchSize = Math.Min(batchSize, order.Length);
        samplesPerPiece = Math.Clamp(NumbersPerPiece / Math.Max(1, data.InputShape.Count), 1, this.batchSize);
        piecesPerBatch = PiecesOf(this.batchSize);
        pieces = Batches * piecesPerBatch;  // smaller batches have empty pieces
        (next, batchesReleased, piecesTaken) = (firstBatch, firstBatch, firstBatch * piecesPerBatch);
        buffers = new Buffer[Math.Min(Ahead, Batches)];
        for (var i = 0; i < buffers.Length; i++) buffers[i] = new Buffer(new BatchBuffer(data, this.batchSize, checks.WeightCount));
        threads = new Thread[Math.Min(readers > 0 ? readers : Math.Min(MaxThreads, Environment.ProcessorCount), pieces)];
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(ReadPieces) { IsBackground = true, Name = $"Fovea batch reader {i}" };
            threads[i].Start();
        }
    }

    public int Batches => ends?.Length ?? (order.Length + batchSize - 1) / batchSize;

    /// <summary>Whether all batches of the pass have been taken.</summary>
    public bool IsAtEnd => next == Batches;

    /// <summary>Begins another pass over the same number of samples in another order. All batches of the previous pass must have been taken.</summary>
    public void Begin(int[] newOrder)
    {
        if (next != Batches || newOrder.Length != order.Length)
            throw new InvalidOperationException("BatchReader: a pass begins after the last batch of the one before, with as many samples.");
        lock (gate)
        {
            order = newOrder;
            (piecesTaken, batchesReleased, next) = (0, 0, 0);
            foreach (var buffer in buffers) buffer.Begin(-1, 0, 0);
            Monitor.PulseAll(gate);
        }
    }

    /// <inheritdoc/>
    public override BatchBuffer? Next()
    {
        if (next == Batches) return null;
        var buffer = buffers[next % buffers.Length];
        lock (gate)
        {
            batchesReleased = next;
            Monitor.PulseAll(gate);
            if (!IsRead(buffer)) WaitFor(buffer);
        }

        if (buffer.Error is { } error) throw new TrainingException(error.Message, error);
        next++;
        return buffer.Batch;
    }

    public override void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        foreach (var thread in threads) thread.Join();
    }

    private bool IsRead(Buffer buffer) => buffer.Number == next && buffer.PiecesLeft == 0;

    private void WaitFor(Buffer buffer)
    {
        var since = Stopwatch.GetTimestamp();
        while (!IsRead(buffer)) Monitor.Wait(gate);
        Waited += Stopwatch.GetElapsedTime(since);
    }

    private int StartOf(int batch) => ends is null ? batch * batchSize : batch == 0 ? 0 : ends[batch - 1];

    private int CountOf(int batch) => ends is null ? Math.Min(batchSize, order.Length - (batch * batchSize)) : ends[batch] - StartOf(batch);

    private int PiecesOf(int samples) => (samples + samplesPerPiece - 1) / samplesPerPiece;

    private void ReadPieces()
    {
        while (Take() is var piece and >= 0)
        {
            var buffer = buffers[piece / piecesPerBatch % buffers.Length];
            var first = piece % piecesPerBatch * samplesPerPiece;
            Exception? error = null;
            try
            {
                Read(buffer, first, Math.Min(first + samplesPerPiece, buffer.Batch.Count));
            }
#pragma warning disable CA1031 // Any exception of the data set is rethrown in the training thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                error = exception;
            }

            lock (gate)
            {
                if (error is not null && first < buffer.ErrorAt) (buffer.Error, buffer.ErrorAt) = (error, first);
                if (--buffer.PiecesLeft == 0) Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>The index of the next piece, as soon as its batch has a buffer; −1 at the end.</summary>
    private int Take()
    {
        lock (gate)
        {
            while (!stopped && (piecesTaken == pieces || piecesTaken / piecesPerBatch >= batchesReleased + buffers.Length)) Monitor.Wait(gate);
            if (stopped) return -1;
            var (batch, piece) = Math.DivRem(piecesTaken, piecesPerBatch);
            if (piece == 0) buffers[batch % buffers.Length].Begin(batch, CountOf(batch), piecesPerBatch);
            return piecesTaken++;
        }
    }

    private void Read(Buffer buffer, int first, int end)
    {
        var batch = buffer.Batch;
        if (first >= end) return;
        var samples = order.AsSpan(StartOf(buffer.Number) + first, end - first);
        reading.Read(batch, first, samples, SampleReading.RowOf(batch.Inputs), SampleReading.RowOf(batch.Targets));
    }

    /// <summary>A buffer that holds one batch after another.</summary>
    private sealed class Buffer(BatchBuffer batch)
    {
        public BatchBuffer Batch { get; } = batch;

        public int Number { get; private set; } = -1;

        public int PiecesLeft { get; set; }

        public Exception? Error { get; set; }

        public int ErrorAt { get; set; }

        public void Begin(int number, int count, int pieces)
        {
            (Number, Batch.Count, PiecesLeft) = (number, count, pieces);
            (Error, ErrorAt) = (null, int.MaxValue);
        }
    }
}
