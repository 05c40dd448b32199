using System.Diagnostics;
using Fovea.Mpi;
using Fovea.MpiProgram;

namespace Fovea.Tests.Mpi;

/// <summary>Processes that a launcher of MPI has started: exchanges, failures, and what each process finds.</summary>
public class MpiProcessesTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [MemberData(nameof(MpiRun.LaunchersAndSizes), MemberType = typeof(MpiRun))]
    public void Exchanges_of_uneven_and_empty_counts_give_what_threads_of_one_process_give(string launcher, int size)
    {
        var expected = ThreadGroup.Run(size, ExchangeScenario.Digest).Select((digest, rank) => $"process {rank} of {size}: {digest}");
        var run = MpiRun.Scenario(launcher, size, "exchange");
        Assert.Equal(expected, run.Lines);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public void An_error_of_MPI_is_an_exception_and_a_null_reference_remains_one(string launcher)
    {
        var run = MpiRun.Scenario(launcher, 2, "exchange-error");
        Assert.Contains("process 1: MPI: MPI_Alltoallv failed: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("truncated", run.Output, StringComparison.Ordinal);
        for (var rank = 0; rank < 2; rank++) Assert.Contains($"process {rank}: a null reference is an exception", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, "Open MPI v")]
    [InlineData(MpiRun.Mpich, "MPICH Version ")]
    public void Each_process_finds_the_MPI_of_the_launcher_and_its_share_of_the_processors(string launcher, string library)
    {
        var run = MpiRun.Scenario(launcher, 2, "environment");
        var threads = Math.Max(1, Environment.ProcessorCount / 2);
        for (var rank = 0; rank < 2; rank++)
        {
            Assert.StartsWith($"process {rank} of 2, library {library}", run.Lines[rank], StringComparison.Ordinal);
            Assert.EndsWith(
                $", threads {threads} of {Environment.ProcessorCount}, loaded True, current True, shards 2", run.Lines[rank], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_a_launcher_nothing_of_MPI_is_loaded()
    {
        var run = Alone("environment");
        Assert.Equal(
            $"process 0 of 1, library none, threads {Environment.ProcessorCount} of {Environment.ProcessorCount}, loaded False, current False, shards 1\n",
            run.Output);
        Assert.Equal(ThreadGroup.Run(1, ExchangeScenario.Digest).Select(digest => $"process 0 of 1: {digest}\n"), [Alone("exchange").Output]);
    }

    [Fact]
    public void The_part_of_an_exchange_for_this_process_has_one_length()
    {
        using var processes = MpiProcesses.Join();
        var error = Assert.Throws<ArgumentException>(() => processes.AllToAll(new float[3], [3], new float[3], [2]));
        Assert.Equal(
            "MpiProcesses: expected as many values from process 0 as for it, since it is this process; received 2 and 3. (Parameter 'receiveCounts')",
            error.Message);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public void A_process_that_the_launcher_binds_to_few_processors_is_reported(string launcher)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "expected Linux and several processors");
        var start = new MpiStart(launcher, 1)
        {
            Arguments = ["environment"],
            LauncherArguments = launcher == MpiRun.OpenMpi ? ["--allow-run-as-root", "--bind-to", "core"] : ["-bind-to", "core:1"],
        };
        var run = start.Run();
        Assert.SkipUnless(run.Output.Contains("threads 1 of 1", StringComparison.Ordinal), $"the launcher did not bind the process: {run.Output}");
        Assert.Equal(
            $"Fovea.Mpi: the launcher has bound process 0 to 1 of {Environment.ProcessorCount} processors, although its share is "
                + $"{Environment.ProcessorCount}. Start the program with mpirun --bind-to none.", run.Error.Trim());
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, "throw", "Process 1 of 3 has failed: System.InvalidOperationException: the disk is full")]
    [InlineData(MpiRun.Mpich, "throw", "Process 1 of 3 has failed: System.InvalidOperationException: the disk is full")]
    [InlineData(MpiRun.OpenMpi, "thread", "Process 1 of 3 has failed: System.InvalidOperationException: a thread has failed")]
    [InlineData(MpiRun.Mpich, "thread", "Process 1 of 3 has failed: System.InvalidOperationException: a thread has failed")]
    [InlineData(MpiRun.OpenMpi, "kill", "exited on signal 9 (Killed)")]
    [InlineData(MpiRun.Mpich, "kill", "Killed (signal 9)")]
    [InlineData(MpiRun.OpenMpi, "exit", "Process 1 of 3 has ended with exit code 7, so the job is ended.")]
    [InlineData(MpiRun.Mpich, "exit", "Process 1 of 3 has ended with exit code 7, so the job is ended.")]
    [InlineData(MpiRun.OpenMpi, "catch", "caught: the disk is full")]
    [InlineData(MpiRun.Mpich, "catch", "caught: the disk is full")]
    [InlineData(MpiRun.OpenMpi, "report", "process 1: image 1 is damaged")]
    [InlineData(MpiRun.Mpich, "report", "process 1: image 1 is damaged")]
    public void A_process_that_fails_ends_the_job_within_5_seconds_with_its_message(string launcher, string way, string message)
    {
        var run = MpiRun.Scenario(launcher, 3, "fail", way, "1");
        Assert.Contains(message, run.Error + run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not reached", run.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, run.ExitCode);
        Assert.True(run.Elapsed < Soon, $"{run.Elapsed}");
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, "throw", "All 3 processes have failed: System.InvalidOperationException: the disk is full")]
    [InlineData(MpiRun.Mpich, "throw", "All 3 processes have failed: System.InvalidOperationException: the disk is full")]
    [InlineData(MpiRun.OpenMpi, "report", "process 0: the folder is empty")]
    [InlineData(MpiRun.Mpich, "report", "process 0: the folder is empty")]
    public void An_error_of_all_processes_is_reported_once(string launcher, string way, string message)
    {
        var run = MpiRun.Scenario(launcher, 3, "fail", way, "all");
        var text = message[(message.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        Assert.Equal([message], (run.Error + run.Output).Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal)));
        Assert.NotEqual(0, run.ExitCode);
    }

    [Fact]
    public void A_single_process_of_a_launcher_reports_its_error()
    {
        var run = MpiRun.Scenario(MpiRun.Mpich, 1, "fail", "throw", "0");
        Assert.StartsWith("Process 0 of 1 has failed: System.InvalidOperationException: the disk is full\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public void A_program_that_does_not_leave_its_group_ends_with_an_error(string launcher)
    {
        var run = MpiRun.Scenario(launcher, 2, "fail", "no-dispose", "all");
        Assert.Matches(
            @"Process [01] of 2 has ended without leaving its group, so the job is ended\. Write using var processes = MpiProcesses\.Join\(\);",
            run.Error + run.Output);
        Assert.NotEqual(0, run.ExitCode);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public void A_missing_library_is_one_sentence(string launcher)
    {
        var start = new MpiStart(launcher, 1) { Arguments = ["exchange"], Environment = _ => ["FOVEA_MPI=/nowhere/libmpi.so"] };
        var run = start.Run();
        Assert.Contains(
            "MPI: the library '/nowhere/libmpi.so', which FOVEA_MPI names, cannot be loaded (/nowhere/libmpi.so: cannot open shared object file: No such file "
                + "or directory). Set FOVEA_MPI to the path of the MPI that belongs to the launcher, or remove it.",
            run.Error + run.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, run.ExitCode);
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, "libmpich.so.12", "MPI: Open MPI's mpirun started 2 processes, but MPICH Version ")]
    [InlineData(MpiRun.Mpich, "libmpi.so.40", "MPI: an mpiexec of MPICH's kind started 2 processes, but Open MPI v")]
    public void The_library_of_another_launcher_is_one_sentence(string launcher, string library, string message)
    {
        MpiRun.Require(launcher == MpiRun.OpenMpi ? MpiRun.Mpich : MpiRun.OpenMpi);
        var run = new MpiStart(launcher, 2) { Arguments = ["exchange"], Environment = _ => [$"FOVEA_MPI={library}"] }.Run();
        Assert.Contains(message, run.Error + run.Output, StringComparison.Ordinal);
        Assert.Contains(
            " finds 1: it does not belong to this launcher. Use the launcher of that MPI, or set FOVEA_MPI to the path of the launcher's library.",
            run.Error + run.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, run.ExitCode);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public void A_training_gives_the_same_bits_and_history_in_any_number_of_processes(string launcher)
    {
        var expected = Alone("train", "8").Output.Trim().Split(": ")[1];
        Assert.Matches(@"^weights_sha256 [0-9a-f]{64} history [0-9a-f]{64} val_loss \d+\.\d+$", expected);
        int[] sizes = Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1" ? [1, 2, 3, 4, 8] : [1, 2, 3, 4];
        foreach (var size in sizes)
        {
            var run = MpiRun.Scenario(launcher, size, "train", "8");
            Assert.Equal(Enumerable.Range(0, size).Select(rank => $"process {rank} of {size}: {expected}"), run.Lines);
        }
    }

    /// <summary>Runs a scenario without a launcher.</summary>
    private static MpiRun Alone(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Fovea.Mpi.Program.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return new MpiRun(process.ExitCode, output.Result, error.Result, TimeSpan.Zero);
    }
}
