using System.Globalization;
using System.IO.Compression;

namespace Fovea;

/// <summary>
/// Data sets in .npz files, such as <c>mnist.npz</c> of <c>keras.datasets</c>: arrays of inputs and targets. <see cref="NumpyArchive"/> reads single arrays.
/// </summary>
/// <example><code>
/// var (train, test) = NumpyDataset.Load("mnist.npz", PixelRange.ZeroToOne);
/// Dataset faces = NumpyDataset.Load("faces.npz", "images", "ages");
/// </code></example>
public static class NumpyDataset
{
    /// <summary>The usual names of the arrays.</summary>
    private static readonly string[][] UsualNames =
    [
        ["x_train", "y_train", "x_test", "y_test"],
        ["train_images", "train_labels", "test_images", "test_labels"],
        ["train_data", "train_labels", "test_data", "test_labels"],
    ];

    /// <summary>
    /// Loads the training set and the test set of a file: the arrays <c>x_train</c>, <c>y_train</c>, <c>x_test</c> and <c>y_test</c>, or <c>train_images</c>,
    /// <c>train_labels</c>, <c>test_images</c> and <c>test_labels</c>.
    /// </summary>
    /// <param name="path">The .npz file.</param>
    /// <param name="range">
    /// The range to convert images of bytes to; images (height, width) then become (height, width, 1). Null to keep values and shapes as they are.
    /// </param>
    /// <param name="classNames">The names of the classes by class number. By default images of bytes have the names "0", "1", "2" …</param>
    /// <param name="cancellationToken">Stops before the file is read.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, lacks an array, or holds others than bytes and class numbers where a range is given.
    /// </exception>
    public static (Dataset Train, Dataset Test) Load(
        string path, PixelRange? range = null, IReadOnlyList<string>? classNames = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var present = NamesIn(path);
        var names = Array.FindAll(UsualNames, usual => usual.All(present.Contains));
        if (names is not [var found])
            throw new InvalidDataException(
                $"{Path.GetFileName(path)}: expected the arrays {string.Join(" or ", UsualNames.Select(usual => string.Join(", ", usual)))}; received "
                    + $"{string.Join(", ", present)}. Pass the names of the inputs and the targets.");
        var arrays = NumpyArchive.Load(path, found);
        var file = Path.GetFileName(path);
        if (range is not null) classNames ??= Numbers([.. arrays[found[1]].Values, .. arrays[found[3]].Values]);
        return (Create(file, arrays, found[0], found[1], range, classNames), Create(file, arrays, found[2], found[3], range, classNames));
    }

    /// <summary>Loads a data set of two arrays.</summary>
    /// <param name="path">The .npz file.</param>
    /// <param name="inputs">The name of the array of inputs, whose first dimension is the samples.</param>
    /// <param name="targets">The name of the array of targets.</param>
    /// <param name="range">
    /// The range to convert images of bytes to; images (height, width) then become (height, width, 1). Null to keep values and shapes as they are.
    /// </param>
    /// <param name="classNames">The names of the classes by class number. By default images of bytes have the names "0", "1", "2" …</param>
    /// <param name="cancellationToken">Stops before the file is read.</param>
    /// <inheritdoc cref="Load(string, PixelRange?, IReadOnlyList{string}?, CancellationToken)" path="/exception"/>
    public static Dataset Load(
        string path, string inputs, string targets, PixelRange? range = null, IReadOnlyList<string>? classNames = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(inputs);
        ArgumentException.ThrowIfNullOrEmpty(targets);
        var arrays = NumpyArchive.Load(path, [inputs, targets]);
        if (range is not null) classNames ??= Numbers(arrays[targets].Values);
        return Create(Path.GetFileName(path), arrays, inputs, targets, range, classNames);
    }

    private static string[] NamesIn(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var zip = ZipFile.OpenRead(path);
            return [.. zip.Entries.Select(entry => Path.GetFileNameWithoutExtension(entry.FullName))];
        }
        catch (InvalidDataException)
        {
            // The reader of archives describes what is wrong.
            return [.. NumpyArchive.Load(path).Keys];
        }
    }

    /// <summary>The numbers from 0 to the largest label as names.</summary>
    private static string[] Numbers(float[] labels) =>
        [.. Enumerable.Range(0, (int)Math.Clamp(labels.Max(), 0, byte.MaxValue) + 1).Select(label => label.ToString(CultureInfo.InvariantCulture))];

    private static Dataset Create(
        string file, IReadOnlyDictionary<string, Tensor> arrays, string inputs, string targets, PixelRange? range, IReadOnlyList<string>? classNames)
    {
        var (x, y) = (arrays[inputs], arrays[targets]);
        if (x.Shape.Rank == 0 || y.Shape.Rank == 0 || x.Shape[0] != y.Shape[0])
            throw new InvalidDataException(
                $"{file}: expected a target in '{targets}' for each input in '{inputs}'; received the shapes {y.Shape} and {x.Shape}.");
        if (range is not { } pixels) return Dataset.From(x, y, classNames);
        if (x.Shape.Rank is not (3 or 4))
            throw new InvalidDataException(
                $"{file}: expected images (samples, height, width) or (samples, height, width, channels) in '{inputs}', since a range is given; received "
                    + $"{x.Shape}.");
        if (y.Shape.Count != y.Shape[0])
            throw new InvalidDataException($"{file}: expected one class number for each image in '{targets}', since a range is given; received {y.Shape}.");
        Shape image = x.Shape.Rank == 3 ? [x.Shape[1], x.Shape[2], 1] : x.Shape[1..];
        return new ByteImageDataset(
            Bytes(file, inputs, x, 255, "bytes"), image, Bytes(file, targets, y, classNames!.Count - 1, "class numbers"), classNames)
        { Range = pixels };
    }

    private static byte[] Bytes(string file, string name, Tensor array, int largest, string what)
    {
        var bytes = new byte[array.Values.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = array.Values[i];
            bytes[i] = value >= 0 && value <= largest && value == MathF.Floor(value)
                ? (byte)value
                : throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file}: expected {what} from 0 to {largest} in '{name}', since a range is given; received {value} in "
                        + $"sample {i / (bytes.Length / array.Shape[0])}."));
        }

        return bytes;
    }
}
