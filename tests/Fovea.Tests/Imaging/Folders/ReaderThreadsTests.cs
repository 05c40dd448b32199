using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>Data sets of files give the same batches at any number of reading threads, in memory and from the disk.</summary>
public sealed class ReaderThreadsTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Batches_are_the_same_at_any_number_of_readers()
    {
        var random = new Random(4);
        var list = new List<string> { "file,label" };
        for (var i = 0; i < 20; i++)
        {
            var levels = Enumerable.Range(0, 40).Select(_ => (byte)random.Next(256)).ToArray();
            var name = $"{(i % 2 == 0 ? "a" : "b")}/{i}.jpg";
            folder.Image($"data/{name}", 40, 30, x => levels[x]);
            list.Add($"{name},{i % 2}");
            var mask = folder.Inside($"masks/{name[..1]}/{i}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(mask)!);
            ImageFile.Save(new Tensor([30, 40], [.. Enumerable.Range(0, 1200).Select(p => (float)((p + i) % 5))]), mask, PixelRange.ZeroTo255);
        }

        File.WriteAllLines(folder.Inside("list.csv"), list);
        var (onDisk, data, masks) = (new ImageFolderOptions { KeepInMemory = false }, folder.Inside("data"), folder.Inside("masks"));
        AssertSame(ImageFolder.Load(data, 16, 16), ImageFolder.Load(data, 16, 16, onDisk));
        AssertSame(
            MaskFolder.Load(data, masks, 16, 16), MaskFolder.Load(data, masks, 16, 16, options: new MaskFolderOptions { KeepInMemory = false }));
        AssertSame(
            ImageManifest.Load(folder.Inside("list.csv"), data, 16, 16),
            ImageManifest.Load(folder.Inside("list.csv"), data, 16, 16, new ImageManifestOptions { KeepInMemory = false }));
    }

    private static void AssertSame(Dataset inMemory, Dataset onDisk)
    {
        var expected = Batches(inMemory, 1);
        Assert.Equal(20, inMemory.Count);
        foreach (var readers in (int[])[1, 2, 4])
        {
            Assert.Equal(expected, Batches(inMemory, readers));
            Assert.Equal(expected, Batches(onDisk, readers));
        }
    }

    private static float[] Batches(Dataset data, int readers)
    {
        int[] order = [.. Enumerable.Range(0, data.Count).Reverse()];
        using var reader = new BatchReader(data, order, 6, readers: readers);
        var values = new List<float>();
        while (reader.Next() is { } batch)
        {
            values.AddRange(batch.Inputs[0].Values);
            values.AddRange(batch.Targets[0].Values);
        }

        return [.. values];
    }
}
