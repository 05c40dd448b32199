using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>Archives are read in place, with the samples of the unpacked folder.</summary>
public sealed class ArchiveTests : IDisposable
{
    private readonly TestImages folder = new();

    public static TheoryData<string> Kinds => ["a.zip", "a.tar", "a.tar.gz", "A.TGZ"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Samples_are_those_of_the_unpacked_folder(string name)
    {
        folder.Classes("data/pets/train/", 5, "cat", "dog");
        folder.Classes("data/pets/val/", 2, "cat", "dog");
        folder.Image("data/pets/train/cat/deep/9.jpg", 40, 30, x => (byte)(6 * x));
        folder.Image("data/pets/train/cat/._9.jpg", 1);
        folder.Image("data/__MACOSX/pets/train/cat/x.png", 1);
        folder.Text("data/pets/train/dog/notes.txt");
        var cut = folder.TruncatedImage("data/pets/train/dog/cut.jpg");
        var archive = Pack(name);
        foreach (var keep in (bool[])[true, false])
        {
            var options = new ImageFolderOptions { KeepInMemory = keep };
            var expected = ImageFolderSplit.Load(folder.Inside("data"), 8, 9, options);
            var read = ImageFolderSplit.Load(archive, 8, 9, options);
            Assert.Equal(11, read.Training.Count);
            AssertSame(expected.Training, read.Training);
            AssertSame(expected.Validation, read.Validation);
            Assert.Equal(
                expected.Skipped.Select(file => file.File.Replace(folder.Inside("data"), archive)), read.Skipped.Select(file => file.File));
            Assert.Contains($"'{cut.Replace(folder.Inside("data"), archive)}' is cut off", SkippedFile.Summarize(read.Skipped), StringComparison.Ordinal);
            var training = Assert.IsType<ImageFolder>(read.Training);
            Assert.Equal(Path.Combine(archive, "pets", "train", "cat", "0.png"), training.File(0));
            Assert.Equal(keep, training.IsInMemory);
        }

        Assert.Equal($"'{archive}': 2 classes (cat, dog) in train and validation, inside the folder 'pets'.", ImageData.Recognize(archive).Description);
        Assert.Equal(11 + 4, ImageFolder.LoadUnlabeled(archive, 2, 2).Count);
        Assert.Equal(3, ImageFile.Read(Path.Combine(archive, "pets/train/cat/../dog/./1.png")).Shape[3]);
        Assert.False(Directory.Exists(folder.Inside("pets")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Masks_and_lists_are_read_too(string name)
    {
        for (var i = 0; i < 4; i++)
        {
            folder.Image($"data/images/{i}.png", (byte)(10 * i));
            folder.Image($"data/masks/{i}_mask.png", 16, 12, x => (byte)(x > 8 ? 1 : 0));
        }

        File.WriteAllText(folder.Inside("data/list.csv"), "file,label\nimages/0.png,a\n./images/1.png,b\n");
        var archive = Pack(name);
        var data = ImageData.Recognize(archive);
        Assert.Equal((ImageDataKind.Masks, Path.Combine(archive, "masks")), (data.Kind, data.Training!.Masks));
        AssertSame(
            MaskFolder.Load(folder.Inside("data/images"), folder.Inside("data/masks"), 6, 8),
                MaskFolder.Load(data.Training.Folder, data.Training.Masks!, 6, 8));
        AssertSame(
            ImageManifest.Load(folder.Inside("data/list.csv"), null, 6, 8), ImageManifest.Load(Path.Combine(archive, "list.csv"), null, 6, 8));
        AssertSame(
            ImageManifest.Load(folder.Inside("data/list.csv"), null, 6, 8), ImageManifest.Load(folder.Inside("data/list.csv"), archive, 6, 8));
    }

    [Theory]
    [InlineData("cats-vs-dogs.tar", "cats-vs-dogs")]
    [InlineData("sets/flowers.zip", "flowers")]
    public void Data_of_other_people_are_recognized(string name, string inside)
    {
        var path = TestData.Find(name);
        Assert.SkipWhen(path is null, $"shared/data/{name} is missing; set FOVEA_DATA.");
        var data = ImageData.Recognize(path);
        Assert.Equal(ImageDataKind.Classes, data.Kind);
        Assert.Equal(["train", "validation", "test"], new[] { data.Training!, data.Validation!, data.Test! }.Select(part => Path.GetFileName(part.Folder)));
        Assert.EndsWith($"in train, validation and test, inside the folder '{inside}'.", data.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Trimaps_in_an_archive_are_recognized_as_masks()
    {
        var path = TestData.Find("sets/pets-trimaps.zip");
        Assert.SkipWhen(path is null, "shared/data/sets/pets-trimaps.zip is missing; set FOVEA_DATA.");
        var data = ImageData.Recognize(path);
        Assert.EndsWith(
            "images ('images') and masks ('trimaps') in train, validation and test, inside the folder 'pets-trimaps'.", data.Description,
                StringComparison.Ordinal);
        Assert.Equal(62, MaskFolder.Load(data.Validation!.Folder, data.Validation.Masks!, 16, 16, labelOffset: -1).Count);
    }

    [Fact]
    public void Entries_that_lead_elsewhere_or_are_links_are_left_out()
    {
        var image = File.ReadAllBytes(folder.Image("1.png", 10));
        var zip = Zip("a.zip", ("cat/1.png", image), ("../../etc/evil.png", image), ("/abs.png", image), ("C:/x.png", image), ("dog\\1.png", image));
        var data = ImageFolder.Load(zip, 2, 2);
        Assert.Equal(["cat", "dog"], data.ClassNames);
        Assert.Equal(
            [
                $"'{zip}': the entry '../../etc/evil.png' is left out, since its name leads out of the archive.",
                $"'{zip}': the entry '/abs.png' is left out, since its name leads out of the archive.",
                $"'{zip}': the entry 'C:/x.png' is left out, since its name leads out of the archive.",
            ],
            data.Skipped.Select(file => file.Reason));

        var tar =
            Tar("a.tar", Entry("cat/1.png", image), Entry("dog/1.png", image), Link("cat/2.png", "1.png"),
            Link("cat/3.png", "cat/1.png", TarEntryType.HardLink),
            Link("owl", "/etc", TarEntryType.SymbolicLink), Link("cat/.hidden", "x"));
        data = ImageFolder.Load(tar, 2, 2);
        Assert.Equal(3, data.Count);
        Assert.Equal(
            [$"'{tar}/cat/2.png' is a link; links in archives are not followed.", $"'{tar}/owl' is a link; links in archives are not followed."],
            data.Skipped.Select(file => file.Reason));
    }

    [Fact]
    public void The_last_of_several_entries_of_one_name_is_read()
    {
        var (dark, light) = (File.ReadAllBytes(folder.Image("1.png", 10)), File.ReadAllBytes(folder.Image("2.png", 200)));
        var options = new ImageFolderOptions { Channels = 1, Range = PixelRange.ZeroTo255 };
        foreach (var archive in new[]
        {
            Zip("a.zip", ("a/1.png", dark), ("b/1.png", dark), ("a/1.png", light), ("b/1.png/x.png", dark)),
            Tar("a.tar", Entry("a/1.png", dark), Entry("b/1.png", dark), Entry("./a/1.png", light), Entry("b/1.png/x.png", dark)),
        })
        {
            var data = ImageFolder.Load(archive, 1, 1, options);
            Assert.Equal([200f, 10f], Enumerable.Range(0, data.Count).Select(i => Read(data, i)[0]));
            Assert.Equal(
                [
                    $"'{archive}/a/1.png' is in the archive twice; the last one is read, as it remains when the archive is unpacked.",
                    $"'{archive}/b/1.png/x.png' has the name of a folder too.",
                ],
                data.Skipped.Select(file => file.Reason));
        }
    }

    [Fact]
    public void Files_that_cannot_be_unpacked_are_left_out_and_named()
    {
        var image = File.ReadAllBytes(folder.Image("1.png", 10));
        var zip = Zip("a.zip", ("a/1.png", image), ("b/1.png", image), ("b/2.png", image), ("b/3.png", image), ("b/4.png", image));
        var bytes = File.ReadAllBytes(zip);
        Patch(bytes, "b/2.png", central: false, offset: 30 + "b/2.png".Length + 40, 0xEE);          // the content
        Patch(bytes, "b/3.png", central: true, offset: 8, 1);                                       // the flag of encryption
        Patch(bytes, "b/4.png", central: true, offset: 24, 0xFF, 0xFF, 0xFF, 0x7F);                 // the unpacked size
        File.WriteAllBytes(zip, bytes);
        var data = ImageFolder.Load(zip, 2, 2);
        Assert.Equal(2, data.Count);
        Assert.Equal(
            [
                $"'{zip}/b/2.png' is damaged: its content is not the one that the archive was made of.",
                $"'{zip}/b/3.png' is encrypted; unpack the archive with its password.",
                $"'{zip}/b/4.png' expands to 2047 MiB; expected an image file of at most 512 MiB.",
            ],
            data.Skipped.Select(file => file.Reason));
    }

    [Theory]
    [InlineData("a.zip", "'PATH' is cut off or damaged: End of Central Directory record could not be found. Make or download the archive again.")]
    [InlineData("a.tar", "'PATH' is cut off after 2 entries. Make or download the archive again.")]
    [InlineData("a.tar.gz", "'PATH' is cut off after 2 entries. Make or download the archive again.")]
    public void A_cut_archive_is_refused(string name, string expected)
    {
        var (noise, random) = (new byte[100_000], new Random(1));
        foreach (var file in (string[])["data/a/1.png", "data/a/2.png", "data/b/1.png"])
        {
            random.NextBytes(noise);
            File.WriteAllBytes(folder.Text(file), noise);
        }

        var path = Pack(name, withFolders: false);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * 9 / 10)]);
        Assert.Equal(expected.Replace("PATH", path), Assert.Throws<InvalidDataException>(() => ImageData.Recognize(path)).Message);
    }

    [Theory]
    [InlineData("", "is empty; expected .zip, .tar, .tar.gz, .tgz.")]
    [InlineData("<!DOCTYPE html>", "is a page, not an archive; expected .zip, .tar, .tar.gz, .tgz. A server may have sent it instead of the archive.")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "is a pointer of Git LFS, not the archive itself; 'git lfs pull' fetches the archive.")]
    [InlineData("Rar!\u001A\u0007", "is a RAR archive, which is not read; expected .zip, .tar, .tar.gz, .tgz. Unpack it, and give the folder.")]
    [InlineData("BZh91AY", "is compressed by bzip2, which is not read; expected .zip, .tar, .tar.gz, .tgz. Unpack it, and give the folder.")]
    [InlineData("something", "is not an archive that can be read; expected .zip, .tar, .tar.gz, .tgz.")]
    public void A_file_that_is_no_archive_is_called_what_it_is(string content, string expected)
    {
        var path = folder.Text("a.zip");
        File.WriteAllText(path, content);
        Assert.Equal($"'{path}' {expected}", Assert.Throws<InvalidDataException>(() => ImageData.Recognize(path)).Message);
    }

    [Fact]
    public void Another_kind_of_archive_is_refused()
    {
        var path = folder.Text("photos.rar");
        Assert.Equal(
            $"ImageData: expected a folder of images, an archive (.zip, .tar, .tar.gz, .tgz) or a list (.csv, .tsv, .jsonl); '{path}' is an archive of another "
                + "kind. Unpack it, and give the folder.",
            Assert.Throws<InvalidDataException>(() => ImageData.Recognize(path)).Message);
    }

    [Fact]
    public void Digits_in_an_archive_are_refused()
    {
        folder.Text("data/train-images-idx3-ubyte.gz");
        var zip = Pack("a.zip");
        Assert.Equal(
            $"ImageData: expected images in '{zip}'; received IDX files, which are not read in archives. Unpack it.",
            Assert.Throws<InvalidDataException>(() => ImageData.Recognize(zip)).Message);
    }

    [Fact]
    public void The_content_decides_what_an_archive_is()
    {
        folder.Classes("data/", 2, "a", "b");
        var zip = Pack("a.zip");
        var other = folder.Inside("other.tar");
        File.Move(zip, other);
        Assert.Equal(4, ImageFolder.Load(other, 2, 2).Count);
        Directory.CreateDirectory(folder.Inside("folder.zip"));
        folder.Classes("folder.zip/", 1, "a", "b");
        Assert.Equal(2, ImageFolder.Load(folder.Inside("folder.zip"), 2, 2).Count);
    }

    [Fact]
    public void A_zip_file_with_64_bit_sizes_is_read()
    {
        var data =
            ImageFolder.Load(
            Path.Combine(AppContext.BaseDirectory, "Golden", "archives", "zip64.zip"), 2, 2,
            new ImageFolderOptions { Channels = 1, Range = PixelRange.ZeroTo255 });
        Assert.Equal([30f, 220f], Enumerable.Range(0, data.Count).Select(i => Read(data, i)[0]));
    }

    [Fact]
    public void A_compressed_tar_file_above_the_memory_limit_is_refused()
    {
        folder.Classes("data/", 2, "a", "b");
        var path = Pack("photos.tgz");
        Assert.Equal(
            $"'{path}' holds images of more than 0 MiB, a quarter of the memory, and a compressed tar file can only be read from beginning to end. Decompress "
                + "it: 'gunzip -c photos.tgz > photos.tar' makes a .tar file, which is read in place.",
            Assert.Throws<NotSupportedException>(() => new CompressedTarFolder(path, limit: 100)).Message);
    }

    [Fact]
    public void A_changed_archive_is_read_again()
    {
        folder.Classes("data/", 2, "a", "b");
        var path = Pack("a.zip");
        var held = ImageFolder.Load(path, 2, 2, new ImageFolderOptions { KeepInMemory = false });
        Assert.Equal(4, held.Count);
        folder.Image("data/a/7.png", 9);
        File.Delete(path);
        Assert.Equal(5, ImageFolder.Load(Pack("a.zip"), 2, 2).Count);
        GC.KeepAlive(held);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_damage_is_an_error_or_a_skipped_file(string name)
    {
        folder.Classes("data/", 2, "a", "b");
        var path = Pack(name);
        var original = File.ReadAllBytes(path);
        var random = new Random(3);
        for (var i = 0; i < 60; i++)
        {
            var bytes = original.ToArray();
            for (var change = 0; change < 4; change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var damaged = folder.Inside($"damaged-{i}-{name}");
            File.WriteAllBytes(damaged, bytes);
            try
            {
                Assert.InRange(ImageFolder.Load(damaged, 2, 2).Count, 1, 8);
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                Assert.NotEmpty(error.Message);
            }

            File.Delete(damaged);
        }
    }

    private static PaxTarEntry Entry(string name, byte[] content) => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    private static PaxTarEntry Link(string name, string target, TarEntryType type = TarEntryType.SymbolicLink) =>
        new PaxTarEntry(type, name) { LinkName = target };

    private static float[] Read(Dataset data, int index)
    {
        var (image, target) = (new float[data.InputShape.Count], new float[data.TargetShape.Count]);
        data.Read(index, image, target);
        return [.. image, .. target];
    }

    private static void AssertSame(Dataset expected, Dataset actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.ClassNames, actual.ClassNames);
        for (var i = 0; i < expected.Count; i++) Assert.Equal(Read(expected, i), Read(actual, i));
    }

    /// <summary>Overwrites bytes of a zip file, relative to the local header of an entry or to its row in the table of contents.</summary>
    private static void Patch(byte[] zip, string name, bool central, int offset, params byte[] values)
    {
        var at = central ? zip.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(name)) - 46 : zip.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name)) - 30;
        values.CopyTo(zip.AsSpan(at + offset));
    }

    private string Pack(string name, bool withFolders = true)
    {
        var (source, path) = (folder.Inside("data"), folder.Inside(name));
        if (name.EndsWith(".zip", StringComparison.Ordinal))
        {
            ZipFile.CreateFromDirectory(source, path);
            return path;
        }

        using var file = File.Create(path);
        using var stream = name.EndsWith(".tar", StringComparison.Ordinal) ? (Stream)file : new GZipStream(file, CompressionLevel.Fastest);
        if (withFolders)
        {
            TarFile.CreateFromDirectory(source, stream, includeBaseDirectory: false);
            return path;
        }

        using var writer = new TarWriter(stream);
        foreach (var each in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order())
            writer.WriteEntry(each, Path.GetRelativePath(source, each));
        return path;
    }

    private string Zip(string name, params (string Name, byte[] Content)[] entries)
    {
        var path = folder.Inside(name);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (entry, content) in entries)
        {
            using var stream = zip.CreateEntry(entry, CompressionLevel.NoCompression).Open();
            stream.Write(content);
        }

        return path;
    }

    private string Tar(string name, params TarEntry[] entries)
    {
        var path = folder.Inside(name);
        using var writer = new TarWriter(File.Create(path));
        foreach (var entry in entries) writer.WriteEntry(entry);
        return path;
    }
}
