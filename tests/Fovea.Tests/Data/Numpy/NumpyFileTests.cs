using System.Text;
using Fovea.Tests.Formats;

namespace Fovea.Tests.Data.Numpy;

/// <summary>Files that NumPy wrote (<c>tests/Golden/make_numpy_files.py</c>), files that NumPy reads, and damaged files.</summary>
public class NumpyFileTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests", "Golden", "numpy");

    public static TheoryData<string> Types => [.. from order in (string[])["little", "big"]
                                                  from type in (string[])["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
                                                  select $"{order}-{type}"];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_of_number_is_read_in_both_byte_orders(string name) => AssertTensor([2, 3], name[^2] switch
    {
        'f' => [-1.5f, 0, 0.25f, 1024, float.PositiveInfinity, float.NegativeInfinity],
        'i' => [-3, -2, -1, 0, 1, 100],
        _ => [0, 1, 2, 100, 7, 5],
    }, Load(name));

    [Fact]
    public void Truth_values_scalars_orders_and_versions_are_read()
    {
        AssertTensor([2, 3], [0, 1, 0, 0, 1, 1], Load("bool"));
        AssertTensor([2], [float.NaN, 1], Load("nan"));
        AssertTensor([2], [1f / 3, 0], Load("third"));
        AssertTensor([], [2.5f], Load("scalar"));
        AssertTensor([1], [7], Load("one"));
        AssertTensor([2, 3, 4], Tensor.Arange(24).Values, Load("fortran"));
        AssertTensor([2, 3], [0, 1, 2, 3, 4, 5], Load("fortran-big"));
        for (var version = 1; version <= 3; version++) AssertTensor([2, 3], [0, 1, 2, 100, 7, 5], Load($"version-{version}"));
    }

    [Theory]
    [InlineData("empty", "the array of shape (0, 3) is empty; expected at least one element.")]
    [InlineData("object", "expected an array of numbers or truth values; received Python objects. In Python, array.astype(np.float32) converts numbers.")]
    [InlineData(
        "complex", "expected an array of numbers or truth values; received complex numbers (<c8). In Python, array.astype(np.float32) converts numbers.")]
    [InlineData("text", "expected an array of numbers or truth values; received texts (<U2). In Python, array.astype(np.float32) converts numbers.")]
    [InlineData("bytes", "expected an array of numbers or truth values; received texts (|S2). In Python, array.astype(np.float32) converts numbers.")]
    [InlineData("time", "expected an array of numbers or truth values; received times (<M8[D]). In Python, array.astype(np.float32) converts numbers.")]
    [InlineData("structure", "expected an array of numbers or truth values; received a structure. In Python, array.astype(np.float32) converts numbers.")]
    [InlineData("long-double",
        "expected an array of numbers or truth values; received floats of another size (<f16). In Python, array.astype(np.float32) converts numbers.")]
    [InlineData("large-integer", "expected values that float32 can represent; received 16777217. Integers are exact up to 16777216, floats reach 3.4e38.")]
    [InlineData("large-unsigned",
        "expected values that float32 can represent; received 18446744073709551615. Integers are exact up to 16777216, floats reach 3.4e38.")]
    [InlineData("large-float", "expected values that float32 can represent; received 1E+300. Integers are exact up to 16777216, floats reach 3.4e38.")]
    public void What_a_tensor_cannot_hold_is_refused(string name, string message) =>
        Assert.Equal($"refused-{name}.npy: {message}", Assert.Throws<InvalidDataException>(() => Load($"refused-{name}")).Message);

    [Fact]
    public void A_stream_may_hold_several_arrays()
    {
        using var stream = File.OpenRead(Path.Combine(Folder, "two.npy"));
        AssertTensor([2], [1, 2], Tensor.Load(stream));
        AssertTensor([2, 1], [3, 4], Tensor.Load(stream));
        Assert.Equal("two.npy: the file continues after the array. To read several arrays in turn, call Tensor.Load with a stream.",
            Assert.Throws<InvalidDataException>(() => Load("two")).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tensor_is_the_same_after_it_was_saved(bool seekable)
    {
        foreach (var shape in (Shape[])[[], [1], [3], [2, 3, 5], [70_001, 5]])
        {
            var tensor = Tensor.RandomNormal(shape, seed: 1);
            var stream = new MemoryStream();
            tensor.Save(stream);
            Assert.Equal(0, (stream.Length - (4 * tensor.Values.Length)) % 64);
            stream.Position = 0;
            Assert.True(Tensor.Load(seekable ? stream : new OneWayStream(stream)).SequenceEqual(tensor));
        }
    }

    [Fact]
    public void NumPy_reads_what_is_saved()
    {
        H5py.Require("numpy");
        using var folder = new TemporaryFolder();
        Tensor matrix = [[1, 2, 3], [4, 5, -0.5]];
        matrix.Save(Path.Combine(folder.Path, "m.npy"));
        ((Tensor)2.5).Save(Path.Combine(folder.Path, "s.npy"));
        Tensor.Arange(3).Save(Path.Combine(folder.Path, "v.npy"));
        var printed = H5py.Run(
            "import sys, numpy as np\nfor name in 'msv':\n    a = np.load(f'{sys.argv[1]}/{name}.npy'); print(a.dtype, a.shape, a.ravel().tolist())",
            folder.Path);
        Assert.Equal("float32 (2, 3) [1.0, 2.0, 3.0, 4.0, 5.0, -0.5]\nfloat32 () [2.5]\nfloat32 (3,) [0.0, 1.0, 2.0]", printed.Trim());
    }

    [Theory]
    [InlineData("", "expected an .npy file, which begins with \\x93NUMPY; received no data.")]
    [InlineData("hello world!", "expected an .npy file, which begins with \\x93NUMPY; received 68656C6C6F20776F.")]
    [InlineData("PK\u0003\u0004\0\0\0\0", "expected an .npy file; received an archive of them. NumpyArchive.Load reads .npz files.")]
    [InlineData("\u0093NUMPY\u0004\0", "expected the version 1, 2 or 3 of the .npy format; received 4.")]
    [InlineData("\u0093NUMPY\u0001\0v", "the file is cut off in its header.")]
    [InlineData("\u0093NUMPY\u0001\0v\0{", "the file is cut off in its header.")]
    [InlineData("\u0093NUMPY\u0002\0\0\0\0\u0010", "expected a header of at most 10000 bytes; received 268435456.")]
    public void A_file_that_is_no_array_is_refused(string content, string message) =>
        Assert.Equal($"The stream: {message}", Refuse(Encoding.Latin1.GetBytes(content)));

    [Theory]
    [InlineData(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}", "expected 48 bytes for the shape (3, 4); received at most 4: the file is cut off.")]
    [InlineData("{'shape': (65536, 65536), 'descr': '<f4', 'fortran_order': False}",
        "expected an array of at most 2147483591 elements; received the shape (65536, 65536).")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        "expected an array of at most 2147483591 elements; received the shape (99999999999999999999,).")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}",
        "expected a header with 'descr', 'fortran_order' and 'shape'; received {'descr': '<f4', 'fortran_order': False}.")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}",
        "expected a header with 'descr', 'fortran_order' and 'shape'; received {'descr': '<f4', 'descr': '<f4', 'shape': (1,)}.")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (1,)}",
        "expected an array of numbers or truth values; received elements without a type. In Python, array.astype(np.float32) converts numbers.")]
    [InlineData("{'descr': '<i3', 'fortran_order': False, 'shape': (1,)}",
        "expected an array of numbers or truth values; received elements of type <i3. In Python, array.astype(np.float32) converts numbers.")]
    public void A_wrong_header_is_refused(string header, string message) => Assert.Equal($"The stream: {message}", Refuse(WithHeader(header)));

    [Fact]
    public void A_shape_that_is_not_true_allocates_no_memory()
    {
        var content = WithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (500000000,)}");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("The stream: expected 2000000000 bytes for the shape (500000000); received 4: the file is cut off.",
            Assert.Throws<InvalidDataException>(() => Tensor.Load(new OneWayStream(new MemoryStream(content)))).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void A_changed_or_shortened_file_is_read_or_refused_and_never_crashes()
    {
        foreach (var file in Directory.GetFiles(Folder, "*.np?"))
        {
            var content = File.ReadAllBytes(file);
            var random = new Random(content.Length);
            for (var round = 0; round < 40; round++)
            {
                var changed = content[..(round % 2 == 0 ? content.Length : random.Next(content.Length))];
                for (var i = 0; i < 1 + (round % 3) && changed.Length > 0; i++) changed[random.Next(changed.Length)] = (byte)random.Next(256);
                try
                {
                    if (file.EndsWith('z')) NumpyArchive.Load(new MemoryStream(changed));
                    else Tensor.Load(new MemoryStream(changed));
                }
                catch (InvalidDataException)
                {
                }
            }
        }
    }

    [Fact]
    public void A_path_of_another_kind_is_refused()
    {
        Tensor tensor = 1;
        Assert.Equal("Tensor.Save: expected the path of an .npy file; received 'x.npz'. NumpyArchive.Save writes .npz files. (Parameter 'path')",
            Assert.Throws<ArgumentException>(() => tensor.Save("x.npz")).Message);
        Assert.Equal("stored.npz: expected an .npy file; received an archive of them. NumpyArchive.Load reads .npz files.",
            Assert.Throws<InvalidDataException>(() => Tensor.Load(Path.Combine(Folder, "stored.npz"))).Message);
    }

    internal static void AssertTensor(Shape shape, float[] values, Tensor actual)
    {
        Assert.Equal(shape, actual.Shape);
        Assert.Equal(values, actual.Values);
    }

    private static Tensor Load(string name) => Tensor.Load(Path.Combine(Folder, $"{name}.npy"));

    private static string Refuse(byte[] content) => Assert.Throws<InvalidDataException>(() => Tensor.Load(new MemoryStream(content))).Message;

    /// <summary>A file of a header and four bytes.</summary>
    private static byte[] WithHeader(string header) => [.. Encoding.Latin1.GetBytes($"\u0093NUMPY\u0001\0{(char)header.Length}\0{header}"), 0, 0, 0, 0];

    /// <summary>A stream that cannot seek, such as that of a network connection.</summary>
    private sealed class OneWayStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 1000));

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
