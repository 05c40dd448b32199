namespace Fovea.Tests.Data;

/// <summary>Samples that are kept in a file. A stale or damaged file is never used.</summary>
public sealed class FileCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int reads;

    private string At => Path.Combine(folder.Path, "cache");

    private string[] Files => Directory.GetFiles(At);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Samples_are_read_once_also_by_later_programs()
    {
        var written = Data(100).Cache(At);
        Assert.InRange(reads, 100, 120);
        reads = 0;
        Same(Plain(100), written);
        Assert.Equal(0, reads);
        var found = Data(100).Cache(At);
        Assert.InRange(reads, 1, 20);
        reads = 0;
        Same(Plain(100), found);
        Assert.Equal(0, reads);
        Assert.Single(Files);
        Assert.Equal(Plain(100).ClassNames, found.ClassNames);
        Assert.Equal(Plain(100).ImageInput, found.ImageInput);
    }

    [Fact]
    public void Other_data_or_another_version_have_another_file()
    {
        Same(Plain(100), Data(100).Cache(At));
        Same(Plain(99), Data(99).Cache(At));
        Same(Plain(100).SelectTarget(y => 1 - (float)y), Data(100).SelectTarget(y => 1 - (float)y).Cache(At));
        Same(Plain(100), Data(100).Cache(At, version: "2"));
        Same(Plain(100).WithSampleWeights(new float[100]), Data(100).WithSampleWeights(new float[100]).Cache(At));
        Assert.Equal(5, Files.Length);
    }

    [Fact]
    public void A_file_that_is_not_whole_is_written_again()
    {
        Data(50).Cache(At);
        var path = Assert.Single(Files);
        var bytes = File.ReadAllBytes(path);
        foreach (var content in (byte[][])[[], bytes[..^1], [.. bytes, 0], [.. bytes[..8], 0, .. bytes[9..]], [1, .. bytes[1..]]])
        {
            File.WriteAllBytes(path, content);
            Same(Plain(50), Data(50).Cache(At));
            Assert.Equal(bytes, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void A_damaged_sample_is_named_and_not_used()
    {
        Data(50).Cache(At);
        var path = Assert.Single(Files);
        var bytes = File.ReadAllBytes(path);
        var record = (bytes.Length - 24) / 50;
        bytes[24 + (17 * record) + 5] ^= 4;
        File.WriteAllBytes(path, bytes);
        var cached = Data(50).Cache(At);
        Assert.Equal(16f / 255, cached[16].Input.Values[0]);
        Assert.Equal(
            $"The cache '{path}' is damaged at sample 17. Delete the file: it will be written again.",
            Assert.Throws<InvalidDataException>(() => cached[17]).Message);
        Assert.Equal(
            $"The cache '{path}' is damaged at sample 17. Delete the file: it will be written again.",
            Assert.Throws<InvalidDataException>(() => cached.Batches(10).ToList()).Message);
    }

    [Fact]
    public void An_error_or_a_cancellation_leaves_no_file()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new Cancelling(cancellation);
        Assert.ThrowsAny<OperationCanceledException>(() => Data(100).Cache(At, progress: progress, cancellationToken: cancellation.Token));
        Assert.Equal(32, progress.Reported);
        Assert.Empty(Files);
        var failing = Plain(100).Select((x, y, index) => index == 70 ? throw new InvalidDataException("Number 70 is damaged.") : (x, y));
        Assert.Equal(
            "Select: the function failed for sample 70: InvalidDataException: Number 70 is damaged.",
            Assert.Throws<TrainingException>(() => failing.Cache(At)).Message);
        Assert.Empty(Files);
    }

    [Fact]
    public void Weights_of_positions_and_several_tensors_are_as_before()
    {
        var masks = new ArrayDataset([1, 2], [1], [0, 1, 1, 1, 0, 0], [3, 1], ["no", "yes"]).WithClassWeights(1f, 5);
        Assert.Equal([1f, 5, 5, 5, 1, 1], masks.Cache(At).Batches(2).Single().SampleWeights!.Values);
        var two = new TensorDataset([new Tensor([2, 2], [1, 2, 3, 4]), new Tensor([2], [5, 6])], [new Tensor([2, 3], [1, 2, 3, 4, 5, 6])]);
        Assert.Equal(6f, (float)two.Cache(At)[1].Inputs[1]);
        Assert.Equal([4f, 5, 6], two.Cache(At)[1].Target.Values);
    }

    [Fact]
    public void Streams_and_missing_folders_are_refused()
    {
        Assert.Equal(
            "Cache(folder): expected samples with an index; the data set is a stream. Cache() reads a stream into memory, Take(count) shortens one.",
            Assert.Throws<InvalidOperationException>(() => Dataset.From(Plain(3).AsEnumerable()).Cache(At)).Message);
        Assert.Throws<ArgumentException>(() => Plain(3).Cache(""));
    }

    private static Dataset Plain(int count) => new ByteImageDataset(
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)i, 4))], [2, 2, 1],
            [.. Enumerable.Range(0, count).Select(i => (byte)(i % 2))], ["a", "b"])
        .WithSampleWeights([.. Enumerable.Range(0, count).Select(i => (float)i)]);

    private static void Same(Dataset expected, Dataset actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (one, other) in expected.Zip<Sample, Sample>(actual))
        {
            Assert.Equal(one.Input.Values, other.Input.Values);
            Assert.Equal(one.Target.Values, other.Target.Values);
            Assert.Equal((float)one.Weights!, (float)other.Weights!);
        }
    }

    private Dataset Data(int count) => Plain(count).Select((x, y) =>
    {
        Interlocked.Increment(ref reads);
        return (x, y);
    });

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<int>
    {
        public int Reported { get; private set; }

        public void Report(int value)
        {
            Reported = value;
            source.Cancel();
        }
    }
}
