using Fovea.Imaging;
using Fovea.Tests.Data;

namespace Fovea.Tests.Imaging.Checks;

public sealed class QuarantineTests : IDisposable
{
    private readonly SceneFolder scenes = new();
    private readonly TemporaryFolder other = new();

    public QuarantineTests()
    {
        scenes.Fill(20, "train/cats", "train/dogs", "test/cats", "test/dogs");
        scenes.Copy("train/cats/1.png", "test/cats/same.png");
        scenes.Copy("train/cats/2.png", "train/dogs/other.png");
        scenes.Copy("train/cats/3.png", "train/cats/twice.png");
        scenes.Write("train/dogs/broken.jpg", [1, 2, 3]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(other.Path, "quarantine");

    public void Dispose()
    {
        scenes.Dispose();
        other.Dispose();
    }

    [Fact]
    public void Errors_are_moved_and_moved_back()
    {
        var before = Files();
        var result = Quarantine.Move(Check(), Folder, cancellationToken: Token);
        Assert.Empty(result.Left);
        Assert.Equal(["train/cats/1.png", "train/cats/2.png", "train/dogs/broken.jpg", "train/dogs/other.png"], result.Moved.Select(NameOf));
        Assert.Equal(before.Except(result.Moved.Select(NameOf)), Files());
        Assert.True(File.Exists(Path.Combine(Folder, "train", "cats", "1.png")));
        Assert.DoesNotContain(Check().Findings, finding => finding.Severity == FindingSeverity.Error);

        var back = Quarantine.Undo(result.List!, Token);
        Assert.Equal((4, 0, null), (back.Moved.Count, back.Left.Count, back.List));
        Assert.Equal(before, Files());
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void Kinds_that_are_named_are_moved_but_for_one_file_of_each_group()
    {
        var result = Quarantine.Move(Check(), Folder, [DataFindingKind.ExactDuplicate], Token);
        Assert.Contains("train/cats/twice.png", result.Moved.Select(NameOf));
        Assert.DoesNotContain("train/cats/3.png", result.Moved.Select(NameOf));
    }

    [Fact]
    public void The_list_is_there_before_anything_moves_and_an_interrupted_move_is_undone()
    {
        var before = Files();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Quarantine.Move(Check(), Folder, cancellationToken: source.Token));
        Assert.Equal(before, Files());
        var list = Path.Combine(Folder, "undo.json");

        // As if the process had been killed after one file.
        Directory.CreateDirectory(Path.Combine(Folder, "train", "cats"));
        File.Move(scenes.Inside("train/cats/1.png"), Path.Combine(Folder, "train", "cats", "1.png"));
        Assert.Equal(["train/cats/1.png"], Quarantine.Undo(list, Token).Moved.Select(NameOf));
        Assert.Equal(before, Files());
        Assert.False(File.Exists(list));
    }

    [Fact]
    public void No_file_is_overwritten()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "train", "cats"));
        File.WriteAllText(Path.Combine(Folder, "train", "cats", "1.png"), "mine");
        File.WriteAllText(Path.Combine(Folder, "undo.json"), "mine");
        var result = Quarantine.Move(Check(), Folder, cancellationToken: Token);
        Assert.Equal(Path.Combine(Folder, "undo-2.json"), result.List);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Folder, "train", "cats", "1.png")));
        Assert.True(File.Exists(Path.Combine(Folder, "train", "cats", "1-2.png")));

        scenes.Write("train/cats/1.png", [9]);
        var back = Quarantine.Undo(result.List!, Token);
        var (at, taken) = (Path.Combine(Folder, "train", "cats", "1-2.png"), scenes.Inside("train/cats/1.png"));
        Assert.Equal([new SkippedFile(at, $"'{at}' is not moved: '{taken}' exists.")], back.Left);
        Assert.Equal([9], File.ReadAllBytes(taken));
        Assert.True(File.Exists(result.List));
    }

    [Fact]
    public void Files_that_changed_or_vanished_after_the_check_are_left()
    {
        var report = Check();
        scenes.Write("train/dogs/broken.jpg", [4, 5]);
        File.SetLastWriteTimeUtc(scenes.Inside("train/dogs/broken.jpg"), new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.Delete(scenes.Inside("train/dogs/other.png"));
        var (changed, vanished) = (scenes.Inside("train/dogs/broken.jpg"), scenes.Inside("train/dogs/other.png"));
        Assert.Equal(
            [new SkippedFile(changed, $"'{changed}' was changed after the check."), new SkippedFile(vanished, $"'{vanished}' no longer exists.")],
            Quarantine.Move(report, Folder, cancellationToken: Token).Left);
    }

    [Fact]
    public void A_quarantine_within_the_data_set_is_refused()
    {
        var inside = scenes.Inside("bad");
        var error = Assert.Throws<ArgumentException>(() => Quarantine.Move(Check(), inside, cancellationToken: Token));
        Assert.Equal($"Quarantine: expected a folder outside of the data set '{scenes.Path}'; received '{inside}'. (Parameter 'folder')", error.Message);
    }

    [Fact]
    public void A_quarantine_that_cannot_be_created_moves_nothing()
    {
        var before = Files();
        File.WriteAllText(Folder, "a file");
        Assert.ThrowsAny<IOException>(() => Quarantine.Move(Check(), Folder, cancellationToken: Token));
        Assert.Equal(before, Files());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"format":"fovea-quarantine-1","files":[{"from":"a","to":"b"}]}""")]
    public void Only_a_list_of_moved_files_is_undone(string content)
    {
        var list = other.Write("list.json", System.Text.Encoding.UTF8.GetBytes(content));
        Assert.Equal(
            $"Quarantine: expected a list of moved files that Fovea wrote (undo.json); '{list}' is another file.",
            Assert.Throws<InvalidDataException>(() => Quarantine.Undo(list, Token)).Message);
        Assert.Equal(
            "Quarantine: expected a list of moved files (undo.json); 'none.json' does not exist.",
            Assert.Throws<FileNotFoundException>(() => Quarantine.Undo("none.json", Token)).Message);
    }

    private DataReport Check() => DataCheck.Run(scenes.Path, cancellationToken: Token);

    private string NameOf(string path) => Path.GetRelativePath(scenes.Path, path).Replace('\\', '/');

    private List<string> Files() =>
        [.. Directory.GetFiles(scenes.Path, "*", SearchOption.AllDirectories).Select(NameOf).Order(StringComparer.Ordinal)];
}
