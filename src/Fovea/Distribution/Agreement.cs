using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Fovea;

/// <summary>What the processes of a group tell each other: messages of any length, and whether one has failed or was cancelled.</summary>
/// <remarks>
/// An error that all processes know of ends what they do in all of them. It passes through further agreements without an exchange: a process that has failed
/// alone, and others that learn of it within an inner agreement, leave the outer ones together.
/// </remarks>
internal sealed class Agreement(IProcessGroup processes)
{
    /// <summary>The entry of an error's <see cref="Exception.Data"/> with the number of the process that has failed. <c>Fovea.Mpi</c> reads it too.</summary>
    private const string FailedProcess = "Fovea.FailedProcess";

    /// <summary>A flag: the process says yes.</summary>
    private const byte Yes = 1;

    /// <summary>A flag: the process has failed.</summary>
    private const byte Fails = 2;

    /// <summary>A flag: the process is done with a callback of a training, and not in a call of all processes.</summary>
    private const byte EndsCallback = 4;

    /// <summary>The message of each process, in the order of their numbers.</summary>
    public byte[][] Gather(ReadOnlySpan<byte> own)
    {
        var lengths = new byte[sizeof(int) * processes.Size];
        BitConverter.TryWriteBytes(lengths.AsSpan(sizeof(int) * processes.Rank), own.Length);
        processes.AllGather(lengths, Enumerable.Repeat(sizeof(int), processes.Size).ToArray());
        var counts = Enumerable.Range(0, processes.Size).Select(rank => BitConverter.ToInt32(lengths, sizeof(int) * rank)).ToArray();
        var all = new byte[counts.Sum()];
        own.CopyTo(all.AsSpan(counts[..processes.Rank].Sum()));
        processes.AllGather(all, counts);
        var messages = new byte[processes.Size][];
        for (int rank = 0, at = 0; rank < processes.Size; at += counts[rank++]) messages[rank] = all.AsSpan(at, counts[rank]).ToArray();
        return messages;
    }

    /// <summary>The text of each process, in the order of their numbers.</summary>
    public string[] Gather(string own) => Array.ConvertAll(Gather(Encoding.UTF8.GetBytes(own)), Encoding.UTF8.GetString);

    /// <summary>The same byte from each process.</summary>
    public byte[] Gather(byte own)
    {
        var all = new byte[processes.Size];
        all[processes.Rank] = own;
        processes.AllGather(all, Enumerable.Repeat(1, processes.Size).ToArray());
        return all;
    }

    /// <summary>Whether one of the processes says yes.</summary>
    /// <exception cref="TrainingException">A process is done with a callback in which this one is still.</exception>
    public bool Any(bool own) => processes.Size == 1 ? own : Exchange(own ? Yes : (byte)0, null);

    /// <summary>Whether one of the processes says yes after a callback of a training.</summary>
    /// <param name="own">Whether this process says yes.</param>
    /// <param name="error">The error of its callback, if any.</param>
    /// <inheritdoc cref="Require"/>
    public bool AnyAfterCallback(bool own, Exception? error)
    {
        if (error is not null && IsKnown(error)) ExceptionDispatchInfo.Throw(error);
        return Exchange((byte)(own ? EndsCallback | Yes : EndsCallback), error);
    }

    /// <summary>Ends what all processes are doing, in all of them, if one has failed or was cancelled.</summary>
    /// <param name="own">The error of this process; null if it can go on.</param>
    /// <exception cref="OperationCanceledException">A process was cancelled.</exception>
    /// <exception cref="TrainingException">Another process has failed; the message contains its number and its error.</exception>
    public void Require(Exception? own)
    {
        if (own is not null && (processes.Size == 1 || IsKnown(own))) ExceptionDispatchInfo.Throw(own);
        if (processes.Size > 1) _ = Exchange(0, own);
    }

    /// <summary>Does something in every process. If it fails in one, it fails in all, after all have done it.</summary>
    /// <inheritdoc cref="Require"/>
    public void Together(Action work)
    {
        if (processes.Size == 1)
        {
            work();
            return;
        }

        Exception? own = null;
        try
        {
            work();
        }
#pragma warning disable CA1031 // Thrown again, after the other processes know of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            own = error;
        }

        Require(own);
    }

    /// <summary>The message of the first process; those of the others are ignored.</summary>
    public byte[] FromFirst(ReadOnlySpan<byte> own) => Gather(processes.Rank == 0 ? own : [])[0];

    /// <summary>Exchanges flags. Returns whether one of the processes says yes, and throws in all of them if one has failed.</summary>
    private bool Exchange(byte own, Exception? error)
    {
        var flags = Gather((byte)(error is null ? own : own | Fails));
        if (Array.Exists(flags, flag => (flag & Fails) != 0)) Throw(error);
        var ended = Array.FindIndex(flags, flag => (flag & EndsCallback) != 0);
        var calls = Array.FindIndex(flags, flag => (flag & EndsCallback) == 0);
        if (ended >= 0 && calls >= 0) throw DifferentCalls(calls, ended);
        return Array.Exists(flags, flag => (flag & Yes) != 0);
    }

    private static TrainingException DifferentCalls(int calls, int ended)
    {
        var error = new TrainingException(string.Create(
            CultureInfo.InvariantCulture,
            $"DataParallel: a callback has called Evaluate, Predict or another function of all processes in process {calls}, but not in "
                + $"process {ended}; call it "
                + $"in all processes."));
        error.Data[FailedProcess] = calls;
        return error;
    }

    /// <summary>Throws in every process, after all know that one has failed.</summary>
    /// <inheritdoc cref="Require"/>
    public void Throw(Exception? own)
    {
        var messages = Gather(own switch { null => "", OperationCanceledException => "cancelled", _ => $"failed\n{own.Message}" });
        var failed = Array.FindIndex(messages, message => message.StartsWith("failed", StringComparison.Ordinal));
        var error = own ?? (failed < 0
            ? new OperationCanceledException("Another process was cancelled.")
            : new TrainingException(string.Create(
                CultureInfo.InvariantCulture, $"Process {failed} of {processes.Size} has failed: {messages[failed].Split('\n', 2)[1]}")));
        error.Data[FailedProcess] = own is not null ? processes.Rank : failed >= 0 ? failed : Array.FindIndex(messages, message => message.Length > 0);
        ExceptionDispatchInfo.Throw(error);
    }

    /// <summary>Whether all processes know of an error.</summary>
    public static bool IsKnown(Exception error) => error.Data.Contains(FailedProcess);
}
