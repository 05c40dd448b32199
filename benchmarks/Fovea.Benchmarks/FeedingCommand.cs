using System.CommandLine;
using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Benchmarks;

/// <summary><c>benchmarks/run.sh feeding</c>.</summary>
internal static class FeedingCommand
{
    public static Command Create(IAnsiConsole console, Option<int> pairs, Func<Action, int> guard)
    {
        var data = new Option<string>("--data")
        {
            Description = "The folder with cats-vs-dogs.tar and sets/*.zip",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FOVEA_DATA") ?? "shared/data",
        };
        var pieces = new Option<bool>("--pieces") { Description = "Only decode and resize; train nothing" };
        var command = new Command(
            "feeding", "Measures how many images are decoded and resized per second, compared with torchvision, and an epoch from files compared with memory.")
        {
            data, pieces,
        };
        command.SetAction(parsed => guard(() => Measure(console, parsed.GetValue(data)!, parsed.GetValue(pairs), parsed.GetValue(pieces))));
        return command;
    }

    private static void Measure(IAnsiConsole console, string data, int pairs, bool pieces)
    {
        var benchmark = new FeedingBenchmark(pairs);
        foreach (var (name, file, size) in FeedingBenchmark.Sets)
        {
            var path = Path.Combine(data, file);
            if (!File.Exists(path))
            {
                console.WriteLine($"{name}: skipped; '{path}' is missing.");
                continue;
            }

            var files = FeedingBenchmark.Open(path, size);
            foreach (var threads in ((int[])[1, Environment.ProcessorCount]).Distinct())
            {
                console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}, {size} × {size}, {threads} {(threads == 1 ? "thread" : "threads")}: {benchmark.Decode(files, threads).Median:0} images/s decoded "
                        + $"and resized"));
                foreach (var line in Peer(path, size, threads)) console.WriteLine($"  {line}");
            }

            if (pieces) continue;
            var epoch = benchmark.Epochs(files, FeedingBenchmark.Open(path, size, keepInMemory: true));
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  an epoch from files {epoch.Files.Median:0.00} s, from memory {epoch.Memory.Median:0.00} s: {epoch.Ratio.Median:0.000} "
                    + $"({epoch.Ratio.Min:0.000} – {epoch.Ratio.Max:0.000}); {100 * epoch.Waited:0.0} % of it waiting for data"));
        }
    }

    /// <summary>Runs torchvision on the same files, unpacked into a temporary folder.</summary>
    private static string[] Peer(string path, int size, int threads)
    {
        var folder = Directory.CreateTempSubdirectory("fovea-feeding");
        try
        {
            if (path.EndsWith(".zip", StringComparison.Ordinal)) ZipFile.ExtractToDirectory(path, folder.FullName);
            else TarFile.ExtractToDirectory(path, folder.FullName, overwriteFiles: false);
            var training = ImageData.Recognize(folder.FullName).Training!.Folder;
            using var process = Process.Start(new ProcessStartInfo(
                "/usr/bin/python3",
                ["benchmarks/peers/torchvision_feeding.py", training, $"{size}", $"{threads}"])
            {
                RedirectStandardOutput = true,
            })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return ["torchvision: skipped; there is no /usr/bin/python3."];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
