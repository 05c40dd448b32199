using System.Diagnostics;
using Fovea.Cli;

namespace Fovea.Benchmarks;

/// <summary>
/// What augmentation costs in training: the time of a step of the book's network for cats and dogs with it, as a ratio of the time without, taking turns. The
/// images are in memory, smooth with some noise, as photographs are.
/// </summary>
/// <param name="rounds">How many turns each of the two trainings has in each row.</param>
/// <param name="seconds">About how long a turn takes.</param>
internal sealed class AugmentedTrainingBenchmark(int rounds, double seconds)
{
    private const int BatchSize = 32;
    private const int Size = 150;

    private static readonly (string Name, Func<Layer[]> Create)[] All =
    [
        ("the book's recipe", BookCatsDogs.Augmentation),
        ("AutoAugment", () => [new AutoAugment()]),
        ("TrivialAugment", () => [new TrivialAugment()]),
        ("RandAugment", () => [new RandAugment()]),
        ("AugMix", () => [new AugMix()]),
        ("RandomGeometry", () => [new RandomGeometry()]),
        ("MixUp", () => [new MixUp()]),
        ("CutMix", () => [new CutMix()]),
        ("RandomFlip", () => [new RandomFlip()]),
        ("RandomRotation", () => [new RandomRotation(0.1)]),
        ("RandomTranslation", () => [new RandomTranslation(0.2, 0.2)]),
        ("RandomZoom", () => [new RandomZoom(0.2)]),
        ("RandomShear", () => [new RandomShear(0.2, 0.2)]),
        ("RandomPerspective", () => [new RandomPerspective()]),
        ("RandomElasticTransform", () => [new RandomElasticTransform()]),
        ("RandomResizedCrop", () => [new RandomResizedCrop(Size)]),
        ("RandomErasing", () => [new RandomErasing()]),
        ("RandomBrightness", () => [new RandomBrightness(0.2)]),
        ("RandomContrast", () => [new RandomContrast(0.2)]),
        ("RandomColorJitter", () => [new RandomColorJitter(0.2, 0.2, (0.45, 0.55), 0.2)]),
        ("RandomHue", () => [new RandomHue(0.2)]),
        ("RandomSaturation", () => [new RandomSaturation((0.45, 0.55))]),
        ("RandomGrayscale", () => [new RandomGrayscale()]),
        ("RandomColorDegeneration", () => [new RandomColorDegeneration(0.5)]),
        ("RandomSharpness", () => [new RandomSharpness(0.5)]),
        ("RandomGaussianBlur", () => [new RandomGaussianBlur()]),
        ("RandomPosterization", () => [new RandomPosterization((4, 8))]),
        ("RandomInvert", () => [new RandomInvert()]),
        ("Solarization", () => [new Solarization(0, 0.5)]),
        ("AutoContrast", () => [new AutoContrast()]),
        ("Equalization", () => [new Equalization()]),
        ("CLAHE", () => [new ContrastLimitedAdaptiveHistogramEqualization()]),
        ("RandomJpegQuality", () => [new RandomJpegQuality(50, 90)]),
    ];

    private readonly ArrayDataset data = Images();
    private Sequential? plain;

    /// <summary>The names of the rows.</summary>
    public static IEnumerable<string> Rows => All.Select(row => row.Name);

    /// <summary>Creates the layers of a row.</summary>
    public static Layer[] LayersOf(string name) => All.First(row => row.Name == name).Create();

    /// <summary>The milliseconds of a step without augmentation, and the ratio of the time of a step with a row.</summary>
    public (double Milliseconds, Spread Ratio) Measure(string name)
    {
        if (plain is null) Time(plain = Create([]), 8);
        var augmented = Create(LayersOf(name));
        Time(augmented, 8);
        var steps = Math.Max(1, (int)(seconds / Time(plain, 2)));
        var (without, with) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            without.Add(Time(plain, steps));
            with.Add(Time(augmented, steps));
        }

        return (1000 * Spread.Of(without).Median, Spread.Ratio(with, without));
    }

    private static Sequential Create(Layer[] augmentation)
    {
        var model = BookCatsDogs.Create(1, NetworkHead.Binary, []);
        model.Compile(new RmsProp(1e-4), Loss.BinaryCrossentropy);
        if (augmentation.Length > 0) model.Augmentation = new Pipeline(augmentation);
        return model;
    }

    /// <summary>Seconds per step.</summary>
    private double Time(Sequential model, int steps)
    {
        var start = Stopwatch.GetTimestamp();
        model.Fit(data, batchSize: BatchSize, stepsPerEpoch: steps, shuffle: false, verbose: Verbosity.Silent);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
    }

    /// <summary>Gradients in random directions, with noise of 8 levels, from 0 to 255.</summary>
    private static ArrayDataset Images()
    {
        var random = new Random(1);
        var values = new float[2 * BatchSize * Size * Size * 3];
        for (var n = 0; n < 2 * BatchSize; n++)
        {
            var (right, down) = (random.NextDouble(), random.NextDouble());
            for (var i = 0; i < Size * Size * 3; i++)
            {
                var (x, y) = (i / 3 % Size / (double)Size, i / 3 / Size / (double)Size);
                values[(n * Size * Size * 3) + i] = (int)(60 + (60 * right * x) + (60 * down * y) + (20 * (i % 3)) + (8 * random.NextDouble()));
            }
        }

        return new ArrayDataset(values, [Size, Size, 3], [.. Enumerable.Range(0, 2 * BatchSize).Select(n => (float)(n % 2))], [1]);
    }
}
