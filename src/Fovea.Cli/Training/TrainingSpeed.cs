using Fovea.Measuring;

namespace Fovea.Cli;

/// <summary>How fast a machine trains a network.</summary>
/// <param name="Training">The seconds for an image in a training step.</param>
/// <param name="Prediction">The seconds for an image in a prediction.</param>
internal sealed record TrainingSpeed(double Training, double Prediction)
{
    /// <summary>The code of the first steps is slower, since .NET compiles it better while it runs.</summary>
    private const int WarmUpSteps = 12;

    /// <summary>Measures a network of fresh weights, which is discarded.</summary>
    /// <param name="task">What is learned.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="seconds">The time to measure for, after as long a time, and some steps, to warm up.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops after the current step.</param>
    public static TrainingSpeed Measure(LearningTask task, TrainingPlan plan, double seconds, TimeProvider clock, CancellationToken cancellationToken)
    {
        var model = task.CreateNetwork(plan with { Oversize = 1, Progressive = [] });
        task.Compile(model, plan.CreateOptimizer(), plan);
        var training = SecondsPerStep(ModelBenchmark.OfTraining(model, plan.BatchSize), seconds);
        var prediction = SecondsPerStep(ModelBenchmark.OfPrediction(model, plan.BatchSize), seconds / 4);
        return new TrainingSpeed(training / plan.BatchSize, prediction / plan.BatchSize);

        double SecondsPerStep(ModelBenchmark benchmark, double time)
        {
            Run(benchmark, time, WarmUpSteps);
            var steps = Run(benchmark, time, 1);
            steps.Sort();
            return steps[steps.Count / 2];  // the median: another program, or the compiler of .NET, may slow some
        }

        List<double> Run(ModelBenchmark benchmark, double time, int fewest)
        {
            var steps = new List<double>();
            for (var total = 0.0; total < time || (steps.Count < fewest && total < 3 * time); total += steps[^1])
            {
                cancellationToken.ThrowIfCancellationRequested();
                var start = clock.GetTimestamp();
                benchmark.Step();
                steps.Add(clock.GetElapsedTime(start).TotalSeconds);
            }

            return steps;
        }
    }
}
