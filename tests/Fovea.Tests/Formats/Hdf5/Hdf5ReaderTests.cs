using Fovea.Formats.Hdf5;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Formats.Hdf5;

public sealed class Hdf5ReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_type_of_number_that_h5py_writes_is_read()
    {
        var path = Write("""
            for t in ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', '>f4', '>i2']:
                f[t] = np.array([[1, 2, 3]], dtype=t)
            f['bool'] = np.array([True, False])
            f['bfloat16'] = np.frombuffer(b'\x80\x3f\x40\xc0', dtype='V2')
            f['bfloat16'].attrs['dtype'] = 'bfloat16'
            f['scalar'] = np.int64(-5)
            """);
        using var reader = Hdf5Reader.Open(path);
        foreach (var type in (string[])["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">f4", ">i2"])
        {
            var array = reader.Root.FindArray(type)!.ToStored();
            Assert.Equal(new Shape(1, 3), array.Shape);
            Assert.Equal([1f, 2f, 3f], array.ReadFloats());
        }

        Assert.Equal([1L, 0L], reader.Root.FindArray("bool")!.ToStored().ReadIntegers());
        var brain = reader.Root.FindArray("bfloat16")!.ToStored();
        Assert.Equal(StoredType.BFloat16, brain.Type);
        Assert.Equal([1f, -3f], brain.ReadFloats());
        Assert.Equal(-5, Assert.Single(reader.Root.FindArray("scalar")!.ToStored().ReadIntegers()));
    }

    [Fact]
    public void Compressed_arrays_are_read()
    {
        var path = Write("""
            v = np.arange(7 * 5 * 11, dtype='f4').reshape(7, 5, 11)
            f.create_dataset('gzip', data=v, chunks=(3, 2, 4), compression='gzip', shuffle=True, fletcher32=True)
            f.create_dataset('plain', data=v, chunks=(2, 5, 6))
            """);
        using var reader = Hdf5Reader.Open(path);
        var expected = Enumerable.Range(0, 7 * 5 * 11).Select(i => (float)i);
        Assert.Equal(expected, reader.Root.FindArray("gzip")!.ToStored().ReadFloats());
        Assert.Equal(expected, reader.Root.FindArray("plain")!.ToStored().ReadFloats());
    }

    [Fact]
    public void Texts_of_every_kind_and_lists_in_parts_are_read()
    {
        var path = Write("""
            f.attrs['variable'] = 'Größe'
            f.attrs['fixed'] = np.bytes_('conv')
            f.attrs['list'] = [b'a', b'bcd']
            f.attrs['variable list'] = ['x', 'yz']
            f.attrs['none'] = []
            f.attrs['long0'] = [b'a', b'b']
            f.attrs['long1'] = [b'c']
            f.attrs['number'] = 3
            """);
        using var reader = Hdf5Reader.Open(path);
        Assert.Equal("Größe", reader.Root.ReadText("variable"));
        Assert.Equal("conv", reader.Root.ReadText("fixed"));
        Assert.Equal(["a", "bcd"], reader.Root.ReadTexts("list")!);
        Assert.Equal(["x", "yz"], reader.Root.ReadTexts("variable list")!);
        Assert.Empty(reader.Root.ReadTexts("none")!);
        Assert.Equal(["a", "b", "c"], reader.Root.ReadTexts("long")!);
        Assert.Null(reader.Root.ReadText("number"));
        Assert.Null(reader.Root.ReadTexts("missing"));
    }

    [Theory]
    [InlineData("earliest")]
    [InlineData("latest")]
    public void Groups_of_both_formats_of_HDF5_are_listed(string version)
    {
        var path = Write("""
            for i in range(3): f[f'layers/conv2d_{i}/vars/0'] = np.float32(i)
            """, version);
        using var reader = Hdf5Reader.Open(path);
        Assert.Equal(["conv2d_0", "conv2d_1", "conv2d_2"], reader.Root.FindGroup("layers")!.Groups.Select(group => group.Name));
        Assert.Equal([2f], reader.Root.FindArray("layers/conv2d_2/vars/0")!.ToStored().ReadFloats());
    }

    [Theory]
    [InlineData("v108", 9)]
    [InlineData("latest", 300)]
    [InlineData("latest", 6000)]
    public void Groups_of_many_are_listed(string version, int count)
    {
        var path = Write($"for i in range({count}): f[f'vars/a number with a long name {{i:05}}'] = np.float32(i)", version);
        using var reader = Hdf5Reader.Open(path);
        var arrays = reader.Root.FindGroup("vars")!.Arrays;
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"a number with a long name {i:00000}"), arrays.Select(array => array.Name));
        Assert.All(arrays.Index(), array => Assert.Equal([array.Index], array.Item.ToStored().ReadFloats()));
    }

    [Theory]
    [InlineData("v108", 12)]
    [InlineData("latest", 500)]
    public void Objects_with_many_and_large_attributes_are_read(string version, int count)
    {
        var path = Write($"""
            for i in range({count}): f.attrs[f'text {"{i}"}'] = 'x' * i
            f.attrs['large'] = np.bytes_(b'y' * 100000)
            f.attrs['larger'] = [b'z' * 70000, b'end']
            """, version);
        using var reader = Hdf5Reader.Open(path);
        for (var i = 0; i < count; i++) Assert.Equal(new string('x', i), reader.Root.ReadText($"text {i}"));
        Assert.Equal(new string('y', 100_000), reader.Root.ReadText("large"));
        Assert.Equal([new string('z', 70_000), "end"], reader.Root.ReadTexts("larger")!);
        Assert.Null(reader.Root.ReadText("missing"));
    }

    [Theory]
    [InlineData("chunks=(7, 5, 11)", true)] // one chunk
    [InlineData("chunks=(7, 5, 11), compression='gzip'", true)]
    [InlineData("chunks=(3, 2, 4)", true)] // an array of them
    [InlineData("chunks=(3, 2, 4), compression='gzip', shuffle=True, fletcher32=True", true)]
    [InlineData("chunks=(3, 2, 4), maxshape=(None, None, 11)", true)] // a tree of them
    [InlineData("chunks=(3, 2, 4), maxshape=(None, None, 11), compression='gzip'", true)]
    [InlineData("chunks=(3, 2, 4), maxshape=(None, 5, 11)", false)]
    public void Chunks_with_an_index_of_HDF5_1_10_are_read(string settings, bool supported)
    {
        var path = Write($"f.create_dataset('a', data=np.arange(7 * 5 * 11, dtype='f4').reshape(7, 5, 11), {settings})", "latest");
        using var reader = Hdf5Reader.Open(path);
        var array = reader.Root.FindArray("a")!.ToStored();
        if (supported)
            Assert.Equal(Enumerable.Range(0, 7 * 5 * 11).Select(i => (float)i), array.ReadFloats());
        else
            Assert.Equal("'x.h5': the array 'a' cannot be read: the index of its chunks is of a kind that is not supported (an extensible array).",
                Assert.Throws<ModelFormatException>(() => array.ReadFloats()).Message);
    }

    [Fact]
    public void Many_chunks_are_found_in_pages_and_missing_ones_are_zero()
    {
        var path = Write("""
            d = f.create_dataset('a', (5000, 3), 'f4', chunks=(1, 2))
            d[:1000] = 1
            d[4000:, 2] = 2
            p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((2, 2)); p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            e = h5py.Dataset(h5py.h5d.create(f.id, b'b', h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((5, 3)), p))
            e[...] = np.arange(15).reshape(5, 3)
            """, "latest");
        using var reader = Hdf5Reader.Open(path);
        var expected = Enumerable.Range(0, 15_000).Select(i => i / 3 < 1000 ? 1f : i / 3 >= 4000 && i % 3 == 2 ? 2 : 0);
        Assert.Equal(expected, reader.Root.FindArray("a")!.ToStored().ReadFloats());
        Assert.Equal(Enumerable.Range(0, 15).Select(i => (float)i), reader.Root.FindArray("b")!.ToStored().ReadFloats());
    }

    /// <summary>Several slashes are one and a dot is the group itself, as everywhere in HDF5.</summary>
    [Fact]
    public void Paths_with_more_slashes_than_needed_are_found()
    {
        var path = Write("f['a/b/c'] = np.float32([1, 2])");
        using var reader = Hdf5Reader.Open(path);
        foreach (var name in (string[])["a/b/c", "a//b/c", "/a/b/c", "a/b//c/", "./a/./b/c"])
            Assert.Equal([1, 2], reader.Root.FindArray(name)!.ToStored().ReadFloats());
        foreach (var name in (string[])["a//b", "/a/b/", "a/./b"]) Assert.Equal("a/b", reader.Root.FindGroup(name)!.Path);
        Assert.Null(reader.Root.FindArray("a/c"));
        Assert.Null(reader.Root.FindArray(""));
    }

    [Theory]
    [InlineData("f['a'] = h5py.SoftLink('/a')", "'x.h5': its groups cannot be listed: 'a' is a link, and links are not followed.")]
    [InlineData("f['a'] = h5py.ExternalLink('/etc/passwd', '/')", "'x.h5': its groups cannot be listed: 'a' is a link, and links are not followed.")]
    [InlineData("f['a'] = f['/']", "'x.h5': its groups are nested more than 128 deep.")]
    [InlineData(
        "f.create_dataset('a', (8,), 'f4', external='/etc/passwd')", "'x.h5': the array 'a' keeps its values in other files, which Fovea does not open.")]
    [InlineData(
        "f.create_dataset('a', (1 << 40,), 'f4', chunks=(1 << 20,), compression='gzip')",
        "'x.h5': the array 'a' has the shape (1099511627776); expected 1 to 2147483647 elements.")]
    [InlineData(
        "f.create_dataset('a', (1 << 28,), 'f4', chunks=(1 << 20,), compression='gzip')",
        "'x.h5': the array 'a' claims 1073741824 bytes; a file of 1400 bytes can hold at most 1444800.")]
    [InlineData("f.create_dataset('a', (8,), 'f4')", "'x.h5': the array 'a' cannot be read: its values were never written.")]
    [InlineData("f['a'] = np.zeros((0, 3), 'f4')", "'x.h5': the array 'a' has the shape (0, 3); expected 1 to 2147483647 elements.")]
    [InlineData("f['a'] = 'text'", "'x.h5': the array 'a' holds elements of 16 bytes of the HDF5 class Variable; expected integers or floats of 1 to 8 bytes.")]
    [InlineData(
        "f['a'] = np.complex64(1)", "'x.h5': the array 'a' holds elements of 8 bytes of the HDF5 class 6; expected integers or floats of 1 to 8 bytes.")]
    [InlineData(
        "l = h5py.VirtualLayout((4,), 'f4'); l[:] = h5py.VirtualSource('/etc/passwd', 'b', (4,)); f.create_virtual_dataset('a', l)",
        "'x.h5': the array 'a' cannot be read: it is virtual, assembled from other arrays, which is not supported.")]
    public void What_is_refused_is_said(string script, string sentence)
    {
        var path = Write(script);
        var error = Assert.Throws<ModelFormatException>(() =>
        {
            using var reader = Hdf5Reader.Open(path);
            reader.Root.FindArray("a")!.ToStored().ReadFloats();
        });
        Assert.Equal(sentence, error.Message);
    }

    [Fact]
    public void Paths_of_early_versions_are_brought_to_one_form()
    {
        var path = Write("""
            f['_layer_checkpoint_dependencies/conv2d/vars/0'] = np.ones(1, 'f4')
            f['layers\\dense/vars/0'] = np.ones(2, 'f4')
            f['layers\\dense/vars/1'] = np.ones(3, 'f4')
            f['layers/custom/vars/scale'] = np.ones(4, 'f4')
            f.create_group('layers/conv2d/vars')
            """);
        using var weights = WeightsFile.Open(path);
        Assert.Equal(["layers/conv2d", "layers/custom", "layers/dense"], weights.Groups.Select(group => group.Path).Order(StringComparer.Ordinal));
        Assert.Equal(1, Assert.Single(weights.Find("layers/conv2d")!.Variables).Shape.Count);
        Assert.Equal("scale", Assert.Single(weights.Find("layers/custom")!.Variables).Name);
        Assert.Equal(
            ["layers/conv2d", null, "layers/dense"], WeightPaths.ForReading(weights, [("Conv2D", "a", true), ("Flatten", "b", false), ("Dense", "c", true)]));
    }

    [Fact]
    public void Groups_named_by_layer_are_found()
    {
        var path = Write("for n in ['stem', 'head']: f[f'layers/{n}/vars/0'] = np.ones(1, 'f4')");
        using var weights = WeightsFile.Open(path);
        Assert.Equal(["layers/stem", "layers/head"], WeightPaths.ForReading(weights, [("Conv2D", "stem", true), ("Dense", "head", true)]));
    }

    [Fact]
    public void A_gap_in_the_numbers_of_variables_is_noticed()
    {
        var path = Write("for n in [0, 2]: f[f'layers/dense/vars/{n}'] = np.ones(1, 'f4')");
        Assert.Equal("'x.h5': the group 'layers/dense/vars' has 2 numbered variables; expected '1' among them, received '2'.",
            Assert.Throws<ModelFormatException>(() => WeightsFile.Open(path)).Message);
    }

    [Theory]
    [InlineData("earliest")]
    [InlineData("latest")]
    public void Mutants_of_what_h5py_writes_fail_in_the_declared_way_and_soon(string version)
    {
        var path = Write("""
            f['layers/dense/vars/0'] = np.ones((2, 3), 'f4')
            for i in range(12): f['layers/dense/vars'].attrs[f'name{i}'] = 'head'
            f.create_dataset('layers/dense/vars/1', data=np.ones(3, 'f4'), chunks=(2,), compression='gzip', shuffle=True)
            f.create_dataset('layers/dense/vars/2', data=np.ones((3, 3), 'f4'), chunks=(2, 2), maxshape=(None, None))
            for i in range(12): f[f'layers/dense_{i}/vars/0'] = np.ones(1, 'f4')
            """, version);
        UntrustedFileTests.MutateAndRead(File.ReadAllBytes(path), path, 4, 1000);
    }

    private string Write(string script, string version = "earliest")
    {
        H5py.Require();
        var path = Path.Combine(folder, "x.h5");
        H5py.Run($"import sys, h5py, numpy as np\nf = h5py.File(sys.argv[1], 'w', libver='{version}')\n{script.ReplaceLineEndings("\n")}\nf.close()", path);
        return path;
    }
}
