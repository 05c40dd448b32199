using Fovea.Measuring;

namespace Fovea.Cli;

/// <summary>How fast a machine trains a network.</summary>
/// <param name="Training">The seconds for an image in a training step.</param>
/// <param name="Prediction">The seconds for an image in a prediction.</param>
internal sealed record TrainingSpeed(double Training, double Prediction)
{
    /// <summary>Measures a network of fresh weights, which is discarded.</summary>
    /// <param name="task">What is learned.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="seconds">The time to measure for, after as long a time to warm up.</param>
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
            Run(benchmark, time);
            return Run(benchmark, time);
        }

        double Run(ModelBenchmark benchmark, double time)
        {
            var start = clock.GetTimestamp();
            for (var steps = 1; ; steps++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                benchmark.Step();
                if (clock.GetElapsedTime(start).TotalSeconds is var elapsed && elapsed >= time) return elapsed / steps;
            }
        }
    }
}
