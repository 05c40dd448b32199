using System.Diagnostics;
using System.Globalization;
using Fovea.Cli;

namespace Fovea.Benchmarks;

/// <summary>
/// A model in a service: requests of one image by 1, 4 and 16 callers at once, compared with a session of ONNX Runtime under the same load; and
/// the working set over batches of all sizes in random order, compared with that of the largest batch alone. Each runs in a separate process,
/// taking turns.
/// </summary>
internal sealed class ServeBenchmark(int pairs, double seconds)
{
    private const double Mebibyte = 1048576;
    private static readonly int[] Callers = [1, 4, 16];
    private static readonly (string Network, int Largest)[] Sizes = [("mobilenet", 48), (BookCatsDogs.Name, 112)];

    /// <summary>Throughput of Fovea with spans, of Fovea with tensors, and of ONNX Runtime, for each network and number of callers.</summary>
    public IEnumerable<ServeRow> MeasureThroughput()
    {
        var folder = Directory.CreateTempSubdirectory("fovea-serve");
        try
        {
            Peer("prepare-runtime");
            foreach (var network in (string[])[BookMnist.Name, "mobilenet"])
            {
                var file = Path.Combine(folder.FullName, $"{network}.onnx");
                BenchmarkNetworks.Create(network).Save(file);
                foreach (var callers in Callers)
                {
                    List<double[]> spans = [], tensors = [], peer = [];
                    for (var pair = 0; pair < pairs; pair++)
                    {
                        spans.Add(Child("--one", network, Text(callers), "spans", Text(seconds)));
                        tensors.Add(Child("--one", network, Text(callers), "tensors", Text(seconds)));
                        peer.Add(Numbers(Peer("serve", file, Text(callers), Text(seconds))));
                    }

                    yield return new ServeRow(network, callers, ServeFigures.Of(spans), ServeFigures.Of(tensors), ServeFigures.Of(peer));
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The final and the peak working set in MB, for the largest batch alone and for all sizes.</summary>
    public static IEnumerable<(string Network, int Largest, double[] Alone, double[] All)> MeasureWorkingSet() =>
        Sizes.Select(
            size => (size.Network, size.Largest, Child("--sizes", size.Network, Text(size.Largest), "largest"),
            Child("--sizes", size.Network, Text(size.Largest), "all")));

    /// <summary>The work of one process for <see cref="MeasureThroughput"/>.</summary>
    public static void ServeOne(string network, int callers, bool spans, double duration)
    {
        var model = BenchmarkNetworks.Create(network);
        var (requests, slowest, bytes) = ServeMeasurement.Run(callers, duration, Request);
        Print(requests, slowest, bytes);

        Action Request()
        {
            var image = new Tensor(model.InputShape.Prepend(1), RandomNumbers(model.InputShape.Count));
            var outputs = new float[model.OutputShape.Count];
            return spans ? () => model.Predict(image.Values, outputs) : () => model.Predict(image);
        }
    }

    /// <summary>The work of one process for <see cref="MeasureWorkingSet"/>.</summary>
    public static void PredictSizes(string network, int largest, bool all)
    {
        var model = BenchmarkNetworks.Create(network);
        int input = model.InputShape.Count, output = model.OutputShape.Count;
        var (images, outputs) = (RandomNumbers(largest * input), new float[largest * output]);
        int[] sizes = all ? [.. Enumerable.Range(1, largest)] : [largest];
        new Random(1).Shuffle(sizes);
        for (var round = 0; round < 2; round++)
        {
            foreach (var size in sizes) model.Predict(images.AsSpan(0, size * input), outputs.AsSpan(0, size * output), size);
        }

        using var process = Process.GetCurrentProcess();
        Print(process.WorkingSet64 / Mebibyte, process.PeakWorkingSet64 / Mebibyte);
    }

    private static float[] RandomNumbers(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    private static void Print(params IEnumerable<double> numbers) => Console.WriteLine(string.Join(" ", numbers.Select(number => Text(number))));

    private static double[] Child(params string[] arguments) =>
        Numbers(Output(Environment.ProcessPath!, [typeof(ServeBenchmark).Assembly.Location, "serve", .. arguments]));

    private static string Peer(params string[] arguments) =>
        Output(Path.Combine(Machine.Repository, "benchmarks", "peers", "OnnxRuntime", "run.sh"), arguments);

    private static string Output(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new BenchmarkException($"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}.");
    }

    private static double[] Numbers(string output) =>
        [.. output.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}

/// <summary>A network under the load of a number of callers.</summary>
internal sealed record ServeRow(string Network, int Callers, ServeFigures Fovea, ServeFigures Tensors, ServeFigures Peer);

/// <summary>Requests per second, the time that the slowest hundredth exceeds, and bytes allocated per request: medians over the processes.</summary>
internal sealed record ServeFigures(Spread PerSecond, double SlowestMs, double BytesPerRequest)
{
    public static ServeFigures Of(IReadOnlyList<double[]> runs) =>
        new(Spread.Of(runs.Select(run => run[0])), Spread.Of(runs.Select(run => run[1])).Median, Spread.Of(runs.Select(run => run[2])).Median);
}
