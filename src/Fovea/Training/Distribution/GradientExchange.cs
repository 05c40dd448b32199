using System.Diagnostics;
using System.Numerics.Tensors;
using Fovea.Engine;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>
/// Adds the vectors of all shards of a batch, of which each process has some. A process adds those of its shards as far as it can; then the processes add
/// their sums, one <see cref="GradientBucket"/> after another. If there are several, a thread exchanges each as soon as the last shard of this process has
/// computed it, while the shard computes the next.
/// </summary>
internal sealed class GradientExchange : IStepObserver, IDisposable
{
    private readonly DataParallel distribution;
    private readonly StepVector vector;
    private readonly ShardTree own;
    private readonly GradientBucket[] buckets;
    private readonly int[] lastSteps;
    private readonly ExchangeMessages messages = new();
    private readonly AlignedBuffer? whole;
    private readonly ExchangeThread? thread;
    private readonly List<(AlignedBuffer Sum, AlignedBuffer Addend)> additions = [];
    private ExchangedSums? sums;
    private LastShard? last;
    private int released;
    private bool isExchanging;

    public GradientExchange(DataParallel distribution, StepVector vector)
    {
        (this.distribution, this.vector, Buffers) = (distribution, vector, new SumBuffers(vector.Length));
        own = new ShardTree(Buffers);
        var processes = distribution.Processes;
        buckets = GradientBucket.Of(processes, vector.Length, processes.Size == 1 ? vector.Length : distribution.BucketBytes / sizeof(float));
        lastSteps = new int[buckets.Length];
        if (processes.Size == 1) return;
        whole = new AlignedBuffer(vector.Length);
        if (buckets.Length > 1) thread = new ExchangeThread(buckets.Length, Exchange);
    }

    /// <summary>The memory of the sums of shards.</summary>
    public SumBuffers Buffers { get; }

    /// <summary>Whether gradients are exchanged while the last shard is computed, which is then computed on all threads.</summary>
    public bool Overlaps => thread is not null;

    /// <summary>The sum over all shards, after <see cref="Complete"/>.</summary>
    public AlignedBuffer Sum => whole ?? own.Sums[0].Sum!;

    /// <summary>Begins a batch.</summary>
    public void Begin(BatchDivision division)
    {
        own.Clear();
        additions.Clear();
        (last, isExchanging) = (null, false);
        if (sums?.Division != division) sums = new ExchangedSums(distribution, division);
    }

    /// <summary>Leaves out a shard without samples.</summary>
    public void Skip(int shard) => own.End(new ShardRange(0, shard), null);

    /// <summary>Computes a shard of this process and adds its results.</summary>
    public void Run(CompiledObjectives plan, int shard)
    {
        plan.Run();
        var range = new ShardRange(0, shard);
        var place = own.Begin(range, out var adds);
        vector.Collect(plan, place.Span, adds, 0, vector.Length);
        own.End(range, place);
    }

    /// <summary>Computes all shards of this process on several threads at a time.</summary>
    /// <param name="shards">The shards of this process.</param>
    /// <param name="compute">Prepares a shard on a thread, computes it and returns its plan; null if it has no samples.</param>
    public void Run(ConcurrentShards shards, Func<int, int, CompiledObjectives?> compute) => shards.Run(
        (thread, shard, sums) =>
        {
            var range = new ShardRange(0, shard);
            if (compute(thread, shard) is not { } plan)
            {
                sums.End(range, null);
                return;
            }

            var place = sums.Begin(range, out var adds);
            vector.Collect(plan, place.Span, adds, 0, vector.Length);
            sums.End(range, place);
        },
        own);

    /// <summary>Computes the last shard of this process that has samples, and begins to add and exchange what it has computed.</summary>
    public void RunLast(CompiledObjectives plan, int shard)
    {
        // The places of all sums are decided now; each bucket is added when it is computed.
        var range = new ShardRange(0, shard);
        var place = own.Begin(range, out var adds);
        last = new LastShard(plan, place, adds);
        own.End(range, place, additions);
        for (var empty = shard + 1; empty < distribution.ShardsOf(distribution.Processes.Rank).End; empty++)
            own.End(new ShardRange(0, empty), null, additions);
        if (thread is null)
        {
            plan.Run();
            return;
        }

        for (var i = 0; i < buckets.Length; i++)
            lastSteps[i] = Math.Max(i == 0 ? -1 : lastSteps[i - 1], vector.LastStep(plan, buckets[i].Start, buckets[i].End));
        (released, isExchanging) = (0, true);
        thread.Begin();
        plan.Run(this);
    }

    /// <summary>Releases the buckets that are computed, except the last: with it this process says whether it has failed.</summary>
    void IStepObserver.AfterStep(int step)
    {
        var before = released;
        while (released < buckets.Length - 1 && lastSteps[released] <= step) released++;
        if (released > before) thread!.Release(released);
    }

    /// <summary>Completes the sum over all shards.</summary>
    /// <param name="hasFailed">Whether this process could not compute its shards.</param>
    /// <returns>Whether no process has failed; otherwise there is no sum.</returns>
    public bool Complete(bool hasFailed)
    {
        // The thread may have ended already: it does so when another process has failed.
        if (isExchanging) return thread!.Complete(hasFailed);
        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            if (!Exchange(bucket, hasFailed)) return false;
        }

        return true;
    }

    public void Dispose() => thread?.Dispose();

    private bool Exchange(int index, bool hasFailed)
    {
        var started = Stopwatch.GetTimestamp();
        var bucket = buckets[index];
        if (!hasFailed) AddLast(bucket.Start, bucket.End);
        if (whole is null) return !hasFailed;
        var succeeded = bucket.Exchange(sums!, own.Sums, hasFailed, messages, whole);
        distribution.Times.Exchanging += Stopwatch.GetElapsedTime(started);
        return succeeded;
    }

    /// <summary>Adds a part of the results of the last shard.</summary>
    private void AddLast(int start, int end)
    {
        if (last is not var (plan, place, adds)) return;
        vector.Collect(plan, place.Span, adds, start, end);
        foreach (var (sum, addend) in additions)
        {
            var values = sum.Slice(start, end - start);
            TensorPrimitives.Add(values, addend.Slice(start, end - start), values);
        }
    }

    /// <summary>The last shard with samples, and where its results are to be added or copied.</summary>
    private readonly record struct LastShard(CompiledObjectives Plan, AlignedBuffer Place, bool Adds);
}
