using System.Globalization;
using Fovea.Formats;

namespace Fovea.Imaging;

/// <summary>Writes data sets as image files that <see cref="ImageFolder"/> reads.</summary>
public static class ImageFolderWriter
{
    /// <summary>Visible files, without those behind links.</summary>
    private static readonly EnumerationOptions Visible =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };

    private const string Forbidden = "/\\:*?\"<>|";

    /// <summary>
    /// Writes each sample as a PNG file into the folder of its class, named by its index: <c>folder/cats/00012.png</c>. A folder that
    /// was written from a data set with the same samples is overwritten; nothing is ever deleted.
    /// </summary>
    /// <param name="dataset">Images (height, width, 1 or 3) with class numbers as targets and with class names.</param>
    /// <param name="folder">The folder to write to; it is created if it does not exist.</param>
    /// <param name="range">The range of pixel values; each is rounded to a byte.</param>
    /// <param name="cancellationToken">Stops between two images. Every image is written completely or not at all.</param>
    /// <exception cref="ArgumentException">The samples are not images of classes, or a class has a name that cannot be a folder's.</exception>
    /// <exception cref="InvalidDataException">A pixel is outside the range, or a class number has no name.</exception>
    /// <exception cref="IOException">The folder holds something else, or cannot be written.</exception>
    public static void Write(Dataset dataset, string folder, PixelRange range = PixelRange.ZeroToOne, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        RequireImagesOfClasses(dataset);
        var files = Files(dataset, folder, cancellationToken);
        RequireNothingElse(folder, files);
        foreach (var path in files.Select(Path.GetDirectoryName).Distinct()) Directory.CreateDirectory(path!);
        var (image, target) = (new float[dataset.InputShape.Count], new float[1]);
        for (var index = 0; index < files.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            dataset.Read(index, image, target);
            RequireInRange(image, range, index);
            AtomicFile.Write(files[index], ImageFile.Encode(new Tensor(dataset.InputShape, image), ImageFormat.Png, range));
        }
    }

    private static void RequireImagesOfClasses(Dataset dataset)
    {
        if (dataset.InputShape.Rank != 3 || dataset.InputShape[2] is not (1 or 3))
            throw new ArgumentException($"ImageFolderWriter: expected images (height, width, 1 or 3); received {dataset.InputShape}.", nameof(dataset));
        if (dataset.TargetShape != Shape.Scalar)
            throw new ArgumentException(
                $"ImageFolderWriter: expected class numbers as targets, of shape {Shape.Scalar}; received {dataset.TargetShape}.", nameof(dataset));
        if (dataset.ClassNames.Count == 0)
            throw new ArgumentException("ImageFolderWriter: expected a data set with class names, which become folders; received none.", nameof(dataset));
        foreach (var name in dataset.ClassNames)
            if (name.Length == 0 || name[0] == '.' || name.Any(letter => char.IsControl(letter) || Forbidden.Contains(letter)))
                throw new ArgumentException($"ImageFolderWriter: expected class names that can be folders' names; received '{name}'.", nameof(dataset));
        if (dataset.ClassNames.Distinct(StringComparer.OrdinalIgnoreCase).Count() < dataset.ClassNames.Count)
            throw new ArgumentException(
                $"ImageFolderWriter: expected different class names; received {string.Join(", ", dataset.ClassNames)}.", nameof(dataset));
    }

    /// <summary>The file of each sample.</summary>
    private static string[] Files(Dataset dataset, string folder, CancellationToken cancellationToken)
    {
        var files = new string[dataset.Count];
        var (image, target) = (new float[dataset.InputShape.Count], new float[1]);
        for (var index = 0; index < files.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            dataset.Read(index, image, target);
            var label = (int)target[0];
            if (label != target[0] || label < 0 || label >= dataset.ClassNames.Count)
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                        $"ImageFolderWriter: expected class numbers from 0 to {dataset.ClassNames.Count - 1}; received {target[0]} in sample {index}."));
            files[index] = Path.Combine(folder, dataset.ClassNames[label], index.ToString("00000", CultureInfo.InvariantCulture) + ".png");
        }

        return files;
    }

    /// <summary>Refuses a folder with other files, which would be read as samples of this data set.</summary>
    private static void RequireNothingElse(string folder, string[] files)
    {
        if (!Directory.Exists(folder)) return;
        var expected = files.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var other = Directory.EnumerateFiles(folder, "*", Visible).Where(path => !expected.Contains(path)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (other is not null)
            throw new IOException(
                $"ImageFolderWriter: expected a folder that is new, empty or written before from the same samples; '{folder}' holds "
                + $"'{Path.GetRelativePath(folder, other)}'. Choose another folder.");
    }

    private static void RequireInRange(float[] image, PixelRange range, int index)
    {
        var scale = PixelScale.FromRange(range);
        var (black, white) = (scale.ToValue(0, 0), scale.ToValue(255, 0));
        var at = Array.FindIndex(image, value => !(value >= black && value <= white));
        if (at >= 0)
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"ImageFolderWriter: expected pixels from {black} to {white} (PixelRange.{range}); received {image[at]} in sample {index}."));
    }
}
