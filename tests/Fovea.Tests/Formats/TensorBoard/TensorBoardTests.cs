using System.Buffers.Binary;
using System.Text;
using Fovea.Imaging;
using Fovea.Tests.Data;
using Google.Protobuf;
using SkiaSharp;

namespace Fovea.Tests.Training;

/// <summary>
/// Event files read back by a reader of their published format: TFRecord frames with CRC-32C, tensorflow/core/util/event.proto and framework/summary.proto.
/// </summary>
public sealed class TensorBoardTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>RFC 3720, B.4: the checksum of 32 bytes of zeros is AA 36 91 8A, of 0 to 31 4E 79 DD 46. The reader's own, bit by bit.</summary>
    [Fact]
    public void The_readers_checksum_is_that_of_the_standard()
    {
        Assert.Equal(0x8A9136AAu, Crc32C(new byte[32]));
        Assert.Equal(0x46DD794Eu, Crc32C([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    }

    [Fact]
    public void Scalars_histograms_images_and_the_graph_are_read_back()
    {
        var model = SmallNets.Convnet();
        using (var writer = new SummaryWriter(folder.Path))
        {
            writer.Scalar("loss", 0.25, 3);
            writer.Histogram("weights", [0, 1, 2, 3, 3, float.NaN], 4);
            writer.Image("image", [1, 2, 3], 5, 6, 3, 7);
            writer.Image("tensor", new Tensor([1, 2, 3, 1], [0, 0.2f, 0.4f, 0.6f, 0.8f, 1]), 8);
            writer.Graph(model);
        }

        var events = Read(folder.Path);
        Assert.Equal("brain.Event:2", Encoding.UTF8.GetString((byte[])events[0][3].Single()));
        Assert.Equal([0L, 3L, 4L, 7L, 8L, 0L], events.Select(each => each.TryGetValue(2, out var step) ? (long)step.Single() : 0));
        Assert.All(events, each => Assert.InRange((double)each[1].Single(), 1.6e9, 1e11));
        var scalar = Value(events[1]);
        Assert.Equal(("loss", 0.25f), (Text(scalar[1]), (float)scalar[2].Single()));
        var histogram = Parse((byte[])Value(events[2])[5].Single());
        Assert.Equal([0.0, 3.0, 5.0, 9.0, 23.0], Enumerable.Range(1, 5).Select(field => (double)histogram[field].Single()));
        var (limits, counts) = (Doubles(histogram[6]), Doubles(histogram[7]));
        Assert.Equal((30, 30, 5.0, 3.0), (limits.Length, counts.Length, counts.Sum(), limits[^1]));
        Assert.Equal(limits.Order(), limits);
        Assert.Equal((1.0, 2.0), (counts[0], counts[^1]));
        var image = Parse((byte[])Value(events[3])[4].Single());
        Assert.Equal([5L, 6L, 3L], Enumerable.Range(1, 3).Select(field => (long)image[field].Single()));
        Assert.Equal([1, 2, 3], (byte[])image[4].Single());
        using var bitmap = SKBitmap.Decode((byte[])Parse((byte[])Value(events[4])[4].Single())[4].Single());
        Assert.Equal((3, 2, 102, 255), (bitmap.Width, bitmap.Height, bitmap.GetPixel(2, 0).Red, bitmap.GetPixel(2, 1).Green));
        var nodes = Parse((byte[])events[5][4].Single())[1].Select(node => Parse((byte[])node)).ToList();
        Assert.Equal(model.Layers.Select(layer => (layer.Name, layer.ClassName)), nodes.Select(node => (Text(node[1]), Text(node[2]))));
        Assert.Equal(nodes.Skip(1).Select(node => Text(node[3])), nodes.SkipLast(1).Select(node => Text(node[1])));
    }

    [Fact]
    public void Training_writes_Keras_tags_into_two_folders()
    {
        var model = SmallNets.Convnet();
        model.Compile(new Sgd(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        using var board = new TensorBoard(folder.Path, histogramFrequency: 2, updateFrequency: 1);
        var history = model.Fit(SmallNets.Images(16), epochs: 2, batchSize: 8, validation: SmallNets.Images(8), callbacks: [board]);
        var train = Read(Path.Combine(folder.Path, "train")).Where(each => each.ContainsKey(5))
            .Select(each => (Step: each.TryGetValue(2, out var step) ? (long)step.Single() : 0, Value: Value(each))).ToList();
        Assert.Equal(
            ["batch_loss 1", "batch_accuracy 1", "batch_loss 2", "batch_accuracy 2", "epoch_loss 0", "epoch_accuracy 0", "epoch_learning_rate 0"],
            train.Take(7).Select(each => $"{Text(each.Value[1])} {each.Step}"));
        Assert.Equal(
            history["loss"].Select(value => (float)value), train.Where(each => Text(each.Value[1]) == "epoch_loss")
            .Select(each => (float)each.Value[2].Single()));
        Assert.Equal(model.Weights.Count, train.Count(each => Text(each.Value[1]).EndsWith("/histogram", StringComparison.Ordinal)));
        var validation = Read(Path.Combine(folder.Path, "validation")).Where(each => each.ContainsKey(5)).Select(Value).ToList();
        Assert.Equal(["epoch_loss", "epoch_accuracy", "epoch_loss", "epoch_accuracy"], validation.Select(value => Text(value[1])));
        Assert.Equal((float)history["val_loss"][1], (float)validation[2][2].Single());
    }

    [Fact]
    public void A_graph_shows_models_within_and_shared_layers()
    {
        var inner = new Sequential("inner") { new Input(4), new Dense(4) { Name = "deep" } };
        var (input, shared) = (new Input(4) { Name = "in" }, new Dense(4) { Name = "shared" });
        var model = new Model(input, new Add { Name = "sum" }.Call(shared.Call(inner.Call(input)), shared.Call(input)));
        var nodes = Parse(ModelGraphDef.Of(model))[1].Select(node => Parse((byte[])node))
            .ToDictionary(
            node => Text(node[1]), node => node.TryGetValue(3, out var inputs) ? inputs.Select(name => Encoding.UTF8.GetString((byte[])name)).ToArray() : []);
        Assert.Equal(["in", "inner/deep", "shared_use0", "shared_use1", "sum"], nodes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["in"], nodes["inner/deep"]);
        Assert.Equal(["inner/deep"], nodes["shared_use0"]);
        Assert.Equal(["shared_use0", "shared_use1"], nodes["sum"]);
    }

    private static Dictionary<int, List<object>> Value(Dictionary<int, List<object>> happened) =>
        Parse((byte[])Parse((byte[])happened[5].Single())[1].Single());

    private static string Text(List<object> field) => Encoding.UTF8.GetString((byte[])field.Single());

    private static double[] Doubles(List<object> field) => [.. ((byte[])field.Single()).Chunk(8).Select(bytes => BitConverter.ToDouble(bytes))];

    private static List<Dictionary<int, List<object>>> Read(string path)
    {
        var bytes = File.ReadAllBytes(Directory.GetFiles(path, "events.out.tfevents.*").Single()).AsSpan();
        var events = new List<Dictionary<int, List<object>>>();
        while (bytes.Length > 0)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
            Assert.Equal(Masked(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            Assert.Equal(Masked(bytes.Slice(12, length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            events.Add(Parse(bytes.Slice(12, length).ToArray()));
            bytes = bytes[(16 + length)..];
        }

        return events;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes) => Crc32C(bytes) is var crc ? unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8) : 0;

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }

        return ~crc;
    }

    private static Dictionary<int, List<object>> Parse(byte[] message)
    {
        var fields = new Dictionary<int, List<object>>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            object value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.Fixed64 => input.ReadDouble(),
                WireFormat.WireType.Fixed32 => input.ReadFloat(),
                _ => input.ReadBytes().ToByteArray(),
            };
            if (!fields.TryGetValue(WireFormat.GetTagFieldNumber(tag), out var list)) fields[WireFormat.GetTagFieldNumber(tag)] = list = [];
            list.Add(value);
        }

        return fields;
    }
}
