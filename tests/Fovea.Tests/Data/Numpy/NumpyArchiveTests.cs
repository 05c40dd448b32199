using System.IO.Compression;
using System.Text;
using Fovea.Tests.Formats;

namespace Fovea.Tests.Data.Numpy;

public class NumpyArchiveTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests", "Golden", "numpy");

    [Theory]
    [InlineData("stored.npz")]
    [InlineData("compressed.npz")]
    public void Archives_of_NumPy_are_read(string name)
    {
        var arrays = NumpyArchive.Load(Path.Combine(Folder, name));
        Assert.Equal(["x", "y", "nested/z"], arrays.Keys);
        NumpyFileTests.AssertTensor([1, 2, 3], [0, 1, 2, 3, 4, 5], arrays["x"]);
        NumpyFileTests.AssertTensor([2, 1], [1, 0], arrays["y"]);
        NumpyFileTests.AssertTensor([], [0.5f], arrays["nested/z"]);
    }

    [Fact]
    public void Some_arrays_can_be_read_without_the_others()
    {
        Assert.Equal(["x"], NumpyArchive.Load(Path.Combine(Folder, "mixed.npz"), ["x"]).Keys);
        Assert.Equal(
            "mixed.npz: names: expected an array of numbers or truth values; received texts (<U1). In Python, array.astype(np.float32) converts numbers. "
                + "Other arrays can be read without it: names: [\"x\"].",
            Refuse("mixed.npz", null));
        Assert.Equal(
            "mixed.npz: names: expected an array of numbers or truth values; received texts (<U1). In Python, array.astype(np.float32) converts numbers.",
            Refuse("mixed.npz", ["x", "names"]));
        Assert.Equal("mixed.npz: expected an array 'z'; received 'x', 'names'.", Refuse("mixed.npz", ["z"]));
        Assert.Equal("one.npy: expected an .npz file, which is a zip archive", Refuse("one.npy", null).Split(": ")[..2].Aggregate((a, b) => $"{a}: {b}"));
    }

    [Fact]
    public void A_name_that_is_missing_is_an_error_that_lists_the_others()
    {
        var arrays = NumpyArchive.Load(Path.Combine(Folder, "stored.npz"));
        Assert.Equal(
            "stored.npz: expected an array 'labels'; there are 'x', 'y', 'nested/z'.",
            Assert.Throws<KeyNotFoundException>(() => arrays["labels"]).Message);
        var one = NumpyArchive.Load(Path.Combine(Folder, "stored.npz"), ["y"]);
        Assert.Equal("stored.npz: expected an array 'x'; there is 'y'.", Assert.Throws<KeyNotFoundException>(() => one["x"]).Message);
        Assert.False(one.ContainsKey("x") || one.TryGetValue("x", out _));
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "many.npz");
        NumpyArchive.Save(path, Enumerable.Range(0, 13).Select(i => KeyValuePair.Create($"a{i}", Tensor.Arange(1))));
        Assert.Equal(
            "many.npz: expected an array 'b'; there are 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9' and 3 more.",
            Assert.Throws<KeyNotFoundException>(() => NumpyArchive.Load(path)["b"]).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NumPy_reads_what_is_saved(bool compress)
    {
        H5py.Require("numpy");
        using var folder = new TemporaryFolder();
        Tensor x = [[1, 2], [3, 4.5]];
        NumpyArchive.Save(Path.Combine(folder.Path, "a.npz"), new Dictionary<string, Tensor> { ["x"] = x, ["größe"] = 7 }, compress);
        Assert.True(NumpyArchive.Load(Path.Combine(folder.Path, "a.npz"))["x"].SequenceEqual(x));
        var printed = H5py.Run("import sys, numpy as np\na = np.load(sys.argv[1])\nfor k in a.files: print(ascii(k), a[k].dtype, a[k].tolist())",
            Path.Combine(folder.Path, "a.npz"));
        Assert.Equal("'x' float32 [[1.0, 2.0], [3.0, 4.5]]\n'gr\\xf6\\xdfe' float32 7.0", printed.Trim());
    }

    [Fact]
    public void Named_tensors_are_saved_and_read()
    {
        using var folder = new TemporaryFolder();
        NumpyArchive.Save(Path.Combine(folder.Path, "a.npz"), ("x", Tensor.Arange(3)), ("y", 2));
        var arrays = NumpyArchive.Load(new MemoryStream(File.ReadAllBytes(Path.Combine(folder.Path, "a.npz"))));
        Assert.Equal([0, 1, 2], arrays["x"].Values);
        Assert.Equal(2, (float)arrays["y"]);
        Assert.Equal("NumpyArchive.Save: expected different names; received 'x' twice. (Parameter 'arrays')",
            Assert.Throws<ArgumentException>(() => NumpyArchive.Save(Path.Combine(folder.Path, "b.npz"), ("x", 1), ("x", 2))).Message);
        Assert.Equal("NumpyArchive.Save: expected a name for each array; received none. (Parameter 'arrays')",
            Assert.Throws<ArgumentException>(() => NumpyArchive.Save(Path.Combine(folder.Path, "b.npz"), ("", 1))).Message);
        Assert.False(File.Exists(Path.Combine(folder.Path, "b.npz")));
    }

    [Fact]
    public void Damaged_archives_are_refused()
    {
        var content = File.ReadAllBytes(Path.Combine(Folder, "stored.npz"));
        var at = content.AsSpan().IndexOf((byte[])[0, 1, 2, 3, 4, 5]);
        content[at + 2] = 9;
        Assert.StartsWith("The stream: x: the array is damaged: expected the checksum ", Refuse(content), StringComparison.Ordinal);
        Assert.StartsWith("The stream: expected an .npz file, which is a zip archive: ", Refuse("no archive"u8.ToArray()), StringComparison.Ordinal);
        Assert.Equal("The stream: expected arrays, whose names end in .npy; received 'readme.txt'.", Refuse(Zip(("readme.txt", "hello"u8.ToArray()))));
        Assert.Equal("The stream: the array 'x.npy' occurs twice.", Refuse(Zip(("x.npy", [1]), ("x.npy", [2]))));
        Assert.Equal("The stream: x: expected an .npy file, which begins with \\x93NUMPY; received 01.", Refuse(Zip(("x.npy", [1]))));
        byte[] array = File.ReadAllBytes(Path.Combine(Folder, "one.npy"));
        Assert.Equal("The stream: x: the member continues after the array.", Refuse(Zip(("x.npy", [.. array, 0]))));
    }

    [Fact]
    public void A_header_that_promises_more_than_the_archive_can_hold_allocates_no_memory()
    {
        const string Header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2000000000,)}";
        var content = Zip(("x.npy", Encoding.Latin1.GetBytes($"\u0093NUMPY\u0001\0{(char)Header.Length}\0{Header}")));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("x: expected 2000000000 bytes for the shape (2000000000); received at most ", Refuse(content), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    private static string Refuse(string name, string[]? names) =>
        Assert.Throws<InvalidDataException>(() => NumpyArchive.Load(Path.Combine(Folder, name), names)).Message;

    private static string Refuse(byte[] content) => Assert.Throws<InvalidDataException>(() => NumpyArchive.Load(new MemoryStream(content))).Message;

    private static byte[] Zip(params (string Name, byte[] Content)[] members)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                using var member = zip.CreateEntry(name).Open();
                member.Write(content);
            }
        }

        return stream.ToArray();
    }
}
