using System.Security.Cryptography;
using Fovea.Tests.Data;
using Fovea.Tests.Training;

namespace Fovea.Tests.Applications;

/// <summary><c>Weights = "imagenet"</c>, from a server on this machine: real transfers, and what can go wrong.</summary>
[Collection(AloneCollection.Name)]
public sealed class WeightDownloadTests : IDisposable
{
    private const string File25 = "mobilenet_2_5_128_tf.h5";

    private static readonly ApplicationOptions Quarter = new() { Alpha = 0.25, InputShape = [128, 128, 3], Weights = ApplicationOptions.ImageNet };

    private readonly TemporaryFolder folder = new();
    private readonly LocalServer server = new();
    private readonly Dictionary<string, string?> before = [];

    public WeightDownloadTests()
    {
        Set(DownloadCache.Variable, folder.Path);
        Set(Fovea.Applications.MirrorVariable, server.Address);
        Set("KERAS_HOME", Path.Combine(folder.Path, "keras"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(folder.Path, "models", File25);

    public void Dispose()
    {
        foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_network_gets_its_published_weights_and_keeps_the_file()
    {
        var content = Publish();
        var model = Fovea.Applications.MobileNet(Quarter);
        Assert.Equal(Published().Weights[0].Values.ToArray(), model.Weights[0].Values.ToArray());
        Assert.Equal("tench", model.ClassNames[0]);
        Assert.Equal(content, File.ReadAllBytes(Target));
        Fovea.Applications.MobileNet(Quarter);
        Assert.Equal([File25], server.Requests);
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(content))}  {File25}\n", File.ReadAllText(Target + ".sha256"));
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(Target)!).Length);
    }

    [Fact]
    public async Task A_file_that_was_damaged_later_is_downloaded_again()
    {
        var content = Publish();
        await Fetch();
        var damaged = (byte[])content.Clone();
        damaged[^100] ^= 1;
        await File.WriteAllBytesAsync(Target, damaged, Cancellation);
        await Fetch();
        Assert.Equal(content, await File.ReadAllBytesAsync(Target, Cancellation));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_file_of_Keras_or_one_that_the_user_brought_is_taken()
    {
        var content = Publish();
        var keras = Path.Combine(folder.Path, "keras", "models", File25);
        Directory.CreateDirectory(Path.GetDirectoryName(keras)!);
        await File.WriteAllBytesAsync(keras, content, Cancellation);
        Assert.Equal(keras, await Fetch());
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Target, content, Cancellation);
        Assert.Equal(Target, await Fetch());
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_broken_transfer_is_continued_at_once()
    {
        var content = Publish();
        server.BreakAfter = 700_000;
        await Fetch();
        Assert.Equal(content, await File.ReadAllBytesAsync(Target, Cancellation));
        Assert.Equal(File25, server.Requests[0]);
        Assert.All(server.Requests.Skip(1), request => Assert.StartsWith($"{File25} from ", request));
        Assert.InRange(server.Requests.Count, 3, 20);
    }

    [Fact]
    public async Task What_has_arrived_is_continued_later_unless_the_file_has_changed()
    {
        var content = Publish();
        using (var stopped = new CancellationTokenSource())
        {
            var stop = new ActionProgress(_ => stopped.Cancel());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => Fovea.Applications.DownloadWeightsAsync("MobileNet", Quarter, stop, cancellationToken: stopped.Token));
        }

        Assert.False(File.Exists(Target));
        var arrived = new FileInfo(Target + ".part").Length;
        Assert.InRange(arrived, 1, content.Length - 1);
        await Fetch();
        Assert.Equal([File25, $"{File25} from {arrived}"], server.Requests);
        Assert.Equal(content, await File.ReadAllBytesAsync(Target, Cancellation));

        File.Delete(Target);
        await File.WriteAllBytesAsync(Target + ".part", new byte[100], Cancellation);
        await File.WriteAllTextAsync(Target + ".part.from", $"{server.Address}{File25}\n\"old\"\n", Cancellation);
        await Fetch();
        Assert.Equal(content, await File.ReadAllBytesAsync(Target, Cancellation));
        Assert.False(File.Exists(Target + ".part.from"));
    }

    [Fact]
    public async Task A_part_that_is_longer_than_the_file_starts_again()
    {
        var content = Publish();
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Target + ".part", new byte[content.Length], Cancellation);
        await File.WriteAllTextAsync(Target + ".part.from", $"{server.Address}{File25}\n\"one\"\n", Cancellation);
        await Fetch();
        Assert.Equal(content, await File.ReadAllBytesAsync(Target, Cancellation));
    }

    [Fact]
    public async Task A_transfer_that_breaks_without_progress_is_an_error()
    {
        Publish();
        (server.BreakAfter, server.Tag) = (700_000, null);
        var error = await Assert.ThrowsAsync<IOException>(Fetch);
        Assert.StartsWith($"Applications.MobileNet: {File25} could not be downloaded from {server.Address}{File25}: ", error.Message);
        Assert.EndsWith($"Put the file there by hand ('{Target}'), or give the path of one as Weights.", error.Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task A_file_with_another_hash_is_refused_and_deleted()
    {
        const string Name = "weights_mobilenet_v3_small_224_1.0_float.h5";
        server.Put(Name, "other"u8.ToArray());
        var error = await Assert.ThrowsAsync<IOException>(() => Fovea.Applications.DownloadWeightsAsync("mobilenetv3small", cancellationToken: Cancellation));
        Assert.Equal(
            $"Applications.MobileNetV3Small: {Name} could not be downloaded from {server.Address}{Name}: expected a file with the MD5 "
            + "8768d4c2e7dee89b9d02b2d03d65d862; received something else. Put the file there by hand "
            + $"('{Path.Combine(folder.Path, "models", Name)}'), or give the path of one as Weights.", error.Message);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "models")));
    }

    [Theory]
    [InlineData("<html>Log in to the network</html>", null, "expected an HDF5 file; received something else.")]
    [InlineData(null, "crc32c=AAAAAA==,md5=AAAAAAAAAAAAAAAAAAAAAA==", "expected an HDF5 file; received something else.")]
    public async Task A_page_or_a_file_that_changed_on_its_way_is_refused(string? content, string? hash, string expected)
    {
        Publish();
        if (content is not null) server.Put(File25, System.Text.Encoding.UTF8.GetBytes(content));
        server.Hash = hash;
        var error = await Assert.ThrowsAsync<IOException>(Fetch);
        Assert.Contains(expected, error.Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task The_hash_that_the_server_sends_is_compared()
    {
        var content = Publish();
#pragma warning disable CA5351 // it is the server's hash
        server.Hash = $"crc32c=AAAAAA==,md5={Convert.ToBase64String(MD5.HashData(content))}";
#pragma warning restore CA5351
        await Fetch();
        Assert.Equal(content, await File.ReadAllBytesAsync(Target, Cancellation));
    }

    [Fact]
    public async Task Without_a_network_one_sentence_says_which_file_to_put_where()
    {
        server.Dispose();
        var error = await Assert.ThrowsAsync<IOException>(Fetch);
        Assert.StartsWith($"Applications.MobileNet: {File25} could not be downloaded from {server.Address}{File25}: Connection refused", error.Message);
        Assert.EndsWith($" Put the file there by hand ('{Target}'), or give the path of one as Weights.", error.Message);
        Assert.Equal(error.Message, Assert.Throws<IOException>(() => Fovea.Applications.MobileNet(Quarter)).Message);
    }

    [Fact]
    public async Task A_full_disk_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full.");
        Publish();
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.CreateSymbolicLink(Target + ".part", "/dev/full");
        var error = await Assert.ThrowsAsync<IOException>(Fetch);
        var place = Path.GetDirectoryName(Target);
        Assert.StartsWith($"Applications.MobileNet: {File25} could not be written to '{place}': No space left on device", error.Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task Many_downloads_at_once_transfer_the_file_once()
    {
        var content = Publish();
        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Fetch, Cancellation)));
        Assert.All(paths, path => Assert.Equal(Target, path));
        Assert.Equal([File25], server.Requests);
        Assert.Equal(content, await File.ReadAllBytesAsync(Target, Cancellation));
    }

    [Fact]
    public async Task Progress_counts_the_bytes()
    {
        var content = Publish();
        var reports = new List<DownloadProgress>();
        await Fovea.Applications.DownloadWeightsAsync("MobileNet", Quarter, new ActionProgress(reports.Add), cancellationToken: Cancellation);
        Assert.Equal(new DownloadProgress(File25, content.Length, content.Length), reports[^1]);
    }

    private static Model Published() => Fovea.Applications.MobileNet(new() { Alpha = 0.25, InputShape = [128, 128, 3], Seed = 5 });

    private byte[] Publish()
    {
        var path = Path.Combine(folder.Path, "published.h5");
        Published().Save(path);
        var content = File.ReadAllBytes(path);
        File.Delete(path);
        server.Put(File25, content);
        return content;
    }

    private Task<string> Fetch() => Fovea.Applications.DownloadWeightsAsync("MobileNet", Quarter, cancellationToken: Cancellation);

    private void Set(string name, string value)
    {
        before[name] = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
    }

    private sealed class ActionProgress(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
