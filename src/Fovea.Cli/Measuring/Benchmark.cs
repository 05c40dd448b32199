using System.Diagnostics;
using Fovea.Measuring;

namespace Fovea.Cli;

/// <summary>Measures how fast one of the <see cref="BenchmarkNetworks"/> trains or predicts.</summary>
internal sealed class Benchmark
{
    /// <summary>The just-in-time compiler takes at most this long to replace its first, unoptimized code.</summary>
    private const double WarmUpSeconds = 1;

    private const int Slices = 5;
    private const double MiB = 1 << 20;

    private readonly Model model;
    private readonly bool isTraining;

    /// <summary>Compiles a network.</summary>
    /// <param name="network">Its name.</param>
    /// <param name="batchSize">The number of images in a step.</param>
    /// <param name="isTraining">Whether training steps are measured, otherwise predictions.</param>
    /// <param name="memoryLimit">The bytes that activations and gradients may take; null for no limit.</param>
    public Benchmark(string network, int batchSize, bool isTraining, long? memoryLimit = null)
    {
        this.isTraining = isTraining;
        model = BenchmarkNetworks.Create(network);
        model.MemoryLimit = memoryLimit;
        model.Compile(
            new RmsProp(1e-3f), model.OutputShape.Count == 1 ? Loss.BinaryCrossentropy : Loss.SparseCategoricalCrossentropy, new Accuracy());
        Steps = Compile(batchSize);
    }

    public Model Model => model;

    public ModelBenchmark Steps { get; }

    /// <summary>Measures the first step, the speed in five slices of time, and the memory.</summary>
    public BenchResult Run(double seconds, CancellationToken cancellationToken)
    {
        var firstStep = Stopwatch.StartNew();
        Steps.Step();
        var firstStepMs = firstStep.Elapsed.TotalMilliseconds;
        using var process = Process.GetCurrentProcess();
        var firstResultMs = (DateTimeOffset.UtcNow - process.StartTime).TotalMilliseconds;
        MeasureRate(Math.Min(seconds, WarmUpSeconds), cancellationToken);
        var rates = Enumerable.Range(0, Slices).Select(_ => MeasureRate(seconds / Slices, cancellationToken)).Order().ToList();
        var median = rates[Slices / 2];
        process.Refresh();
        var peak = process.PeakWorkingSet64 / MiB;
        var again = Compile(Steps.BatchSize);
        return new BenchResult(
            median, rates[0], rates[^1], peak, Steps.ArenaBytes / MiB, median * FlopsPerImage() / 1e9, ModelBenchmark.MeasureProcessorLimit(),
            Steps.CompileTime.TotalMilliseconds, again.CompileTime.TotalMilliseconds, firstStepMs, firstResultMs);
    }

    /// <summary>Runs steps until the code is compiled and the memory is in use.</summary>
    public void WarmUp() => MeasureRate(WarmUpSeconds, CancellationToken.None);

    private ModelBenchmark Compile(int batchSize) => isTraining ? ModelBenchmark.OfTraining(model, batchSize) : ModelBenchmark.OfPrediction(model, batchSize);

    /// <summary>Measures images per second over a slice of time.</summary>
    private double MeasureRate(double seconds, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var done = 0L;
        while (done == 0 || watch.Elapsed.TotalSeconds < seconds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Steps.Step();
            done++;
        }

        return done * Steps.BatchSize / watch.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// The floating-point operations for one image, two for each multiply-add. Training computes the outputs, the gradients of the weights and those of
    /// the inputs, each at the cost of the outputs. Only the first layer needs no gradient of its input, the image.
    /// </summary>
    private double FlopsPerImage()
    {
        var layers = model.Summary().Layers.Select(layer => layer.MultiplyAdds).Where(count => count > 0).ToList();
        return 2.0 * (isTraining ? (3 * layers.Sum()) - layers[0] : layers.Sum());
    }
}
