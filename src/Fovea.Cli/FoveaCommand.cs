using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using Fovea.Mpi;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The <c>fovea</c> command. It parses the arguments, runs a command, and reports errors as sentences and exit codes.</summary>
/// <param name="output">The outputs.</param>
/// <param name="isFirstToReport">Whether this process of a job reports an error, and no other reports the same; null for a single process.</param>
internal sealed partial class FoveaCommand(CommandOutput output, Func<string, bool>? isFirstToReport = null)
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;

    /// <summary>The exit code that shells report for a program that SIGINT ended: 128 + 2.</summary>
    public const int Interrupted = 130;

    public int Run(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var root = CreateRoot();
        var parsed = root.Parse(arguments);
        var name = PathOf(parsed.CommandResult);
        if (arguments.Count == 0)
        {
            Invoke(root.Parse(["--help"]), cancellationToken);
            return UsageError;
        }

        if (parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction)
        {
            if (!Job.IsFirst) return UsageError;  // all processes have the same arguments
            foreach (var message in UsageErrors(parsed)) Write(name, message);
            output.Error.WriteLine($"Try '{name} --help'.");
            return UsageError;
        }

        try
        {
            var command = parsed.CommandResult.Command;
            if (Job.IsShared && parsed.Action == command.Action && command.Name is not ("train" or "evaluate" or "predict"))
                throw new CommandException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"expected one process; the launcher has started {Job.Size}. Only fovea train, evaluate and predict use several: start this command "
                        + $"without it."));
            return Invoke(parsed, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Report(name, "stopped.");
            return Interrupted;
        }
#pragma warning disable CA1031 // Users never see a stack trace.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Report(name, Sentence(error));
            return Failure;
        }
    }

    /// <summary>The names of a command and of those around it: <c>fovea data check</c>.</summary>
    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;

    /// <summary>The errors of a command line, without the names of .NET types and without errors that only follow from another one.</summary>
    private static IEnumerable<string> UsageErrors(ParseResult parsed)
    {
        var messages = parsed.Errors.Select(error => OneLine(error.Message)).Distinct().ToList();
        if (messages.Exists(message => message.StartsWith("Unrecognized", StringComparison.Ordinal)))
            messages.RemoveAll(message => message.StartsWith("Required command", StringComparison.Ordinal));
        return messages.Select(message => NotOfType().Match(message) is { Success: true } match
            ? $"{match.Groups["option"]}: expected {(match.Groups["type"].Value.Contains("Int", StringComparison.Ordinal) ? "a whole number" : "a number")}; "
                + $"received {match.Groups["text"]}."
            : message);
    }

    [GeneratedRegex("^Cannot parse argument '(?<text>.*)' for option '(?<option>.*)' as expected type '(?<type>.*)'")]
    private static partial Regex NotOfType();

    private int Invoke(ParseResult parsed, CancellationToken cancellationToken) => parsed.InvokeAsync(
        new InvocationConfiguration { Output = output.Output, Error = output.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
        cancellationToken).GetAwaiter().GetResult();

    internal Command CreateRoot()
    {
        var root = new Command("fovea", "Convolutional networks for .NET: train, evaluate and use them from a terminal.")
        {
            TrainCommand.Create(output),
            EvaluateCommand.Create(output),
            PredictCommand.Create(output),
            SummaryCommand.Create(output),
            ExplainCommand.Create(output),
            ConvertCommand.Create(output),
            DataCommand.Create(output),
            ModelsCommand.Create(output),
            PublishCommand.Create(output),
            BenchCommand.Create(output),
        };
        var help = new HelpOption();
        help.Action = new HelpWithExamples(
            (HelpAction)help.Action!,
            new("fovea train", "train the book's convnet on drawn digits, in less than a minute"),
            new("fovea train --data mnist --epochs 5", "train it on MNIST (downloads 11 MB once)"),
            new("fovea train --data FOLDER", "train a convnet on your images, one folder for each class"),
            new("fovea data check FOLDER", "find broken files, duplicates and wrong labels among your images"),
            new("fovea predict book-mnist.keras photo.jpg", "say which digit a photo shows"),
            new("fovea convert colleague.h5 mine.keras", "change the format of a model file"),
            new("fovea train --help", "explain a command"));
        root.Options.Add(help);
        root.Options.Add(new VersionOption());
        return root;
    }

    /// <summary>
    /// Reports an error of this process. An error of all processes is reported once. The error of one process ends the work of the others, which name it in
    /// their message.
    /// </summary>
    private void Report(string command, string message)
    {
        var cause = OfOtherProcess().Match(message) is { Success: true } match ? message[match.Length..] : message;
        if (isFirstToReport?.Invoke(cause) == false) return;
        Write(Job.IsFirst ? command : string.Create(CultureInfo.InvariantCulture, $"{command} (process {Job.Rank} of {Job.Size})"), message);
    }

    [GeneratedRegex(@"^Process \d+ of \d+ has failed: ")]
    private static partial Regex OfOtherProcess();

    private void Write(string command, string message)
    {
        if (Job.IsFirst) output.ErrorConsole.Markup($"[red]{Markup.Escape(command)}:[/] ");
        else message = $"{command}: {message}";
        output.Error.WriteLine(message);
    }

    /// <summary>The message of an expected error. Any other error is a fault of this program, and the sentence says so.</summary>
    private static string Sentence(Exception error) => error switch
    {
        CommandException or MpiException or ModelFormatException or TrainingException or ShapeException or InvalidDataException or FileNotFoundException
            or DirectoryNotFoundException or IOException or UnauthorizedAccessException or NotSupportedException or InsufficientMemoryException =>
                OneLine(error.Sentence()),
        OutOfMemoryException => "there is not enough memory for this; a smaller --batch-size may help.",
        _ => $"this is a fault of fovea itself, please report it: {error.GetType().Name}: {OneLine(error.Message)}",
    };

    private static string OneLine(string message) => string.Join(' ', message.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
