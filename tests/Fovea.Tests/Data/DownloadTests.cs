using System.Security.Cryptography;

namespace Fovea.Tests.Data;

public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] Content = IdxBytes.File([3], [1, 2, 3]);
    private static readonly byte[] Packed = IdxBytes.Gzip(Content);
    private static readonly GzipFile Wanted = new("a.gz", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));
    private static readonly Uri[] Mirrors = [new("https://one.example/data/"), new("https://two.example/")];

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(folder.Path, "new", "a.gz");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_is_fetched_from_the_first_mirror_and_kept()
    {
        var mirror = new FakeMirror(_ => Packed);
        await Ensure(mirror);
        Assert.Equal(["https://one.example/data/a.gz"], mirror.Requests);
        Assert.Equal(Packed, await File.ReadAllBytesAsync(Target, Cancellation));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Target)!));
        await Ensure(mirror);
        Assert.Single(mirror.Requests);
    }

    [Fact]
    public async Task The_next_mirror_is_asked_when_one_lacks_the_file_or_gives_another()
    {
        var lacking = new FakeMirror(address => address.Host == "one.example" ? null : Packed);
        await Ensure(lacking);
        Assert.Equal(["https://one.example/data/a.gz", "https://two.example/a.gz"], lacking.Requests);
        File.Delete(Target);
        foreach (var wrong in (byte[][])[Content, [], IdxBytes.Gzip([9, 9]), IdxBytes.Gzip(new byte[1_000_000]), Packed[..^15]])
        {
            var lying = new FakeMirror(address => address.Host == "one.example" ? wrong : Packed);
            await Ensure(lying);
            Assert.Equal(2, lying.Requests.Count);
            Assert.Equal(Packed, await File.ReadAllBytesAsync(Target, Cancellation));
            File.Delete(Target);
        }
    }

    [Fact]
    public async Task A_damaged_file_is_downloaded_again()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Target, Packed[..10], Cancellation);
        await Ensure(new FakeMirror(_ => Packed));
        Assert.Equal(Packed, await File.ReadAllBytesAsync(Target, Cancellation));
    }

    [Fact]
    public async Task Newly_compressed_content_is_accepted()
    {
        byte[] otherwise = [.. IdxBytes.Gzip(Content.AsSpan(0, 5)), .. IdxBytes.Gzip(Content.AsSpan(5))];
        await Ensure(new FakeMirror(_ => otherwise));
        Assert.Equal(otherwise, await File.ReadAllBytesAsync(Target, Cancellation));
    }

    [Fact]
    public async Task When_all_mirrors_fail_the_error_says_why_and_what_to_do()
    {
        var mirror = new FakeMirror(address => address.Host == "one.example" ? throw new HttpRequestException("No such host is known.") : Content);
        var error = await Assert.ThrowsAsync<IOException>(() => Ensure(mirror));
        Assert.Equal($"""
            Things: a.gz could not be downloaded.
              https://one.example/data/a.gz: No such host is known.
              https://two.example/a.gz: expected content with the SHA-256 {Wanted.Sha256}; received something else.
            Bring the file yourself.
            """, error.Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task A_mirror_that_falls_silent_is_given_up()
    {
        var mirror = new FakeMirror(async (address, cancellationToken) =>
        {
            if (address.Host == "one.example") await Task.Delay(Timeout.Infinite, cancellationToken);
            return new ByteArrayContent(Packed);
        });
        await Ensure(mirror, patience: TimeSpan.FromMilliseconds(50));
        Assert.Equal(2, mirror.Requests.Count);
    }

    [Fact]
    public async Task A_download_can_be_cancelled_and_leaves_nothing_behind()
    {
        using var source = new CancellationTokenSource();
        var mirror = new FakeMirror(_ =>
        {
            source.Cancel();
            return Packed;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ensure(mirror, cancellationToken: source.Token));
        Assert.Single(mirror.Requests);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task Progress_tells_how_far_the_download_is()
    {
        var progress = new Reports();
        await Ensure(new FakeMirror(_ => Packed), progress: progress);
        Assert.Equal(new DownloadProgress("a.gz", Packed.Length, Packed.Length), progress[^1]);
    }

    [Fact]
    public async Task MNIST_is_asked_from_its_two_mirrors()
    {
        var mirror = new FakeMirror(_ => null);
        var error = await Assert.ThrowsAsync<IOException>(() => Mnist.DownloadAsync(folder.Path, handler: mirror, cancellationToken: Cancellation));
        Assert.StartsWith("MNIST: train-images-idx3-ubyte.gz could not be downloaded.", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            [
                "https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz",
                "https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz",
            ],
            mirror.Requests);
    }

    [Fact]
    public async Task MNIST_from_a_mirror_passes_its_checksums_and_loads()
    {
        var data = TestData.Find("mnist");
        Assert.SkipWhen(data is null, "MNIST is not here: set FOVEA_DATA to a folder that holds mnist/.");
        var mirror = new FakeMirror(address => File.ReadAllBytes(Path.Combine(data, Path.GetFileName(address.LocalPath))));
        var loaded = Mnist.Load(await Mnist.DownloadAsync(folder.Path, handler: mirror, cancellationToken: Cancellation));
        Assert.Equal((60_000, 10_000), (loaded.Train.Count, loaded.Test.Count));
        Assert.Equal(4, mirror.Requests.Count);
    }

    [Fact]
    public void FOVEA_CACHE_moves_the_downloads()
    {
        var before = Environment.GetEnvironmentVariable(DownloadCache.Variable);
        try
        {
            Environment.SetEnvironmentVariable(DownloadCache.Variable, folder.Path);
            Assert.Equal(Path.Combine(folder.Path, "mnist"), Mnist.DefaultFolder);
            Environment.SetEnvironmentVariable(DownloadCache.Variable, null);
            Assert.EndsWith(Path.Combine("fovea", "mnist"), Mnist.DefaultFolder, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(DownloadCache.Variable, before);
        }
    }

    private async Task Ensure(
        FakeMirror mirror, TimeSpan? patience = null, IProgress<DownloadProgress>? progress = null, CancellationToken? cancellationToken = null)
    {
        using var client = new HttpClient(mirror, disposeHandler: false);
        var download = new Download(client, "Things", progress) { Patience = patience ?? TimeSpan.FromSeconds(30) };
        await download.EnsureAsync(
            Wanted, [.. Mirrors.Select(mirror => new Uri(mirror, "a.gz"))], Path.GetDirectoryName(Target)!, "Bring the file yourself.",
            cancellationToken ?? Cancellation);
    }

    private sealed class Reports : List<DownloadProgress>, IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => Add(value);
    }
}
