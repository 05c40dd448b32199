using System.Globalization;
using System.Text;
using Fovea.Formats.Hdf5;
using Fovea.Formats.Hdf5.Writing;

namespace Fovea.Tests.Formats.Hdf5;

/// <summary>Whatever is written in HDF5 is read again, by our reader and by h5py, to the same bits.</summary>
public sealed class Hdf5WriterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    private string Saved => Path.Combine(folder, "x.h5");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_trees_are_read_again_by_our_reader_and_by_h5py(int seed)
    {
        H5py.Require();
        var random = new Random(seed);
        var lines = new List<string>();
        var root = new Hdf5NewGroup();
        Grow(root, "", 0, random, lines);
        Write(root);
        var expected = string.Join('\n', lines.Order(StringComparer.Ordinal));

        using (var reader = Hdf5Reader.Open(Saved))
        {
            var ours = new List<string>();
            Describe(reader.Root, ours);
            Assert.Equal(expected, string.Join('\n', ours.Order(StringComparer.Ordinal)));
        }

        Assert.Equal(expected, string.Join('\n', ReadByH5py().Order(StringComparer.Ordinal)));
    }

    /// <summary>Eight links fill a table and 32 tables a node of the tree: the counts on both sides of each, and of the next level.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(3000)]
    [InlineData(8193)]
    public void Groups_of_any_number_of_members(int count)
    {
        H5py.Require();
        var root = new Hdf5NewGroup();
        for (var i = 0; i < count; i++) root.Add($"weight_{i}", StoredArray.From("", [1], [i]));
        Write(root);
        using (var reader = Hdf5Reader.Open(Saved))
            for (var i = 0; i < count; i++) Assert.Equal(i, reader.Root.FindArray($"weight_{i}")!.ToStored().ReadFloats()[0]);
        Assert.Equal($"{count} True\n", H5py.Run("""
            import h5py, sys
            f = h5py.File(sys.argv[1], 'r')
            print(len(f), all(f[k][0] == float(k[7:]) for k in f) and all('weight_%d' % i in f for i in range(len(f))))
            """, Saved));
    }

    [Fact]
    public void Texts_of_any_length_come_back()
    {
        H5py.Require();
        string[] texts = ["", "a", "ä中🦊", new('x', 100), new('y', 4000), new('z', 70_000), new('w', 5_000_000), "last"];
        var root = new Hdf5NewGroup();
        foreach (var (i, text) in texts.Index()) root.SetText($"t{i}", text);
        Write(root);
        using (var reader = Hdf5Reader.Open(Saved))
            foreach (var (i, text) in texts.Index()) Assert.Equal(text, reader.Root.ReadText($"t{i}"));
        Assert.Equal(string.Join('\n', texts.Select(text => $"{Encoding.UTF8.GetByteCount(text)} str {text.Length > 0 && text[0] is 'ä'}")) + "\n", H5py.Run("""
            import h5py, sys
            f = h5py.File(sys.argv[1], 'r')
            for i in range(len(f.attrs)):
                t = f.attrs['t%d' % i]
                print(len(t.encode()), type(t).__name__, t == '\u00e4\u4e2d\U0001f98a')
            """, Saved));
    }

    /// <summary>Keras divides lists above 64,512 bytes; ours are read as its own code reads them.</summary>
    [Theory]
    [InlineData(0, 5, "layer_names")]
    [InlineData(1000, 60, "layer_names")]
    [InlineData(1075, 60, "layer_names")]
    [InlineData(1076, 60, "layer_names0,layer_names1")]
    [InlineData(3000, 60, "layer_names0,layer_names1,layer_names2")]
    [InlineData(2, 64_512, "layer_names0,layer_names1")]
    public void Lists_of_names_are_divided_as_Keras_divides_them(int count, int length, string attributes)
    {
        H5py.Require();
        var names = Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture).PadLeft(length, 'n')).ToArray();
        var root = new Hdf5NewGroup();
        root.SetTexts("layer_names", names);
        Write(root);
        using (var reader = Hdf5Reader.Open(Saved)) Assert.Equal(names, reader.Root.ReadTexts("layer_names"));
        Assert.Equal($"{attributes}\n{string.Concat(names).Length} {names.Length} True\n", H5py.Run("""
            import h5py, sys
            g = h5py.File(sys.argv[1], 'r')
            def load(group, name):  # keras/src/legacy/saving/legacy_h5_format.py, load_attributes_from_hdf5_group
                if name in group.attrs:
                    return [n.decode('utf8') if hasattr(n, 'decode') else n for n in group.attrs[name]]
                data, i = [], 0
                while '%s%d' % (name, i) in group.attrs:
                    data.extend([n.decode('utf8') if hasattr(n, 'decode') else n for n in group.attrs['%s%d' % (name, i)]])
                    i += 1
                return data
            names = load(g, 'layer_names')
            print(','.join(sorted(g.attrs)))
            print(len(''.join(names)), len(names), names == [str(i).rjust(int(sys.argv[2]), 'n') for i in range(len(names))])
            """, Saved, length.ToString(CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a/./b")]
    [InlineData(".")]
    [InlineData("a\0b")]
    public void Names_that_HDF5_cannot_have_are_refused(string path)
    {
        var sentence = $"'{path}' cannot be a path of an HDF5 file: its parts are names of at least one letter, without a zero byte, and other than '.'.";
        Assert.Equal(sentence, Assert.Throws<NotSupportedException>(() => new Hdf5NewGroup().Group(path)).Message);
    }

    [Fact]
    public void What_cannot_be_told_apart_is_refused()
    {
        var root = new Hdf5NewGroup();
        root.Add("a/kernel:0", StoredArray.From("", [1], [1]));
        Assert.Equal(
            "HDF5 cannot hold 'a/kernel:0' twice.", Assert.Throws<NotSupportedException>(() => root.Add("a/kernel:0", StoredArray.From("", [1], [1]))).Message);
        Assert.Equal("HDF5 cannot hold 'a/kernel:0/b': 'kernel:0' is the name of an array in the same group.",
            Assert.Throws<NotSupportedException>(() => root.Group("a/kernel:0/b")).Message);
        Assert.Equal("The array 'x' holds Bool; integers and floats of 16, 32 and 64 bits are written.", Assert.Throws<NotSupportedException>(() =>
        {
            root.Add("x", new StoredArray("x", [1], StoredType.Bool, () => [1]));
            Hdf5Writer.Write(Stream.Null, root);
        }).Message);
        Assert.Equal("'" + new string('n', 40) + "…' has 64513 bytes; 'layer_names' of an HDF5 file lists names of at most 64512.",
            Assert.Throws<NotSupportedException>(() => root.SetTexts("layer_names", [new string('n', 64_513)])).Message);
    }

    /// <summary>Addresses are of eight bytes: the file has a hole of 5 GiB, which takes no space on disk.</summary>
    [Fact]
    public void Arrays_beyond_four_gigabytes_are_found()
    {
        H5py.Require();
        var root = new Hdf5NewGroup();
        for (var i = 0; i < 5; i++) root.Add($"{i}", new StoredArray($"{i}", [1 << 28], StoredType.Float32, (_, _) => { }));
        root.Add("9", StoredArray.From("9", [2], [3, 4]));
        using (var stream = new FileStream(Saved, FileMode.CreateNew)) Hdf5Writer.Write(new SparseStream(stream), root);
        using (var reader = Hdf5Reader.Open(Saved)) Assert.Equal([3, 4], reader.Root.FindArray("9")!.ToStored().ReadFloats());
        Assert.Equal("[3.0, 4.0] 0.0 True\n", H5py.Run("""
            import h5py, sys
            f = h5py.File(sys.argv[1], 'r')
            print(f['9'][()].tolist(), f['4'][-1], f['9'].id.get_offset() > 5 << 30)
            """, Saved));
    }

    [Fact]
    public void Numbers_are_written_a_piece_at_a_time()
    {
        const int Count = 16 << 20;
        var largest = 0;
        var array = new StoredArray("0", [Count], StoredType.Float32, (_, bytes) => largest = Math.Max(largest, bytes.Length));
        var root = new Hdf5NewGroup();
        root.Add("0", array);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Hdf5Writer.Write(Stream.Null, root);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Count * sizeof(float) / 32);
        Assert.InRange(largest, 1, 1 << 20);
    }

    private void Write(Hdf5NewGroup root)
    {
        using var stream = new FileStream(Saved, FileMode.Create);
        Hdf5Writer.Write(stream, root);
    }

    private static void Grow(Hdf5NewGroup group, string path, int depth, Random random, List<string> lines)
    {
        lines.Add($"group {path}");
        for (var i = random.Next(4); i > 0; i--)
        {
            var text = Name(random, 200);
            group.SetText($"text{i}", text);
            lines.Add($"text {path} text{i} {text}");
        }

        var names = Enumerable.Range(0, random.Next(30)).Select(_ => Name(random, 30)).ToArray();
        group.SetTexts("names", names);
        lines.Add($"names {path} {string.Join(',', names)}");
        var members = new HashSet<string>();
        for (var i = random.Next(depth == 0 ? 40 : 12); i > 0; i--)
        {
            var name = random.Next(20) == 0 ? new string('l', random.Next(1, 2000)) : Name(random, 12);
            if (!members.Add(name)) continue;
            var full = path.Length == 0 ? name : $"{path}/{name}";
            if (depth < 8 && random.Next(3) == 0) Grow(group.Group(name), full, depth + 1, random, lines);
            else lines.Add($"array {full} {AddArray(group, name, random)}");
        }
    }

    private static string AddArray(Hdf5NewGroup group, string name, Random random)
    {
        StoredType[] types =
            [StoredType.Float32, StoredType.Float32, StoredType.Float16, StoredType.Float64, StoredType.Int8, StoredType.UInt8, StoredType.Int16,
            StoredType.UInt16, StoredType.Int32, StoredType.UInt32, StoredType.Int64, StoredType.UInt64];
        var type = types[random.Next(types.Length)];
        var shape = new int[random.Next(6)];
        foreach (ref var size in shape.AsSpan()) size = random.Next(1, 6);
        var bytes = new byte[shape.Aggregate(1, (product, size) => product * size) * StoredArray.SizeOf(type)];
        random.NextBytes(bytes);
        if (random.Next(8) == 0)
        {
            group.Add(name, StoredArray.Empty(name, type));
            return Line(type, [0], []);
        }

        group.Add(name, random.Next(2) == 0
            ? new StoredArray(name, new Shape(shape), type, () => bytes)
            : new StoredArray(name, new Shape(shape), type, (offset, span) => bytes.AsSpan((int)offset, span.Length).CopyTo(span)));
        return Line(type, shape, bytes);
    }

    private static string Line(StoredType type, int[] shape, byte[] bytes) =>
        $"{type.ToString().ToLowerInvariant()} ({string.Join(", ", shape)}) {Convert.ToHexStringLower(bytes)}";

    private static string Name(Random random, int longest)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFG0123456789_-:. äöüß漢字ñøéΩжю";
        string name;
        do name = string.Concat(Enumerable.Range(0, random.Next(1, longest)).Select(_ => Letters[random.Next(Letters.Length)]));
        while (name == ".");
        return name;
    }

    private static void Describe(Hdf5Group group, List<string> lines)
    {
        lines.Add($"group {group.Path}");
        for (var i = 1; i < 4; i++)
            if (group.ReadText($"text{i}") is { } text) lines.Add($"text {group.Path} text{i} {text}");
        if (group.ReadTexts("names") is { } names) lines.Add($"names {group.Path} {string.Join(',', names)}");
        foreach (var array in group.Arrays)
        {
            var stored = array.ToStored();
            var path = group.Path.Length == 0 ? array.Name : $"{group.Path}/{array.Name}";
            lines.Add($"array {path} {Line(stored.Type, stored.IsEmpty ? [0] : stored.Shape.Dimensions.ToArray(), stored.IsEmpty ? [] : stored.ReadBytes())}");
        }

        foreach (var child in group.Groups) Describe(child, lines);
    }

    private string[] ReadByH5py()
    {
        var output = Path.Combine(folder, "listing.txt");
        H5py.Run("""
            import h5py, sys
            lines = []
            def attributes(path, o):
                for k, v in o.attrs.items():
                    if k == 'names': lines.append('names %s %s' % (path, ','.join(n.decode('utf8') for n in v)))
                    else: lines.append('text %s %s %s' % (path, k, v))
            def visit(path, o):
                if isinstance(o, h5py.Group):
                    lines.append('group ' + path)
                    attributes(path, o)
                    for k in o: visit(path + '/' + k if path else k, o[k])
                else:
                    lines.append('array %s %s (%s) %s' % (path, o.dtype.name, ', '.join(map(str, o.shape)), o[()].tobytes().hex()))
            visit('', h5py.File(sys.argv[1], 'r'))
            open(sys.argv[2], 'w', encoding='utf8').write('\n'.join(lines))
            """, Saved, output);
        return File.ReadAllText(output).Split('\n');
    }

    /// <summary>Skips long content, such as zeros.</summary>
    private sealed class SparseStream(Stream inner) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.Length == 1 << 20) inner.Seek(buffer.Length, SeekOrigin.Current);
            else inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
