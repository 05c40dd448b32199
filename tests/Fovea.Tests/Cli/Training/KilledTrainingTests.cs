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

    private static string Digest(string output)
    {
        using var json = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return json.RootElement.GetProperty("weights_sha256").GetString()!;
    }

    private Process Start(string name)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Fovea.Cli.dll"), "train", "--samples", "12000", "--epochs", "4", "--batch-size", "32", "--seed",
                "5", "--json",
            "--out", Path.Combine(folder.Path, $"{name}.keras"), "--backup", Path.Combine(folder.Path, $"{name}.backup"),
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
