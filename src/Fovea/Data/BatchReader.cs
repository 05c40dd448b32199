using System.Numerics.Tensors;

namespace Fovea;

/// <summary>
/// Reads the batches of a data set in a given order on a thread of its own, a few ahead of their use, into buffers that are used
/// again. Nothing is allocated between the first batch and the last.
/// </summary>
internal sealed class BatchReader : IDisposable
{
    private const int Ahead = 3;

    private readonly Dataset data;
    private readonly int[] order;
    private readonly int batchSize;
    private readonly Func<ReadOnlySpan<float>, string?>? findFault;
    private readonly Batch[] buffers;
    private readonly SemaphoreSlim free = new(Ahead - 1);
    private readonly SemaphoreSlim filled = new(0);
    private readonly Thread thread;
    private volatile bool stopped;
    private Exception? error;
    private int next;

    /// <param name="data">What to read.</param>
    /// <param name="order">The indices of the samples, in the order to read them.</param>
    /// <param name="batchSize">How many samples a batch has; the last may be smaller.</param>
    /// <param name="findFault">Says what is wrong with a target, or null.</param>
    public BatchReader(Dataset data, int[] order, int batchSize, Func<ReadOnlySpan<float>, string?>? findFault = null)
    {
        this.data = data;
        this.order = order;
        this.batchSize = batchSize;
        this.findFault = findFault;
        buffers = new Batch[Ahead];
        for (var i = 0; i < Ahead; i++) buffers[i] = new Batch(data, Math.Min(batchSize, order.Length));
        thread = new Thread(ReadAll) { IsBackground = true, Name = "Fovea batch reader" };
        thread.Start();
    }

    public int Batches => (order.Length + batchSize - 1) / batchSize;

    /// <summary>The next batch, valid until the next call; <see langword="null"/> after the last.</summary>
    public Batch? Next()
    {
        if (next == Batches) return null;
        if (next > 0) free.Release();
        filled.Wait();
        if (error is not null) throw new TrainingException(error.Message, error);
        return buffers[next++ % Ahead];
    }

    public void Dispose()
    {
        stopped = true;
        free.Release(Ahead);
        thread.Join();
        free.Dispose();
        filled.Dispose();
    }

    private void ReadAll()
    {
        try
        {
            for (var batch = 0; batch < Batches; batch++)
            {
                free.Wait();
                if (stopped) return;
                Read(buffers[batch % Ahead], batch);
                filled.Release();
            }
        }
#pragma warning disable CA1031 // Whatever the data set throws is carried to the thread that trains.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = exception;
            filled.Release();
        }
    }

    private void Read(Batch batch, int number)
    {
        var start = number * batchSize;
        batch.Count = Math.Min(batchSize, order.Length - start);
        for (var i = 0; i < batch.Count; i++)
        {
            var sample = order[start + i];
            var input = batch.AllInputs.AsSpan(i * batch.InputLength, batch.InputLength);
            var target = batch.AllTargets.AsSpan(i * batch.TargetLength, batch.TargetLength);
            data.Read(sample, input, target);
            if (!TensorPrimitives.IsFiniteAll<float>(input)) throw NotFinite(sample, input);
            if (findFault?.Invoke(target) is { } fault) throw new InvalidDataException($"Sample {sample}: {fault}.");
            if (!TensorPrimitives.IsFiniteAll<float>(target)) throw new InvalidDataException($"Sample {sample}: expected a finite target; received {target[IndexOfNotFinite(target)]}.");
        }
    }

    private InvalidDataException NotFinite(int sample, ReadOnlySpan<float> input)
    {
        var position = IndexOfNotFinite(input);
        var indices = new int[data.InputShape.Rank];
        var rest = position;
        for (var axis = indices.Length - 1; axis >= 0; axis--)
        {
            indices[axis] = rest % data.InputShape[axis];
            rest /= data.InputShape[axis];
        }

        return new InvalidDataException($"Sample {sample}: expected finite numbers; received {input[position]} at ({string.Join(", ", indices)}).");
    }

    private static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        var position = 0;
        while (float.IsFinite(values[position])) position++;
        return position;
    }
}

/// <summary>Some samples together, inputs and targets each laid out sample after sample.</summary>
internal sealed class Batch(Dataset data, int capacity)
{
    public int InputLength { get; } = data.InputShape.Count;

    public int TargetLength { get; } = data.TargetShape.Count;

    public float[] AllInputs { get; } = new float[capacity * data.InputShape.Count];

    public float[] AllTargets { get; } = new float[capacity * data.TargetShape.Count];

    public int Count { get; set; }

    public ReadOnlySpan<float> Inputs => AllInputs.AsSpan(0, Count * InputLength);

    public ReadOnlySpan<float> Targets => AllTargets.AsSpan(0, Count * TargetLength);
}
