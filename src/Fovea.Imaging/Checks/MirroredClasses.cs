using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>
/// Two classes that a mirror exchanges, such as traffic signs that point left and right: the mirror images of each look like images of the other. A training
/// must not flip such images.
/// </summary>
/// <param name="First">The name of a class.</param>
/// <param name="Second">The name of the other class.</param>
/// <param name="Share">The share of the mirror images whose most similar image is of the other class, from 0 to 1.</param>
public sealed record MirroredClasses(string First, string Second, double Share)
{
    private const int Side = 24;
    private const int FewestOfClass = 8;
    private const int MostOfClass = 40;

    /// <summary>The smallest share of the mirror images of both classes, in each direction, that look like the other class.</summary>
    private const double MinShare = 0.5;

    /// <summary>The smallest difference to the share of the images themselves that look like the other class.</summary>
    private const double MinDifference = 0.4;

    /// <summary>
    /// Finds the pairs of classes that a mirror exchanges. Some images of each class are compared at 24 × 24 pixels by their correlation: for each of them, and
    /// for its mirror image, the most similar of the others is found. A pair is reported if at least half of the mirror images of either class look like
    /// the other class, and the images themselves do not. Photographs are hardly ever reported, also where their things point to a side, since their pixels
    /// differ too much.
    /// </summary>
    /// <param name="folder">The folder with one folder of images for each class. It may be an archive or be inside one.</param>
    /// <param name="maxImages">About how many images are read, chosen evenly from the files of each class: 8 to 40 of each, so that more than a hundred
    /// classes have more in all.</param>
    /// <param name="cancellationToken">Stops after the current image.</param>
    /// <returns>The pairs, in the order of the classes. Classes of fewer than 8 images are in none.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two classes, or a class has no images.</exception>
    public static IReadOnlyList<MirroredClasses> Find(string folder, int maxImages = 800, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxImages);
        var found = ClassFolders.Find(folder);
        var number = Math.Clamp(maxImages / found.Names.Length, FewestOfClass, MostOfClass);
        var chosen = found.Files.GroupBy(file => file.Label).Where(files => files.Count() >= FewestOfClass).SelectMany(files => Evenly([.. files], number));
        return Compare(Read([.. chosen], cancellationToken), found.Names, cancellationToken);
    }

    private static IEnumerable<LabelledFile> Evenly(LabelledFile[] files, int number)
    {
        var count = Math.Min(number, files.Length);
        return Enumerable.Range(0, count).Select(i => files[(int)((long)i * files.Length / count)]);
    }

    /// <summary>Reads the images that are not damaged.</summary>
    private static Sample[] Read(LabelledFile[] files, CancellationToken cancellationToken)
    {
        var samples = new Sample?[files.Length];
        var input = new ImageInput(Side, Side, 3);
        Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Cpu.Threads }, i =>
        {
            try
            {
                var pixels = ImageFile.Read(files[i].Path, input).Values.ToArray();
                if (Standardize(pixels)) samples[i] = new Sample(files[i].Label, pixels, Mirrored(pixels));
            }
            catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                // The training reports damaged files when it reads all.
            }
        });
        return [.. samples.OfType<Sample>()];
    }

    /// <summary>Subtracts the mean and divides by the norm; false for an image of one color.</summary>
    private static bool Standardize(float[] pixels)
    {
        TensorPrimitives.Subtract(pixels, TensorPrimitives.Sum<float>(pixels) / pixels.Length, pixels);
        var norm = TensorPrimitives.Norm<float>(pixels);
        TensorPrimitives.Divide(pixels, Math.Max(norm, 1e-12f), pixels);
        return norm > 1e-3f;
    }

    private static float[] Mirrored(float[] pixels)
    {
        var mirrored = new float[pixels.Length];
        for (var pixel = 0; pixel < Side * Side; pixel++)
        {
            var (row, column) = (pixel / Side, pixel % Side);
            pixels.AsSpan(3 * pixel, 3).CopyTo(mirrored.AsSpan(3 * ((row * Side) + Side - 1 - column)));
        }

        return mirrored;
    }

    private static List<MirroredClasses> Compare(Sample[] samples, string[] names, CancellationToken cancellationToken)
    {
        var images = samples.CountBy(sample => sample.Label).ToDictionary();
        var (same, mirrored) = (new double[names.Length, names.Length], new double[names.Length, names.Length]);
        var nearest = new (int Same, int Mirrored)[samples.Length];
        Parallel.For(
            0, samples.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Cpu.Threads },
            i => nearest[i] = (Nearest(samples, i, samples[i].Pixels), Nearest(samples, i, samples[i].Mirrored)));
        for (var i = 0; i < samples.Length; i++)
        {
            var label = samples[i].Label;
            same[label, nearest[i].Same] += 1.0 / images[label];
            mirrored[label, nearest[i].Mirrored] += 1.0 / images[label];
        }

        List<MirroredClasses> pairs = [];
        for (var first = 0; first < names.Length; first++)
        {
            for (var second = first + 1; second < names.Length; second++)
            {
                var share = Math.Min(mirrored[first, second], mirrored[second, first]);
                var usual = Math.Max(same[first, second], same[second, first]);
                if (share >= MinShare && share - usual >= MinDifference) pairs.Add(new MirroredClasses(names[first], names[second], share));
            }
        }

        return pairs;
    }

    /// <summary>The class of the most similar sample other than that of a number.</summary>
    private static int Nearest(Sample[] samples, int number, float[] pixels)
    {
        var (best, label) = (float.NegativeInfinity, samples[number].Label);
        for (var i = 0; i < samples.Length; i++)
        {
            if (i == number) continue;
            var correlation = TensorPrimitives.Dot<float>(pixels, samples[i].Pixels);
            if (correlation > best) (best, label) = (correlation, samples[i].Label);
        }

        return label;
    }

    private sealed record Sample(int Label, float[] Pixels, float[] Mirrored);
}
