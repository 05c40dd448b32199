using System.Text;

namespace Fovea;

/// <summary>
/// The terminal that progress is printed to. It is the only place in the libraries that uses the console. Several threads may print at once: one of them owns
/// the line at the cursor and rewrites it; the others print whole lines above it.
/// </summary>
/// <param name="write">Writes text.</param>
/// <param name="clock">Measures times.</param>
/// <param name="width">Returns the number of columns, which changes if the user resizes the window.</param>
internal sealed class ProgressConsole(Action<string> write, TimeProvider clock, Func<int> width)
{
    /// <summary>The switch of <see cref="AppContext"/> that turns off what is shown by default.</summary>
    public const string Switch = "Fovea.ShowProgress";

    private const int UsualWidth = 80;
    private const int Unlimited = 10_000;
    private const string Green = "\e[32m";
    private const string Gray = "\e[90m";
    private const string Plain = "\e[0m";

    private static readonly Lazy<ProgressConsole> OfProcess = new(Detect);
    private readonly Lock gate = new();
    private object? owner;
    private ProgressFrame? shown;
    private int shownWidth;
    private bool isBroken;

    /// <summary>The console that tests use instead of that of the process.</summary>
    public static AsyncLocal<ProgressConsole?> Substitute { get; } = new();

    public static ProgressConsole Current => Substitute.Value ?? OfProcess.Value;

    /// <summary>Whether progress is shown if nothing else is asked for: the output is a terminal, and the program has not switched it off.</summary>
    public bool ShowsByDefault => IsTerminal && IsOn();

    /// <summary>Whether the program has not switched off what is shown by default.</summary>
    public Func<bool> IsOn { get; init; } = () => true;

    /// <summary>Whether the output is a terminal, and not a file or a pipe.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether a line can be rewritten: a carriage return moves the cursor to its start.</summary>
    public bool CanRewrite { get; init; }

    public bool HasColors { get; init; }

    /// <summary>Whether the output encodes the characters of box drawings.</summary>
    public bool HasUnicode { get; init; }

    public TimeProvider Clock => clock;

    /// <summary>The number of columns of a line, without the last two: one for a space, and one since terminals may wrap after it.</summary>
    public int Columns => IsTerminal ? Math.Max(1, (width() is > 0 and var columns ? columns : UsualWidth) - 2) : Unlimited;

    /// <summary>Makes a line the one that is rewritten. Returns false if another one is, or if the terminal cannot rewrite lines.</summary>
    public bool TryOwn(object line)
    {
        if (!CanRewrite) return false;
        lock (gate) return (owner ??= line) == line;
    }

    /// <summary>Shows the present state of the line, in place of the state before.</summary>
    public void Rewrite(object line, ProgressFrame frame)
    {
        lock (gate)
        {
            if (owner != line) return;
            Write(Over(frame) + " ");  // what a callback prints now is apart from the line
            (shown, shownWidth) = (frame, frame.Width + 1);
        }
    }

    /// <summary>Ends the line: what it shows stays, and the cursor moves to the start of the next line.</summary>
    public void Release(object line)
    {
        lock (gate)
        {
            if (owner != line) return;
            if (shown is not null) Write(Environment.NewLine);
            (owner, shown, shownWidth) = (null, null, 0);
        }
    }

    /// <summary>Prints lines that stay. They replace what the printing line shows; if another line is shown, it is shown again below them.</summary>
    public void Print(object line, params IReadOnlyList<ProgressFrame> frames)
    {
        lock (gate)
        {
            var text = new StringBuilder();
            foreach (var frame in frames)
            {
                text.Append(Over(frame)).Append(Environment.NewLine);
                shownWidth = 0;
            }

            if (owner == line) shown = null;
            if (shown is { } other)
            {
                text.Append(Over(other)).Append(' ');
                shownWidth = other.Width + 1;
            }

            Write(text.ToString());
        }
    }

    private static ProgressConsole Detect()
    {
#pragma warning disable RS0030 // The one use of the console
        if (OperatingSystem.IsBrowser() || OperatingSystem.IsIOS() || OperatingSystem.IsAndroid()) return new(_ => { }, TimeProvider.System, () => UsualWidth);
        var isTerminal = !Console.IsOutputRedirected;
        var canRewrite = isTerminal && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new(text => Console.Out.Write(text), TimeProvider.System, WindowWidth)
        {
            IsTerminal = isTerminal,
            IsOn = () => !AppContext.TryGetSwitch(Switch, out var isOn) || isOn,
            CanRewrite = canRewrite,
            HasUnicode = Console.OutputEncoding.CodePage is 65001 or 1200,  // UTF-8 or UTF-16

            // Windows shows colors only after a program has asked for them; see https://no-color.org for NO_COLOR.
            HasColors = canRewrite && !OperatingSystem.IsWindows() && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        };

        static int WindowWidth()
        {
            try
            {
                return Console.WindowWidth;
            }
            catch (Exception error) when (error is IOException or PlatformNotSupportedException)
            {
                return UsualWidth;
            }
        }
#pragma warning restore RS0030
    }

    /// <summary>The text that replaces what is shown by a frame.</summary>
    private string Over(ProgressFrame frame) =>
        (shownWidth > 0 ? "\r" : "") + Colored(frame) + new string(' ', Math.Max(0, Math.Min(shownWidth, Columns) - frame.Width));

    private string Colored(ProgressFrame frame) => HasColors && frame.Done.Length + frame.Left.Length > 0
        ? $"{frame.Before}{Green}{frame.Done}{Gray}{frame.Left}{Plain}{frame.After}"
        : $"{frame.Before}{frame.Done}{frame.Left}{frame.After}";

    private void Write(string text)
    {
        if (isBroken) return;
        try
        {
            write(text);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            isBroken = true;  // the terminal was closed; the work goes on without it
        }
    }
}
