using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using Fovea.MpiProgram;
using Fovea.Tests.Data;

namespace Fovea.Tests.Mpi;

/// <summary>Trainings of several processes in which one fails, is killed, or was started with something else.</summary>
public sealed class MpiTrainingTests : IDisposable
{
    private const double Soon = 5;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MpiRun.OpenMpi, 4, "kill", "3", 2)]
    [InlineData(MpiRun.Mpich, 2, "kill", "0", 3)]
    [InlineData(MpiRun.Mpich, 3, "throw", "1", 1)]
    public void Killed_in_the_midst_of_an_epoch_it_resumes_on_another_number_of_processes(string launcher, int size, string incident, string rank, int next)
    {
        MpiRun.Require(launcher);
        var whole = BackupScenario.Train(Processes.Current, Path.Combine(folder.Path, "whole.backup"), "");
        var failed = MpiRun.Scenario(launcher, size, "backup", folder.Path, incident, rank);
        var ended = Stopwatch.GetTimestamp();
        Assert.NotEqual(0, failed.ExitCode);
        Assert.DoesNotContain("weights_sha256", failed.Output, StringComparison.Ordinal);
        if (incident == "throw") Assert.Single((failed.Error + failed.Output).Split('\n'), line => line.Contains("the disk is full", StringComparison.Ordinal));
        var happened = long.Parse(Regex.Match(failed.Output, "at ([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(Stopwatch.GetElapsedTime(happened, ended).TotalSeconds, 0, Soon);
        Assert.Equal(["training.backup"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));

        var resumed = MpiRun.Scenario(launcher, next, "backup", folder.Path);
        Assert.Equal(Enumerable.Range(0, next).Select(each => $"process {each}: {whole}"), resumed.Lines);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    /// <summary>1,001 samples are not a multiple of anything here; parts of the data are opened by the process that trains on them.</summary>
    [Theory]
    [InlineData(MpiRun.OpenMpi, 3)]
    [InlineData(MpiRun.Mpich, 4)]
    public void Evaluation_prediction_and_parts_give_every_process_the_numbers_of_one(string launcher, int size)
    {
        MpiRun.Require(launcher);
        var expected = EvaluationScenario.Measure(Processes.Current);
        Assert.StartsWith("1001 samples", expected, StringComparison.Ordinal);
        Assert.EndsWith(" 0 parts of others", expected, StringComparison.Ordinal);
        Assert.Equal(
            Enumerable.Range(0, size).Select(rank => $"process {rank}: {expected}"), MpiRun.Scenario(launcher, size, "evaluate").Lines);
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, 3)]
    public void A_stop_of_one_process_ends_all_after_the_same_step(string launcher, int size)
    {
        var run = MpiRun.Scenario(launcher, size, "backup", folder.Path, "stop", "2");
        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.Lines.Select(line => line.Split(": ")[1]).Distinct());
        Assert.All(run.Lines, line => Assert.Contains(" 2 epochs, last epoch 3, batch 2", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, "broken-image", "digits/broken.png: the image is damaged")]
    [InlineData(
        MpiRun.Mpich, "other-data",
        "DataParallel: the number of samples of the data is 151 in process 0, but 152 in process 1 of 3; give all processes the same data.")]
    public void What_is_wrong_in_one_process_ends_all_with_its_message(string launcher, string incident, string message)
    {
        var run = MpiRun.Scenario(launcher, 3, "backup", folder.Path, incident, "1");
        Assert.Contains(message, run.Error + run.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, run.ExitCode);
        Assert.DoesNotContain("weights_sha256", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public void Mixed_instruction_sets_are_refused(string launcher)
    {
        Assert.SkipUnless(Avx2.IsSupported, "the processor has no instructions that can be switched off");
        var setting = Avx512F.IsSupported ? "DOTNET_EnableAVX512=0" : "DOTNET_EnableAVX2=0";
        var run = new MpiStart(launcher, 2) { Arguments = ["backup", folder.Path], Environment = rank => rank == 1 ? [setting] : [] }.Run();
        Assert.Matches(
            $"DataParallel: the instruction set is {Regex.Escape(Cpu.InstructionSet)} in process 0, but .+ in process 1 of 2; set DOTNET_EnableAVX512=0 in the "
                + "environment of all processes, or use processors of one kind\\.",
            run.Error + run.Output);
        Assert.NotEqual(0, run.ExitCode);
    }
}
