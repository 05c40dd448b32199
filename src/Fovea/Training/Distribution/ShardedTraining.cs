using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Fovea;

/// <summary>
/// Training in shards: this process computes the gradients of its shards of a batch, the processes add those of all shards, and each runs the same step of the
/// optimizer. So all have the same weights at any time.
/// </summary>
internal sealed class ShardedTraining : BatchTraining
{
    private readonly Trainer trainer;
    private readonly DataParallel distribution;
    private readonly ShardBatches batches;
    private readonly int weightCount;
    private readonly ModelSize size;
    private readonly (int First, int End) own;
    private readonly bool needsWeightSum;
    private readonly ShardMetrics? metrics;
    private readonly BatchLosses losses;
    private StepVector? vector;
    private GradientExchange? exchange;
    private ConcurrentShards? concurrent;

    public ShardedTraining(Trainer trainer, DataParallel distribution, ShardBatches batches, int weightCount, ModelSize size)
    {
        (this.trainer, this.distribution, this.batches, this.weightCount, this.size) = (trainer, distribution, batches, weightCount, size);
        own = distribution.ShardsOf(distribution.Processes.Rank);
        needsWeightSum = weightCount > 0 && trainer.Objectives.Any(objective => objective.Loss.Reduction == LossReduction.MeanWithSampleWeight);
        metrics = distribution.Shards > 1 ? new ShardMetrics(trainer.FreshObjectives, distribution, distribution.OwnerOf) : null;
        losses = new BatchLosses(trainer.Objectives.Count);
    }

    public override int? Batches => batches.Batches;

    public override int? Samples => batches.Samples;

    public override TimeSpan Waited => batches.Waited;

    public override ShardMetrics? ShardMetrics => metrics;

    public override void Compile()
    {
        foreach (var division in batches.Divisions)
        {
            for (var shard = own.First; shard < own.End; shard++)
            {
                if (division.CountOf(shard) > 0) _ = Plan(division, shard);
            }
        }

        // A process that has no samples in any batch needs the layout of the vector too.
        if (trainer.ShardVector is null) _ = trainer.Shard(1, isWhole: false, weightCount, size);
        _ = trainer.Update();
    }

    public override void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches) => batches.Begin(checks, finishedEpochs, finishedBatches);

    public override void BeginNext() => batches.BeginNext();

    public override void ResetMetrics()
    {
        foreach (var metric in trainer.Metrics) metric.Reset();
        metrics?.Reset();
    }

    public override void CompleteMetrics() => metrics?.MergeInto(trainer.Objectives);

    public override BatchLosses? TrainNext(CancellationToken cancellationToken)
    {
        if (batches.Next(out var error) is not { } division) return null;
        if (cancellationToken.IsCancellationRequested) error ??= new OperationCanceledException(cancellationToken);
        var started = Telemetry.StepDuration.Enabled ? Stopwatch.GetTimestamp() : 0;
        var exchanged = distribution.Times.Exchanging;
        PrepareExchange(division);
        var weightSum = needsWeightSum ? SumOfWeights(division, error is not null) : 0;
        var computing = Stopwatch.GetTimestamp();
        if (error is null) RunShards(division, weightSum, ref error);
        var waiting = Stopwatch.GetTimestamp();
        if (!exchange.Complete(error is not null)) new Agreement(distribution.Processes).Throw(error);
        var updating = Stopwatch.GetTimestamp();
        using (trainer.Model.WriteWeights()) trainer.Update().Run(exchange.Sum, trainer.Steps);
        Count(computing, waiting, updating, exchanged);
        return Losses(division, started);
    }

    public override void Dispose()
    {
        batches.Dispose();
        exchange?.Dispose();
    }

    private CompiledObjectives Plan(BatchDivision division, int shard, int thread = 0) =>
        trainer.Shard(division.CountOf(shard), division.CountOf(shard) == division.Samples, weightCount, size, thread);

    [MemberNotNull(nameof(exchange))]
    private void PrepareExchange(BatchDivision division)
    {
        if (trainer.ShardVector is null) Compile();  // the plans were discarded, since layers were frozen or the memory limit was changed
        if (exchange is null || vector != trainer.ShardVector)
        {
            exchange?.Dispose();
            exchange = new GradientExchange(distribution, trainer.ShardVector!);
            concurrent = null;
        }

        vector = trainer.ShardVector!;
        exchange.Begin(division);
        PrepareThreads(division);
    }

    /// <summary>Decides whether shards are computed at the same time, and compiles their plans.</summary>
    private void PrepareThreads(BatchDivision division)
    {
        var isPossible = !exchange!.Overlaps && trainer.Model.MemoryLimit is null && division.CountOf(own.First) > 0;
        if (!isPossible || concurrent?.Threads != Cpu.Threads)
            concurrent = isPossible ? ConcurrentShards.Of(own, Plan(division, own.First), exchange.Buffers) : null;
        for (var shard = own.First; concurrent is not null && shard < own.End; shard++)
        {
            if (division.CountOf(shard) > 0) _ = Plan(division, shard, concurrent.ThreadOf(shard));
        }
    }

    private void RunShards(BatchDivision division, float weightSum, ref Exception? error)
    {
        try
        {
            if (concurrent is not null)
            {
                RunConcurrent(division, weightSum, concurrent);
                return;
            }

            var last = own.End - 1;
            while (last >= own.First && division.CountOf(last) == 0) last--;
            for (var shard = own.First; shard <= last; shard++)
            {
                if (division.CountOf(shard) > 0) RunShard(division, shard, weightSum, isLast: shard == last);
                else exchange!.Skip(shard);
            }

            for (var shard = own.First; last < own.First && shard < own.End; shard++) exchange!.Skip(shard);
        }
        catch (Exception exception) when (distribution.Processes.Size > 1)
        {
            error = exception;
        }
    }

    private void RunShard(BatchDivision division, int shard, float weightSum, bool isLast)
    {
        var plan = Plan(division, shard);
        Prepare(plan, division, shard, weightSum);
        using (trainer.Model.ReadWeights())
        {
            if (isLast) exchange!.RunLast(plan, shard);
            else exchange!.Run(plan, shard);
        }

        AddMetrics(plan, division, shard);
    }

    private void RunConcurrent(BatchDivision division, float weightSum, ConcurrentShards shards)
    {
        using (trainer.Model.ReadWeights()) exchange!.Run(shards, Compute);
        for (var shard = own.First; shard < own.End; shard++)
        {
            if (division.CountOf(shard) > 0) AddMetrics(Plan(division, shard, shards.ThreadOf(shard)), division, shard, shards.ResultsOf(shard));
        }

        CompiledObjectives? Compute(int thread, int shard)
        {
            if (division.CountOf(shard) == 0) return null;
            CompiledObjectives plan;
            lock (trainer) plan = Plan(division, shard, thread);
            Prepare(plan, division, shard, weightSum);
            plan.RunAlone();
            shards.Keep(shard, plan, trainer.Objectives.Count);
            return plan;
        }
    }

    private void Prepare(CompiledObjectives plan, BatchDivision division, int shard, float weightSum)
    {
        plan.Prepare(trainer.Model.Seed, trainer.Steps, division.Start(shard));
        plan.PrepareShard((float)division.CountOf(shard) / division.Samples, weightSum);
        plan.Read(batches.Rows(shard, out var row), row);
    }

    private void AddMetrics(CompiledObjectives plan, BatchDivision division, int shard, KeptResults? kept = null)
    {
        var (batch, count) = (batches.Rows(shard, out var row), division.CountOf(shard));
        Trainer.AddMetrics(plan, batch, row, count, trainer.Objectives, kept);
        if (metrics is not null) Trainer.AddMetrics(plan, batch, row, count, metrics.Of(shard), kept);
    }

    private void Count(long computing, long waiting, long updating, TimeSpan exchanged)
    {
        var times = distribution.Times;
        var (computed, waited) = (Stopwatch.GetElapsedTime(computing, waiting), Stopwatch.GetElapsedTime(waiting, updating));
        times.Steps++;
        times.Computing += computed;
        times.Waiting += waited;
        times.Updating += Stopwatch.GetElapsedTime(updating);
        var model = Telemetry.Model(trainer.Model.Name);
        Telemetry.Compute.Add(computed.TotalSeconds, model);
        if (distribution.Processes.Size == 1) return;
        Telemetry.Exchange.Add((times.Exchanging - exchanged).TotalSeconds, model);
        Telemetry.ExchangeWait.Add(waited.TotalSeconds, model);
    }

    /// <summary>The sum of the sample weights of all shards, added in their order.</summary>
    private float SumOfWeights(BatchDivision division, bool hasFailed)
    {
        var sums = new float[distribution.Shards];
        for (var shard = own.First; shard < own.End && !hasFailed; shard++)
        {
            if (division.CountOf(shard) == 0) continue;
            foreach (var weight in batches.Rows(shard, out var row).SampleWeights!.Rows(row, division.CountOf(shard))) sums[shard] += weight;
        }

        var processes = distribution.Processes;
        processes.AllGather(
            sums, [.. Enumerable.Range(0, processes.Size).Select(rank => distribution.ShardsOf(rank)).Select(range => range.End - range.First)]);
        var total = 0f;
        foreach (var sum in sums) total += sum;
        return total;
    }

    private BatchLosses Losses(BatchDivision division, long started)
    {
        var sum = exchange!.Sum.Span;
        (losses.Loss, losses.Count) = (vector!.Loss(sum), division.Samples);
        for (var i = 0; i < losses.OfObjectives.Length; i++) losses.OfObjectives[i] = vector.LossOf(sum, i);
        trainer.CountStep(started, division.Samples, losses.Loss);
        return losses;
    }
}
