using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Formats;

public sealed class WritingTests : IDisposable
{
    private static readonly DateTimeOffset SavedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Written_weights_read_back_bit_for_bit_NaN_payloads_included()
    {
        var bits = new uint[] { 0x7FC00001, 0x7F800001, 0xFFFFFFFF, 0x80000000, 1, 0x7F7FFFFF };
        var path = Path.Combine(folder, "model.weights.h5");
        var kernel = StoredArray.From("0", [1, 2, 3], Array.ConvertAll(bits, BitConverter.UInt32BitsToSingle));
        WeightsWriter.Write(path, [new("layers/conv2d", "stem", [kernel]), new("", "model", []), new("optimizer", "adam", [StoredArray.From("0", 1L << 40)])]);

        using var weights = WeightsFile.Open(path);
        Assert.Equal(["", "layers/conv2d", "optimizer"], weights.Groups.Select(group => group.Path).Order(StringComparer.Ordinal));
        var read = Assert.Single(weights.Find("layers/conv2d")!.Variables);
        Assert.Equal(new Shape(1, 2, 3), read.Shape);
        Assert.Equal(bits, Array.ConvertAll(read.ReadFloats(), BitConverter.SingleToUInt32Bits));
        Assert.Equal("stem", weights.Find("layers/conv2d")!.Name);
        Assert.Empty(weights.Find("")!.Variables);
        Assert.Equal(1L << 40, weights.Find("optimizer")!.Variables[0].ReadIntegers()[0]);
        Assert.Equal(StoredType.Int64, weights.Find("optimizer")!.Variables[0].Type);
    }

    [Fact]
    public void Groups_of_a_thousand_variables_keep_their_order()
    {
        var path = Path.Combine(folder, "many.weights.h5");
        var variables = Enumerable.Range(0, 1000).Select(i => StoredArray.From($"{i}", [2], [i, -i])).ToArray();
        WeightsWriter.Write(path, [new("optimizer", null, variables)]);
        using var weights = WeightsFile.Open(path);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (float)i), weights.Find("optimizer")!.Variables.Select(variable => variable.ReadFloats()[0]));
    }

    [Fact]
    public void H5py_reads_a_thousand_variables()
    {
        H5py.Require();
        var path = Path.Combine(folder, "many.weights.h5");
        WeightsWriter.Write(path, [new("optimizer", null, [.. Enumerable.Range(0, 1000).Select(i => StoredArray.From($"{i}", [2], [i, -i]))])]);
        Assert.Equal("1000 499500.0\n", H5py.Run("""
            import h5py, sys
            v = h5py.File(sys.argv[1], 'r')['optimizer/vars']
            print(len(v), sum(float(v[k][0]) for k in v))
            """, path));
    }

    [Theory]
    [InlineData("models/mnist-moonflower-k311.keras")]
    [InlineData("models/mnist-gosolna-k3140.keras")]
    [InlineData("models/mnist-kunritty-k333-aug-bn.keras")]
    public void A_real_archive_survives_being_written_again(string file)
    {
        using var archive = KerasArchive.Open(SampleFileTests.Require(file));
        using var weights = archive.OpenWeights();
        var copy = Path.Combine(folder, "copy.keras");
        KerasArchiveWriter.Write(copy, KerasJson.ToJson(archive.ReadModel()), weights.Groups, SavedAt, new JsonObject { ["note"] = "ours" });

        using var again = KerasArchive.Open(copy);
        Assert.Equal(new KerasMetadata("3.14.0", "2026-01-02@03:04:05"), again.ReadMetadata());
        Assert.Equal("ours", again.ReadJson("fovea.json")!["note"]!.GetValue<string>());
        var (expected, received) = (archive.ReadModel(), again.ReadModel());
        Assert.Equal(expected.Layers.Select(layer => (layer.Name, layer.ClassName, layer.Module, layer.Config.ToJsonString())),
            received.Layers.Select(layer => (layer.Name, layer.ClassName, layer.Module, layer.Config.ToJsonString())));
        using var weightsAgain = again.OpenWeights();
        Assert.Equal(weights.Groups.Count, weightsAgain.Groups.Count);
        foreach (var group in weights.Groups)
        {
            var same = weightsAgain.Find(group.Path)!;
            Assert.Equal(group.Name, same.Name);
            foreach (var (before, after) in group.Variables.Zip(same.Variables)) Assert.Equal(before.ReadBytes(), after.ReadBytes());
        }
    }

    [Fact]
    public void Equal_models_give_equal_bytes()
    {
        var paths = new[] { Path.Combine(folder, "a.keras"), Path.Combine(folder, "b.keras") };
        foreach (var path in paths) WriteSmall(path);
        Assert.Equal(File.ReadAllBytes(paths[0]), File.ReadAllBytes(paths[1]));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_other()
    {
        var path = Path.Combine(folder, "model.keras");
        WriteSmall(path);
        var before = File.ReadAllBytes(path);
        var broken = new StoredArray("0", [2], StoredType.Float32, () => throw new InvalidOperationException("no numbers"));
        Assert.Throws<InvalidOperationException>(() => KerasArchiveWriter.Write(path, [], [new("layers/dense", null, [broken])], SavedAt));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void H5py_and_zipfile_read_what_is_written()
    {
        H5py.Require();
        var path = Path.Combine(folder, "model.keras");
        WriteSmall(path);
        var output = H5py.Run("""
            import h5py, io, json, sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            print([(i.filename, i.compress_type) for i in z.infolist()], z.testzip())
            print(json.loads(z.read('config.json'))['class_name'])
            h = h5py.File(io.BytesIO(z.read('model.weights.h5')), 'r')
            names = []
            h.visit(names.append)
            print(sorted(names))
            v = h['layers/dense/vars']
            print(v.attrs['name'], v['0'].shape, v['0'].dtype, v['0'].chunks, v['0'][()].tolist(), type(v.attrs['name']).__name__)
            print(h['optimizer/vars/0'].shape, h['optimizer/vars/0'].dtype, h['optimizer/vars/0'][()])
            """, path);
        Assert.Equal("""
            [('metadata.json', 0), ('config.json', 0), ('model.weights.h5', 0)] None
            Sequential
            ['layers', 'layers/dense', 'layers/dense/vars', 'layers/dense/vars/0', 'optimizer', 'optimizer/vars', 'optimizer/vars/0', 'vars']
            head (2, 3) float32 None [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]] str
            () int64 7

            """.ReplaceLineEndings("\n"), output);
    }

    internal static void WriteSmall(string path)
    {
        var dense = new LayerDescription("Dense", "head", new JsonObject { ["name"] = "head", ["units"] = 3 });
        var model = new ModelDescription(ModelKind.Sequential, "small", [dense]);
        KerasArchiveWriter.Write(path, KerasJson.ToJson(model),
        [
            new("", "small", []),
            new("layers/dense", "head", [StoredArray.From("0", [2, 3], [1, 2, 3, 4, 5, 6])]),
            new("optimizer", "adam", [StoredArray.From("0", 7)]),
        ], SavedAt);
    }
}
