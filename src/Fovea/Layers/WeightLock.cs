namespace Fovea;

/// <summary>
/// A reader-writer lock on weights: threads that read them enter together, a thread that writes them enters alone, and a waiting writer goes before readers
/// that come later. Every layer with weights has the lock of the model that used it first, so that most models have one lock, and models that share layers
/// share locks.
/// </summary>
#pragma warning disable CA1001 // The lock lives as long as the layers; the handles that it takes while threads wait have finalizers.
internal sealed class WeightLock
#pragma warning restore CA1001
{
    /// <summary>Guards all claims. It is entered only at the beginning and the end of a training, an evaluation or another claim.</summary>
    private static readonly Lock Claiming = new();
    private static int made;

    private readonly ReaderWriterLockSlim access = new(LockRecursionPolicy.SupportsRecursion);
    private readonly int number = made++;
    private Claim? exclusive;
    private Claim? evaluation;
    private int evaluations;

    /// <summary>The locks of some layers, in an order that is the same for all models, so that no two threads wait for each other.</summary>
    public static WeightLock[] Of(IReadOnlyList<Layer> leaves)
    {
        lock (Claiming)
        {
            WeightLock? fresh = null;
            return [.. leaves.Where(layer => layer.Weights.Count > 0).Select(layer => layer.WeightLock ??= fresh ??= new WeightLock()).Distinct()
                .OrderBy(each => each.number)];
        }
    }

    /// <summary>Enters all locks, to read weights or to write them, until the result is disposed.</summary>
    public static Pass Enter(WeightLock[] locks, bool writes)
    {
        foreach (var each in locks)
        {
            if (writes) each.access.EnterWriteLock();
            else each.access.EnterReadLock();
        }

        return new Pass(locks, writes);
    }

    /// <summary>
    /// Claims the weights for a member of a model that lasts longer than one step. While another thread has a claim that excludes this one, the call is
    /// refused. A member that a callback of a training calls is a part of that training.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another thread has the weights, or a training is begun or compiled within itself.</exception>
    public static Claim Begin(WeightLock[] locks, Layer model, WeightUse use, string member)
    {
        lock (Claiming)
        {
            foreach (var each in locks) each.RequireFree(model, use, member);
            var claim = new Claim(locks, model, use, member);
            foreach (var each in locks) each.Take(claim);
            return claim;
        }
    }

    /// <summary>Refuses a change while another thread trains or evaluates.</summary>
    /// <exception cref="InvalidOperationException">Another thread does.</exception>
    public void RequireIdle(string member)
    {
        lock (Claiming) RequireFree(null, WeightUse.Change, member);
    }

    private void RequireFree(Layer? model, WeightUse use, string member)
    {
        if (exclusive is { } holder)
        {
            if (holder.Thread != Environment.CurrentManagedThreadId) throw Refusal(holder, member);
            if (holder.Model == model && holder.Use == WeightUse.Training && use is WeightUse.Training or WeightUse.Compilation)
                throw new InvalidOperationException(
                    $"'{model!.Name}' is being trained: {member} cannot be called by a callback of {holder.Member}. Call it when {holder.Member} has ended.");
            return;
        }

        if (use != WeightUse.Evaluation && evaluation is not null) throw Refusal(evaluation, member);
    }

    private static InvalidOperationException Refusal(Claim holder, string member)
    {
        var done = holder.Use switch { WeightUse.Training => "trained", WeightUse.Evaluation => "evaluated", _ => "changed" };
        return new(
            $"'{holder.Model.Name}' is being {done} on another thread; {member} must wait until {holder.Member} has ended there. "
            + "Predict and Save may be called at any time.");
    }

    private void Take(Claim claim)
    {
        if (exclusive is not null) return;  // this thread is training: the member is called by one of its callbacks
        if (claim.Use != WeightUse.Evaluation) exclusive = claim;
        else (evaluation, evaluations) = (claim, evaluations + 1);
        claim.Taken.Add(this);
    }

    private void Release(Claim claim)
    {
        if (claim.Use != WeightUse.Evaluation) exclusive = null;
        else if (--evaluations == 0) evaluation = null;
    }

    /// <summary>The calling thread has entered the locks; disposing it leaves them.</summary>
    internal readonly ref struct Pass(WeightLock[] locks, bool writes) : IDisposable
    {
        public void Dispose()
        {
            for (var i = locks.Length - 1; i >= 0; i--)
            {
                if (writes) locks[i].access.ExitWriteLock();
                else locks[i].access.ExitReadLock();
            }
        }
    }

    /// <summary>A running member of a model that has the weights for longer than one step.</summary>
    internal sealed class Claim(WeightLock[] locks, Layer model, WeightUse use, string member) : IDisposable
    {
        public Layer Model => model;

        public WeightUse Use => use;

        public string Member => member;

        public int Thread { get; } = Environment.CurrentManagedThreadId;

        public List<WeightLock> Taken { get; } = new(locks.Length);

        public void Dispose()
        {
            lock (Claiming)
            {
                foreach (var each in Taken) each.Release(this);
                Taken.Clear();
            }
        }
    }
}

/// <summary>What a member of a model does with the weights for longer than one step.</summary>
internal enum WeightUse
{
    /// <summary>It trains them.</summary>
    Training,

    /// <summary>It reads them batch after batch; they must not change meanwhile.</summary>
    Evaluation,

    /// <summary>It compiles the model, which replaces its trainer.</summary>
    Compilation,

    /// <summary>It changes them, or how they are trained, at once.</summary>
    Change,
}
