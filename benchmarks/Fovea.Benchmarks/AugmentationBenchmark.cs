using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea.Benchmarks;

/// <summary>
/// The speed of augmentations applied to a batch in memory, <c>layer.Apply(images, training: true)</c>, compared with torchvision in a separate process, taking
/// turns. A batch is 8 images of 128 × 128 pixels in three colors, float32.
/// </summary>
internal sealed class AugmentationBenchmark(int pairs, double seconds)
{
    private const int Images = 8;
    private const int Size = 128;
    private const int NotInstalled = 3;

    private static readonly (string Name, Func<Layer> Create)[] Rows =
    [
        ("flip", () => new RandomFlip()),
        ("affine", () => new RandomRotation(0.1)),
        ("brightness", () => new RandomBrightness(0.2) { ValueRange = (0, 1) }),
        ("color jitter", () => new RandomColorJitter(0.2, 0.2, (0.45, 0.55), 0.2) { ValueRange = (0, 1) }),
        ("blur", () => new RandomGaussianBlur((1, 1), 7, (0.5, 1.5)) { ValueRange = (0, 1), FillMode = FillMode.Reflect }),
        ("blur, 3 x 3", () => new RandomGaussianBlur((1, 1), 3, (0.5, 1)) { ValueRange = (0, 1), FillMode = FillMode.Reflect }),
        ("contrast", () => new RandomContrast(0.2) { ValueRange = (0, 1) }),
        ("hue", () => new RandomHue(0.2) { ValueRange = (0, 1) }),
        ("saturation", () => new RandomSaturation((0.45, 0.55)) { ValueRange = (0, 1) }),
        ("sharpness", () => new RandomSharpness((0.75, 0.75)) { ValueRange = (0, 1) }),
        ("auto contrast", () => new AutoContrast { ValueRange = (0, 1) }),
        ("invert", () => new RandomInvert((1, 1)) { ValueRange = (0, 1) }),
        ("solarization", () => new Solarization(0, (0, 1)) { ValueRange = (0, 1) }),
        ("equalization", () => new Equalization { ValueRange = (0, 1) }),
        ("posterization", () => new RandomPosterization((4, 4)) { ValueRange = (0, 1) }),
        ("color degeneration", () => new RandomColorDegeneration((0.2, 0.8)) { ValueRange = (0, 1) }),
        ("CLAHE", () => new ContrastLimitedAdaptiveHistogramEqualization { ValueRange = (0, 1) }),
        ("JPEG artifacts", () => new RandomJpegQuality(50, 90) { ValueRange = (0, 1) }),
    ];

    /// <summary>Why there are no figures of torchvision; null if there are.</summary>
    public string? Missing { get; private set; }

    /// <summary>torchvision with its version.</summary>
    public string Peer { get; private set; } = "torchvision";

    /// <summary>
    /// For each row, the images per second, and how many times as fast as torchvision with numbers drawn for each image and once for the batch.
    /// </summary>
    public IEnumerable<(string Name, Spread Fovea, Spread? OverImages, Spread? OverBatch)> Measure()
    {
        var fovea = Rows.ToDictionary(row => row.Name, _ => new List<double>());
        var peer = new List<JsonObject>();
        for (var pair = 0; pair < pairs; pair++)
        {
            foreach (var (name, create) in Rows) fovea[name].Add(Speed(create()));
            if (Missing is null && MeasurePeer() is { } rows) peer.Add(rows);
        }

        foreach (var (name, _) in Rows)
        {
            var hasPeer = peer.Count == pairs && peer[0].ContainsKey(name);
            yield return (name, Spread.Of(fovea[name]), hasPeer ? Ratio("images") : null, hasPeer ? Ratio("batch") : null);

            Spread Ratio(string way) => Spread.Ratio(fovea[name], [.. peer.Select(rows => rows[name]![way]!.GetValue<double>())]);
        }
    }

    private double Speed(Layer layer)
    {
        var random = new Random(1);
        var images = new Tensor([Images, Size, Size, 3], [.. Enumerable.Range(0, Images * Size * Size * 3).Select(_ => random.NextSingle())]);
        for (var warm = Stopwatch.StartNew(); warm.Elapsed.TotalSeconds < seconds / 4;) layer.Apply(images, training: true);
        return Spread.Of(Enumerable.Range(0, 5).Select(_ =>
        {
            var (watch, count) = (Stopwatch.StartNew(), 0);
            for (; watch.Elapsed.TotalSeconds < seconds / 5; count++) layer.Apply(images, training: true);
            return Images * count / watch.Elapsed.TotalSeconds;
        })).Median;
    }

    private JsonObject? MeasurePeer()
    {
        var script = Path.Combine(Machine.Repository, "benchmarks", "peers", "TorchVision", "run.sh");
        string[] arguments = [Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture), seconds.ToString(CultureInfo.InvariantCulture)];
        using var process = Process.Start(new ProcessStartInfo(script, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Missing = process.ExitCode == NotInstalled
                ? "torchvision is not installed, so there is no comparison (Debian: apt-get install python3-torchvision)."
                : $"torchvision was not measured: its process ended with code {process.ExitCode}.";
            return null;
        }

        var json = JsonNode.Parse(output)!.AsObject();
        Peer = json["peer"]!.GetValue<string>();
        return json["rows"]!.AsObject();
    }
}
