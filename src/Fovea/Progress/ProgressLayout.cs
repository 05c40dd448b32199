using System.Globalization;

namespace Fovea;

/// <summary>Arranges a progress line within the width of the terminal. No line is wider, so that the terminal never wraps one.</summary>
/// <param name="columns">The width of the terminal.</param>
/// <param name="hasUnicode">Whether the bar is drawn with <c>━</c>; otherwise with <c>=</c>.</param>
/// <param name="hasColors">Whether colors tell the done part of the bar from the rest; otherwise their characters do.</param>
internal readonly struct ProgressLayout(int columns, bool hasUnicode, bool hasColors)
{
    private const int BarWidth = 20;
    private const int ShortestBar = 5;

    /// <summary>The share of the time that was spent waiting for data is shown from this share on.</summary>
    private const double NotableShare = 0.1;

    /// <summary>The first batch is always waited for. In short operations that would be a large share.</summary>
    private static readonly TimeSpan NotableTime = TimeSpan.FromSeconds(1);

    /// <summary>The line while the steps are in progress. Where it is too long, the bar is shorter or missing, then texts are left out from the end.</summary>
    public ProgressFrame Running(ProgressState state)
    {
        var texts = Texts(state, Time(state));
        var before = Start(state);
        var bar = columns - before.Length - 1 - Width(texts);
        while (bar < 0 && texts.Count > 0)
        {
            texts.RemoveAt(texts.Count - 1);
            bar = columns - before.Length - 1 - Width(texts);
        }

        return state.Total is null || bar < ShortestBar ? Cut(new ProgressFrame(before + Joined(texts))) : WithBar(state, before, bar, Joined(texts));
    }

    /// <summary>The lines that stay when all steps are done. Values that do not fit into the first line follow in others.</summary>
    public IReadOnlyList<ProgressFrame> Finished(ProgressState state, bool hasBar)
    {
        var time = $"{ProgressText.Duration(state.Elapsed)} {ProgressText.PerStep(state.StepTime, state.Unit)}";
        var (before, texts) = (Start(state), Texts(state, time));
        var room = columns - before.Length - 1 - Width(texts);
        var bar = hasBar && state.Total is not null ? room >= BarWidth / 2 ? Math.Min(BarWidth, room) : BarWidth : 0;
        if (before.Length + 2 + bar + time.Length > columns) bar = 0;
        var fit = columns - before.Length - (bar > 0 ? bar + 1 : 0);
        var indent = new string(' ', Math.Min(before.Length, columns / 8));
        var frames = new List<ProgressFrame>();
        while (texts.Count > 0)
        {
            var count = Math.Max(1, Enumerable.Range(1, texts.Count).LastOrDefault(count => Width(texts[..count]) <= fit));
            var line = Joined(texts[..count]);
            texts.RemoveRange(0, count);
            if (frames.Count > 0) frames.Add(Cut(new ProgressFrame(indent + line)));
            else frames.Add(bar > 0 ? WithBar(state, before, bar, line) : Cut(new ProgressFrame(before + line)));
            fit = columns - indent.Length;
        }

        return frames;
    }

    private static string Start(ProgressState state) =>
        (state.Title.Length > 0 ? state.Title + ": " : "") + ProgressText.Count(state.Done, state.Total);

    private static string Time(ProgressState state) => state.Done == 0
        ? ""
        : $"{(state.TimeLeft is { } left ? ProgressText.Duration(left) + " left" : ProgressText.Duration(state.Elapsed))} "
            + ProgressText.PerStep(state.StepTime, state.Unit);

    /// <summary>The texts after the bar, the most important first.</summary>
    private static List<string> Texts(ProgressState state, string time)
    {
        List<string> texts = [time, .. state.Values.Select(ProgressText.Value)];
        var waiting = state.Waited / state.StepsElapsed;
        if (waiting >= NotableShare && state.StepsElapsed >= NotableTime)
            texts.Add(string.Create(CultureInfo.InvariantCulture, $"{100 * waiting:0}% waiting for data"));
        if (state.Note.Length > 0) texts.Add(state.Note);
        return texts;
    }

    private static int Width(List<string> texts) => Joined(texts).Length;

    private static string Joined(List<string> texts) => string.Concat(texts.Where(text => text.Length > 0).Select((text, i) => (i == 0 ? " " : " - ") + text));

    private ProgressFrame Cut(ProgressFrame frame) => frame.Width <= columns ? frame : new ProgressFrame(frame.Before[..columns]);

    private ProgressFrame WithBar(ProgressState state, string before, int width, string after)
    {
        width = Math.Min(BarWidth, width);
        var done = state.Total is > 0 and var total ? (int)(width * Math.Min(1, (double)state.Done / total)) : width;
        var (full, empty) = hasUnicode ? ('━', hasColors ? '━' : '─') : ('=', hasColors ? '=' : '.');
        return new ProgressFrame(before + " ", new string(full, done), new string(empty, width - done), after);
    }
}
