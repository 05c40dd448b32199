using System.Diagnostics;
using System.Text.Json;
using Fovea.Tests.Data;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train --backup</c> killed by SIGKILL at random moments and started again.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private const int Kills = 20;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_training_that_is_killed_again_and_again_ends_with_the_same_weights()
    {
        using var whole = Start("whole");
        var output = whole.StandardOutput.ReadToEnd();
        whole.WaitForExit();
        var expected = Digest(output);

        var random = new Random(20261125);
        var (killed, farther) = (0, 0);
        while (killed < Kills)
        {
            using var process = Start("killed");
            if (process.WaitForExit(TimeSpan.FromMilliseconds(300 + random.Next(2500))))
            {
                Assert.Equal(expected, Digest(process.StandardOutput.ReadToEnd()));  // it ended before it was killed, and the next starts again
                farther++;
                continue;
            }

            process.Kill();
            process.WaitForExit();
            killed++;
        }

        using var last = Start("killed");
        var end = last.StandardOutput.ReadToEnd();
        last.WaitForExit();
        Assert.Equal(expected, Digest(end));
        Assert.True(farther < Kills, $"{farther} trainings ended by themselves: too short to be killed.");
    }

    /// <summary>The plan of the first start is resumed; its options alone give the same weights.</summary>
    [Fact]
    public void A_training_for_a_time_that_is_killed_is_resumed_with_its_plan()
    {
        ColoredImages.Write(folder.Path, "a", "b");
        var (backup, model) = (Path.Combine(folder.Path, "timed.backup"), Path.Combine(folder.Path, "timed.keras"));
        string[] options =
        [
            "train", "--data", Path.Combine(folder.Path, "data"), "--time", "10s", "--widths", "4", "--batch-size", "4", "--json", "--out", model,
                "--backup", backup,
        ];
        using (var first = Start(options))
        {
            while (!first.HasExited && !(File.Exists(backup) && File.Exists($"{backup}.plan"))) Thread.Sleep(20);
            Assert.False(first.HasExited, "the training ended before it was killed");
            first.Kill();
            first.WaitForExit();
        }

        Assert.False(File.Exists(model));
        var resumed = CommandRunner.Run(options);
        Assert.Equal(("", 0), (resumed.Error, resumed.ExitCode));
        Assert.False(File.Exists(backup) || File.Exists($"{backup}.plan"));
        var command = resumed.Json.GetProperty("command").GetString()!;
        Assert.DoesNotContain("--time", command, StringComparison.Ordinal);
        var again = CommandRunner.Run([.. command.Split(' ')[1..], "--json", "--out", model]);
        Assert.Equal(again.Json.GetProperty("weights_sha256").GetString(), resumed.Json.GetProperty("weights_sha256").GetString());
    }

    private static string Digest(string output)
    {
        using var json = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return json.RootElement.GetProperty("weights_sha256").GetString()!;
    }

    private Process Start(string name) => Start(
        [
            "train", "--samples", "12000", "--epochs", "4", "--batch-size", "32", "--seed", "5", "--json", "--out", Path.Combine(folder.Path, $"{name}.keras"),
            "--backup", Path.Combine(folder.Path, $"{name}.backup"),
        ]);

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Fovea.Cli.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
