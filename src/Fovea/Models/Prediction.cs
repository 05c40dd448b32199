using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>
/// The predictions of a model on many threads at once. A call takes a slot, which has the memory for one run, computes in it and returns it. There are as
/// many slots as <see cref="Cpu.Threads"/>, created when they are needed; further callers wait. Values that depend on weights alone, and the layout for each
/// batch size, exist once for all slots.
/// </summary>
/// <param name="topology">The layers of the model. Their weights have values.</param>
#pragma warning disable CA1001 // It lives as long as the model; the handle that the semaphore takes while threads wait has a finalizer.
internal sealed class Prediction(Topology topology)
#pragma warning restore CA1001
{
    /// <summary>The number of batch sizes, at each size of the inputs, that are remembered. An older one is laid out again.</summary>
    public const int MaxBatchSizes = 128;

    private readonly Lock gate = new();
    private readonly Stack<PredictionSlot> free = [];
    private readonly SemaphoreSlim permits = new(0);
    private readonly RecentlyUsed<(int BatchSize, ModelSize Size), PredictionProgram> programs = new(MaxBatchSizes);
    private int limit;
    private int waiting;

    /// <summary>The values that depend on the model's weights alone; for training and evaluation too.</summary>
    public ValueCache Store { get; } = new();

    /// <summary>The number of slots that were created.</summary>
    public int Slots { get; private set; }

    /// <summary>The number of batch sizes, at each size of the inputs, that are laid out.</summary>
    public int Programs
    {
        get
        {
            lock (programs) return programs.Values.Count();
        }
    }

    /// <summary>The number of callers that wait for a slot.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Takes a slot, once one is free.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public PredictionSlot Take(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref limit) < Cpu.Threads) AddPermits(Cpu.Threads);
        if (!permits.Wait(0, cancellationToken)) Wait(cancellationToken);
        lock (gate)
        {
            if (free.TryPop(out var slot)) return slot;
            Slots++;
            return new PredictionSlot(this, topology);
        }
    }

    public void Return(PredictionSlot slot)
    {
        lock (gate) free.Push(slot);
        permits.Release();
    }

    /// <summary>Computes the outputs of some samples, batch by batch.</summary>
    public void Run(
        ModelSize size, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs, int batchSize, CancellationToken cancellationToken,
        StepProgress? progress = null)
    {
        var count = inputs[0].Shape[0];
        var slot = Take(cancellationToken);
        try
        {
            using var pass = topology.ReadWeights();
            for (var start = 0; start < count; start += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var rows = Math.Min(batchSize, count - start);
                var step = slot.Step(rows, size);
                for (var i = 0; i < inputs.Count; i++) step.Write(i, Rows(inputs[i], start, rows));
                step.Run();
                for (var i = 0; i < outputs.Count; i++) step.Output(i).CopyTo(Rows(outputs[i], start, rows));
                progress?.Add(rows);
            }
        }
        finally
        {
            Return(slot);
        }

        static Span<float> Rows(Tensor tensor, int start, int rows)
        {
            var length = tensor.Values.Length / tensor.Shape[0];
            return tensor.Values.AsSpan(start * length, rows * length);
        }
    }

    /// <summary>Computes the output of some samples of one input, batch by batch, into the caller's memory.</summary>
    public void Run(ModelSize size, ReadOnlySpan<float> inputs, Span<float> outputs, int batchSize, CancellationToken cancellationToken)
    {
        int inputLength = size.Inputs[0].Count, outputLength = size.Outputs[0].Count;
        var slot = Take(cancellationToken);
        try
        {
            using var pass = topology.ReadWeights();
            for (var left = inputs.Length / inputLength; left > 0; left -= batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var rows = Math.Min(batchSize, left);
                var step = slot.Step(rows, size);
                step.Write(0, inputs[..(rows * inputLength)]);
                step.Run();
                step.Output().CopyTo(outputs);
                inputs = inputs[(rows * inputLength)..];
                outputs = outputs[(rows * outputLength)..];
            }
        }
        finally
        {
            Return(slot);
        }
    }

    /// <summary>Computes the outputs of the samples of a batch and appends them.</summary>
    public void Run(ModelSize size, BatchBuffer batch, ValueRows[] outputs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var slot = Take(cancellationToken);
        try
        {
            using var pass = topology.ReadWeights();
            var step = slot.Step(batch.Count, size);
            for (var i = 0; i < batch.Inputs.Length; i++) step.Write(i, batch.Inputs[i].Values);
            step.Run();
            for (var i = 0; i < outputs.Length; i++) outputs[i].Add(step.Output(i));
        }
        finally
        {
            Return(slot);
        }
    }

    /// <summary>The model laid out for a batch size and a size of its inputs.</summary>
    public PredictionProgram Program(int batchSize, ModelSize size)
    {
        lock (programs)
        {
            if (!programs.TryGet((batchSize, size), out var program))
                programs.Add((batchSize, size), program = PredictionProgram.Of(topology, batchSize, size));
            return program;
        }
    }

    private void Wait(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref waiting);
        Telemetry.PredictionsWaiting.Add(1);
        try
        {
            permits.Wait(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
            Telemetry.PredictionsWaiting.Add(-1);
        }
    }

    private void AddPermits(int wanted)
    {
        lock (gate)
        {
            if (limit < wanted) permits.Release(wanted - limit);
            limit = Math.Max(limit, wanted);
        }
    }
}

/// <summary>The memory of one prediction at a time, as large as its largest batch so far. The caller that took it has it alone.</summary>
internal sealed class PredictionSlot(Prediction prediction, Topology topology)
{
    private readonly PlanMemory memory = new();
    private readonly RecentlyUsed<(int BatchSize, ModelSize Size), CompiledModel> steps = new(Prediction.MaxBatchSizes);
    private readonly InputBuffers inputs = new(topology.Inputs.Count);

    /// <summary>The plan for a batch size and a size of the inputs; its inputs are to be written.</summary>
    public CompiledModel Step(int batchSize, ModelSize size)
    {
        if (steps.TryGet((batchSize, size), out var step)) return step;
        if (inputs.Grow(batchSize, size.Inputs))
        {
            foreach (var each in steps.Values) each.Read(inputs);
        }

        step = CompiledModel.ForPrediction(prediction.Program(batchSize, size), memory, prediction.Store);
        step.Read(inputs);
        steps.Add((batchSize, size), step)?.Retire();
        return step;
    }
}
