using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The outputs of a command: text for people, one JSON object for scripts, and errors.</summary>
/// <param name="output">Standard output, for JSON and help.</param>
/// <param name="error">Standard error.</param>
/// <param name="console">Standard output, for tables, colors and progress.</param>
/// <param name="errorConsole">Standard error, for colored text.</param>
internal sealed class CommandOutput(TextWriter output, TextWriter error, IAnsiConsole console, IAnsiConsole errorConsole)
{
    /// <summary>The width assumed for files and pipes. It is so large that no line is wrapped.</summary>
    private const int PlainWidth = 10_000;

    /// <summary>A console that prints nothing.</summary>
    public static IAnsiConsole Silent { get; } = Plain(TextWriter.Null);

    public TextWriter Output { get; } = output;

    public TextWriter Error { get; } = error;

    public IAnsiConsole Console { get; } = console;

    public IAnsiConsole ErrorConsole { get; } = errorConsole;

    /// <summary>Whether the output is a terminal, where lines can be rewritten in place.</summary>
    public bool IsLive => Console.Profile.Capabilities.Ansi && Console.Profile.Out.IsTerminal;

    public static CommandOutput OfProcess() => new(
        System.Console.Out, System.Console.Error,
        System.Console.IsOutputRedirected ? Plain(System.Console.Out) : Detected(System.Console.Out),
        System.Console.IsErrorRedirected ? Plain(System.Console.Error) : Detected(System.Console.Error));

    /// <summary>The outputs of the process, with the text for people on standard error.</summary>
    public static CommandOutput OnError()
    {
        var own = OfProcess();
        return new(own.Output, own.Error, own.ErrorConsole, own.ErrorConsole);
    }

    /// <summary>
    /// The outputs of a process of a job. The launcher forwards them, so they are plain text; only the first process prints on standard output.
    /// </summary>
    public static CommandOutput OfJob(bool isFirst) =>
        isFirst ? ToWriters(System.Console.Out, System.Console.Error) : new(TextWriter.Null, System.Console.Error, Silent, Silent);

    /// <summary>Prints plain text to writers, as when output is redirected.</summary>
    public static CommandOutput ToWriters(TextWriter output, TextWriter error) => new(output, error, Plain(output), Plain(error));

    /// <summary>The same outputs, without text for people on standard output.</summary>
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
