using System.Diagnostics;
using System.Text.Json;
using Fovea.Tests.Cli;
using Fovea.Tests.Data;

namespace Fovea.Tests.Mpi;

/// <summary><c>mpirun fovea train</c> that is killed or stopped, and resumed in another number of processes.</summary>
public sealed class InterruptedCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MpiRun.OpenMpi, 3, MpiRun.Mpich, 2)]
    public void A_training_of_which_a_process_was_killed_is_resumed_in_another_number_of_processes_with_the_same_bits(
        string launcher, int size, string nextLauncher, int nextSize)
    {
        MpiRun.Require(nextLauncher);
        var expected = CommandRunner.Run(Training("whole")).Json.GetProperty("weights_sha256").GetString();
        var backup = Path.Combine(folder.Path, "killed.backup");
        var clock = new Stopwatch();
        var killed = new MpiStart(launcher, size)
        {
            Program = "Fovea.Cli.dll",
            Arguments = Training("killed"),
            Meanwhile = _ =>
            {
                Wait(() => File.Exists(backup));
                MpiRun.Signal("KILL", MpiRun.ProcessesWith(backup)[^1]);
                clock.Start();
            },
        }.Run();
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
        Assert.NotEqual(0, killed.ExitCode);
        Assert.Empty(MpiRun.ProcessesWith(backup));

        var resumed = MpiRun.Command(nextLauncher, nextSize, Training("killed"));
        Assert.Equal(("", 0), (resumed.Error, resumed.ExitCode));
        Assert.Equal(expected, JsonSerializer.Deserialize<JsonElement>(Assert.Single(resumed.Lines)).GetProperty("weights_sha256").GetString());
    }

    /// <summary>Open MPI's mpirun kills the processes a second or two after its own Ctrl-C: there, the signal goes to one of the processes.</summary>
    [Theory]
    [InlineData(MpiRun.OpenMpi, false)]
    [InlineData(MpiRun.Mpich, true)]
    [InlineData(MpiRun.Mpich, false)]
    public void Ctrl_C_stops_all_processes_after_the_same_batch_and_keeps_the_model(string launcher, bool atLauncher)
    {
        var backup = Path.Combine(folder.Path, "stopped.backup");
        var run = new MpiStart(launcher, 2)
        {
            Program = "Fovea.Cli.dll",
            Arguments = Training("stopped", epochs: 100),
            Meanwhile = start =>
            {
                Wait(() => File.Exists(backup));
                MpiRun.Signal("INT", atLauncher ? start.Id : MpiRun.ProcessesWith(backup)[^1]);
            },
        }.Run();
        var file = Path.Combine(folder.Path, "stopped.keras");
        Assert.Single(
            (run.Error + run.Output).Split('\n'),
            line => line.StartsWith("fovea train: stopped in epoch ", StringComparison.Ordinal)
                && line.EndsWith($"; the model is in {file}.", StringComparison.Ordinal));
        if (!atLauncher) Assert.Equal(130, run.ExitCode);  // of an interrupted launcher, the exit code is not defined
        Assert.Equal(93_322, Model.Load(file).Parameters);
    }

    private string[] Training(string name, int epochs = 2) =>
    [
        "train", "--shards", "4", "--samples", "3000", "--epochs", $"{epochs}", "--batch-size", "16", "--seed", "5", "--json",
        "--out", Path.Combine(folder.Path, $"{name}.keras"), "--backup", Path.Combine(folder.Path, $"{name}.backup"),
    ];

    private static void Wait(Func<bool> condition)
    {
        for (var clock = Stopwatch.StartNew(); !condition() && clock.Elapsed < TimeSpan.FromSeconds(30);) Thread.Sleep(20);
        Assert.True(condition(), "nothing happened for 30 s");
    }
}
