using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Where a command writes: text for people, one JSON object for scripts, and errors.</summary>
/// <param name="output">Standard output: JSON and help are written to it.</param>
/// <param name="error">Standard error.</param>
/// <param name="console">Standard output again, for people: tables, colours, progress.</param>
/// <param name="errorConsole">Standard error, for people.</param>
internal sealed class CommandOutput(TextWriter output, TextWriter error, IAnsiConsole console, IAnsiConsole errorConsole)
{
    /// <summary>Wide enough that no line is broken where nobody sees a terminal.</summary>
    private const int PlainWidth = 10_000;

    /// <summary>A console that shows nothing.</summary>
    public static IAnsiConsole Silent { get; } = Plain(TextWriter.Null);

    public TextWriter Output { get; } = output;

    public TextWriter Error { get; } = error;

    public IAnsiConsole Console { get; } = console;

    public IAnsiConsole ErrorConsole { get; } = errorConsole;

    /// <summary>Whether lines can be rewritten in place: someone sits at a terminal.</summary>
    public bool IsLive => Console.Profile.Capabilities.Ansi && Console.Profile.Out.IsTerminal;

    public static CommandOutput OfProcess() => new(
        System.Console.Out, System.Console.Error,
        System.Console.IsOutputRedirected ? Plain(System.Console.Out) : Detected(System.Console.Out),
        System.Console.IsErrorRedirected ? Plain(System.Console.Error) : Detected(System.Console.Error));

    /// <summary>Plain text into writers, as when output is redirected.</summary>
    public static CommandOutput ToWriters(TextWriter output, TextWriter error) => new(output, error, Plain(output), Plain(error));

    /// <summary>The same, without text for people on standard output.</summary>
    public CommandOutput ForScripts() => new(Output, Error, Silent, ErrorConsole);

    private static IAnsiConsole Detected(TextWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });

    private static IAnsiConsole Plain(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = PlainWidth;
        return console;
    }
}
