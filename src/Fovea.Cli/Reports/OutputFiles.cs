namespace Fovea.Cli;

/// <summary>The files that training writes, checked before it starts.</summary>
internal sealed record OutputFiles(string Model)
{
    public string Curves => NextTo("-curves.png");

    /// <summary>The training curves of fine-tuning.</summary>
    public string FineTuningCurves => NextTo("-fine-tuning-curves.png");

    /// <summary>The loss against the learning rate.</summary>
    public string LearningRates => NextTo("-learning-rates.png");

    /// <summary>The first test images with predictions.</summary>
    public string Predictions => NextTo("-predictions.png");

    /// <summary>The confusion matrix.</summary>
    public string Confusion => NextTo("-confusion.png");

    /// <summary>The test images with the highest loss.</summary>
    public string Mistakes => NextTo("-mistakes.png");

    /// <summary>The files for a request.</summary>
    /// <exception cref="CommandException">One of them cannot be written.</exception>
    public static OutputFiles For(string? file, string model)
    {
        var files = new OutputFiles(file ?? DefaultFor(model));
        if (!Job.IsFirst) return files;  // only the first process of a job writes
        RequireWritable(files.Model);
        foreach (var other in (string[])[files.Curves, files.FineTuningCurves, files.LearningRates, files.Predictions, files.Confusion, files.Mistakes])
            RequireCreatable(other);
        return files;
    }

    private static string DefaultFor(string model)
    {
        if (Networks.IsNamed(model)) return $"{model}.keras";
        var name = Path.GetFileNameWithoutExtension(model);
        return name.EndsWith("-trained", StringComparison.Ordinal) ? $"{name}.keras" : $"{name}-trained.keras";
    }

    private static void RequireWritable(string path)
    {
        if (!path.EndsWith(".keras", StringComparison.OrdinalIgnoreCase))
            throw new CommandException($"--out: expected a file name that ends in .keras; received '{path}'.");
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        if (Directory.Exists(full)) throw new CommandException($"--out: '{path}' is a folder; expected the name of a file to write.");
        if (!Directory.Exists(folder)) throw new CommandException($"--out: the folder '{folder}' does not exist; create it first.");
        RequireCreatable(path);
    }

    /// <summary>
    /// Fails before the training rather than after it if a file cannot be written: missing permissions, a full disk, a name that is too long.
    /// </summary>
    private static void RequireCreatable(string path)
    {
        try
        {
            AtomicFile.RequireWritable(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--out: {error.Message}", error);
        }
    }

    private string NextTo(string ending) => Path.Combine(Path.GetDirectoryName(Model) ?? "", Path.GetFileNameWithoutExtension(Model) + ending);
}
