using System.CommandLine;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Benchmarks;

/// <summary><c>benchmarks/run.sh feeding</c>.</summary>
internal static class FeedingCommand
{
    public static Command Create(IAnsiConsole console, Option<string[]> only, Option<int> pairs, Func<Action, int> guard)
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
        command.SetAction(parsed => guard(() =>
        {
            var filters = parsed.GetValue(only)!;
            var benchmark = new FeedingBenchmark(parsed.GetValue(pairs));
            foreach (var (name, file, size) in FeedingBenchmark.Sets)
            {
                if (filters.Length > 0 && !filters.Any(filter => name.Contains(filter, StringComparison.OrdinalIgnoreCase))) continue;
                var path = Path.Combine(parsed.GetValue(data)!, file);
                if (!File.Exists(path)) console.WriteLine($"{name}: skipped; '{path}' is missing.");
                else Measure(console, benchmark, (name, path, size), parsed.GetValue(pieces));
            }
        }));
        return command;
    }

    private static void Measure(IAnsiConsole console, FeedingBenchmark benchmark, (string Name, string Path, int Size) set, bool pieces)
    {
        var files = FeedingBenchmark.Open(set.Path, set.Size);
        Decode(console, benchmark, files, set);
        if (pieces) return;
        if (files.ClassNames.Count > 2)
        {
            var (imagesPerSecond, share) = FeedingBenchmark.Wait(files);
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  resnet-small from files: {imagesPerSecond:0} images/s, {100 * share:0.0} % of the time waiting for data"));
            return;
        }

        var (fromFiles, fromMemory, ratio, waited) = benchmark.Epochs(files, FeedingBenchmark.Open(set.Path, set.Size, keepInMemory: true));
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  the book's network: an epoch from files {fromFiles.Median:0.00} s, from memory {fromMemory.Median:0.00} s: {ratio.Median:0.000} "
                + $"({ratio.Min:0.000} – {ratio.Max:0.000}); {100 * waited:0.0} % of it waiting for data"));
    }

    /// <summary>Compares with torchvision, which reads the same files from a temporary folder.</summary>
    private static void Decode(IAnsiConsole console, FeedingBenchmark benchmark, ImageFolder files, (string Name, string Path, int Size) set)
    {
        var folder = Directory.CreateTempSubdirectory("fovea-feeding");
        try
        {
            if (set.Path.EndsWith(".zip", StringComparison.Ordinal)) ZipFile.ExtractToDirectory(set.Path, folder.FullName);
            else TarFile.ExtractToDirectory(set.Path, folder.FullName, overwriteFiles: false);
            var training = ImageData.Recognize(folder.FullName).Training!.Folder;
            foreach (var threads in ((int[])[1, Environment.ProcessorCount]).Distinct())
            {
                using var peer = TorchVision.Start("feeding.py", [training, $"{set.Size}", $"{threads}", $"{FeedingBenchmark.Decoded}"], out var missing);
                var (fovea, library, tensors) = benchmark.Decode(files, threads, peer);
                var others = peer is null ? missing : $"with PIL {Text(library!)}, with decode_jpeg {Text(tensors!)}";
                console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{set.Name}, {set.Size} × {set.Size}, {threads} {(threads == 1 ? "thread" : "threads")}: {fovea.Median:0} images/s decoded and resized; "
                        + $"{(peer is null ? "" : $"of {peer.Name} ")}{others}"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static string Text(Spread ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.0}× ({ratio.Min:0.0} – {ratio.Max:0.0})");
    }
}
