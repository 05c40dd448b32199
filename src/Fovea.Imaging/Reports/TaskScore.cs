namespace Fovea.Imaging;

/// <summary>One of the values by which a model is judged, such as its accuracy; <see cref="TaskResults.Scores"/>.</summary>
/// <param name="Key">Its name in JSON: <c>accuracy</c>.</param>
/// <param name="Name">Its name on the page: <c>Accuracy</c>.</param>
/// <param name="Value">The value; NaN if it is not defined.</param>
public sealed record TaskScore(string Key, string Name, double Value)
{
    /// <summary>Whether it is a share, which is printed in percent.</summary>
    public bool IsShare { get; init; }

    /// <summary>The 95 % interval of a share; null for none.</summary>
    public WilsonInterval? Interval { get; init; }

    /// <summary>The value, as pages print it: <c>87.5 %</c>, or four significant digits.</summary>
    public override string ToString() => IsShare ? ReportText.Percent(Value) : ReportText.Significant(Value);
}
