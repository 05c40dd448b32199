using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fovea.Mpi;

/// <summary>
/// Ends MPI together with this process. If all is well, MPI ends in order; an unhandled exception, an exit code other than 0, or an end without
/// <see cref="MpiProcesses.Dispose"/> ends the whole job, so that no process waits for one that is gone.
/// </summary>
internal sealed class JobEnd
{
    /// <summary>How long a process waits to see whether all processes fail with it.</summary>
    private static readonly TimeSpan ForCommonFailure = TimeSpan.FromSeconds(1);

    /// <summary>How long a process with an exit code other than 0 waits for the others to end too, before it ends them.</summary>
    private static readonly TimeSpan ForCommonExit = TimeSpan.FromSeconds(2);

    /// <summary>How long MPI may take to end the job, before the process kills itself and leaves the rest to the launcher.</summary>
    private static readonly TimeSpan ForAbort = TimeSpan.FromSeconds(2);

    private readonly MpiLibrary mpi;
    private readonly ExchangeGate gate;
    private readonly int rank;
    private readonly int size;
    private int hasEnded;
    private bool hasReported;
    private bool failsAlone;

    public JobEnd(MpiLibrary mpi, ExchangeGate gate, int rank, int size)
    {
        (this.mpi, this.gate, this.rank, this.size) = (mpi, gate, rank, size);
        AppDomain.CurrentDomain.UnhandledException += (_, arguments) => OnUnhandledException(arguments.ExceptionObject);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => OnExit(Environment.ExitCode);
    }

    /// <summary>Whether the program has left the group in order.</summary>
    public bool IsLeft { get; set; }

    /// <summary>
    /// Whether this process reports an error: not if within a second all processes have come here, and one of a lower number has the same error.
    /// </summary>
    public bool IsFirstToReport(string error)
    {
        hasReported = true;
        var all = Gather(error, ForCommonFailure);
        failsAlone = all is null;
        return all is null || all.AsSpan(0, rank).IndexOf(all[rank]) < 0;
    }

    private void OnUnhandledException(object exception)
    {
        if (Interlocked.Exchange(ref hasEnded, 1) != 0) Thread.Sleep(Timeout.Infinite);  // another thread is ending the process
        gate.Close();
        var all = Gather(exception is Exception error ? error.Message : $"{exception}", ForCommonFailure);
        if (all is { Length: > 1 } && all.All(hash => hash == all[0]))
        {
            if (rank == 0) StandardError.Write(string.Create(CultureInfo.InvariantCulture, $"All {size} processes have failed: {exception}"));
        }
        else if (all is null || !IsOfAnother(exception))
        {
            StandardError.Write(string.Create(CultureInfo.InvariantCulture, $"Process {rank} of {size} has failed: {exception}"));
        }

        // Together with others, each has a moment to write its message.
        if (all is not null) Thread.Sleep(rank == 0 ? 200 : 1000);
        Abort(1);
    }

    /// <summary>Whether an exception ends this process because another one has failed, which reports its own.</summary>
    private bool IsOfAnother(object exception) => exception is Exception error && error.Data["Fovea.FailedProcess"] is int failed && failed != rank;

    private void OnExit(int exitCode)
    {
        if (Interlocked.Exchange(ref hasEnded, 1) != 0) return;
        gate.Close();
        if (exitCode == 0 && !IsLeft)
        {
            StandardError.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"Process {rank} of {size} has ended without leaving its group, so the job is ended. Write using var processes = MpiProcesses.Join();"));
            Abort(1);
        }

        // While a process waits here, it leaves the processors to the others; in MPI_Finalize it would use them.
        if (exitCode == 0) Gather("", Timeout.InfiniteTimeSpan);
        if (exitCode == 0 || (!failsAlone && Gather("", ForCommonExit) is not null))
        {
            End();
            return;
        }

        if (!hasReported)
            StandardError.Write(string.Create(
                CultureInfo.InvariantCulture, $"Process {rank} of {size} has ended with exit code {exitCode}, so the job is ended."));
        Abort((exitCode & 0xff) == 0 ? 1 : exitCode & 0xff);
    }

    /// <summary>Ends MPI in order. The process ends anyway, so errors have no reader.</summary>
    private void End()
    {
        try
        {
            mpi.End();
        }
        catch (MpiException error)
        {
            StandardError.Write(error.Message);
        }
    }

    /// <summary>Ends all processes of the job, this one too. It does not return.</summary>
    private void Abort(int exitCode)
    {
        new Thread(() =>
        {
            Thread.Sleep(ForAbort);
            using var own = Process.GetCurrentProcess();
            own.Kill();
        })
        { IsBackground = true }.Start();
        mpi.Abort(exitCode);
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Hashes of a text of each process, if all processes gather within some time; null otherwise, or if a thread is within an exchange.</summary>
    private UInt128[]? Gather(string text, TimeSpan time)
    {
        if (!gate.TryEnter()) return null;
        const int HashSize = 16;
        var own = GC.AllocateArray<byte>(HashSize, pinned: true);
        var all = GC.AllocateArray<byte>(HashSize * size, pinned: true);
        SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, HashSize).CopyTo(own);
        var clock = Stopwatch.StartNew();
        try
        {
            var request = mpi.BeginAllGather(own, all);
            while (!mpi.IsComplete(ref request))
            {
                if (time != Timeout.InfiniteTimeSpan && clock.Elapsed > time) return null;
                Thread.Sleep(1);
            }

            return [.. Enumerable.Range(0, size).Select(process => BitConverter.ToUInt128(all, HashSize * process))];
        }
        catch (MpiException)
        {
            return null;
        }
        finally
        {
            GC.KeepAlive(own);
            GC.KeepAlive(all);
            gate.Leave();
        }
    }
}
