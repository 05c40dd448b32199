using System.Diagnostics;
using Fovea.Engine.Planning;
using Fovea.Engine.Simd;

namespace Fovea.Measuring;

/// <summary>
/// Measures the speed and the memory of a model. It repeats whole training steps or predictions on one batch of random samples; reading data is not included.
/// <see cref="Profile"/> measures the time of each operation of a step.
/// </summary>
/// <remarks>One thread at a time may use it. A benchmark of training changes the weights of the model.</remarks>
public sealed class ModelBenchmark
{
    private readonly Model model;
    private readonly CompiledModel step;
    private readonly float[][] inputs;
    private readonly float[][] targets;
    private readonly CompiledObjectives? training;
    private long steps;

    private ModelBenchmark(Model model, int batchSize, Func<CompiledModel> compile, IReadOnlyList<OutputObjective> objectives)
    {
        var watch = Stopwatch.StartNew();
        step = compile();
        CompileTime = watch.Elapsed;
        (this.model, BatchSize, training) = (model, batchSize, step as CompiledObjectives);
        var random = new Random(1);
        inputs = [.. model.Inputs.Select(input => Values(batchSize * input.Shape.Count, random.NextSingle))];
        targets = [.. objectives.Select((objective, i) => Values(training!.Target(i).Length, TargetOf(objective, random)))];
    }

    /// <summary>Gets the number of samples in the batch.</summary>
    public int BatchSize { get; }

    /// <summary>Gets how long the model took to compile: gradients, fusion, choice of kernels and layout of memory.</summary>
    public TimeSpan CompileTime { get; }

    /// <summary>Gets the memory for activations, gradients and scratch, in bytes. Weights, inputs and targets are not counted.</summary>
    public long ArenaBytes => step.ArenaBytes;

    /// <summary>Gets the outputs of the last step.</summary>
    internal ReadOnlySpan<float> Outputs => step.Output();

    /// <summary>Compiles a training step, with the model's augmentation, within the <see cref="Model.MemoryLimit"/> of the model.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="batchSize">The number of samples in a step, at least 1.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="InsufficientMemoryException">The memory limit does not suffice.</exception>
    public static ModelBenchmark OfTraining(Model model, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var trainer = model.RequireTrainer();
        var size = SizeOf(model);
        if (model.Augmentation is not null) trainer.Renew();
        return new ModelBenchmark(
            model, batchSize,
            () => CompiledObjectives.ForTraining(
                trainer.NetworkFor(size), trainer.Objectives, trainer.Optimizer, trainer.Weights, batchSize, weightCount: 0, size, new PlanMemory(),
                new ValueCache(), model.MemoryLimit, model.Augmentation),
            trainer.Objectives);
    }

    /// <summary>Compiles a prediction.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batchSize">The number of samples in a step, at least 1.</param>
    public static ModelBenchmark OfPrediction(Model model, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var size = SizeOf(model);
        return new ModelBenchmark(
            model, batchSize, () => CompiledModel.ForPrediction(PredictionProgram.Of(model.Topology, batchSize, size), new PlanMemory(), new ValueCache()), []);
    }

    private static ModelSize SizeOf(Model model) => model.Initialized.Only(model.Subject, "Fix the size: model.WithInput(150, 150, 3).");

    /// <summary>
    /// Measures the highest speed of the processor, in billions of floating-point operations per second. <see cref="Cpu.Threads"/> threads compute only
    /// multiply-adds on registers; each counts as two operations. No model can be faster.
    /// </summary>
    public static double MeasureProcessorLimit() => FmaLimit.Measure();

    /// <summary>Runs one step: copies the batch, then computes the outputs or the new weights.</summary>
    public void Step()
    {
        WriteBatch();
        using var pass = training is not null ? model.WriteWeights() : model.ReadWeights();
        step.Run();
    }

    /// <summary>Measures the time of each operation of a step.</summary>
    /// <param name="runs">How often the step is run, at least 1.</param>
    /// <returns>The operations of the step in the order in which they run, each with its median time.</returns>
    public IReadOnlyList<OperationTime> Profile(int runs = 11)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        var costs = step.Costs;
        var times = new double[runs][];
        for (var run = 0; run < runs; run++)
        {
            times[run] = new double[costs.Count];
            WriteBatch();
            using var pass = training is not null ? model.WriteWeights() : model.ReadWeights();
            step.RunTimed(times[run]);
        }

        return [.. costs.Select((cost, i) => new OperationTime(cost.Name, Median(times.Select(time => time[i])), cost.MultiplyAdds, cost.Bytes))];
    }

    /// <summary>Measures the median time of each work unit on one thread. The phases are in the order in which they run.</summary>
    internal IReadOnlyList<PhaseTime> UnitTimes(int runs)
    {
        var costs = step.Costs;
        var phases = new List<(int Operation, int Phase, List<List<double>> Units)>();
        for (var run = 0; run < runs; run++)
        {
            var place = -1;
            WriteBatch();
            using var pass = training is not null ? model.WriteWeights() : model.ReadWeights();
            step.RunUnits((operation, phase, unit, seconds) =>
            {
                if (unit == 0) place++;
                if (place == phases.Count) phases.Add((operation, phase, []));
                if (unit == phases[place].Units.Count) phases[place].Units.Add([]);
                phases[place].Units[unit].Add(seconds);
            });
        }

        return [.. phases.Select(phase => new PhaseTime(costs[phase.Operation].Name, phase.Phase, [.. phase.Units.Select(Median)]))];
    }

    private void WriteBatch()
    {
        for (var i = 0; i < inputs.Length; i++) step.Write(i, inputs[i]);
        if (training is null) return;
        for (var i = 0; i < targets.Length; i++) targets[i].CopyTo(training.Target(i));
        training.Prepare(model.Seed, steps++);
    }

    /// <summary>Random class numbers for a loss that takes these, 0 or 1 for a binary one, and values from 0 to 1 for all others.</summary>
    private Func<float> TargetOf(OutputObjective objective, Random random) => objective.Loss switch
    {
        SparseCategoricalCrossentropy => () => random.Next(model.Outputs[objective.Index].Shape[^1]),
        BinaryCrossentropy => () => random.Next(2),
        _ => random.NextSingle,
    };

    private static float[] Values(int count, Func<float> next) => [.. Enumerable.Range(0, count).Select(_ => next())];

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

/// <summary>One operation of a step and its time.</summary>
/// <param name="Name">The op and the shapes of its inputs and of its output.</param>
/// <param name="Seconds">The median time.</param>
/// <param name="MultiplyAdds">The multiply-adds of the op's definition; 0 for an op without products.</param>
/// <param name="Bytes">The bytes that it reads and writes, each value counted once.</param>
public sealed record OperationTime(string Name, double Seconds, long MultiplyAdds, long Bytes);

/// <summary>One phase of an operation, counted from 0, and the time of each of its work units.</summary>
internal sealed record PhaseTime(string Step, int Phase, IReadOnlyList<double> Seconds);
