using Fovea.Imaging;

namespace Fovea.Tests.Formats;

/// <summary>Paths that cannot be written, and links and devices: the documented exception, the old file intact, and no other file left.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    /// <summary>All that is written to a path, by the file's name.</summary>
    private static readonly Dictionary<string, Action<string>> Writers = new()
    {
        ["m.keras"] = path => Net().Save(path),
        ["m.h5"] = path => Net().Save(path),
        ["m.safetensors"] = path => Net().Save(path),
        ["m.onnx"] = path => Net().Save(path),
        ["model.json"] = path => Net().Save(path),
        ["w.weights.h5"] = path => Net().SaveWeights(path),
        ["w.h5"] = path => Net().SaveWeights(path),
        ["w.safetensors"] = path => Net().SaveWeights(path),
        ["t.safetensors"] = path => Net().Save(path, TensorLayout.PyTorch),
        ["backup"] = path => Fit(new BackupAndRestore(path, deleteCheckpoint: false)),
        ["checkpoint.keras"] = path => Fit(new ModelCheckpoint(path, "loss")),
        ["log.csv"] = path => Fit(new CsvLogger(path)),
        ["confusion.png"] = path => ConfusionMatrixPlot.Save(ConfusionMatrix.Of(Net(), Data()), path),
        ["curves.png"] = path => TrainingCurves.Save(Net(compiled: true).Fit(Data(), epochs: 1), path),
    };

    private static readonly string[] Callbacks = ["backup", "checkpoint.keras", "log.csv"];

    public static TheoryData<string> Names => [.. Writers.Keys];

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_missing_folder_is_said(string name)
    {
        if (Callbacks.Contains(name)) return; // a training looks for its folders when it begins
        var path = Path.Combine(folder, "missing", name);
        var error = Assert.Throws<DirectoryNotFoundException>(() => Writers[name](path));
        Assert.Equal($"'{path}' cannot be written: the folder '{Path.Combine(folder, "missing")}' does not exist.", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_path_that_is_a_folder_is_said(string name)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(path);
        var error = Assert.ThrowsAny<SystemException>(() => Writers[name](path));
        if (Callbacks.Contains(name)) Assert.True(error is IOException or UnauthorizedAccessException, error.ToString());
        else Assert.Equal($"'{path}' is a folder; expected the path of a file to write.", Assert.IsType<IOException>(error).Message);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_read_only_file_stays_as_it_is(string name)
    {
        if (name == "backup") return; // what is there is read first
        Assert.SkipWhen(name == "log.csv", "Rows are added to it in its place; whether that may be, the system decides, and root always may.");
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        Assert.Equal(
            $"'{path}' is read-only; its permissions decide who may write it.", Assert.Throws<UnauthorizedAccessException>(() => Writers[name](path)).Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        File.SetAttributes(path, FileAttributes.Normal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_symbolic_link_stays_and_its_target_is_written(string name)
    {
        if (name == "backup") return; // what is there is read first
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making symbolic links takes a privilege there.");
        var (real, path) = (Path.Combine(folder, "real"), Path.Combine(folder, "links", name));
        Directory.CreateDirectory(real);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(Path.Combine(folder, "links", "between"), Path.Combine("..", "real", name));
        File.CreateSymbolicLink(path, "between");
        Writers[name](path);
        Assert.Equal("between", new FileInfo(path).LinkTarget);
        Assert.Null(new FileInfo(Path.Combine(real, name)).LinkTarget);
        var first = File.ReadAllBytes(Path.Combine(real, name));
        Assert.NotEmpty(first);
        Writers[name](path);
        Assert.Equal([Path.Combine(real, name)], Directory.GetFileSystemEntries(real));
        Assert.Equal("between", new FileInfo(path).LinkTarget);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_of_255_bytes_are_written_and_longer_ones_are_said(string name)
    {
        foreach (var letter in (string[])["x", "ä", "漢", "🦊"])
        {
            var size = System.Text.Encoding.UTF8.GetByteCount(letter);
            var path = Path.Combine(folder, string.Concat(Enumerable.Repeat(letter, (230 - name.Length) / size)) + name);
            Writers[name](path);
            Assert.True(File.Exists(path));
        }

        if (name is "model.json") return; // its weights have a longer name
        Writers[name](Path.Combine(folder, new string('y', 255 - name.Length) + name));
        var tooLong = Path.Combine(folder, new string('z', 256 - name.Length) + name);
        var before = Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal).ToArray();
        var error = Assert.ThrowsAny<IOException>(() => Writers[name](tooLong));
        if (!Callbacks.Contains(name))
            Assert.Equal($"'{tooLong}' cannot be written: its name, or its path, is longer than the file system allows.", error.Message);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal));
    }

    /// <summary>A disk of 64 KiB, where the tests may mount one: what does not fit it leaves the old file as it was and adds no file.</summary>
    [Fact]
    public void A_full_disk_is_an_IOException_and_the_old_file_is_whole()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux()
            && Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder), "A small disk takes 'mount -t tmpfs', which is not permitted here.");
        try
        {
            var large = new Sequential(seed: 1) { new Input(300), new Dense(300) };
            foreach (var name in (string[])["m.keras", "m.h5", "m.safetensors", "m.onnx", "model.json"])
            {
                foreach (var entry in Directory.GetFiles(folder)) File.Delete(entry);
                var path = Path.Combine(folder, name);
                Net().Save(path);
                var before = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToDictionary(file => file, File.ReadAllBytes);
                var error = Assert.Throws<IOException>(() => large.Save(path));
                Assert.StartsWith(
                    $"'{(name == "model.json" ? Path.Combine(folder, "group1-shard1of1.bin") : path)}' cannot be written: ", error.Message,
                    StringComparison.Ordinal);
                Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(".tmp", error.Message, StringComparison.Ordinal);
                Assert.Equal(before.Keys, Directory.GetFiles(folder).Order(StringComparer.Ordinal));
                foreach (var (file, bytes) in before) Assert.Equal(bytes, File.ReadAllBytes(file));
                Model.Load(path);
            }
        }
        finally
        {
            Run("umount", folder);
        }
    }

    [Theory]
    [InlineData("m.keras")]
    [InlineData("m.h5")]
    [InlineData("m.safetensors")]
    [InlineData("m.onnx")]
    public void Devices_are_written_to_and_not_replaced(string name)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no '/dev/full'.");
        var format = ModelFormats.ForWriting(name);
        Assert.ThrowsAny<IOException>(() => format.Write(Net(), "/dev/full", default));
        format.Write(Net(), "/dev/null", default);
        Assert.Empty(File.ReadAllBytes("/dev/null"));
        Assert.DoesNotContain(Directory.GetFiles("/dev"), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_keeps_its_permissions()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Permissions are of another kind there.");
        if (OperatingSystem.IsWindows()) return;
        var path = Path.Combine(folder, "m.keras");
        Net().Save(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Net().Save(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_folder_without_permission_is_said()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Whoever runs the tests may write anywhere.");
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, "m.keras");
        Assert.Equal(
            $"'{path}' cannot be written: there is no permission to write in '{folder}'.",
            Assert.Throws<UnauthorizedAccessException>(() => Net().Save(path)).Message);
    }

    [Fact]
    public void A_failure_while_writing_leaves_the_old_file_and_no_other()
    {
        var path = Path.Combine(folder, "x");
        File.WriteAllText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            throw new InvalidOperationException("no more");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        AtomicFile.RequireWritable(path);
        AtomicFile.RequireWritable(Path.Combine(folder, "y"));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.RequireWritable(Path.Combine(folder, "z", "y")));
    }

    /// <summary>The files of a model of several are replaced together, or none of them.</summary>
    [Fact]
    public void A_TensorFlow_js_model_is_replaced_whole_or_not_at_all()
    {
        var path = Path.Combine(folder, "model.json");
        Net().Save(path);
        var shard = Path.Combine(folder, "group1-shard1of1.bin");
        var (json, bytes) = (File.ReadAllText(path), File.ReadAllBytes(shard));
        File.SetAttributes(path, FileAttributes.ReadOnly);
        Assert.Throws<UnauthorizedAccessException>(() => new Sequential { new Input(3), new Dense(2) }.Save(path));
        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Equal(json, File.ReadAllText(path));
        Assert.Equal(bytes, File.ReadAllBytes(shard));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder).Length);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Sequential Net(bool compiled = false)
    {
        var model = new Sequential("net", seed: 1) { new Input(4), new Dense(3, Activation.Softmax) };
        if (compiled) model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        return model;
    }

    private static ArrayDataset Data() => new([.. Enumerable.Range(0, 24).Select(i => i / 24f)], [4], [0, 1, 2, 0, 1, 2], Shape.Scalar, ["a", "b", "c"]);

    private static void Fit(Callback callback) => Net(compiled: true).Fit(Data(), epochs: 1, callbacks: [callback]);
}
