using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fovea.Engine.Planning;
using Fovea.Engine.Simd;

namespace Fovea.Cli;

/// <summary>Runs one batch of random images through a network over and over.</summary>
internal sealed class Benchmark
{
    /// <summary>How long the just-in-time compiler takes to replace its first, unoptimised code, at most.</summary>
    private const double WarmUpSeconds = 1;

    private const int Slices = 5;
    private const double MiB = 1 << 20;

    private readonly Model model;
    private readonly int batchSize;
    private readonly bool isTraining;
    private readonly long? memoryLimit;
    private readonly float[] inputs;
    private readonly float[] targets;
    private readonly ModelStep step;
    private readonly double compileMs;
    private long steps;

    public Benchmark(string network, int batchSize, bool isTraining, long? memoryLimit = null)
    {
        this.batchSize = batchSize;
        this.isTraining = isTraining;
        this.memoryLimit = memoryLimit;
        model = BenchmarkNetworks.Create(network);
        var classes = model.OutputShape.Count;
        model.Compile(new RmsProp(1e-3f), classes == 1 ? Loss.BinaryCrossentropy : Loss.SparseCategoricalCrossentropy, Metric.Accuracy);
        var random = new Random(1);
        inputs = [.. Enumerable.Range(0, batchSize * model.InputShape.Count).Select(_ => random.NextSingle())];
        targets = [.. Enumerable.Range(0, batchSize).Select(_ => (float)random.Next(Math.Max(2, classes)))];
        step = Compile(out compileMs);
    }

    /// <summary>A fingerprint of what the steps so far have made: the weights in training, else the outputs of the last step.</summary>
    public string Digest => isTraining
        ? WeightsDigest.Sha256(model)
        : Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(step.Prediction())));

    public BenchResult Run(double seconds, CancellationToken cancellationToken)
    {
        var firstStep = Stopwatch.StartNew();
        Step();
        var firstStepMs = firstStep.Elapsed.TotalMilliseconds;
        using var process = Process.GetCurrentProcess();
        var firstResultMs = (DateTimeOffset.UtcNow - process.StartTime).TotalMilliseconds;
        MeasureRate(Math.Min(seconds, WarmUpSeconds), cancellationToken);
        var rates = new List<double>();
        for (var slice = 0; slice < Slices; slice++) rates.Add(MeasureRate(seconds / Slices, cancellationToken));
        rates.Sort();
        var median = rates[Slices / 2];
        process.Refresh();
        var peak = process.PeakWorkingSet64 / MiB;
        Compile(out var compileAgainMs);
        return new BenchResult(
            median, rates[0], rates[^1], peak, step.ArenaBytes / MiB, median * FlopsPerImage() / 1e9, FmaLimit.Measure(), compileMs, compileAgainMs,
                firstStepMs, firstResultMs);
    }

    /// <summary>Does steps until the code is compiled and the memory is taken.</summary>
    public void WarmUp() => MeasureRate(WarmUpSeconds, CancellationToken.None);

    /// <summary>Does a number of steps.</summary>
    public void Run(int count)
    {
        for (var i = 0; i < count; i++) Step();
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

    /// <summary>Every phase of a step, in the order of the run, with the median seconds of each of its units on one thread.</summary>
    public IReadOnlyList<PhaseTime> UnitTimes(int runs)
    {
        var costs = step.Costs;
        var phases = new List<(int Step, int Phase, List<List<double>> Units)>();
        for (var run = 0; run < runs; run++)
        {
            var place = -1;
            WriteBatch();
            step.RunUnits((index, phase, unit, seconds) =>
            {
                if (unit == 0) place++;
                if (place == phases.Count) phases.Add((index, phase, []));
                if (unit == phases[place].Units.Count) phases[place].Units.Add([]);
                phases[place].Units[unit].Add(seconds);
            });
        }

        return [.. phases.Select(phase => new PhaseTime(
            costs[phase.Step].Name, phase.Phase, [.. phase.Units.Select(times => times.Order().ElementAt(times.Count / 2))]))];
    }

    private ModelStep Compile(out double milliseconds)
    {
        var watch = Stopwatch.StartNew();
        var trainer = model.Trainer!;
        var compiled = isTraining
            ? ModelStep.ForTraining(
                model.Topology, trainer.Objectives, trainer.Optimizer, trainer.Weights, batchSize, weightCount: 0, new PlanMemory(), new ValueCache(),
                memoryLimit)
            : ModelStep.ForPrediction(PredictionProgram.Of(model.Topology, batchSize), new PlanMemory(), new ValueCache());
        milliseconds = watch.Elapsed.TotalMilliseconds;
        return compiled;
    }

    /// <summary>Images per second over a slice of time.</summary>
    private double MeasureRate(double seconds, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var done = 0L;
        while (done == 0 || watch.Elapsed.TotalSeconds < seconds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step();
            done++;
        }

        return done * batchSize / watch.Elapsed.TotalSeconds;
    }

    /// <summary>A whole step: the batch is handed over, and the outputs or the new weights are there.</summary>
    private void Step(double[]? times = null)
    {
        WriteBatch();
        if (times is null) step.Run();
        else step.RunTimed(times);
    }

    private void WriteBatch()
    {
        inputs.CopyTo(step.Input());
        if (isTraining)
        {
            targets.CopyTo(step.Target());
            step.Prepare(model.Seed, steps++);
        }
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

/// <summary>One phase of a step of a plan, counted from 0, and how long each of its units of work takes.</summary>
internal sealed record PhaseTime(string Step, int Phase, IReadOnlyList<double> Seconds);
