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

    /// <summary>The report on the training, to read and to send.</summary>
    public string Report => NextTo("-report.html");

    /// <summary>The same as JSON.</summary>
    public string ReportJson => NextTo("-report.json");

    /// <summary>The test images with the highest loss.</summary>
    public string Mistakes => NextTo("-mistakes.png");

    /// <summary>The files for a request.</summary>
    /// <param name="file">The model file.</param>
    /// <exception cref="CommandException">One of them cannot be written.</exception>
    public static OutputFiles For(string file)
    {
        var files = new OutputFiles(file);
        if (!Job.IsFirst) return files;  // only the first process of a job writes
        RequireWritable(files.Model);
        string[] others =
        [
            files.Report, files.ReportJson, files.Curves, files.FineTuningCurves, files.LearningRates, files.Predictions, files.Confusion, files.Mistakes,
        ];
        foreach (var other in others) RequireCreatable(other);
        return files;
    }

    /// <summary>The default model file: named after the network or the file that is trained, or after the data if the network was chosen for them.</summary>
    /// <param name="data">The data, as on the command line.</param>
    /// <param name="network">The network or the file.</param>
    /// <param name="model">The value of <c>--model</c>.</param>
    public static string DefaultFor(string data, string network, string? model)
    {
        if (network is SmallNetwork.ResNet or SmallNetwork.UNet && model != network && NameOf(data) is { Length: > 0 } folder) return $"{folder}.keras";
        if (Networks.IsNamed(network)) return $"{network}.keras";
        var name = Path.GetFileNameWithoutExtension(network);
        return name.EndsWith("-trained", StringComparison.Ordinal) ? $"{name}.keras" : $"{name}-trained.keras";
    }

    /// <summary>The name of a folder, or of a file without its extension.</summary>
    private static string NameOf(string data)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(data));
        return Directory.Exists(path) ? Path.GetFileName(path) : Path.GetFileNameWithoutExtension(path);
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
