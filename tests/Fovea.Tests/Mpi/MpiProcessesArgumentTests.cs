using Fovea.Mpi;

namespace Fovea.Tests.Mpi;

/// <summary>The group of a program without a launcher: one process, with the same rules for arguments.</summary>
public class MpiProcessesArgumentTests
{
    [Fact]
    public void A_process_without_a_launcher_exchanges_with_itself_and_leaves_the_current_group_alone()
    {
        var current = Processes.Current;
        using var processes = MpiProcesses.Join();
        Assert.Equal((0, 1, null), (processes.Rank, processes.Size, processes.Library));
        Assert.Same(current, Processes.Current);
        var received = new float[3];
        processes.AllToAll([1, 2, 3], [2], received, [2]);
        Assert.Equal([1, 2, 0], received);
        processes.AllGather(received, [3]);
        Assert.Equal([1, 2, 0], received);
        Assert.True(processes.IsFirstToReport("an error"));
    }

    [Fact]
    public void Counts_that_do_not_fit_are_refused()
    {
        using var processes = MpiProcesses.Join();
        var error = Assert.Throws<ArgumentException>(() => processes.AllToAll(new float[2], [1, 1], new float[2], [2]));
        Assert.Equal("MpiProcesses: expected one count for each process (1); received 2. (Parameter 'sendCounts')", error.Message);
        error = Assert.Throws<ArgumentException>(() => processes.AllToAll(new float[2], [2], new float[2], [-1]));
        Assert.Equal("MpiProcesses: expected counts of at least 0; received -1. (Parameter 'receiveCounts')", error.Message);
        error = Assert.Throws<ArgumentException>(() => processes.AllGather(new byte[2], [int.MaxValue]));
        Assert.Equal(
            "MpiProcesses: expected at most 2 values, the length of the array; the counts add up to 2147483647. (Parameter 'counts')", error.Message);
        error = Assert.Throws<ArgumentException>(() => processes.AllGather(new float[2], [3]));
        Assert.Equal("MpiProcesses: expected at most 2 values, the length of the array; the counts add up to 3. (Parameter 'counts')", error.Message);
    }

    [Fact]
    public void A_group_that_was_left_exchanges_no_more()
    {
        var processes = MpiProcesses.Join();
        processes.Dispose();
        processes.Dispose();
        Assert.Throws<ObjectDisposedException>(() => processes.AllGather(new byte[1], [1]));
    }

    [Fact]
    public void A_second_thread_within_an_exchange_is_an_error()
    {
        var gate = new ExchangeGate();
        gate.Enter();
        Assert.False(gate.TryEnter());
        Assert.Equal(
            "MpiProcesses: expected exchanges of one thread at a time; another thread is within an exchange.",
            Assert.Throws<InvalidOperationException>(gate.Enter).Message);
        gate.Leave();
        gate.Enter();
    }
}
