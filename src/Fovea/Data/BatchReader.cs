namespace Fovea;

/// <summary>
/// Reads the batches of a data set in a given order on threads of its own, a few ahead of their use, into buffers that are used
/// again. Threads take turns at pieces of some samples each, so that they share a batch; the order and the content of the batches
/// do not depend on them. Nothing is allocated between the first batch and the last; further passes over the data use the same buffers.
/// </summary>
internal sealed class BatchReader : IDisposable
{
    private const int Ahead = 4;
    private const int MaxThreads = 4;

    /// <summary>About how many numbers a thread reads in one piece: one photo or some twenty digits.</summary>
    private const int NumbersPerPiece = 1 << 14;

    private readonly SampleReading reading;
    private readonly int batchSize;
    private readonly Buffer[] buffers;
    private readonly Thread[] threads;
    private readonly int samplesPerPiece;
    private readonly int piecesPerBatch;
    private readonly int pieces;

    /// <summary>Guards all that follows; waited on by readers for a free buffer and by the user for a whole batch.</summary>
    private readonly object gate = new();
    private int[] order;
    private bool stopped;
    private int piecesTaken;
    private int batchesReleased;
    private int next;

    /// <param name="data">What to read.</param>
    /// <param name="order">The indices of the samples, in the order to read them.</param>
    /// <param name="batchSize">How many samples a batch has; the last may be smaller.</param>
    /// <param name="findFault">Says what is wrong with a target, or null; called by several threads.</param>
    /// <param name="firstBatch">How many batches of the first pass are left out.</param>
    /// <param name="readers">How many threads read; as many as there are processors, up to 4, where it is 0.</param>
    /// <param name="weightCount">How many weights each sample has: none, one, or one for each position of the model's output.</param>
    /// <param name="ignoredClass">A class number that the loss leaves out, whose positions weigh 0 and need no weight.</param>
    public BatchReader(
        Dataset data, int[] order, int batchSize, Func<ReadOnlySpan<float>, string?>? findFault = null, int firstBatch = 0, int readers = 0,
            int weightCount = 0,
        int? ignoredClass = null)
    {
        reading = new SampleReading(data, findFault, ignoredClass);
        this.order = order;
        this.batchSize = Math.Min(batchSize, order.Length);
        samplesPerPiece = Math.Clamp(NumbersPerPiece / Math.Max(1, data.InputShape.Count), 1, this.batchSize);
        piecesPerBatch = PiecesOf(this.batchSize);
        pieces = ((Batches - 1) * piecesPerBatch) + PiecesOf(CountOf(Batches - 1));
        (next, batchesReleased, piecesTaken) = (firstBatch, firstBatch, firstBatch * piecesPerBatch);
        buffers = new Buffer[Math.Min(Ahead, Batches)];
        for (var i = 0; i < buffers.Length; i++) buffers[i] = new Buffer(new Batch(data, this.batchSize, weightCount));
        threads = new Thread[Math.Min(readers > 0 ? readers : Math.Min(MaxThreads, Environment.ProcessorCount), pieces)];
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(ReadPieces) { IsBackground = true, Name = $"Fovea batch reader {i}" };
            threads[i].Start();
        }
    }

    public int Batches => (order.Length + batchSize - 1) / batchSize;

    /// <summary>Begins another pass, in another order of as many samples. All batches of the pass before must have been taken.</summary>
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

    /// <summary>The next batch, valid until the next call; <see langword="null"/> after the last.</summary>
    /// <exception cref="TrainingException">A sample of the batch cannot be read or used: the first of them.</exception>
    public Batch? Next()
    {
        if (next == Batches) return null;
        var buffer = buffers[next % buffers.Length];
        lock (gate)
        {
            batchesReleased = next;
            Monitor.PulseAll(gate);
            while (buffer.Number != next || buffer.PiecesLeft > 0) Monitor.Wait(gate);
        }

        if (buffer.Error is { } error) throw new TrainingException(error.Message, error);
        next++;
        return buffer.Batch;
    }

    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        foreach (var thread in threads) thread.Join();
    }

    private int CountOf(int batch) => Math.Min(batchSize, order.Length - (batch * batchSize));

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
#pragma warning disable CA1031 // Whatever the data set throws is carried to the thread that trains.
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

    /// <summary>The next piece once its batch has a buffer; −1 at the end.</summary>
    private int Take()
    {
        lock (gate)
        {
            while (!stopped && (piecesTaken == pieces || piecesTaken / piecesPerBatch >= batchesReleased + buffers.Length)) Monitor.Wait(gate);
            if (stopped) return -1;
            var (batch, piece) = Math.DivRem(piecesTaken, piecesPerBatch);
            if (piece == 0) buffers[batch % buffers.Length].Begin(batch, CountOf(batch), PiecesOf(CountOf(batch)));
            return piecesTaken++;
        }
    }

    private void Read(Buffer buffer, int first, int end)
    {
        var batch = buffer.Batch;
        var samples = order.AsSpan((buffer.Number * batchSize) + first, end - first);
        reading.Read(batch, first, samples, SampleReading.RowOf(batch.Inputs), SampleReading.RowOf(batch.Targets));
    }

    /// <summary>A place for one batch after another.</summary>
    private sealed class Buffer(Batch batch)
    {
        public Batch Batch { get; } = batch;

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
