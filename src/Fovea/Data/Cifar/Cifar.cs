namespace Fovea;

/// <summary>
/// CIFAR-10 and CIFAR-100: 50,000 color images of 32 × 32 for training and 10,000 for testing, in 10 or 100 classes (Krizhevsky 2009, "Learning Multiple
/// Layers of Features from Tiny Images"). The binary version is read, <c>cifar-10-binary.tar.gz</c> or <c>cifar-100-binary.tar.gz</c> from
/// https://www.cs.toronto.edu/~kriz/cifar.html, unpacked.
/// </summary>
public static class Cifar
{
    private const int Side = 32;

    private static readonly string[] Cifar10Files =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin", "batches.meta.txt"];

    /// <summary>The folders in the archives.</summary>
    private static readonly string[] Folders = ["", "cifar-10-batches-bin", "cifar-100-binary"];

    /// <summary>Loads the training set and the test set. The files in the folder decide whether it is CIFAR-10 or CIFAR-100.</summary>
    /// <param name="folder">The folder of the files, or the one that the archive was unpacked in.</param>
    /// <param name="range">The value range of the pixels.</param>
    /// <param name="coarse">Whether the classes of CIFAR-100 are its 20 superclasses.</param>
    /// <exception cref="FileNotFoundException">Files are missing: the message names them.</exception>
    /// <exception cref="InvalidDataException">A file has another size, or a label that is no class.</exception>
    /// <exception cref="ArgumentException">Superclasses of CIFAR-10 are asked for.</exception>
    public static (ByteImageDataset Train, ByteImageDataset Test) Load(string folder, PixelRange range = PixelRange.ZeroToOne, bool coarse = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var found = Folders.Select(inner => Path.Combine(folder, inner)).Where(path => IsTen(path) || IsHundred(path)).ToArray();
        if (found.Length == 0) throw Missing(folder);
        if (found.Length > 1 || (IsTen(found[0]) && IsHundred(found[0])))
            throw new InvalidDataException($"CIFAR: expected CIFAR-10 or CIFAR-100 in '{folder}'; received both. Give the folder of one.");
        var source = found[0];
        if (IsTen(source))
        {
            if (coarse) throw new ArgumentException("CIFAR: expected CIFAR-100 for superclasses; CIFAR-10 has none.", nameof(coarse));
            Require(source, Cifar10Files);
            var names = Names(source, "batches.meta.txt", 10);
            return (Read(source, Cifar10Files[..5], labelAt: 0, labels: 1, names, range),
                Read(source, Cifar10Files[5..6], labelAt: 0, labels: 1, names, range));
        }

        var namesFile = coarse ? "coarse_label_names.txt" : "fine_label_names.txt";
        Require(source, ["train.bin", "test.bin", namesFile]);
        var classes = Names(source, namesFile, coarse ? 20 : 100);
        var labelAt = coarse ? 0 : 1;
        return (Read(source, ["train.bin"], labelAt, labels: 2, classes, range), Read(source, ["test.bin"], labelAt, labels: 2, classes, range));
    }

    private static bool IsTen(string folder) => File.Exists(Path.Combine(folder, Cifar10Files[0]));

    private static bool IsHundred(string folder) => File.Exists(Path.Combine(folder, "train.bin"));

    private static FileNotFoundException Missing(string folder)
    {
        const string Archive = "cifar-10-binary.tar.gz or cifar-100-binary.tar.gz";
        var pickled = Folders.Append("cifar-10-batches-py").Append("cifar-100-python").Any(
            inner => File.Exists(Path.Combine(folder, inner, "data_batch_1")) || File.Exists(Path.Combine(folder, inner, "train")));
        return new FileNotFoundException(
            $"CIFAR: expected data_batch_1.bin (CIFAR-10) or train.bin (CIFAR-100) in '{folder}'; "
                + $"received {(pickled ? "the Python version" : "none")}. Download "
                + $"the binary version, {Archive}, from https://www.cs.toronto.edu/~kriz/cifar.html and unpack it with tar -xzf.");
    }

    private static void Require(string folder, string[] names)
    {
        var missing = names.Where(name => !File.Exists(Path.Combine(folder, name))).ToArray();
        if (missing.Length > 0)
            throw new FileNotFoundException($"CIFAR: expected {string.Join(", ", names)} in '{folder}'; missing: {string.Join(", ", missing)}.");
    }

    private static string[] Names(string folder, string file, int count)
    {
        var names = File.ReadAllLines(Path.Combine(folder, file)).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        return names.Length == count
            ? names
            : throw new InvalidDataException($"CIFAR: expected {count} names of classes in '{Path.Combine(folder, file)}'; received {names.Length}.");
    }

    /// <summary>Reads records of the labels followed by all red, all green and all blue pixels, row after row.</summary>
    private static ByteImageDataset Read(string folder, string[] files, int labelAt, int labels, string[] names, PixelRange range)
    {
        const int Plane = Side * Side;
        var record = labels + (3 * Plane);
        var content = files.Select(file => ReadRecords(Path.Combine(folder, file), record)).ToArray();
        var count = content.Sum(bytes => bytes.Length / record);
        var (pixels, classes, sample) = (new byte[count * 3 * Plane], new byte[count], 0);
        for (var file = 0; file < files.Length; file++)
        {
            for (var at = 0; at < content[file].Length; at += record, sample++)
            {
                classes[sample] = content[file][at + labelAt];
                if (classes[sample] >= names.Length)
                    throw new InvalidDataException(
                        $"CIFAR: expected labels from 0 to {names.Length - 1} in '{Path.Combine(folder, files[file])}'; received {classes[sample]} for image "
                            + $"{at / record}.");
                var planes = content[file].AsSpan(at + labels, 3 * Plane);
                var image = pixels.AsSpan(sample * 3 * Plane, 3 * Plane);
                for (var i = 0; i < Plane; i++)
                    (image[3 * i], image[(3 * i) + 1], image[(3 * i) + 2]) = (planes[i], planes[Plane + i], planes[(2 * Plane) + i]);
            }
        }

        return new ByteImageDataset(pixels, [Side, Side, 3], classes, names) { Range = range };
    }

    private static byte[] ReadRecords(string path, int record)
    {
        var length = new FileInfo(path).Length;
        return length > 0 && length % record == 0
            ? File.ReadAllBytes(path)
            : throw new InvalidDataException(
                $"CIFAR: expected a multiple of {record} bytes in '{path}', {record} for each image; received {length}. The file is cut off or another one.");
    }
}
