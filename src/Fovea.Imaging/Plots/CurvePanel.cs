using System.Globalization;

namespace Fovea.Imaging;

/// <summary>A curve of one training: a value for each epoch.</summary>
/// <param name="IsValidation">Whether the values are of the validation data.</param>
/// <param name="Epochs">The numbers of the epochs, counted over all trainings from 1.</param>
/// <param name="Values">The measured values.</param>
internal sealed record CurveLine(bool IsValidation, double[] Epochs, double[] Values);

/// <summary>The best value of a measure.</summary>
internal sealed record BestEpoch(int Epoch, double Value, bool IsValidation);

/// <summary>The curves of one measure, such as the loss, and the values that describe its plot.</summary>
internal sealed class CurvePanel
{
    private readonly MonitorMode direction;

    private CurvePanel(IReadOnlyList<History> phases, string measure)
    {
        Measure = measure;
        direction = phases.SelectMany(phase => new[] { measure, $"val_{measure}" }.Where(phase.Names.Contains).Select(phase.DirectionOf))
            .FirstOrDefault(known => known != MonitorMode.Auto);
        Lines = [.. LinesOf(phases, measure)];
        Final = phases.Count > 0 && phases[^1].Final is { } final && final.TryGetValue($"val_{measure}", out var value) && double.IsFinite(value)
            ? new BestEpoch(phases.Sum(phase => phase.Epochs), value, IsValidation: true)
            : null;
        var finite = Lines.SelectMany(line => line.Values).Append(Final?.Value ?? double.NaN).Where(double.IsFinite).ToList();
        IsShare = IsAccuracy(measure) && finite.All(value => value is >= 0 and <= 1);
        Range = ValueRange.Of(finite, direction, IsShare);
        Best = FindBest();
    }

    /// <summary>The name in histories: <c>accuracy</c>.</summary>
    public string Measure { get; }

    /// <summary>The name as a title: "Mean absolute error", "Binary IoU".</summary>
    public string Title
    {
        get
        {
            var words = Measure.Replace("io_u", "iou", StringComparison.Ordinal).Split('_', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => word switch { "auc" => "AUC", "iou" => "IoU", _ => word });
            var title = string.Join(' ', words);
            return title.Length == 0 ? Measure : char.ToUpperInvariant(title[0]) + title[1..];
        }
    }

    /// <summary>The curves, of training and validation for each phase.</summary>
    public IReadOnlyList<CurveLine> Lines { get; }

    /// <summary>Whether the values are shares that are printed in percent.</summary>
    public bool IsShare { get; }

    /// <summary>The vertical axis.</summary>
    public ValueRange Range { get; }

    /// <summary>The best value: of the validation data if there are any. Null if it is not known which values are better.</summary>
    public BestEpoch? Best { get; }

    /// <summary>The value of the model after the training (<see cref="History.Final"/>); null if the last epoch has it.</summary>
    public BestEpoch? Final { get; }

    /// <summary>The points beyond the axis.</summary>
    public IEnumerable<(double Epoch, double Value, bool IsValidation)> CutOff => Lines.SelectMany(line => line.Epochs.Zip(line.Values)
        .Where(point => double.IsFinite(point.Second) && !Range.Contains(point.Second))
        .Select(point => (point.First, point.Second, line.IsValidation)));

    /// <summary>Whether the validation is better than the training in most epochs of one of the trainings.</summary>
    public bool IsValidationAhead => direction != MonitorMode.Auto && Lines.Where(line => line.IsValidation).Any(validation =>
    {
        if (Lines.FirstOrDefault(line => !line.IsValidation && line.Epochs[0] == validation.Epochs[0]) is not { } training) return false;
        var ahead = training.Values.Zip(validation.Values).Count(pair => IsBetter(pair.Second, pair.First));
        return validation.Values.Length >= 2 && 2 * ahead > validation.Values.Length;
    });

    /// <summary>The panels of some measures, or of all that were measured.</summary>
    /// <exception cref="ArgumentException">A measure is in none of the histories.</exception>
    public static IReadOnlyList<CurvePanel> Of(IReadOnlyList<History> phases, IReadOnlyList<string>? metrics)
    {
        List<string> measured = [.. phases.SelectMany(phase => phase.Names).Select(WithoutPrefix).Distinct()];
        foreach (var metric in metrics ?? [])
        {
            if (metric is null || !measured.Contains(WithoutPrefix(metric)))
                throw new ArgumentException(
                    $"TrainingCurves: expected metrics among {string.Join(", ", measured)}, which were measured; received '{metric}'.", nameof(metrics));
        }

        if (metrics is { Count: 0 })
            throw new ArgumentException($"TrainingCurves: expected metrics among {string.Join(", ", measured)}; received an empty list.", nameof(metrics));
        return [.. (metrics?.Select(WithoutPrefix).Distinct() ?? measured).Select(measure => new CurvePanel(phases, measure))];
    }

    /// <summary>Formats a value as in "96.25 %" or "0.0831".</summary>
    public string Print(double value) => IsShare
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.00} %")
        : Math.Abs(value) is >= 1e5 or (> 0 and < 1e-3)
        ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) < 100 ? "0.0000" : "0.##", CultureInfo.InvariantCulture);

    /// <summary>Describes the ring: the model after the training if it differs from the last epoch, else the best epoch; empty if neither is known.</summary>
    public string Note(string validationName) => Final is { } final ? $"{validationName} of the final model {Print(final.Value)}"
        : Best is { } best
        ? string.Create(CultureInfo.InvariantCulture, $"best {(best.IsValidation ? validationName : "training")} {Print(best.Value)} in epoch {best.Epoch}")
        : "";

    /// <summary>Formats the value of a grid line; empty where a share is impossible.</summary>
    public string PrintGrid(double value) => !IsShare ? value.ToString("0.########", CultureInfo.InvariantCulture)
        : value is < -1e-9 or > 1 + 1e-9 ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.####} %");

    /// <summary>Reports the values beyond the axis; empty if there are none.</summary>
    public string CutOffText()
    {
        var points = CutOff.ToList();
        if (points.Count == 0) return "";
        if (points is [var (epoch, value, _)]) return string.Create(CultureInfo.InvariantCulture, $"cut off: {Print(value)} in epoch {epoch}");
        var extreme = points.MaxBy(point => Math.Abs(point.Value - Range.Low));
        return $"cut off: {points.Count} values {(extreme.Value > Range.High ? "up" : "down")} to {Print(extreme.Value)}";
    }

    private static string WithoutPrefix(string name) => name.StartsWith("val_", StringComparison.Ordinal) ? name[4..] : name;

    private static bool IsAccuracy(string measure) => measure.EndsWith("accuracy", StringComparison.Ordinal)
        || measure.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').EndsWith("accuracy_", StringComparison.Ordinal);

    private static IEnumerable<CurveLine> LinesOf(IReadOnlyList<History> phases, string measure)
    {
        var before = 0;
        foreach (var phase in phases)
        {
            foreach (var (name, isValidation) in ((string, bool)[])[(measure, false), ($"val_{measure}", true)])
            {
                if (!phase.Names.Contains(name)) continue;
                var values = phase[name];
                yield return new CurveLine(isValidation, [.. Enumerable.Range(before + 1, values.Count).Select(epoch => (double)epoch)], [.. values]);
            }

            before += phase.Epochs;
        }
    }

    private BestEpoch? FindBest()
    {
        if (direction == MonitorMode.Auto) return null;
        var hasValidation = Lines.Any(line => line.IsValidation);
        var points = Lines.Where(line => line.IsValidation == hasValidation).SelectMany(line => line.Epochs.Zip(line.Values))
            .Where(point => double.IsFinite(point.Second)).ToList();
        if (points.Count == 0) return null;
        var best = points.Aggregate((best, point) => IsBetter(point.Second, best.Second) ? point : best);
        return new BestEpoch((int)best.First, best.Second, hasValidation);
    }

    private bool IsBetter(double value, double other) => direction == MonitorMode.Min ? value < other : value > other;
}
