namespace Fovea;

/// <summary>What a training measures under which names, and which values of each are better.</summary>
/// <param name="names">The names in the order in which histories have them, each with the direction of its values.</param>
/// <param name="hasValidation">Whether there are values of validation data.</param>
internal sealed class MeasuredNames(IEnumerable<(string Name, MonitorMode Direction)> names, bool hasValidation)
{
    private readonly Dictionary<string, MonitorMode> directions = names.ToDictionary(entry => entry.Name, entry => entry.Direction);

    /// <summary>The names in the order in which histories have them.</summary>
    public IReadOnlyCollection<string> Names => directions.Keys;

    /// <summary>Whether there are values of validation data.</summary>
    public bool HasValidation => hasValidation;

    public static MeasuredNames Of(IReadOnlyList<OutputObjective> objectives, bool hasValidation) =>
        new((hasValidation ? (string[])["", "val_"] : [""]).SelectMany(prefix => Of(objectives, prefix)), hasValidation);

    /// <summary>Which values of a name are better; null for a name that is not measured.</summary>
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
