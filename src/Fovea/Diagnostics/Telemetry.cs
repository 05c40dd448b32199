using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Fovea;

/// <summary>
/// The meter and the activity source of the library, both called "Fovea". Names and units follow the conventions of OpenTelemetry. Without a listener, a
/// measurement costs a test of a field and allocates nothing.
/// </summary>
internal static class Telemetry
{
    public const string Name = "Fovea";

    /// <summary>The attribute that names the model.</summary>
    public const string ModelName = "fovea.model.name";

    private static readonly string? Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = new(Name, Version);

    public static ActivitySource Source { get; } = new(Name, Version);

    /// <summary>The time of each call of Predict, including the time that it waits for other callers.</summary>
    public static Histogram<double> PredictionDuration { get; } = Meter.CreateHistogram<double>(
        "fovea.prediction.duration", "s", "The duration of a call of Predict.");

    /// <summary>The number of samples in each call of Predict. The sum is the number of all predictions.</summary>
    public static Histogram<long> PredictionSamples { get; } = Meter.CreateHistogram<long>(
        "fovea.prediction.samples", "{sample}", "The number of samples in a call of Predict.");

    public static UpDownCounter<int> PredictionsWaiting { get; } = Meter.CreateUpDownCounter<int>(
        "fovea.prediction.waiting", "{call}", "The number of calls of Predict that wait for others, since all threads compute.");

    public static Histogram<double> EvaluationDuration { get; } = Meter.CreateHistogram<double>(
        "fovea.evaluation.duration", "s", "The duration of a call of Evaluate, or of a validation.");

    public static Histogram<double> StepDuration { get; } = Meter.CreateHistogram<double>(
        "fovea.training.step.duration", "s", "The duration of a training step, without the time waited for data.");

    public static Counter<long> TrainingSamples { get; } = Meter.CreateCounter<long>(
        "fovea.training.samples", "{sample}", "The number of samples trained on.");

    public static Counter<double> DataWait { get; } = Meter.CreateCounter<double>(
        "fovea.training.data_wait", "s", "The time that training waited for data.");

    public static Counter<double> Compute { get; } = Meter.CreateCounter<double>(
        "fovea.training.compute", "s", "The time in which this process computed gradients of its shards.");

    public static Counter<double> Exchange { get; } = Meter.CreateCounter<double>(
        "fovea.training.exchange", "s", "The time in which gradients were exchanged with other processes, also while others were computed.");

    public static Counter<double> ExchangeWait { get; } = Meter.CreateCounter<double>(
        "fovea.training.exchange_wait", "s", "The time in which training waited for the exchange of gradients.");

    public static Counter<long> Epochs { get; } = Meter.CreateCounter<long>(
        "fovea.training.epochs", "{epoch}", "The number of finished epochs.");

    public static Gauge<double> BatchLoss { get; } = Meter.CreateGauge<double>(
        "fovea.training.loss", "1", "The loss of the last batch.");

    /// <summary>The values of the history after each epoch. The attribute <c>fovea.metric.name</c> is their name, as in <c>val_accuracy</c>.</summary>
    public static Gauge<double> EpochMetric { get; } = Meter.CreateGauge<double>(
        "fovea.training.metric", "1", "A loss or metric of the last epoch.");

    public static KeyValuePair<string, object?> Model(string name) => new(ModelName, name);

    public static KeyValuePair<string, object?> Metric(string name) => new("fovea.metric.name", name);
}
