using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

/// <summary>A file of the first process comes to all processes, whose disks may not have it.</summary>
public sealed class SharedFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 22) + 5)]
    public void All_processes_read_the_bytes_of_the_first(int length)
    {
        var content = new byte[length];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(PathOf(0), content);
        var received = ThreadGroup.Run(3, group =>
        {
            using var stream = new DataParallel(4, group).OpenRead(PathOf(group.Rank));
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        });
        Assert.All(received, bytes => Assert.Equal(content, bytes));
    }

    [Fact]
    public void The_checkpoint_of_the_first_process_is_loaded_by_all()
    {
        var saved = SmallNets.Create("residual");
        saved.Save(PathOf(0));
        var loaded = ThreadGroup.Run(2, group => SmallNets.Bits(Model.Load(new DataParallel(2, group).OpenRead(PathOf(group.Rank)))));
        Assert.All(loaded, bits => Assert.Equal(SmallNets.Bits(saved), bits));
    }

    [Fact]
    public void A_missing_file_is_an_error_in_all_processes()
    {
        var messages = ThreadGroup.Run(2, group => Assert.ThrowsAny<Exception>(() => new DataParallel(2, group).OpenRead(PathOf(group.Rank))).Message);
        Assert.Equal($"Could not find file '{PathOf(0)}'.", messages[0]);
        Assert.Equal($"Process 0 of 2 has failed: Could not find file '{PathOf(0)}'.", messages[1]);
    }

    private string PathOf(int rank) => Path.Combine(folder.Path, $"{rank}.keras");
}
