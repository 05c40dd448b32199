using System.Globalization;

namespace Fovea;

/// <summary>Gray images and labels from a pair of IDX files: MNIST, Fashion-MNIST, KMNIST and similar data sets.</summary>
public static class IdxImages
{
    /// <summary>Loads images and their labels.</summary>
    /// <param name="imagesPath">An IDX file of (count, height, width) bytes, compressed with gzip or not.</param>
    /// <param name="labelsPath">An IDX file of (count) class numbers.</param>
    /// <param name="classNames">The names of the classes; by default ten classes named "0" to "9".</param>
    /// <param name="range">The value range of the pixels.</param>
    /// <returns>Images of (height, width, 1).</returns>
    /// <exception cref="FileNotFoundException">One of the files is missing.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged or contains other data, the numbers of images and labels differ, or a label is outside the classes.
    /// </exception>
    public static ByteImageDataset Load(
        string imagesPath, string labelsPath, IReadOnlyList<string>? classNames = null, PixelRange range = PixelRange.ZeroToOne)
    {
        classNames ??= [.. Enumerable.Range(0, 10).Select(digit => digit.ToString(CultureInfo.InvariantCulture))];
        var (imagesName, labelsName) = (Path.GetFileName(imagesPath), Path.GetFileName(labelsPath));
        var images = IdxFile.Read(imagesPath);
        if (images.Shape.Rank != 3)
            throw new InvalidDataException($"{imagesName}: expected images of dimensions (count, height, width); received {images.Shape}.");
        var labels = IdxFile.Read(labelsPath);
        if (labels.Shape.Rank != 1)
            throw new InvalidDataException($"{labelsName}: expected labels of dimensions (count); received {labels.Shape}.");
        if (images.Shape[0] != labels.Shape[0])
            throw new InvalidDataException($"{labelsName}: expected {images.Shape[0]} labels, one for each image in {imagesName}; received {labels.Shape[0]}.");
        for (var i = 0; i < labels.Values.Length; i++)
            if (labels.Values[i] >= classNames.Count)
                throw new InvalidDataException($"{labelsName}: expected labels from 0 to {classNames.Count - 1}; received {labels.Values[i]} at {i}.");
        return new ByteImageDataset(images.Values, [images.Shape[1], images.Shape[2], 1], labels.Values, classNames) { Range = range };
    }
}
