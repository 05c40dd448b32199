namespace Fovea.Imaging;

/// <summary>
/// A data set of images that a file lists with their class labels or numeric targets: comma- or tab-separated values with a header, or JSON lines. Every row
/// is a sample, in the order of the file.
/// </summary>
public sealed class ImageManifest : Dataset
{
    private const int Listed = 5;

    internal static readonly string[] LabelColumns = ["label", "class", "category"];

    private readonly ImageFiles files;
    private readonly int[] lines;
    private readonly ManifestTargets targets;

    private ImageManifest(ImageFiles files, int[] lines, ManifestTargets targets) => (this.files, this.lines, this.targets) = (files, lines, targets);

    /// <inheritdoc/>
    public override bool HasTargetsInMemory => true;

    /// <inheritdoc/>
    public override int Count => files.Count;

    /// <inheritdoc/>
    public override Shape InputShape => files.Input.Shape;

    /// <summary>The preprocessing of the images.</summary>
    public override ImageInput ImageInput => files.Input;

    /// <summary>The shape of a target: <see cref="Shape.Scalar"/> for a class number or one number, (n) for several.</summary>
    public override Shape TargetShape => targets.Shape;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => targets.ClassNames;

    /// <summary>The files that were skipped, with the reasons: images that cannot be read, and missing files.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; private init; } = [];

    /// <summary>Sentences about rows that name a file again. Each row is a sample all the same.</summary>
    public IReadOnlyList<string> Duplicates { get; private init; } = [];

    /// <summary>Whether the images are in memory; otherwise a file is decoded each time it is read.</summary>
    public bool IsInMemory => files.IsInMemory;

    /// <summary>
    /// Reads a list of images, and decodes each once to find damaged ones: <c>ImageManifest.Load("list.csv", "images", 150, 150)</c>.
    /// </summary>
    /// <param name="path">The list: a <c>.csv</c> or <c>.tsv</c> file with a header, or <c>.jsonl</c> with an object on each line. The encoding is
    /// UTF-8.</param>
    /// <param name="folder">The folder that the files are relative to; null for that of the options, or else that of the list.</param>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">The width of the images.</param>
    /// <param name="options">The columns, and how the images are read.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="FileNotFoundException">There is no such list.</exception>
    /// <exception cref="InvalidDataException">
    /// The list is damaged, a column is missing, a value is not a class or a number, or an image does not exist; the message names line and column.
    /// </exception>
    /// <exception cref="ArgumentException">Settings contradict each other.</exception>
    public static ImageManifest Load(
        string path, string? folder, int height, int width, ImageManifestOptions? options = null, CancellationToken cancellationToken = default) =>
        Load(path, folder, (options ?? new ImageManifestOptions()).ToInput(height, width), options, cancellationToken);

    /// <summary>Reads a list of images with the preprocessing of a model.</summary>
    /// <param name="path">The list.</param>
    /// <param name="folder">The folder that the files are relative to; null for that of the options, or else that of the list.</param>
    /// <param name="input">The preprocessing of the images, usually <see cref="Model.ImageInput"/>.</param>
    /// <param name="options">The columns; settings of <paramref name="input"/> are not used.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <inheritdoc cref="Load(string, string?, int, int, ImageManifestOptions?, CancellationToken)" path="/exception"/>
    public static ImageManifest Load(
        string path, string? folder, ImageInput input, ImageManifestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(input);
        input.Validate();
        options ??= new ImageManifestOptions();
        if (options.TargetColumns.Count > 0 && (options.LabelColumn is not null || options.ClassNames is not null || options.FlagColumns.Count > 0))
            throw new ArgumentException("ImageManifest: expected TargetColumns for a regression, or LabelColumn and ClassNames for classes; received both.");
        if (options.FlagColumns.Count > 0 && (options.LabelColumn is not null || options.HasSeveralLabels))
            throw new ArgumentException("ImageManifest: expected FlagColumns or LabelColumn for several labels; received both.");
        var table = ManifestTable.Read(path);
        (var fileColumn, folder, _) = ManifestFiles.Find(table, options.FileColumn, folder ?? options.ImageFolder);
        var rows = RowsOf(table, options);
        var targets = ManifestTargets.Of(table, rows, options);
        var paths = rows.Select(row => PathOf(folder, table.Text(row, fileColumn))).ToArray();
        var archive = paths.Length == 0 ? null : StoredFiles.Hold(paths[0]);
        var missing = RequireFiles(table, folder, paths, rows, options.SkipMissing);
        var data = Decode(table, paths, rows, targets, missing, input, options, cancellationToken);
        GC.KeepAlive(archive);
        return data;
    }

    /// <summary>The file of a sample.</summary>
    public string File(int index) => files[index];

    /// <summary>The class number of a sample. The image is not read.</summary>
    /// <exception cref="InvalidOperationException">The targets are numbers, or several labels.</exception>
    public int Label(int index) => HasClasses
        ? (int)targets.Values[index][0]
        : throw new InvalidOperationException(
            $"ImageManifest: the targets are {(ClassNames.Count > 0 ? "several labels" : "numbers")}, so that the samples have no classes.");

    /// <summary>Whether each sample has one class.</summary>
    internal bool HasClasses => ClassNames.Count > 0 && TargetShape.Count == 1;

    /// <summary>The line of a sample in the list, from 1.</summary>
    public int Line(int index) => lines[index];

    /// <inheritdoc/>
    public override string FileOf(int index) => File(index);

    /// <inheritdoc/>
    public override void Read(int index, Span<float> input, Span<float> target)
    {
        files.Read(index, input);
        ReadTarget(index, target);
    }

    /// <inheritdoc/>
    public override void ReadTarget(int index, Span<float> target) => targets.Values[index].CopyTo(target);

    /// <summary>The files of all rows.</summary>
    /// <exception cref="InvalidDataException">None of them exists.</exception>
    internal static IReadOnlyList<string> FilesOf(ManifestTable table, string? imageFolder)
    {
        var (column, folder, _) = ManifestFiles.Find(table, column: null, imageFolder);
        string[] files = [.. table.Rows.Select(row => PathOf(folder, table.Text(row, column)))];
        var archive = StoredFiles.Hold(files[0]);
        if (!Array.Exists(files, StoredFiles.FileExists)) throw Missing(table, folder, files, table.Rows, Enumerable.Range(0, files.Length).ToArray());
        GC.KeepAlive(archive);
        return files;
    }

    /// <summary>The names of the classes in a list, by their numbers. No image is read.</summary>
    internal static IReadOnlyList<string> FindClasses(string path)
    {
        var (table, options) = (ManifestTable.Read(path), new ImageManifestOptions());
        return ManifestTargets.Classes(table, table.Rows, ColumnOf(table, null, LabelColumns, nameof(options.LabelColumn)), classNames: null).ClassNames;
    }

    internal static string ColumnOf(ManifestTable table, string? chosen, string[] usual, string option)
    {
        if (chosen is not null && table.Columns.Contains(chosen)) return chosen;
        var found = chosen is not null ? [] : table.Columns.Where(column => usual.Contains(column, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (found is [var only]) return only;
        var expected = chosen is not null ? $"a column '{chosen}'" : $"one column that is called {string.Join(", ", usual[..^1])} or {usual[^1]}";
        var fix = chosen is not null ? "" : $" Set ImageManifestOptions.{option}.";
        throw new InvalidDataException(
            $"ImageManifest: expected {expected} in '{table.Path}'; its columns are {string.Join(", ", table.Columns.Select(column => $"'{column}'"))}.{fix}");
    }

    private static List<ManifestRow> RowsOf(ManifestTable table, ImageManifestOptions options)
    {
        if (options.Split is not { } split) return [.. table.Rows];
        var column = ManifestParts.ColumnOf(table, options) ?? ColumnOf(table, options.SplitColumn, [], nameof(options.SplitColumn));
        var parts = table.Rows.Select(row => table.Text(row, column)).ToArray();
        var rows = table.Rows.Where((_, i) => parts[i] == split).ToList();
        if (rows.Count == 0 && FolderName.Of(split).Part is not DataPart.None and var part)
            rows = [.. table.Rows.Where((_, i) => ManifestParts.PartOf(column, parts[i]) == part)];
        return rows.Count > 0
            ? rows
            : throw new InvalidDataException(
                $"ImageManifest: expected rows with '{split}' in the column '{column}' of '{table.Path}'; received {string.Join(", ", parts.Distinct())}.");
    }

    /// <summary>The path of a file of a list, which may lack its extension.</summary>
    internal static string PathOf(string folder, string file) => ImageExtensions.Completed(Path.Combine(folder, PortablePath(file)));

    /// <summary>Replaces the separators of Windows, where a list was written there.</summary>
    internal static string PortablePath(string file) => Path.DirectorySeparatorChar == '/' ? file.Replace('\\', '/') : file;

    private static bool[] RequireFiles(ManifestTable table, string folder, string[] paths, List<ManifestRow> rows, bool skip)
    {
        var missing = Array.ConvertAll(paths, path => !StoredFiles.FileExists(path));
        var places = Enumerable.Range(0, paths.Length).Where(i => missing[i]).ToArray();
        if (places.Length == 0 || (skip && places.Length < paths.Length)) return missing;
        throw Missing(table, folder, paths, rows, places);
    }

    /// <summary>The error that files do not exist.</summary>
    private static InvalidDataException Missing(ManifestTable table, string folder, string[] paths, IReadOnlyList<ManifestRow> rows, int[] places)
    {
        var list = string.Join(", ", places.Take(Listed).Select(i => $"{Path.GetRelativePath(folder, paths[i])} (line {rows[i].Line})"));
        return new InvalidDataException(
            $"ImageManifest: expected the files of '{table.Path}' in '{folder}'; {(places.Length == 1 ? "1 does" : $"{places.Length} do")} not exist: {list}"
                + $"{(places.Length > Listed ? $" and {places.Length - Listed} more" : "")}."
                + (places.Length < paths.Length
                    ? " ImageManifestOptions.SkipMissing leaves them out."
                    : " If they are in another folder, name it: --image-folder of the command, ImageManifestOptions.ImageFolder."));
    }

    private static ImageManifest Decode(
        ManifestTable table, string[] paths, List<ManifestRow> rows, ManifestTargets targets, bool[] missing, ImageInput input, ImageManifestOptions options,
        CancellationToken cancellationToken)
    {
        var existing = Enumerable.Range(0, paths.Length).Where(i => !missing[i]).ToArray();
        var keep = options.KeepInMemory && ImageFiles.Fit(existing.Length, input.Shape.Count);
        var (all, reasons) = ImageFiles.Decode(Array.ConvertAll(existing, i => paths[i]), input, keep, cancellationToken);
        var damaged = Array.FindIndex(reasons, reason => reason is not null);
        if (options.RefuseDamaged && damaged >= 0)
            throw new InvalidDataException($"ImageManifest: '{table.Path}', line {rows[existing[damaged]].Line}: {reasons[damaged]}");
        var whole = Enumerable.Range(0, existing.Length).Where(i => reasons[i] is null).ToArray();
        if (whole.Length == 0)
            throw new InvalidDataException($"ImageManifest: none of the {reasons.Length} images of '{table.Path}' can be read; the first: {reasons[0]}");
        return new ImageManifest(
            all.Subset(whole), Array.ConvertAll(whole, i => rows[existing[i]].Line),
            targets with { Values = Array.ConvertAll(whole, i => targets.Values[existing[i]]) })
        {
            Skipped =
            [
                .. Enumerable.Range(0, paths.Length).Where(i => missing[i]).Select(
                    i => new SkippedFile(paths[i], $"'{paths[i]}' does not exist ('{table.Path}', line {rows[i].Line}).")),
                .. SkippedFile.Damaged(all, reasons),
            ],
            Duplicates = [.. DuplicatesOf(table, paths, rows, targets)],
        };
    }

    private static IEnumerable<string> DuplicatesOf(ManifestTable table, string[] paths, List<ManifestRow> rows, ManifestTargets targets)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < paths.Length; i++)
        {
            if (first.TryAdd(Path.GetFullPath(paths[i]), i)) continue;
            var earlier = first[Path.GetFullPath(paths[i])];
            var another = targets.Values[i].AsSpan().SequenceEqual(targets.Values[earlier]) ? "" : ", with another target";
            yield return $"'{table.Path}', line {rows[i].Line}: '{paths[i]}' is the file of line {rows[earlier].Line} too{another}.";
        }
    }
}
