using System.Formats.Tar;
using System.IO.Compression;
using Fovea;
using Fovea.Imaging;

/// <summary>
/// The data of the book's notebooks. They come from the folder that FOVEA_DATA names, or from ../shared/data. Where they are missing, Fovea draws images
/// instead, so that each program runs anywhere. A program takes a small part and few epochs, unless it is started with --whole.
/// </summary>
internal static class BookData
{
    private static readonly string? Folder =
        new[] { Environment.GetEnvironmentVariable("FOVEA_DATA"), Path.Combine("..", "shared", "data") }.FirstOrDefault(Directory.Exists);

    /// <summary>Whether the program runs on all data, as the notebook does. That can take hours.</summary>
    public static bool IsWhole { get; } = Environment.GetCommandLineArgs().Contains("--whole");

    /// <summary>The folder for everything that a program writes.</summary>
    public static string Artifacts { get; } = Directory.CreateDirectory(Path.Combine("artifacts", "book")).FullName;

    /// <summary>The number of epochs of the notebook, or a few.</summary>
    public static int Epochs(int whole, int few = 2) => IsWhole ? whole : few;

    /// <summary>A path below <see cref="Artifacts"/>.</summary>
    public static string Artifact(string name) => Path.Combine(Artifacts, name);

    /// <summary>keras.datasets.mnist: 60,000 digits for training and 10,000 for testing, pixels from 0 to 1.</summary>
    public static (Dataset Train, Dataset Test) Mnist()
    {
        if (Folder is null || !Directory.Exists(Path.Combine(Folder, "mnist")))
        {
            Console.WriteLine("MNIST was not found. Fovea draws digits instead; Mnist.DownloadAsync fetches it.");
            return (new DrawnDigits(4_000, seed: 1), new DrawnDigits(1_000, seed: 2));
        }

        var (train, test) = Fovea.Mnist.Load(Path.Combine(Folder, "mnist"));
        return IsWhole ? (train, test) : (train.Take(4_000), test.Take(1_000));
    }

    /// <summary>A folder of cats and dogs: train, validation and test, each with a folder for each class.</summary>
    public static string CatsAndDogs()
    {
        var (archive, target) = (Folder is null ? null : Path.Combine(Folder, "cats-vs-dogs.tar"), Artifact(IsWhole ? "cats-vs-dogs" : "cats-vs-dogs-few"));
        if (Directory.Exists(target)) return target;
        if (!File.Exists(archive))
        {
            Console.WriteLine("Photographs of cats and dogs were not found. Fovea draws scenes of two digits instead.");
            foreach (var (part, seed) in (ReadOnlySpan<(string, int)>)[("train", 1), ("validation", 2), ("test", 3)])
                ImageFolderWriter.Write(new DrawnScenes(80, seed) { Digits = [3, 8] }, Path.Combine(target, part));
            return target;
        }

        var counts = new Dictionary<string, int>();
        using var reader = new TarReader(File.OpenRead(archive));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory) continue;
            var path = entry.Name[(entry.Name.IndexOf('/') + 1)..];
            var folder = Path.GetDirectoryName(path)!;
            counts[folder] = counts.GetValueOrDefault(folder) + 1;
            if (!IsWhole && counts[folder] > 40) continue;
            Directory.CreateDirectory(Path.Combine(target, folder));
            entry.ExtractToFile(Path.Combine(target, path), overwrite: true);
        }

        return target;
    }

    /// <summary>Photographs of pets and their masks (1 pet, 2 background, 3 border), or null where they are missing.</summary>
    public static (string Images, string Masks)? Pets()
    {
        var (archive, target) = (Folder is null ? null : Path.Combine(Folder, "sets", "pets-trimaps.zip"), Artifact("pets"));
        if (!Directory.Exists(target))
        {
            if (!File.Exists(archive)) return null;
            ZipFile.ExtractToDirectory(archive, target);
        }

        return (Path.Combine(target, "pets-trimaps", "train", "images"), Path.Combine(target, "pets-trimaps", "train", "trimaps"));
    }

    /// <summary>
    /// A network that was trained on ImageNet, without its classifier: MobileNet up to its 12th block, for 224 × 224 pixels from −1 to 1. Null where it is
    /// missing.
    /// </summary>
    public static Model? ConvBase() => Pretrained("mobilenet_1_0_224_through_conv_pw_12.h5");

    /// <summary>
    /// A network that classifies photographs into the 1,000 classes of ImageNet: MobileNet of a quarter of the width. Null where it is missing.
    /// </summary>
    public static Model? ImageNetClassifier() => Pretrained(Path.Combine("mobilenet-025-224-tfjs", "mobilenet_model.json"));

    /// <summary>A photograph; without data, a scene that Fovea draws.</summary>
    public static string Photo(string name)
    {
        var found = Folder is null ? null : Directory.GetFiles(Path.Combine(Folder, "imagenet-samples", "images"), $"*{name}*").FirstOrDefault();
        if (found is not null) return found;
        var folder = Artifact("photo");
        ImageFolderWriter.Write(new DrawnScenes(1, seed: 4), folder);
        return Directory.GetFiles(folder, "*", SearchOption.AllDirectories)[0];
    }

    private static Model? Pretrained(string name)
    {
        var path = Folder is null ? null : Path.Combine(Folder, "pretrained", name);
        if (File.Exists(path)) return Model.Load(path);
        Console.WriteLine($"The pretrained network {name} was not found: what needs it is skipped.");
        return null;
    }
}
