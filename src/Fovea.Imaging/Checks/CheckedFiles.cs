namespace Fovea.Imaging;

/// <summary>The files of a data set that are checked.</summary>
internal sealed class CheckedFiles
{
    private readonly List<CheckedImage> images = [];
    private readonly List<CheckedImage> masks = [];
    private readonly List<SkippedFile> others = [];
    private readonly List<(DataPart Part, string Label)> emptyClasses = [];

    private CheckedFiles(ImageData data) => Data = data;

    /// <summary>What was recognized.</summary>
    public ImageData Data { get; }

    /// <summary>The images, in the order of parts, classes and paths.</summary>
    public IReadOnlyList<CheckedImage> Images => images;

    /// <summary>The masks, which are only checked for whether they can be read.</summary>
    public IReadOnlyList<CheckedImage> Masks => masks;

    /// <summary>The files of other kinds.</summary>
    public IReadOnlyList<SkippedFile> Others => others;

    /// <summary>The folders of classes without images.</summary>
    public IReadOnlyList<(DataPart Part, string Label)> EmptyClasses => emptyClasses;

    /// <summary>What the list says about the images; null for other data.</summary>
    public CheckedList? List { get; private set; }

    /// <summary>A line about what was recognized.</summary>
    public string Description => List is { Description.Length: > 0 } list ? $"{Data.Description} {list.Description}" : Data.Description;

    /// <summary>Finds the files of a data set. No image is decoded.</summary>
    /// <param name="path">The data set.</param>
    /// <param name="options">For a list: where its images are, and what is known about its targets; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">The path holds no images.</exception>
    public static CheckedFiles Find(string path, DataCheckOptions? options = null)
    {
        options ??= new DataCheckOptions();
        var found = new CheckedFiles(ImageData.Recognize(path, imageFolder: options.ImageFolder));
        var data = found.Data;
        switch (data.Kind)
        {
            case ImageDataKind.Idx:
                throw new InvalidDataException($"DataCheck: expected image files; '{path}' holds IDX files, which are not checked.");
            case ImageDataKind.List:
                found.List = new CheckedList(data, options, found.NameOf);
                found.images.AddRange(found.List.Images);
                break;
            default:
                found.AddPart(data.Training, data.IsDivided ? DataPart.Training : DataPart.None);
                found.AddPart(data.Validation, DataPart.Validation);
                found.AddPart(data.Test, DataPart.Test);
                break;
        }

        return found;
    }

    /// <summary>The folder that names are relative to.</summary>
    public string Root => Data.Kind == ImageDataKind.List ? Data.Folder : Data.Path;

    /// <summary>The path of a file relative to the data set.</summary>
    public string NameOf(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private void AddPart(ImageDataPart? part, DataPart which)
    {
        if (part is null) return;
        if (Data.Kind == ImageDataKind.Classes)
        {
            AddClasses(part.Folder, which);
            return;
        }

        var isMixed = part.Masks is not null && FolderWalk.AreSame(part.Folder, part.Masks);
        var (found, leftOut) = FolderWalk.Find(part.Folder, isMixed ? null : part.Masks);
        images.AddRange(found.Where(file => !isMixed || !MaskRecognition.HasEnding(file)).Select(file => Of(file, which, null)));
        if (isMixed) masks.AddRange(found.Where(MaskRecognition.HasEnding).Select(file => Of(file, which, null)));
        others.AddRange(leftOut);
        if (isMixed || part.Masks is null) return;
        (found, leftOut) = FolderWalk.Find(part.Masks, part.Folder);
        masks.AddRange(found.Select(file => Of(file, which, null)));
        others.AddRange(leftOut);
    }

    private void AddClasses(string folder, DataPart part)
    {
        var names = FolderWalk.Folders(folder);
        var (found, leftOut) = FolderWalk.Find(folder, names);
        images.AddRange(found.Select(file => Of(file.Path, part, KnownName(names[file.Label]))));
        others.AddRange(leftOut);
        others.AddRange(StoredFiles.Entries(folder).Where(entry => !entry.IsFolder).Select(entry => OutsideClasses(Path.Combine(folder, entry.Name))));
        emptyClasses.AddRange(
            Enumerable.Range(0, names.Length).Where(label => !found.Exists(file => file.Label == label)).Select(label => (part, names[label])));
    }

    private static SkippedFile OutsideClasses(string path) => ImageExtensions.IsImage(path)
        ? new SkippedFile(path, $"'{path}' is not in the folder of a class.")
        : SkippedFile.OfKind(path, ImageExtensions.Expected);

    /// <summary>The name of a class in the spelling of the data set: other parts may write it with other letter case.</summary>
    private string KnownName(string name) => ClassFolders.NumberOf(name, Data.ClassNames) is >= 0 and var number ? Data.ClassNames[number] : name;

    private CheckedImage Of(string path, DataPart part, string? label) => new(path, NameOf(path), part, label);
}
