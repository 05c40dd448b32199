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

    /// <summary>The model of a fold. It is a file for the time of the training if the models are not kept.</summary>
    public string Model(int fold) => Path.Combine(
        request.FoldsOut ?? Path.GetDirectoryName(model) ?? "",
        (request.FoldsOut is null ? $"{Path.GetFileNameWithoutExtension(model)}-" : "") + $"fold-{Number(fold)}.keras");

    /// <summary>The backup of a fold; null without <c>--backup</c>.</summary>
    public string? Backup(int fold) => Backup(request, fold);

    /// <summary>Creates the folder of the models, and fails now if they cannot be written.</summary>
    /// <exception cref="CommandException">They cannot be written.</exception>
    public void Prepare()
    {
        try
        {
            if (request.FoldsOut is { } folder) Directory.CreateDirectory(folder);
            AtomicFile.RequireWritable(Model(0));
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
            if (!AreKept) File.Delete(Model(fold));
            if (Backup(fold) is { } backup) File.Delete(backup);
        }

        if (FirstBackup(request) is { } first && Job.IsFirst) new PlanFile(first).Delete();
    }

    private static string? Backup(TrainRequest request, int fold) => request.Backup is { } path ? $"{path}.fold{Number(fold)}" : null;

    private static string Number(int fold) => (fold + 1).ToString(CultureInfo.InvariantCulture);
}
