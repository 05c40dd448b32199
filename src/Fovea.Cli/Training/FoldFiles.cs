using System.Globalization;

namespace Fovea.Cli;

/// <summary>The files of the folds of a cross-validation.</summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="model">The file of the ensemble.</param>
internal sealed class FoldFiles(TrainRequest request, string model)
{
    /// <summary>Whether the models of the folds are kept after the training.</summary>
    public bool AreKept => request.FoldsOut is not null;

    /// <summary>The backup of the first fold, or of the only training; null without <c>--backup</c>.</summary>
    public static string? FirstBackup(TrainRequest request) => request.Folds is null ? request.Backup : Backup(request, 0);

    /// <summary>The model of a fold during the training; next to the ensemble.</summary>
    public string Working(int fold) =>
        Path.Combine(Path.GetDirectoryName(model) ?? "", $"{Path.GetFileNameWithoutExtension(model)}-fold-{Number(fold)}.keras");

    /// <summary>The model of a fold that is kept with <c>--folds-out</c>.</summary>
    public string Kept(int fold) => Path.Combine(request.FoldsOut!, $"fold-{Number(fold)}.keras");

    /// <summary>The backup of a fold; null without <c>--backup</c>.</summary>
    public string? Backup(int fold) => Backup(request, fold);

    /// <summary>Creates the folder of the models that are kept, and fails now if they cannot be written.</summary>
    /// <exception cref="CommandException">They cannot be written.</exception>
    public void Prepare()
    {
        try
        {
            AtomicFile.RequireWritable(Working(0));
            if (request.FoldsOut is null || !Job.IsFirst) return;
            Directory.CreateDirectory(request.FoldsOut);
            AtomicFile.RequireWritable(Kept(0));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"{(AreKept ? "--folds-out" : "--out")}: {error.Message}", error);
        }
    }

    /// <summary>Deletes what is not needed after the training.</summary>
    /// <param name="folds">The folds of this process.</param>
    public void Clean(IEnumerable<int> folds)
    {
        foreach (var fold in folds)
        {
            // The backup first: it needs the file.
            if (Backup(fold) is { } backup) File.Delete(backup);
            File.Delete(Working(fold));
        }

        if (FirstBackup(request) is { } first && Job.IsFirst) new PlanFile(first).Delete();
    }

    private static string? Backup(TrainRequest request, int fold) => request.Backup is { } path ? $"{path}.fold{Number(fold)}" : null;

    private static string Number(int fold) => (fold + 1).ToString(CultureInfo.InvariantCulture);
}
