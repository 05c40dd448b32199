using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>A check of a data set, as the command line asks for it.</summary>
internal sealed record DataCheckRequest(string Folder)
{
    public string? ImageFolder { get; init; }

    public ImageTargetKind? TargetKind { get; init; }

    public IReadOnlyList<string> Targets { get; init; } = [];

    public string? Base { get; init; }

    public string? Model { get; init; }

    public string? Csv { get; init; }

    public string? Page { get; init; }

    public string? Quarantine { get; init; }

    public required IReadOnlyList<DataFindingKind> Kinds { get; init; }

    public bool IsJson { get; init; }

    /// <summary>Checks, prints and writes what was found, and moves files if that was asked.</summary>
    /// <returns>The exit code: 1 if there is an error.</returns>
    public int Run(CommandOutput output, CancellationToken cancellationToken)
    {
        RequireWritable("--csv", Csv);
        RequireWritable("--page", Page);
        var people = IsJson ? output.ForScripts() : output;
        var options = new DataCheckOptions
        {
            Base = LoadBase(people),
            Classifier = LoadClassifier(),
            ImageFolder = ImageFolder,
            TargetKind = TargetKind,
            TargetColumns = Targets,
        };
        DataReport report;
        using (var progress = CheckProgressLine.On(people)) report = DataCheck.Run(Folder, options, progress, cancellationToken);
        if (Csv is not null) report.SaveCsv(Csv);
        if (Page is not null) report.SavePage(Page);
        if (!IsJson)
            DataReportText.Write(
                output.Console, report, hasLabels: options.Base is not null || options.Classifier is not null, isListed: Csv is not null || Page is not null);
        var moved = Quarantine is null ? null : Imaging.Quarantine.Move(report, Quarantine, Kinds, cancellationToken);
        if (moved is not null) DataReportText.WriteMoved(people, moved, "moved", moved.List);
        if (IsJson) CliJson.Write(output.Output, DataCheckResult.Of(report, moved), context => context.DataCheckResult);
        return report.Errors > 0 || moved?.Left.Count > 0 ? FoveaCommand.Failure : FoveaCommand.Success;
    }

    /// <summary>The pretrained network without its classifier.</summary>
    private Model? LoadBase(CommandOutput people)
    {
        if (Base is null) return null;
        var (network, note) = PretrainedBase.Load(Base, null);
        if (note is not null) people.Console.MarkupLine($"[grey58]'{Markup.Escape(Base)}' is a classifier; its features before the classifier are used.[/]");
        return network;
    }

    private Model? LoadClassifier() => Model is null ? null : Networks.LoadSized(Model, null);

    private static void RequireWritable(string option, string? path)
    {
        if (path is null) return;
        try
        {
            AtomicFile.RequireWritable(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{option}: {error.Message}", error);
        }
    }
}
