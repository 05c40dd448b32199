using System.Globalization;

namespace Fovea.Mpi;

/// <summary>
/// The processes that <c>mpirun</c>, <c>mpiexec</c> or <c>srun</c> has started together with this one. A program joins them in its first line:
/// <code>using var processes = MpiProcesses.Join();</code>
/// </summary>
/// <remarks>
/// <para>
/// The library uses the MPI that is installed: Open MPI, or one with MPICH's binary interface (MPICH and MVAPICH; Intel MPI and MS-MPI are untested), or one
/// with the standard interface of MPI 5 (untested). The same program runs with each. The variable <c>FOVEA_MPI</c> names another library by its path. Without
/// a launcher nothing of MPI is loaded, and the group has one process.
/// </para>
/// <para>
/// An unhandled exception of one process ends the whole job, with its message and the number of the process on standard error. So does an exit code other
/// than 0, unless all processes end within two seconds.
/// </para>
/// </remarks>
public sealed class MpiProcesses : IProcessGroup, IDisposable
{
    private static readonly Lock Joining = new();
    private static bool hasJoined;

    private readonly MpiLibrary? mpi;
    private readonly JobEnd? end;
    private readonly ExchangeGate gate = new();
    private bool isDisposed;

    private MpiProcesses() => Size = 1;

    private MpiProcesses(MpiLibrary mpi, Launcher launcher)
    {
        this.mpi = mpi;
        mpi.Initialize();
        (Rank, Size, Library) = (mpi.Rank, mpi.Size, mpi.Version);
        end = new JobEnd(mpi, gate, Rank, Size);
        try
        {
            launcher.RequireSize(Size, Library);
        }
        catch (MpiException)
        {
            end.IsLeft = true;
            throw;
        }

        ShareProcessors();
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>The name and the version of the MPI, such as "Open MPI v4.1.4"; null without a launcher.</summary>
    public string? Library { get; }

    /// <summary>
    /// Joins the processes that the launcher has started, and makes them <see cref="Processes.Current"/>. It returns when all have joined.
    /// </summary>
    /// <returns>The group. Dispose it at the end of the program; MPI ends with the process.</returns>
    /// <remarks>
    /// Call it before anything is computed. If the program does not set <see cref="Cpu.Threads"/>, the processes of a machine divide its processors among
    /// them.
    /// </remarks>
    /// <exception cref="MpiException">The launcher's MPI is missing or cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The program has joined already. It can do so once.</exception>
    public static MpiProcesses Join()
    {
        if (Launcher.Find(Environment.GetEnvironmentVariable) is not { } launcher) return new MpiProcesses();
        lock (Joining)
        {
            if (hasJoined) throw new InvalidOperationException("MpiProcesses: expected one call of Join in a program; it has joined already.");
            var mpi = launcher.Load(Environment.GetEnvironmentVariable(Launcher.PathVariable));
            hasJoined = true;
            var processes = new MpiProcesses(mpi, launcher);
            Processes.Join(processes);
            return processes;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The counts do not fit the number of processes or the values.</exception>
    /// <exception cref="InvalidOperationException">Another thread is within an exchange.</exception>
    /// <exception cref="MpiException">MPI has failed.</exception>
    public void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts)
    {
        RequireCounts(sendCounts, send.Length, nameof(sendCounts));
        RequireCounts(receiveCounts, receive.Length, nameof(receiveCounts));
        if (sendCounts[Rank] != receiveCounts[Rank])
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"MpiProcesses: expected as many values from process {Rank} as for it, since it is this process; received {receiveCounts[Rank]} and "
                        + $"{sendCounts[Rank]}."),
                nameof(receiveCounts));
        Enter();
        try
        {
            if (mpi is not null) mpi.AllToAll(send, sendCounts, receive, receiveCounts);
            else send[..sendCounts[0]].CopyTo(receive);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The counts do not fit the number of processes or the values.</exception>
    /// <exception cref="InvalidOperationException">Another thread is within an exchange.</exception>
    /// <exception cref="MpiException">MPI has failed.</exception>
    public void AllGather(Span<float> values, ReadOnlySpan<int> counts)
    {
        RequireCounts(counts, values.Length, nameof(counts));
        Enter();
        try
        {
            mpi?.AllGather(values, counts);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <inheritdoc cref="AllGather(Span{float}, ReadOnlySpan{int})"/>
    public void AllGather(Span<byte> values, ReadOnlySpan<int> counts)
    {
        RequireCounts(counts, values.Length, nameof(counts));
        Enter();
        try
        {
            mpi?.AllGather(values, counts);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>
    /// Whether this process should report an error, for programs that catch exceptions and report them as messages. False if all processes fail within a
    /// second and one of a lower number has the same message, so that an error of all is reported once. End the program with an exit code other than 0
    /// afterwards.
    /// </summary>
    /// <param name="message">The message.</param>
    public bool IsFirstToReport(string message) => end is null || isDisposed || end.IsFirstToReport(message);

    /// <summary>
    /// Leaves the group: the program has come to its end in order. MPI ends when the process does, so that a process that fails later, or whose exit code is
    /// not 0, can still end the others.
    /// </summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        if (end is null) return;
        end.IsLeft = true;
        Processes.Join(null);
    }

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        gate.Enter();
    }

    /// <summary>Sets the number of threads, if the program has not, and reports processes that the launcher has bound to too few processors.</summary>
    private void ShareProcessors()
    {
        var all = new byte[ProcessorUse.Size * Size];
        ProcessorUse.OfThisProcess().ToBytes().CopyTo(all.AsSpan(ProcessorUse.Size * Rank));
        AllGather(all, Enumerable.Repeat(ProcessorUse.Size, Size).ToArray());
        var uses = Enumerable.Range(0, Size).Select(process => ProcessorUse.FromBytes(all.AsSpan(ProcessorUse.Size * process))).ToList();

        // The engine reads this setting of the host when it first needs threads, unless Cpu.Threads is set.
        const string Setting = "Fovea.Threads";
        if (AppContext.GetData(Setting) is null)
            AppContext.SetData(Setting, ProcessorUse.Threads(uses, Rank).ToString(CultureInfo.InvariantCulture));
        if (Rank == 0 && ProcessorUse.BindingNote(uses) is { } note) StandardError.Write(note);
    }

    private void RequireCounts(ReadOnlySpan<int> counts, int length, string name)
    {
        if (counts.Length != Size)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"MpiProcesses: expected one count for each process ({Size}); received {counts.Length}."), name);
        var sum = 0L;
        foreach (var count in counts)
        {
            if (count < 0)
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"MpiProcesses: expected counts of at least 0; received {count}."), name);
            sum += count;
        }

        if (sum > length)
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture, $"MpiProcesses: expected at most {length} values, the length of the array; the counts add up to {sum}."),
                name);
    }
}
