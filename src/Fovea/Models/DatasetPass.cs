namespace Fovea;

/// <summary>One pass of a model over a data set in inference: its outputs, and what else is to be kept of the samples.</summary>
internal sealed class DatasetPass
{
    private readonly Model model;
    private readonly Topology topology;
    private readonly ModelSize size;
    private readonly Dataset data;
    private readonly int batchSize;
    private readonly bool keepsTargets;

    /// <param name="model">The model.</param>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">The number of samples per batch; null for as many as memory suffices for.</param>
    /// <param name="keepsTargets">Whether targets and weights are kept; otherwise they are ignored.</param>
    /// <exception cref="ShapeException">The samples do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">The images were read with another preprocessing than the model's.</exception>
    public DatasetPass(Model model, Dataset data, int? batchSize, bool keepsTargets)
    {
        (this.model, this.data, this.keepsTargets) = (model, data, keepsTargets);
        if (batchSize is { } given) ArgumentOutOfRangeException.ThrowIfLessThan(given, 1, nameof(batchSize));
        topology = model.Initialized;
        topology.RequireInputs(data, model.Subject, "the data set");
        size = topology.At(data.InputShapes);
        this.batchSize = size.BatchSizeOr(batchSize);
        model.RequireSameImageInput(data);
        Outputs = [.. size.Outputs.Select(output => new ValueRows(output, data))];
        if (!keepsTargets) return;
        Targets = [.. data.TargetShapes.Select(shape => new ValueRows(shape, data))];
        Weights = data.IsWeighted && (data.IsStream || !data.IsWeightedByPosition) ? new ValueRows([data.WeightCount], data) : null;
    }

    /// <summary>The shape of one sample of each output.</summary>
    public IReadOnlyList<Shape> OutputShapes => size.Outputs;

    /// <summary>The outputs of the model.</summary>
    public ValueRows[] Outputs { get; }

    /// <summary>The targets of the samples, if they are kept.</summary>
    public ValueRows[] Targets { get; } = [];

    /// <summary>The weights of the samples, if they are kept; null if there are none, or one for each position of samples that can be read again.</summary>
    public ValueRows? Weights { get; }

    /// <summary>Reads the samples and computes the outputs.</summary>
    /// <param name="verbose">What is printed to the terminal.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    public void Run(Verbosity verbose, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var operation = model.BeginPrediction(data.KnownCount, batchSize);
        try
        {
            Read(verbose, progress, cancellationToken);
            if (data.KnownCount is null) model.CountPredictions(Outputs[0].Count);
            operation.End();
        }
        catch (Exception error) when (operation.HasFailed(error))
        {
            throw;
        }
    }

    private void Read(Verbosity verbose, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var checks = new SampleChecks(WeightCount: Weights?.Length ?? 0, AllowsAnyTarget: !keepsTargets);
        if (!data.IsStream && model.Distribution?.Processes is { Size: > 1 } processes)
        {
            ReadTogether(processes, checks, verbose, progress, cancellationToken);
            return;
        }

        using var reader = BatchSource.Once(data, batchSize, checks, cancellationToken);
        using var steps = StepProgress.Begin(model.Shown(verbose), progress, data.KnownCount, batchSize);
        while (reader.Next() is { } batch)
        {
            Compute(batch, cancellationToken);
            steps?.Add(batch.Count);
        }

        steps?.Finish();
    }

    /// <summary>Computes the batches of this process, and receives the rows of the other processes after each round.</summary>
    private void ReadTogether(
        IProcessGroup processes, SampleChecks checks, Verbosity verbose, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ValueRows[] all = [.. Outputs, .. Targets, .. Weights is null ? [] : (ValueRows[])[Weights]];
        using var steps = StepProgress.Begin(model.Shown(verbose), progress, data.Count, batchSize);
        var batches = new SharedOrder(processes, processes.Size, data, batchSize);
        batches.Run(checks, model.DescribeWeights, ComputeOwn, Exchange, steps is null ? null : steps.Add, cancellationToken);
        steps?.Finish();

        void ComputeOwn(int number, BatchBuffer batch)
        {
            foreach (var rows in all) rows.MoveTo(number * batchSize);
            Compute(batch, cancellationToken);
        }

        void Exchange(IReadOnlyList<int> round)
        {
            var counts = new int[processes.Size];
            for (var process = 0; process < round.Count; process++) counts[process] = batches.Counts[round[process]];
            foreach (var rows in all) rows.Gather(processes, round[0] * batchSize, counts);
        }
    }

    private void Compute(BatchBuffer batch, CancellationToken cancellationToken)
    {
        topology.Prediction.Run(size, batch, Outputs, cancellationToken);
        for (var i = 0; i < Targets.Length; i++) Targets[i].Add(batch.Targets[i].Values);
        if (batch.SampleWeights is { } weights) Weights!.Add(weights.Values);
    }
}

/// <summary>Values of one shape for each sample, of a number of samples that may not be known.</summary>
internal sealed class ValueRows(Shape shape, Dataset data)
{
    private float[] values = data.IsStream ? [] : new float[shape.Prepend(data.Count).Count];
    private int used;

    /// <summary>The number of values per sample.</summary>
    public int Length => shape.Count;

    public int Count => used / shape.Count;

    /// <summary>The values, exactly as many as were added.</summary>
    public float[] Values
    {
        get
        {
            if (values.Length != used) Array.Resize(ref values, used);
            return values;
        }
    }

    public void Add(ReadOnlySpan<float> rows)
    {
        if (values.Length < used + rows.Length) Array.Resize(ref values, Math.Max(used + rows.Length, (int)Math.Min(2L * values.Length, Array.MaxLength)));
        rows.CopyTo(values.AsSpan(used));
        used += rows.Length;
    }

    /// <summary>Lets the next rows be written from a row on; there is memory for all rows.</summary>
    public void MoveTo(int row) => used = row * shape.Count;

    /// <summary>Gives every process the rows of all, which follow each other in the order of the processes.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="first">The first row.</param>
    /// <param name="counts">The number of rows of each process.</param>
    public void Gather(IProcessGroup processes, int first, int[] counts)
    {
        used = (first + counts.Sum()) * shape.Count;
        processes.AllGather(values.AsSpan((first * shape.Count)..used), Array.ConvertAll(counts, count => count * shape.Count));
    }

    public Tensor ToTensor() => new(shape.Prepend(Count), Values);
}
