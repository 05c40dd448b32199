using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Fovea;

/// <summary>
/// An operation that is traced as an activity and whose duration is measured. It does nothing if nothing listens. Use it as in
/// <c>try { …; operation.End(); } catch (Exception error) when (operation.HasFailed(error)) { throw; }</c>.
/// </summary>
internal readonly struct Operation
{
    private readonly Activity? activity;
    private readonly Histogram<double>? duration;
    private readonly string model;
    private readonly long started;

    private Operation(Activity? activity, Histogram<double>? duration, string model)
    {
        this.activity = activity;
        this.duration = duration;
        this.model = model;
        if (duration is not null) started = Stopwatch.GetTimestamp();
    }

    /// <summary>Begins an operation.</summary>
    /// <param name="name">The name of the activity, as in <c>fovea.fit</c>.</param>
    /// <param name="model">The name of the model; empty if it is not known yet.</param>
    /// <param name="duration">Receives the duration in seconds; null if only the activity is wanted.</param>
    /// <param name="trace">Whether it is an activity; otherwise only the duration is measured.</param>
    public static Operation Begin(string name, string model, Histogram<double>? duration = null, bool trace = true)
    {
        var activity = trace ? Telemetry.Source.StartActivity(name) : null;
        if (model.Length > 0) activity?.SetTag(Telemetry.ModelName, model);
        return new Operation(activity, duration is { Enabled: true } ? duration : null, model);
    }

    /// <summary>Adds an attribute to the activity.</summary>
    public void Set(string attribute, long value) => activity?.SetTag(attribute, value);

    /// <inheritdoc cref="Set(string, long)"/>
    public void Set(string attribute, string value) => activity?.SetTag(attribute, value);

    /// <summary>Ends the operation.</summary>
    public void End()
    {
        duration?.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, Telemetry.Model(model));
        activity?.Dispose();
    }

    /// <summary>Ends the operation with an exception, in a filter: it returns false, so that the exception is not caught.</summary>
    public bool HasFailed(Exception error)
    {
        duration?.Record(
            Stopwatch.GetElapsedTime(started).TotalSeconds, Telemetry.Model(model), new KeyValuePair<string, object?>("error.type", error.GetType().FullName));
        if (activity is null) return false;
        activity.SetTag("error.type", error.GetType().FullName);
        activity.SetStatus(ActivityStatusCode.Error, error.Message);
        activity.AddException(error);
        activity.Dispose();
        return false;
    }
}
