using Fovea.Engine.Ops;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging.Checks;

/// <summary>Plants faults in a copy of a data set with train, validation and test, and remembers them.</summary>
internal sealed class PlantedFaults
{
    private readonly string folder;
    private readonly RandomNumbers random;
    private readonly List<string> unused;
    private int next;

    /// <param name="folder">The copy.</param>
    /// <param name="count">The number of faults of each kind.</param>
    /// <param name="seed">The seed of the choice.</param>
    public PlantedFaults(string folder, int count, long seed)
    {
        this.folder = folder;
        random = new RandomNumbers(seed);
        unused = [.. Directory.GetFiles(Path.Combine(folder, "train"), "*.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var order = unused.ToArray();
        random.Shuffle(order.AsSpan());
        unused = [.. order];
        var classes = Directory.GetDirectories(Path.Combine(folder, "train")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToArray();
        for (var i = 0; i < count; i++) PlantWrongLabel(classes);
        for (var i = 0; i < count; i++) PlantDuplicate(i);
        for (var i = 0; i < count; i++) PlantBroken(i);
    }

    /// <summary>Files that cannot be read.</summary>
    public List<string> Broken { get; } = [];

    /// <summary>Copies in another part of images in train: the same file, saved again, smaller, mirrored, rotated.</summary>
    public List<(string Original, string Copy)> Duplicates { get; } = [];

    /// <summary>Images in the folder of another class.</summary>
    public List<string> WrongLabels { get; } = [];

    private string Take() => unused[next++];

    private string NameOf(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');

    private void PlantWrongLabel(string[] classes)
    {
        var file = Take();
        var own = Path.GetFileName(Path.GetDirectoryName(file)!);
        var others = classes.Where(name => name != own).ToArray();
        var target = Path.Combine(folder, "train", others[random.NextInt(others.Length)], $"moved-{Path.GetFileName(file)}");
        File.Move(file, target);
        WrongLabels.Add(NameOf(target));
    }

    private void PlantDuplicate(int kind)
    {
        var file = Take();
        var part = kind % 2 == 0 ? "test" : "validation";
        var target = Path.Combine(folder, part, Path.GetFileName(Path.GetDirectoryName(file)!), $"copy-{Path.GetFileNameWithoutExtension(file)}.jpg");
        if (kind % 6 == 0) File.Copy(file, target);
        else ImageFile.Save(Changed(ImageFile.Read(file), kind % 6), target, quality: 85);
        Duplicates.Add((NameOf(file), NameOf(target)));
    }

    /// <summary>1: unchanged; 2: mirrored; 3: rotated by 90° clockwise, 4: counterclockwise; 5: every second row and column.</summary>
    private static Tensor Changed(Tensor image, int kind)
    {
        var (height, width) = (image.Shape[1], image.Shape[2]);
        var (rows, columns) = kind switch { 3 or 4 => (width, height), 5 => (height / 2, width / 2), _ => (height, width) };
        var values = new float[rows * columns * 3];
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var (sourceY, sourceX) = kind switch
                {
                    2 => (y, width - 1 - x),
                    3 => (height - 1 - x, y),
                    4 => (x, width - 1 - y),
                    5 => (2 * y, 2 * x),
                    _ => (y, x),
                };
                image.Values.AsSpan(((sourceY * width) + sourceX) * 3, 3).CopyTo(values.AsSpan(((y * columns) + x) * 3));
            }
        }

        return new Tensor([rows, columns, 3], values);
    }

    private void PlantBroken(int kind)
    {
        var file = Take();
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, (kind % 5) switch
        {
            0 => bytes[..(bytes.Length / 2)],
            1 => [],
            2 => new byte[bytes.Length],
            3 => "<!DOCTYPE html><html><body>404</body></html>"u8.ToArray(),
            _ => bytes[..(bytes.Length * 9 / 10)],
        });
        Broken.Add(NameOf(file));
    }
}
