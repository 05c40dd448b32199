using System.Globalization;

namespace Fovea;

/// <summary>
/// The batches of one pass over a data set that several processes share: every batch is used by one of them. No sample is padded or used twice. The processes
/// advance in rounds, in which each has at most one batch, so that an error or a cancellation of one ends the round in all.
/// </summary>
/// <param name="processes">The processes.</param>
internal abstract class SharedBatches(IProcessGroup processes)
{
    private readonly Agreement agreement = new(processes);

    /// <summary>The number of samples of each batch of all processes that is known so far.</summary>
    public abstract IReadOnlyList<int> Counts { get; }

    protected IProcessGroup Processes => processes;

    private static (string Fact, string Fix) OfMachine => (
        $"the instruction set {Cpu.InstructionSet}",
        "Set DOTNET_EnableAVX512=0 in the environment of all processes, or use processors of one kind.");

    /// <summary>The data and their batches, and what to do if another process has others.</summary>
    protected abstract IEnumerable<(string Fact, string Fix)> DescribeData();

    /// <summary>The shard of a batch.</summary>
    public abstract int ShardOf(int batch);

    /// <summary>The process that uses a shard.</summary>
    public abstract int OwnerOf(int shard);

    /// <summary>Reads the batches of this process, and waits for the other processes.</summary>
    /// <param name="checks">The conditions for samples.</param>
    /// <param name="describeModel">Returns what all processes must have in common besides the data and the instruction set.</param>
    /// <param name="use">Receives the number of each batch of this process, and its samples.</param>
    /// <param name="exchange">An exchange of all processes after each round; receives the numbers of its batches. Null for none.</param>
    /// <param name="whenDone">Receives the number of samples of each batch, also of those of other processes.</param>
    /// <param name="cancellationToken">Stops before the next round.</param>
    /// <exception cref="TrainingException">The processes have different data or models, a sample cannot be used, or another process has failed.</exception>
    /// <exception cref="OperationCanceledException">This or another process was cancelled.</exception>
    public void Run(
        SampleChecks checks, Func<IEnumerable<(string Fact, string Fix)>> describeModel, Action<int, BatchBuffer> use, Action<IReadOnlyList<int>>? exchange,
            Action<int>? whenDone,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Fact, string Fix)> facts = [];
        if (processes.Size > 1) agreement.Together(() => facts = [.. DescribeData(), .. describeModel(), OfMachine]);
        RequireSame(facts);
        BatchSource? reader = null;
        IReadOnlyList<int> round = [];
        try
        {
            do
            {
                agreement.Together(() =>
                {
                    foreach (var batch in round) whenDone?.Invoke(Counts[batch]);
                    cancellationToken.ThrowIfCancellationRequested();
                    reader ??= Open(checks, cancellationToken);
                    round = UseRound(reader, use);
                });
                RequireSameRound();
                if (round.Count > 0) exchange?.Invoke(round);
            }
            while (round.Count > 0);
        }
        finally
        {
            reader?.Dispose();
        }
    }

    /// <summary>Begins to read the batches of this process; null if it has none.</summary>
    protected abstract BatchSource? Open(SampleChecks checks, CancellationToken cancellationToken);

    /// <summary>Uses the batch of this process in the next round, if it has one.</summary>
    /// <returns>The numbers of the batches of all processes in this round, in the order of the processes; none after the last.</returns>
    protected abstract IReadOnlyList<int> UseRound(BatchSource? reader, Action<int, BatchBuffer> use);

    /// <summary>Checks that the processes have read the same, where that is not known in advance.</summary>
    protected virtual void RequireSameRound()
    {
    }

    /// <summary>Compares facts in all processes.</summary>
    /// <param name="facts">What this process has, and what to do if another has something else.</param>
    /// <exception cref="TrainingException">A fact differs; thrown in all processes.</exception>
    protected void RequireSame(IReadOnlyList<(string Fact, string Fix)> facts)
    {
        if (processes.Size == 1) return;
        var all = Array.ConvertAll(agreement.Gather(string.Join('\n', facts.Select(fact => fact.Fact))), text => text.Split('\n'));
        for (var i = 0; i < facts.Count; i++)
        {
            if (Array.FindIndex(all, other => other[i] != all[0][i]) is var different and > 0)
            {
                throw new TrainingException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Expected the same in all processes: process 0 has {all[0][i]}, but process {different} of {processes.Size} has {all[different][i]}. "
                        + $"{facts[i].Fix}"));
            }
        }
    }
}
