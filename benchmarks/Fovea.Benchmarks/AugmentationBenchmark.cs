using System.Diagnostics;
using System.Globalization;

namespace Fovea.Benchmarks;

/// <summary>
/// The speed of augmentations applied to a batch in memory, <c>layer.ApplyInto(images, changed, training: true)</c>, compared with torchvision in a separate
/// process, taking turns. A batch is 8 images of 128 × 128 pixels in three colors, float32.
/// </summary>
/// <param name="pairs">How many turns each library has in each row.</param>
/// <param name="seconds">How long a turn takes.</param>
/// <param name="threads">The number of threads of both.</param>
internal sealed class AugmentationBenchmark(int pairs, double seconds, int threads)
{
    private const int Images = 8;
    private const int Size = 128;
    private const int WarmCalls = 60;  // methods are compiled again after 30 calls

    private static readonly (double, double) Range = (0, 1);

    private static readonly (string Name, Func<Layer> Create)[] All =
    [
        ("flip", () => new RandomFlip(FlipMode.Horizontal)),
        ("affine", () => new RandomGeometry(flip: null, rotation: 36, scale: (0.81, 1.21), pAffine: 1)
            { Shear = 5, Translation = 0.1, FillMode = FillMode.Constant, Antialias = false }),
        ("brightness", () => new RandomBrightness(0.2) { ValueRange = Range }),
        ("color jitter", () => new RandomColorJitter(0.2, 0.2, (0.45, 0.55), 0.2) { ValueRange = Range }),
        ("blur", () => new RandomGaussianBlur((1, 1), 7, (0.5, 1.5)) { ValueRange = Range, FillMode = FillMode.Reflect }),
        ("blur, 3 x 3", () => new RandomGaussianBlur((1, 1), 3, (0.5, 1)) { ValueRange = Range, FillMode = FillMode.Reflect }),
        ("contrast", () => new RandomContrast(0.2) { ValueRange = Range }),
        ("hue", () => new RandomHue(0.2) { ValueRange = Range }),
        ("saturation", () => new RandomSaturation((0.45, 0.55)) { ValueRange = Range }),
        ("sharpness", () => new RandomSharpness((0.75, 0.75)) { ValueRange = Range }),
        ("auto contrast", () => new AutoContrast { ValueRange = Range }),
        ("invert", () => new RandomInvert((1, 1)) { ValueRange = Range }),
        ("solarization", () => new Solarization(0, (0, 1)) { ValueRange = Range }),
        ("equalization", () => new Equalization { ValueRange = Range }),
        ("posterization", () => new RandomPosterization((4, 4)) { ValueRange = Range }),
        ("AutoAugment", () => new AutoAugment { ValueRange = Range }),
        ("RandAugment", () => new RandAugment { ValueRange = Range }),
        ("TrivialAugment", () => new TrivialAugment { ValueRange = Range }),
        ("AugMix", () => new AugMix { ValueRange = Range }),
        ("color degeneration", () => new RandomColorDegeneration((0.2, 0.8)) { ValueRange = Range }),
        ("CLAHE", () => new ContrastLimitedAdaptiveHistogramEqualization { ValueRange = Range }),
        ("JPEG artifacts", () => new RandomJpegQuality(50, 90) { ValueRange = Range }),
    ];

    private readonly Tensor images = Random();
    private readonly Tensor changed = Tensor.Zeros([Images, Size, Size, 3]);

    /// <summary>The names of the rows. The first five are those of the README.</summary>
    public static IEnumerable<string> Rows => All.Select(row => row.Name);

    /// <summary>Measures some rows, one after another.</summary>
    /// <param name="names">The names of the rows.</param>
    /// <param name="peer">torchvision, with as many threads; null without.</param>
    public IEnumerable<AugmentationRow> Measure(IEnumerable<string> names, TorchVision? peer)
    {
        Cpu.Threads = threads;
        foreach (var name in names)
        {
            var layer = All.First(row => row.Name == name).Create();
            var ways = peer?.Description["rows"]![name]?.AsArray().Select(way => way!.GetValue<string>()).ToArray() ?? [];
            for (var call = 0; call < WarmCalls; call++) layer.ApplyInto(images, changed, training: true);
            Speed(layer, 2 * seconds);
            string[] chosen = [.. ((string[])["image", "batch"]).Select(unit => Fastest(unit)).OfType<string>()];
            var fovea = new List<double>();
            var others = chosen.Select(_ => new List<double>()).ToArray();
            for (var pair = 0; pair < pairs; pair++)
            {
                fovea.Add(Speed(layer, seconds));
                for (var i = 0; i < chosen.Length; i++) others[i].Add(SpeedOf(chosen[i], seconds));
            }

            yield return new AugmentationRow(
                name, Spread.Of(fovea), [.. chosen.Select((way, i) => (way.Split(' ')[0], Spread.Ratio(fovea, others[i])))]);

            // The type of the pixels with which torchvision is faster.
            string? Fastest(string unit) => ways.Where(way => way.EndsWith(unit, StringComparison.Ordinal)).MaxBy(way =>
            {
                SpeedOf(way, seconds / 8);
                return SpeedOf(way, seconds / 4);
            });

            double SpeedOf(string way, double duration) =>
                peer!.Measure(string.Create(CultureInfo.InvariantCulture, $"{name}|{way}|{duration}"));
        }
    }

    /// <summary>Images per second of the calls without the fastest and the slowest quarter, which another process may have interrupted.</summary>
    private double Speed(Layer layer, double duration)
    {
        var times = new List<double>();
        for (var start = Stopwatch.GetTimestamp(); times.Count == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < duration;)
        {
            var call = Stopwatch.GetTimestamp();
            layer.ApplyInto(images, changed, training: true);
            times.Add(Stopwatch.GetElapsedTime(call).TotalSeconds);
        }

        return Images / times.Order().Skip(times.Count / 4).Take(times.Count - (2 * (times.Count / 4))).Average();
    }

    private static Tensor Random()
    {
        var random = new Random(1);
        return new Tensor([Images, Size, Size, 3], [.. Enumerable.Range(0, Images * Size * Size * 3).Select(_ => random.NextSingle())]);
    }
}

/// <summary>A row of <see cref="AugmentationBenchmark"/>.</summary>
/// <param name="Name">The change.</param>
/// <param name="Fovea">Fovea's images per second.</param>
/// <param name="Ratios">
/// How many times as fast as torchvision Fovea was, with random numbers drawn for each image and once for the batch, and the type of torchvision's pixels;
/// empty if torchvision lacks the change.
/// </param>
internal sealed record AugmentationRow(string Name, Spread Fovea, IReadOnlyList<(string Type, Spread Ratio)> Ratios);
