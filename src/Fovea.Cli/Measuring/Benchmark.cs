using System.Diagnostics;
using Fovea.Engine.Planning;
using Fovea.Engine.Simd;

namespace Fovea.Cli;

/// <summary>Runs one batch of random images through a network over and over.</summary>
internal sealed class Benchmark
{
    private const int WarmUpSteps = 3;
    private const int Slices = 5;

    private readonly Model model;
    private readonly int batchSize;
    private readonly bool isTraining;
    private readonly float[] inputs;
    private readonly float[] targets;
    private readonly ModelStep step;
    private ulong steps;

    public Benchmark(string network, int batchSize, bool isTraining)
    {
        this.batchSize = batchSize;
        this.isTraining = isTraining;
        model = BenchmarkNetworks.Create(network);
        var classes = model.OutputShape.Count;
        model.Compile(new RmsProp(1e-3f), classes == 1 ? Loss.BinaryCrossentropy : Loss.SparseCategoricalCrossentropy, Metric.Accuracy);
        var random = new Random(1);
        inputs = [.. Enumerable.Range(0, batchSize * model.InputShape.Count).Select(_ => random.NextSingle())];
        targets = [.. Enumerable.Range(0, batchSize).Select(_ => (float)random.Next(Math.Max(2, classes)))];
        var trainer = model.Trainer!;
        step = isTraining
            ? ModelStep.ForTraining(model.Topology, trainer.Loss, trainer.Optimizer, trainer.Weights, batchSize)
            : ModelStep.ForPrediction(model.Topology, batchSize);
    }

    public BenchResult Run(double seconds, CancellationToken cancellation)
    {
        for (var i = 0; i < WarmUpSteps; i++) Step();
        var rates = new List<double>();
        for (var slice = 0; slice < Slices; slice++)
        {
            var watch = Stopwatch.StartNew();
            var done = 0L;
            while (done == 0 || watch.Elapsed.TotalSeconds < seconds / Slices)
            {
                cancellation.ThrowIfCancellationRequested();
                Step();
                done++;
            }

            rates.Add(done * batchSize / watch.Elapsed.TotalSeconds);
        }

        rates.Sort();
        var median = rates[Slices / 2];
        using var process = Process.GetCurrentProcess();
        var peak = process.PeakWorkingSet64 / 1048576.0;
        return new BenchResult(median, rates[0], rates[^1], peak, median * FlopsPerImage() / 1e9, FmaLimit.Measure());
    }

    /// <summary>Where the time of a step goes: each step of the plan with its median seconds, in the order of the run.</summary>
    public IReadOnlyList<StepTime> Profile(int runs)
    {
        var costs = step.Costs;
        var times = new double[runs][];
        for (var run = 0; run < runs; run++)
        {
            times[run] = new double[costs.Count];
            Step(times[run]);
        }

        return [.. costs.Select((cost, i) => new StepTime(cost, times.Select(time => time[i]).Order().ElementAt(runs / 2)))];
    }

    /// <summary>A whole step: the batch is handed over, and the outputs or the new weights are there.</summary>
    private void Step(double[]? times = null)
    {
        inputs.CopyTo(step.Input);
        if (isTraining)
        {
            targets.CopyTo(step.Target);
            step.Prepare(model.Trainer!.Optimizer.StepSize((long)++steps), model.Seed, steps);
        }

        if (times is null) step.Run();
        else step.RunTimed(times);
    }

    /// <summary>
    /// Two for each multiply-add. Training computes the outputs, the gradients of the weights and those of the inputs, each as
    /// costly as the outputs, but for the first layer, whose input is the image and needs no gradient.
    /// </summary>
    private double FlopsPerImage()
    {
        var layers = model.Summary().Layers.Select(layer => layer.MultiplyAdds).Where(count => count > 0).ToList();
        return 2.0 * (isTraining ? (3 * layers.Sum()) - layers[0] : layers.Sum());
    }
}

/// <summary>A step of a plan and how long it takes.</summary>
internal sealed record StepTime(StepCost Cost, double Seconds);
