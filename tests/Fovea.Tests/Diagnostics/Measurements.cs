using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Fovea.Tests.Diagnostics;

/// <summary>Listens to the meter and the activity source "Fovea", and keeps what belongs to one model. Other tests run at the same time.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ActivityListener activities;
    private readonly Lock gate = new();

    public Measurements(string model)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name != "Fovea") return;
            lock (gate) Instruments.Add(instrument);
            self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
        activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Fovea",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (model.Equals(activity.GetTagItem("fovea.model.name"))) lock (gate) Activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(activities);

        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Key != "fovea.model.name" || !model.Equals(tag.Value)) continue;
                lock (gate) Values.Add((instrument.Name, value, tags.ToArray().Where(other => other.Key != tag.Key).ToDictionary()));
            }
        }
    }

    public List<Instrument> Instruments { get; } = [];

    public List<(string Name, double Value, Dictionary<string, object?> Tags)> Values { get; } = [];

    public List<Activity> Activities { get; } = [];

    public double[] Of(string instrument) => [.. Values.Where(entry => entry.Name == instrument).Select(entry => entry.Value)];

    public void Dispose()
    {
        listener.Dispose();
        activities.Dispose();
    }
}
