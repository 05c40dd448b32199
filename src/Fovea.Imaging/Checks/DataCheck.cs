using System.Runtime.ExceptionServices;

namespace Fovea.Imaging;

/// <summary>
/// Looks for what is wrong with a data set of images: files that cannot be read, duplicates, also mirrored and rotated ones and those between train and test,
/// dark, bright, blurred and plain images, odd sizes, classes of different sizes, and labels that are probably wrong.
/// </summary>
/// <remarks>
/// <code>
/// var report = DataCheck.Run("photos", new DataCheckOptions { Base = Model.Load("features.keras") });
/// foreach (var finding in report.Findings) Console.WriteLine($"{finding.Severity} {finding.Kind}: {finding.Message}");
/// </code>
/// No file is changed. The result does not depend on the number of threads. About 2 KB are kept of each image.
/// </remarks>
public static class DataCheck
{
    /// <summary>Checks a data set.</summary>
    /// <param name="folder">A folder, an archive or a list of images, as <see cref="ImageData.Recognize"/> knows them.</param>
    /// <param name="options">What is looked for, with which limits.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="cancellationToken">Stops between two images or batches.</param>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">The folder holds no images.</exception>
    /// <exception cref="ArgumentException">An option is outside its range, or a network does not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DataReport Run(
        string folder, DataCheckOptions? options = null, IProgress<DataCheckProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new DataCheckOptions();
        options.Validate();
        var steps = new CheckProgress(progress);
        var began = TimeProvider.System.GetUtcNow().UtcDateTime;
        var files = CheckedFiles.Find(folder, options);
        var (images, findings) = Measure(files, steps, cancellationToken);
        var duplicates = new DuplicateFindings(images, options);
        findings.AddRange(duplicates.Find(cancellationToken));
        findings.AddRange(new QualityFindings(images, options).Find());
        findings.AddRange(FileFindings.Others(files));
        findings.AddRange(new ClassFindings(files, images, options).Find());
        findings.AddRange(files.List?.Findings ?? []);
        findings.AddRange(new NumberFindings(files.List?.NumberNames ?? [], images, options).Find());
        var unreadable = findings.Where(finding => finding.Kind == DataFindingKind.Unreadable).SelectMany(finding => finding.Files).ToHashSet();
        findings.AddRange(new MaskFindings(files, images, options).Find(unreadable, cancellationToken));
        var labels = new LabelFindings(images, options, steps);
        findings.AddRange(labels.Find(duplicates.Groups, cancellationToken));
        return new DataReport(folder, files.Description, Ordered(findings.Where(finding => options.LooksFor(finding.Kind))))
        {
            Images = files.Images.Count,
            Counts = CountsOf(images),
            HasClasses = images.Any(image => image.File.Label is not null),
            Notes = [.. files.List?.Notes ?? [], .. labels.Note is { } note ? [note] : (string[])[]],
            Root = files.Root,
            Began = began,
        };
    }

    /// <summary>Decodes all images on all threads; the <see cref="DecodingBudget"/> limits the number of images in memory.</summary>
    private static (List<MeasuredImage> Images, List<DataFinding> Findings) Measure(
        CheckedFiles files, CheckProgress progress, CancellationToken cancellationToken)
    {
        CheckedImage[] all = [.. files.Images, .. files.Masks];
        var measures = new ImageMeasurement?[all.Length];
        var found = new DataFinding?[all.Length];
        var (counter, done) = (progress.Of("images", all.Length), 0);
        try
        {
            Parallel.For(0, all.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Cpu.Threads }, i =>
            {
                (measures[i], found[i]) = Measure(all[i]);
                counter?.Report(Interlocked.Increment(ref done));
            });
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        return (
            [.. Enumerable.Range(0, files.Images.Count).Where(i => measures[i] is not null).Select(i => new MeasuredImage(all[i], measures[i]!))],
            [.. found.OfType<DataFinding>()]);
    }

    private static (ImageMeasurement? Measures, DataFinding? Finding) Measure(CheckedImage file)
    {
        try
        {
            var bytes = ImageDecoder.ReadFile(file.Path);
            return (ImageMeasurement.Of(bytes, $"'{file.Path}'"), FileFindings.WrongExtension(file, bytes));
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException or InsufficientMemoryException)
        {
            return (null, FileFindings.Unreadable(file, error.Message));
        }
    }

    private static IReadOnlyList<DataFinding> Ordered(IEnumerable<DataFinding> findings) =>
        [.. findings.Select((finding, place) => (finding, place)).OrderBy(entry => entry.finding.Kind).ThenBy(entry => entry.place)
            .Select(entry => entry.finding)];

    /// <summary>The labels of an image, its class, or an empty name for an image without.</summary>
    private static IEnumerable<string> LabelsOf(CheckedImage image) => image.Labels is { Count: > 0 } labels ? labels : [image.Label ?? ""];

    private static IReadOnlyList<ClassCount> CountsOf(List<MeasuredImage> images) =>
    [
        .. images.SelectMany(image => LabelsOf(image.File).Select(label => (image.File.Part, Label: label))).GroupBy(image => image)
            .OrderBy(group => group.Key.Part).ThenBy(group => group.Key.Label, StringComparer.Ordinal)
            .Select(group => new ClassCount(
                group.Key.Part == DataPart.None ? "" : FolderName.NameOf(group.Key.Part), group.Key.Label, group.Count())),
    ];
}
