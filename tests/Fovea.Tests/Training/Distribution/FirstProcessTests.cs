using Fovea.Tests.Data;
using Fovea.Tests.Progress;

namespace Fovea.Tests.Training;

/// <summary>The first of several processes writes files and prints; all decide alike.</summary>
public sealed class FirstProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_are_written_by_the_first_process_only()
    {
        var best = ThreadGroup.Run(3, group =>
        {
            var own = Directory.CreateDirectory(Path.Combine(folder.Path, $"{group.Rank}")).FullName;
            var model = Create(group);
            var checkpoint = new ModelCheckpoint(Path.Combine(own, "checkpoints", "best.keras"), "loss");
            using var board = new TensorBoard(Path.Combine(own, "board"), histogramFrequency: 1, updateFrequency: 1);
            model.Fit(
                SmallNets.Images(24), epochs: 2, batchSize: 8, validation: SmallNets.Images(8), callbacks:
                [
                    checkpoint, board, new CsvLogger(Path.Combine(own, "log.csv")), new BackupAndRestore(Path.Combine(own, "b", "training.backup"), 1, false),
                    new ModelCheckpoint(Path.Combine(own, "all", "{epoch}.keras"), "loss") { SaveBestOnly = false },
                    new LambdaCallback(onEpochEnd: progress =>
                    {
                        board.Writer.Scalar("own", 1, progress.Epoch);
                        if (progress.IsFirstProcess) File.AppendAllText(Path.Combine(own, "own.txt"), $"{progress}\n");
                    }),
                ]);
            return (checkpoint.BestEpoch, checkpoint.BestValue);
        });
        Assert.Equal(best[0], best[1]);
        Assert.Equal(best[0], best[2]);
        Assert.True(best[0].BestEpoch > 0);
        Assert.Equal(
            ["all/1.keras", "all/2.keras", "b/training.backup", "board/train", "board/validation", "checkpoints/best.keras", "log.csv", "own.txt"],
            Files(0).Select(file => file.StartsWith("board", StringComparison.Ordinal) ? Path.GetDirectoryName(file)! : file).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder.Path, "1")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder.Path, "2")));
        Assert.Equal(2, File.ReadAllLines(Path.Combine(folder.Path, "0", "own.txt")).Length);
    }

    [Fact]
    public void The_first_process_prints_the_progress()
    {
        var screens = ThreadGroup.Run(2, group =>
        {
            var terminal = TestTerminal.Use();
            var model = Create(group);
            model.Fit(SmallNets.Images(24), batchSize: 8, verbose: 2);
            model.Evaluate(SmallNets.Images(24), batchSize: 8, verbose: 2);
            return terminal.Screen;
        });
        Assert.Contains("3/3", screens[0], StringComparison.Ordinal);
        Assert.Equal("", screens[1]);
    }

    [Fact]
    public void A_process_alone_is_the_first()
    {
        var seen = new List<bool>();
        SmallNets.Create("convnet").Fit(
            SmallNets.Images(8), callbacks: [new LambdaCallback(onTrainingBegin: progress => seen.Add(progress.IsFirstProcess))]);
        Assert.Equal([true], seen);
    }

    private static Model Create(IProcessGroup group)
    {
        var model = SmallNets.Create("convnet");
        model.Distribution = new DataParallel(4, group);
        return model;
    }

    private IEnumerable<string> Files(int rank)
    {
        var own = Path.Combine(folder.Path, $"{rank}");
        return Directory.GetFiles(own, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(own, file));
    }
}
