namespace Fovea.Cli;

/// <summary>A line on a terminal that is rewritten in place at most ten times a second, and erased at the end.</summary>
internal sealed class LiveLine(CommandOutput output) : IDisposable
{
    private const long Interval = 100;
    private const string EraseLine = "\r\u001b[K";

    private readonly Lock gate = new();
    private long next = Environment.TickCount64 + Interval;
    private bool isShown;

    /// <summary>Shows a text, if it is time to do so. Several threads may call it.</summary>
    public void Show(string text)
    {
        if (!output.IsLive || Environment.TickCount64 < next) return;
        lock (gate)
        {
            output.Console.Profile.Out.Writer.Write(EraseLine + text[..Math.Min(text.Length, output.Console.Profile.Width - 1)]);
            (isShown, next) = (true, Environment.TickCount64 + Interval);
        }
    }

    public void Dispose()
    {
        if (isShown) output.Console.Profile.Out.Writer.Write(EraseLine);
    }
}
