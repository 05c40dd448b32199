namespace Fovea.Imaging;

/// <summary>A part of an <see cref="HtmlReport"/>: a table, a chart, images, …</summary>
public abstract class ReportElement
{
    private protected ReportElement()
    {
    }

    /// <summary>Whether the element is as wide as half a page, so that another one fits next to it.</summary>
    internal virtual bool IsNarrow => false;

    internal abstract void Write(HtmlWriter html);
}

/// <summary>A meaning that a color shows. The text always says the same, since some readers do not see the color.</summary>
public enum ReportTone
{
    /// <summary>No color.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Warning,

    /// <summary>Wrong.</summary>
    Bad,
}

/// <summary>The names of tones in the style sheet.</summary>
internal static class ReportTones
{
    /// <summary>The class of a tone; null for <see cref="ReportTone.Neutral"/>.</summary>
    public static string? StyleName(this ReportTone tone) => tone switch
    {
        ReportTone.Good => "good",
        ReportTone.Warning => "warning",
        ReportTone.Bad => "bad",
        _ => null,
    };
}
