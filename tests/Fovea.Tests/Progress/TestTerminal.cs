using System.Text;

namespace Fovea.Tests.Progress;

/// <summary>A terminal with a width and a clock of the test. It knows the carriage return and the new line, and wraps lines that are too long.</summary>
internal sealed class TestTerminal(int width) : TimeProvider
{
    private readonly List<StringBuilder> rows = [new()];
    private readonly Lock gate = new();
    private int column;
    private TimeSpan now;

    /// <summary>The terminal of the test's thread, until it ends.</summary>
    public static TestTerminal Use(
        int width = 80, bool isTerminal = true, bool canRewrite = true, bool hasColors = false, bool hasUnicode = true, bool isOn = true,
        bool isClosed = false)
    {
        var terminal = new TestTerminal(width);
        terminal.Console = new ProgressConsole(isClosed ? _ => throw new IOException() : terminal.Write, terminal, () => terminal.Width)
        {
            IsTerminal = isTerminal,
            CanRewrite = isTerminal && canRewrite,
            IsOn = () => isOn,
            HasColors = hasColors,
            HasUnicode = hasUnicode,
        };
        ProgressConsole.Substitute.Value = terminal.Console;
        return terminal;
    }

    public ProgressConsole Console { get; private set; } = null!;

    public int Width { get; set; } = width;

    /// <summary>All that was written.</summary>
    public StringBuilder Raw { get; } = new();

    /// <summary>What the screen showed after each write in which a line was rewritten.</summary>
    public List<string> Frames { get; } = [];

    /// <summary>What the screen shows.</summary>
    public string Screen => string.Join('\n', rows.Select(row => row.ToString().TrimEnd())).TrimEnd('\n');

    /// <summary>Whether the cursor is at the start of an empty row.</summary>
    public bool IsAtLineStart => column == 0 && rows[^1].Length == 0;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How often the time was read.</summary>
    public int Readings { get; private set; }

    public override long GetTimestamp()
    {
        Readings++;
        return now.Ticks;
    }

    public void Pass(double seconds) => now += TimeSpan.FromSeconds(seconds);

    public void Write(string text)
    {
        lock (gate)
        {
            Raw.Append(text);
            foreach (var letter in text) Write(letter);
            Frames.Add(rows[^1].ToString().TrimEnd());
        }
    }

    private void Write(char letter)
    {
        if (letter == '\r')
        {
            column = 0;
        }
        else if (letter == '\n')
        {
            rows.Add(new());
            column = 0;
        }
        else
        {
            if (column == Width) Write('\n');
            if (column == rows[^1].Length) rows[^1].Append(letter);
            else rows[^1][column] = letter;
            column++;
        }
    }
}
