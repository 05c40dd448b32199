namespace Fovea;

/// <summary>
/// Keeps the threads apart that use some weights: those that read them pass together, one that writes them passes alone, and one that waits to write goes
/// before readers that come later. Every layer with weights has the gate of the model that used it first, so that most models have one gate and
/// models that share layers share gates.
/// </summary>
#pragma warning disable CA1001 // A lock lives as long as the layers; what it takes from the system when threads wait has finalizers.
internal sealed class WeightGate
#pragma warning restore CA1001
{
    /// <summary>Guards who has which gates, and what they are used for: asked for at the beginning and the end of a training or an evaluation.</summary>
    private static readonly Lock Claiming = new();
    private static int made;

    private readonly ReaderWriterLockSlim passage = new(LockRecursionPolicy.SupportsRecursion);
    private readonly int number = made++;
    private Claim? exclusive;
    private Claim? evaluation;
    private int evaluations;

    /// <summary>The gates of a model's weights, in one order for all models, so that no two threads wait for each other.</summary>
    public static WeightGate[] Of(IReadOnlyList<Layer> leaves)
    {
        lock (Claiming)
        {
            WeightGate? fresh = null;
            return [.. leaves.Where(layer => layer.Weights.Count > 0).Select(layer => layer.Gate ??= fresh ??= new WeightGate()).Distinct()
                .OrderBy(gate => gate.number)];
        }
    }

    /// <summary>Lets the calling thread pass through all gates, to read weights or to write them, until the pass is disposed.</summary>
    public static Pass Enter(WeightGate[] gates, bool writes)
    {
        foreach (var gate in gates)
        {
            if (writes) gate.passage.EnterWriteLock();
            else gate.passage.EnterReadLock();
        }

        return new Pass(gates, writes);
    }

    /// <summary>
    /// Says that a member of a model begins that must not run while another thread trains, evaluates or changes what it uses. A member that is called by a
    /// callback
    /// of the training is part of that training.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another thread does; or a training is begun or compiled within itself.</exception>
    public static Claim Begin(WeightGate[] gates, Model model, WeightUse use, string member)
    {
        lock (Claiming)
        {
            foreach (var gate in gates) gate.RequireFree(model, use, member);
            var claim = new Claim(gates, model, use, member);
            foreach (var gate in gates) gate.Take(claim);
            return claim;
        }
    }

    /// <summary>Refuses a change while another thread trains or evaluates.</summary>
    /// <exception cref="InvalidOperationException">Another thread does.</exception>
    public void RequireIdle(string member)
    {
        lock (Claiming) RequireFree(null, WeightUse.Change, member);
    }

    private void RequireFree(Model? model, WeightUse use, string member)
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
            $"'{holder.Model.Name}' is being {done} on another thread; {member} must wait until {holder.Member} has ended there. Predict and Save may be called "
            + "at any time.");
    }

    private void Take(Claim claim)
    {
        if (exclusive is not null) return;  // a part of the training that this thread runs
        if (claim.Use != WeightUse.Evaluation) exclusive = claim;
        else (evaluation, evaluations) = (claim, evaluations + 1);
        claim.Taken.Add(this);
    }

    private void Release(Claim claim)
    {
        if (claim.Use != WeightUse.Evaluation) exclusive = null;
        else if (--evaluations == 0) evaluation = null;
    }

    /// <summary>Weights that the calling thread may read or write.</summary>
    internal readonly ref struct Pass(WeightGate[] gates, bool writes) : IDisposable
    {
        public void Dispose()
        {
            for (var i = gates.Length - 1; i >= 0; i--)
            {
                if (writes) gates[i].passage.ExitWriteLock();
                else gates[i].passage.ExitReadLock();
            }
        }
    }

    /// <summary>A member of a model that runs.</summary>
    internal sealed class Claim(WeightGate[] gates, Model model, WeightUse use, string member) : IDisposable
    {
        public Model Model => model;

        public WeightUse Use => use;

        public string Member => member;

        public int Thread { get; } = Environment.CurrentManagedThreadId;

        public List<WeightGate> Taken { get; } = new(gates.Length);

        public void Dispose()
        {
            lock (Claiming)
            {
                foreach (var gate in Taken) gate.Release(this);
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

    /// <summary>It reads them batch after batch: they must not change.</summary>
    Evaluation,

    /// <summary>It compiles the model, which ends the trainer that is there.</summary>
    Compilation,

    /// <summary>It changes them, or how they are trained, at once.</summary>
    Change,
}
