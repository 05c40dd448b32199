using System.Diagnostics;
using System.Globalization;

namespace Fovea.Benchmarks;

/// <summary>Time and additional memory for reading a model of 100 MB from each format.</summary>
internal sealed class LoadBenchmark(int repetitions)
{
    private const double Mebibyte = 1048576;
    private static readonly string[] Files = ["model.keras", "model.h5", "model.safetensors", "model.onnx", "model.json"];

    /// <summary>Reads one file in this process and prints the milliseconds and the peak of additional memory, in bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="small">A file of the same format that is read first, so that the code is compiled.</param>
    public static void ReadOne(string path, string small)
    {
        using var process = Process.GetCurrentProcess();
        Model.Load(small);
        GC.Collect();
        process.Refresh();
        var before = process.PeakWorkingSet64;
        var watch = Stopwatch.StartNew();
        var model = Model.Load(path);
        var milliseconds = watch.Elapsed.TotalMilliseconds;
        process.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds} {process.PeakWorkingSet64 - before} {4 * model.Parameters}"));
    }

    /// <summary>The median time and the largest additional memory, as a share of the weights, for each format.</summary>
    public IEnumerable<(string Format, double FileMegabytes, double Milliseconds, double MemoryOfWeights)> Measure()
    {
        var folder = Directory.CreateTempSubdirectory("fovea-load");
        try
        {
            var (large, small) = (folder.CreateSubdirectory("large").FullName, folder.CreateSubdirectory("small").FullName);
            Save(new Sequential { new Input(28, 28, 1), new Conv2D(64, 3), new MaxPooling2D(2), new Conv2D(256, 3), new MaxPooling2D(2), new Conv2D(512, 3),
                new Flatten(), new Dense(4096), new Dense(1536), new Dense(10) }, large);
            Save(new Sequential { new Input(8, 8, 1), new Conv2D(2, 3), new Flatten(), new Dense(3) }, small);
            foreach (var file in Files)
            {
                var runs = Enumerable.Range(0, repetitions).Select(_ => Child(Path.Combine(large, file), Path.Combine(small, file))).ToList();
                var bytes = file == "model.json"
                    ? new DirectoryInfo(large).GetFiles("*.bin").Sum(shard => shard.Length)
                    : new FileInfo(Path.Combine(large, file)).Length;
                yield return (file, bytes / Mebibyte, Spread.Of(runs.Select(run => run[0])).Median, runs.Max(run => run[1] / run[2]));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Save(Sequential model, string folder)
    {
        foreach (var file in Files) model.Save(Path.Combine(folder, file));
    }

    private static double[] Child(string path, string small)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(LoadBenchmark).Assembly.Location, "load", "--file", path, small]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. output.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"reading '{Path.GetFileName(path)}' failed.");
    }
}
