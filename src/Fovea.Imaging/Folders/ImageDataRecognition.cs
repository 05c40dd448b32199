namespace Fovea.Imaging;

/// <summary>Recognizes how the images of a data set are arranged; see <see cref="ImageData"/>.</summary>
/// <param name="path">The path that the user gave.</param>
/// <param name="known">The classes of a model; a single folder of such a name is a class.</param>
/// <param name="imageFolder">The folder that the files of a list are relative to; null for the folder of the list.</param>
internal sealed class ImageDataRecognition(string path, IReadOnlyList<string> known, string? imageFolder)
{
    private const string Layouts = "one folder of images for each class; train with validation, test or both, each with these; images and masks; or IDX files";

    private readonly List<string> notes = [];
    private readonly object? archive = StoredFiles.Hold(path);

    /// <exception cref="InvalidDataException">Nothing is recognized, or two things at once.</exception>
    public ImageData Run()
    {
        if (StoredFiles.FileExists(path)) return ManifestTable.IsList(path) ? FindList(path) : throw OtherFile();
        if (!StoredFiles.FolderExists(path))
            throw new FileNotFoundException(
                $"ImageData: expected a folder of images, an archive ({ArchivePath.Expected}) or a list (.csv, .tsv, .jsonl); '{path}' does not exist.",
                path);
        var root = Wrapping.Enter(path, known);
        var found = FindIdx(root) ?? FindParts(root) ?? FindMasks(root) ?? FindClasses(root) ?? FindOnlyList(root) ?? FindUnlabeled(root)
            ?? throw Nothing(root);
        found.Archive = archive;
        return found;
    }

    private ImageData FindList(string list)
    {
        var table = ManifestTable.Read(list);
        var column = ManifestParts.ColumnOf(table, new ImageManifestOptions());
        var parts = column is null ? [] : table.Rows.Select(row => ManifestParts.PartOf(column, table.Text(row, column))).ToHashSet();
        var (_, folder, note) = ManifestFiles.Find(table, column: null, imageFolder);
        return new ImageData(list, folder, ImageDataKind.List)
        {
            Training = column is null || parts.Contains(DataPart.Training) ? new ImageDataPart(folder) : null,
            Validation = parts.Contains(DataPart.Validation) ? new ImageDataPart(folder) : null,
            Test = parts.Contains(DataPart.Test) ? new ImageDataPart(folder) : null,
            IsDivided = column is not null,
            Description = ManifestParts.Describe(table, column, note),
        };
    }

    /// <summary>The list in a folder whose images have no classes, if there is only one list.</summary>
    private ImageData? FindOnlyList(string root)
    {
        var lists = StoredFiles.Entries(root).Where(entry => !entry.IsFolder && ManifestTable.IsList(entry.Name)).Take(2).ToArray();
        if (lists is not [var only] || !FolderWalk.HoldsImages(root)) return null;
        try
        {
            return FindList(Path.Combine(root, only.Name));
        }
        catch (InvalidDataException error)
        {
            notes.Add($"The list '{only.Name}' is not used. {error.Message}");
            return null;
        }
    }

    private InvalidDataException OtherFile()
    {
        var isOtherArchive = Path.GetExtension(path).ToLowerInvariant() is ".rar" or ".7z" or ".gz" or ".bz2" or ".xz" or ".zst" or ".tbz2" or ".txz";
        return new InvalidDataException(
            $"ImageData: expected a folder of images, an archive ({ArchivePath.Expected}) or a list (.csv, .tsv, .jsonl); '{path}' is "
                + (isOtherArchive ? "an archive of another kind. Unpack it, and give the folder." : "a file of another kind."));
    }

    private ImageData? FindIdx(string root)
    {
        if (!StoredFiles.Entries(root).Any(IsIdx)) return null;
        return archive is null
            ? new ImageData(path, root, ImageDataKind.Idx) { Description = Sentences(root, "IDX files") }
            : throw new InvalidDataException($"ImageData: expected images in '{path}'; received IDX files, which are not read in archives. Unpack it.");
    }

    /// <summary>Whether a file is an IDX file by its name.</summary>
    public static bool IsIdx(StoredEntry entry) => !entry.IsFolder && (entry.Name.Contains("idx3-ubyte", StringComparison.OrdinalIgnoreCase)
        || entry.Name.Contains("idx1-ubyte", StringComparison.OrdinalIgnoreCase));

    private ImageData? FindMasks(string root)
    {
        if (MaskRecognition.Find(root) is not { } pair) return null;
        var (images, masks) = (PartFolders.Of(pair.Folder), PartFolders.Of(pair.Masks!));
        if (images is { Other.Count: 0 } && masks is { Other.Count: 0 } && pair.Folder != pair.Masks)
        {
            // images/train with masks/train
            return Divided(root, ImageDataKind.Masks, part => images[part] is { } folder && masks[part] is { } other
                ? new ImageDataPart(folder) { Masks = other }
                : null);
        }

        return new ImageData(path, root, ImageDataKind.Masks) { Training = pair, Description = Sentences(root, MaskText(pair)) };
    }

    private ImageData? FindParts(string root)
    {
        var folders = PartFolders.Of(root);
        if (folders is null || !IsDivided(root, folders)) return null;
        if (folders.Masks.Count > 0) return FindSiblingMasks(root, folders);
        var contents = new Dictionary<DataPart, PartContent>();
        var names = known;
        foreach (var part in Enum.GetValues<DataPart>().Where(part => folders[part] is not null))
        {
            var content = contents[part] = new PartContent(folders[part]!, names);
            if (names.Count == 0 && content.Kind == ImageDataKind.Classes) names = FolderWalk.Folders(content.Found.Folder);
        }

        var kind = contents.Values.Select(content => content.Kind).FirstOrDefault(found => found is not ImageDataKind.Unlabeled, ImageDataKind.Unlabeled);
        foreach (var (part, content) in contents.Where(each => each.Value.Kind != kind))
        {
            notes.Add(
                $"'{Path.GetFileName(folders[part])}' is not used: {(content.IsEmpty ? "it holds no images" : $"its images have no {NameOf(kind)}")}.");
        }

        return Divided(root, kind, part => contents.GetValueOrDefault(part) is { } content && content.Kind == kind ? content.Found : null);
    }

    /// <summary>Whether the folders are parts, and not classes of which one is called "train" or "test".</summary>
    private bool IsDivided(string root, PartFolders folders)
    {
        if (folders.Other.Count == 0) return true;
        var holders = folders.Other.Where(name => FolderWalk.HoldsImages(Path.Combine(root, name))).ToList();
        if (holders.Count == 0)
        {
            notes.Add($"{Quoted(folders.Other)} {(folders.Other.Count == 1 ? "holds no images and is" : "hold no images and are")} not used.");
            return true;
        }

        if (folders[DataPart.Training] is null || (folders[DataPart.Validation] ?? folders[DataPart.Test]) is null) return false;
        throw new InvalidDataException(
            $"ImageData: expected folders for train, validation and test in '{root}' and nothing else; received "
                + $"{string.Join(", ", FolderWalk.Folders(root))}. If {Quoted(holders)} {(holders.Count == 1 ? "is a class" : "are classes")}, put the images "
                + "of all classes into one folder each; otherwise move "
                + $"{(holders.Count == 1 ? "it" : "them")} away.");
    }

    /// <summary>Folders such as <c>train</c> and <c>train_masks</c> next to each other.</summary>
    private ImageData FindSiblingMasks(string root, PartFolders folders) => Divided(root, ImageDataKind.Masks, part =>
    {
        if (folders[part] is not { } images) return null;
        var pair = new ImageDataPart(images) { Masks = folders.Masks.GetValueOrDefault(part) };
        if (pair.Masks is not null && MaskRecognition.ArePaired(pair, out _)) return pair;
        notes.Add($"'{Path.GetFileName(images)}' is not used: its images have no masks.");
        return null;
    });

    private ImageData Divided(string root, ImageDataKind kind, Func<DataPart, ImageDataPart?> find)
    {
        var (training, validation, test) = (find(DataPart.Training), find(DataPart.Validation), find(DataPart.Test));
        var first = training ?? validation ?? test ?? throw Nothing(root);
        var names = kind == ImageDataKind.Classes ? FolderWalk.Folders(first.Folder) : [];
        var text = kind switch
        {
            ImageDataKind.Classes => ClassText(names),
            ImageDataKind.Masks => MaskText(first),
            _ => "images without classes or masks",
        };
        var parts = new[] { (training, "train"), (validation, "validation"), (test, "test") }.Where(part => part.Item1 is not null).Select(part => part.Item2);
        var within = new[] { training, validation, test }.OfType<ImageDataPart>().Select(part => Path.GetRelativePath(root, part.Folder))
            .FirstOrDefault(folder => kind == ImageDataKind.Classes && folder.Contains(Path.DirectorySeparatorChar));
        if (kind == ImageDataKind.Classes) NoteNested(first.Folder);
        if (kind == ImageDataKind.Unlabeled) NoteLists(root);
        if (within is not null) notes.Insert(0, $"The classes are the folders inside '{within}'.");
        return new ImageData(path, root, kind)
        {
            Training = training,
            Validation = validation,
            Test = test,
            IsDivided = true,
            ClassNames = names,
            Description = Sentences(root, $"{text} in {Listed([.. parts])}"),
        };
    }

    private ImageData? FindClasses(string root)
    {
        var names = FolderWalk.Folders(root);
        if (names.Length == 0 || (names.Length == 1 && !IsKnown(names[0])) || !names.Any(name => FolderWalk.HoldsImages(Path.Combine(root, name)))) return null;
        var loose = StoredFiles.Entries(root).Count(entry => !entry.IsFolder && ImageExtensions.IsImage(entry.Name));
        NoteLists(root);
        NoteMasks(root);
        NoteNested(root);
        if (loose > 0) notes.Add($"{loose} {(loose == 1 ? "image" : "images")} outside the classes' folders {(loose == 1 ? "is" : "are")} not used.");
        return new ImageData(path, root, ImageDataKind.Classes)
        {
            Training = new ImageDataPart(root),
            ClassNames = names,
            Description = Sentences(root, ClassText(names)),
        };
    }

    /// <summary>Notes lists of images, which would have to be named themselves.</summary>
    private void NoteLists(string root)
    {
        foreach (var list in StoredFiles.Entries(root).Where(entry => !entry.IsFolder && ManifestTable.IsList(entry.Name)))
            notes.Add($"The list '{list.Name}' is not used; '{Path.Combine(root, list.Name)}' names it.");
    }

    /// <summary>Notes several folders within a class: someone may have meant them as the classes.</summary>
    private void NoteNested(string folder)
    {
        var nested = FolderWalk.Find(folder).Images.Select(image => Path.GetRelativePath(folder, image).Split(Path.DirectorySeparatorChar))
            .Where(parts => parts.Length > 2).Select(parts => (Class: parts[0], Folder: parts[1])).Distinct()
            .GroupBy(inner => inner.Class, StringComparer.Ordinal).FirstOrDefault(inner => inner.Count() > 1);
        if (nested?.First() is { } first)
            notes.Add($"Folders within a class, such as '{first.Class}/{first.Folder}', are no classes: their images belong to the class.");
    }

    /// <summary>Notes masks next to the images of classes, which are read as images.</summary>
    private void NoteMasks(string root)
    {
        var images = FolderWalk.Find(root).Images;
        var names = images.Select(WithoutExtension).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var masks = images.Count(image => MaskRecognition.HasEnding(image) && names.Contains(MaskRecognition.WithoutEnding(WithoutExtension(image))));
        if (masks > 0)
        {
            notes.Add(masks == 1
                ? "1 image has the name of another one's mask and is read as an image; move it away if it is a mask."
                : $"{masks} images have the names of other images' masks and are read as images; move them away if they are masks.");
        }

        static string WithoutExtension(string path) => Path.ChangeExtension(path, null);
    }

    private bool IsKnown(string name) => known.Contains(name, StringComparer.OrdinalIgnoreCase);

    private ImageData? FindUnlabeled(string root)
    {
        if (!FolderWalk.HoldsImages(root)) return null;
        if (notes.Count == 0) NoteLists(root);
        return new ImageData(path, root, ImageDataKind.Unlabeled)
        {
            Training = new ImageDataPart(root),
            Description = Sentences(root, "images without classes or masks"),
        };
    }

    private static InvalidDataException Nothing(string root)
    {
        var others = SkippedFile.Kinds(FolderWalk.Find(root).LeftOut);
        var received = !StoredFiles.Entries(root).Any() ? "it is empty" : $"it holds none of these{(others.Length > 0 ? $", but {others}" : "")}";
        return new InvalidDataException($"ImageData: expected in '{root}' {Layouts}; {received}. Images are {ImageExtensions.Expected}.");
    }

    private string Sentences(string root, string found)
    {
        var inside = root == path ? "" : $", inside the folder '{Path.GetRelativePath(path, root)}'";
        return string.Join(' ', [$"'{path}': {found}{inside}.", .. notes]);
    }

    private static string NameOf(ImageDataKind kind) => kind == ImageDataKind.Masks ? "masks" : "classes";

    private static string ClassText(string[] names)
    {
        var list = names.Length <= 8 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(6))} and {names.Length - 6} more";
        return names.Length == 1 ? $"1 class ({list})" : $"{names.Length} classes ({list})";
    }

    private static string MaskText(ImageDataPart pair) => pair.Folder == pair.Masks
        ? "images and masks, whose names have an ending"
        : $"images ('{Path.GetFileName(pair.Folder)}') and masks ('{Path.GetFileName(pair.Masks)}')";

    private static string Quoted(IReadOnlyList<string> names) => Listed([.. names.Select(name => $"'{name}'")]);

    private static string Listed(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Join("", names) : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";
}
