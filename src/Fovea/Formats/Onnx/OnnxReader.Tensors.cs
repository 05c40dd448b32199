using System.Buffers.Binary;
using System.Globalization;
using Fovea.Formats.Protobuf;
using static Fovea.Formats.Onnx.OnnxSchema;

namespace Fovea.Formats.Onnx;

/// <content>Constants, whose values are in the file or in another file of its folder.</content>
internal sealed partial class OnnxReader
{
    private StoredArray ReadTensor(ProtobufReader reader)
    {
        var (name, type, dimensions) = ("", 0L, new List<long>());
        (long Start, long Length)? raw = null;
        var (floats, integers, doubles) = (new List<float>(), new List<long>(), new List<(long Start, long Length)>());
        var elsewhere = new Dictionary<string, string>();
        var isElsewhere = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case TensorProto.Dims: reader.Integers(dimensions); break;
                case TensorProto.DataType: type = reader.Integer(); break;
                case TensorProto.FloatData: reader.Floats(floats); break;
                case TensorProto.Int32Data or TensorProto.Int64Data or TensorProto.Uint64Data: reader.Integers(integers); break;
                case TensorProto.Name: name = reader.Text(); break;
                case TensorProto.RawData: raw = (reader.ValueStart, reader.ValueLength); break;
                case TensorProto.DoubleData: doubles.Add((reader.ValueStart, reader.ValueLength)); break;
                case TensorProto.ExternalData:
                    var (key, value) = ReadPair(reader.Message());
                    elsewhere[key] = value;
                    break;
                case TensorProto.DataLocation: isElsewhere = reader.Integer() == TensorProto.External; break;
            }
        }

        var stored = OnnxTypes.StoredAs(type)
            ?? throw new InvalidDataException($"the constant '{name}' has the data type {type}, which is not supported");
        if (dimensions.Count > MaxDimensions || dimensions.Exists(size => size < 0))
            throw new InvalidDataException($"the constant '{name}' has the shape ({string.Join(", ", dimensions)})");
        var count = dimensions.Aggregate(1.0, (product, size) => product * size);
        var bytes = count * StoredArray.SizeOf(stored);
        if (bytes > Array.MaxLength) throw new InvalidDataException($"the constant '{name}' of the shape ({string.Join(", ", dimensions)}) is too large");

        // A constant can have no values, such as an empty list of axes, which a Shape cannot express.
        if (count == 0) return StoredArray.Empty(name, stored);
        var shape = new Shape([.. dimensions.Select(size => (int)size)]);
        if (isElsewhere) return new StoredArray(name, shape, stored, Elsewhere(elsewhere, (long)bytes, name));
        if (raw is { } position)
        {
            RequireBytes(position.Length, (long)bytes, name);
            return new StoredArray(name, shape, stored, (offset, target) => source.Read(position.Start + offset, target));
        }

        Func<byte[]> read;
        if (doubles.Count > 0)
        {
            RequireBytes(doubles.Sum(part => part.Length), (long)bytes, name);
            read = () => [.. doubles.SelectMany(part => source.Bytes(part.Start, part.Length))];
        }
        else
        {
            RequireBytes((floats.Count + integers.Count) * (long)StoredArray.SizeOf(stored), (long)bytes, name);
            read = () => floats.Count > 0 ? ToBytes(floats) : ToBytes(integers, stored);
        }

        return new StoredArray(name, shape, stored, read);
    }

    private static void RequireBytes(long received, long expected, string name)
    {
        if (received != expected) throw new InvalidDataException($"the constant '{name}' has {received} bytes; its shape asks for {expected}");
    }

    private static byte[] ToBytes(List<float> values)
    {
        var bytes = new byte[values.Count * sizeof(float)];
        for (var i = 0; i < values.Count; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }

    /// <summary>The bytes of integers, which 16-bit floats are stored as too.</summary>
    private static byte[] ToBytes(List<long> values, StoredType type)
    {
        var size = StoredArray.SizeOf(type);
        var bytes = new byte[values.Count * size];
        var eight = new byte[sizeof(long)];
        for (var i = 0; i < values.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(eight, values[i]);
            eight.AsSpan(0, size).CopyTo(bytes.AsSpan(i * size));
        }

        return bytes;
    }

    /// <summary>Values in another file, given by <c>location</c>, <c>offset</c> and <c>length</c>. The file must be in the folder of the model.</summary>
    private BytesAt Elsewhere(Dictionary<string, string> position, long expected, string name)
    {
        var location = position.GetValueOrDefault("location", "");
        if (location.StartsWith("./", StringComparison.Ordinal)) location = location[2..];
        if (location.Length == 0 || location is "." or ".." || location.AsSpan().IndexOfAny("/\\:\0") >= 0)
            throw new InvalidDataException($"the constant '{name}' is in the file '{location}'; only files in the folder of the model are opened");
        var (offset, length) = (Number("offset") ?? 0, Number("length") ?? expected);
        RequireBytes(length, expected, name);
        if (!source.IsFile)
            throw new InvalidDataException(
                $"the constant '{name}' is in the file '{location}' in the folder of the model, which a stream does not have; load the file");
        if (!others.TryGetValue(location, out var other))
        {
            var file = new FileInfo(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(source.FilePath))!, location));
            if (!file.Exists) throw new InvalidDataException($"the constant '{name}' is in the file '{location}', which does not exist");
            if (file.LinkTarget is not null) throw new InvalidDataException($"the constant '{name}' is in the file '{location}', which is a link");
            others[location] = other = new ProtobufSource(ModelSource.Open(file.FullName), isOwned: true);
        }

        if (offset < 0 || offset > other.Length - length)
            throw new InvalidDataException($"the constant '{name}' is at {offset} of the file '{location}', which is too short");
        return (from, target) => other.Read(offset + from, target);

        long? Number(string key) => position.TryGetValue(key, out var text)
            ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1
            : null;
    }
}
