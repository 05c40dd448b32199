namespace Fovea;

/// <summary>The names of the values that a training measures, and whether higher or lower values are better.</summary>
/// <param name="names">The names in the order of histories, each with the direction of better values.</param>
/// <param name="hasValidation">Whether there are values of validation data.</param>
internal sealed class MeasuredNames(IEnumerable<(string Name, MonitorMode Direction)> names, bool hasValidation)
{
    private readonly Dictionary<string, MonitorMode> directions = names.ToDictionary(entry => entry.Name, entry => entry.Direction);

    /// <summary>The names in the order of histories.</summary>
    public IReadOnlyCollection<string> Names => directions.Keys;

    /// <summary>Whether there are values of validation data.</summary>
    public bool HasValidation => hasValidation;

    public static MeasuredNames Of(IReadOnlyList<OutputObjective> objectives, bool hasValidation) =>
        new((hasValidation ? (string[])["", "val_"] : [""]).SelectMany(prefix => Of(objectives, prefix)), hasValidation);

    /// <summary>The direction of better values of a name; null if it is not measured.</summary>
    public MonitorMode? DirectionOf(string name) => directions.TryGetValue(name, out var direction) ? direction : null;

    private static IEnumerable<(string Name, MonitorMode Direction)> Of(IReadOnlyList<OutputObjective> objectives, string prefix)
    {
        yield return ($"{prefix}loss", MonitorMode.Min);
        foreach (var objective in objectives.Where(_ => objectives.Count > 1)) yield return ($"{prefix}{objective.Prefix}loss", MonitorMode.Min);
        foreach (var objective in objectives)
        {
            foreach (var metric in objective.Metrics) yield return ($"{prefix}{objective.Prefix}{metric.Name}", metric.Direction);
        }
    }
}
