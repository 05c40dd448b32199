using System.Buffers.Binary;
using Fovea.Formats.Protobuf;

namespace Fovea.Formats.Onnx;

/// <summary>
/// An ONNX file opened for reading. The numbers of its constants stay in the file until they are asked for; constants kept in other files are read
/// from the same folder alone.
/// </summary>
/// <remarks>The numbers of fields and data types: onnx.proto of the ONNX project, IR version 10.</remarks>
internal sealed class OnnxReader : IDisposable
{
    private const int MostDimensions = 16;
    private const int MostNodes = 200_000;
    private const int MostNesting = 16;
    private readonly ProtobufSource source;
    private readonly Dictionary<string, ProtobufSource> others = [];
    private int nodeCount;
    private int nesting;

    private OnnxReader(ProtobufSource source)
    {
        this.source = source;
        Model = Guard(ReadModel);
    }

    /// <summary>What the file says.</summary>
    public OnnxModel Model { get; }

    /// <exception cref="ModelFormatException">It is no sound ONNX file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OnnxReader Open(string path) => Open(new ProtobufSource(ModelSource.Open(path), isOwned: true));

    /// <summary>Reads from a file or a stream that is open, and stays so.</summary>
    /// <exception cref="ModelFormatException">It is no sound ONNX file.</exception>
    public static OnnxReader Open(ModelSource source) => Open(new ProtobufSource(source, isOwned: false));

    private static OnnxReader Open(ProtobufSource source)
    {
        try
        {
            return new OnnxReader(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        source.Dispose();
        foreach (var other in others.Values) other.Dispose();
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or OverflowException or OutOfMemoryException or ArgumentException or ShapeException)
        {
            throw ModelFormatException.About(source.FilePath, $"it is no sound ONNX file: {error.Sentence().TrimEnd('.')}.", error);
        }
    }

    private OnnxModel ReadModel()
    {
        OnnxGraph? graph = null;
        var opsets = new Dictionary<string, long>();
        var metadata = new Dictionary<string, string>();
        var functions = new Dictionary<(string, string), OnnxFunction>();
        var (irVersion, producer, version) = (0L, "", "");
        var reader = new ProtobufReader(source, 0, source.Length);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: irVersion = reader.Integer(); break;
                case 2: producer = reader.Text(); break;
                case 3: version = reader.Text(); break;
                case 7: graph = ReadGraph(reader.Message()); break;
                case 8: ReadVersion(reader.Message(), opsets); break;
                case 25:
                    var (key, function) = ReadFunction(reader.Message());
                    if (!functions.TryAdd(key, function)) throw new InvalidDataException($"the function '{key.Domain}.{key.Name}' is there twice");
                    break;
                case 14:
                    var (fact, value) = ReadPair(reader.Message());
                    metadata[fact] = value;
                    break;
            }
        }

        return new OnnxModel(graph ?? throw new InvalidDataException("it has no graph"))
        {
            IrVersion = irVersion,
            ProducerName = producer,
            ProducerVersion = version,
            Opsets = opsets,
            Functions = functions,
            Metadata = metadata,
        };
    }

    private static void ReadVersion(ProtobufReader reader, Dictionary<string, long> opsets)
    {
        var (domain, opset) = ("", 1L);
        while (reader.Next())
        {
            if (reader.Field == 1) domain = reader.Text();
            if (reader.Field == 2) opset = reader.Integer();
        }

        opsets[domain == "ai.onnx" ? "" : domain] = opset;
    }

    private ((string Domain, string Name) Key, OnnxFunction Function) ReadFunction(ProtobufReader reader)
    {
        var (inputs, outputs, nodes) = (new List<string>(), new List<string>(), new List<OnnxNode>());
        var (attributes, opsets) = (new Dictionary<string, OnnxAttribute?>(), new Dictionary<string, long>());
        var (name, domain) = ("", "");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.Text(); break;
                case 4: inputs.Add(reader.Text()); break;
                case 5: outputs.Add(reader.Text()); break;
                case 6: attributes[reader.Text()] = null; break;
                case 7: nodes.Add(ReadNode(reader.Message())); break;
                case 9: ReadVersion(reader.Message(), opsets); break;
                case 10: domain = reader.Text(); break;
                case 11:
                    var (key, attribute) = ReadAttribute(reader.Message());
                    attributes[key] = attribute;
                    break;
            }
        }

        return ((domain == "ai.onnx" ? "" : domain, name),
            new OnnxFunction(inputs, outputs, nodes, attributes, opsets.TryGetValue("", out var opset) ? opset : null));
    }

    private static (string Key, string Value) ReadPair(ProtobufReader reader)
    {
        var (key, value) = ("", "");
        while (reader.Next())
        {
            if (reader.Field == 1) key = reader.Text();
            if (reader.Field == 2) value = reader.Text();
        }

        return (key, value);
    }

    private OnnxGraph ReadGraph(ProtobufReader reader)
    {
        var (nodes, inputs, outputs) = (new List<OnnxNode>(), new List<OnnxValue>(), new List<OnnxValue>());
        var initializers = new Dictionary<string, StoredArray>();
        var name = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    nodes.Add(ReadNode(reader.Message()));
                    break;
                case 2: name = reader.Text(); break;
                case 5:
                    var tensor = ReadTensor(reader.Message());
                    initializers[tensor.Name] = tensor;
                    break;
                case 11: inputs.Add(ReadValue(reader.Message())); break;
                case 12: outputs.Add(ReadValue(reader.Message())); break;
                case 15: throw new InvalidDataException("it has sparse constants, which are not supported");
            }
        }

        return new OnnxGraph(name, nodes, inputs, outputs, initializers);
    }

    private OnnxNode ReadNode(ProtobufReader reader)
    {
        if (++nodeCount > MostNodes) throw new InvalidDataException($"it has more than {MostNodes} nodes");
        var (inputs, outputs, attributes) = (new List<string>(), new List<string>(), new Dictionary<string, OnnxAttribute>());
        var (name, type, domain) = ("", "", "");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: inputs.Add(reader.Text()); break;
                case 2: outputs.Add(reader.Text()); break;
                case 3: name = reader.Text(); break;
                case 4: type = reader.Text(); break;
                case 5:
                    var (key, attribute) = ReadAttribute(reader.Message());
                    if (!attributes.TryAdd(key, attribute)) throw new InvalidDataException($"a node of {type} has the attribute '{key}' twice");
                    break;
                case 7: domain = reader.Text(); break;
            }
        }

        return new OnnxNode(type, inputs, outputs) { Name = name, Domain = domain == "ai.onnx" ? "" : domain, Attributes = attributes };
    }

    private (string, OnnxAttribute) ReadAttribute(ProtobufReader reader)
    {
        var (name, attribute) = ("", new OnnxAttribute());
        var (type, floats, integers, texts) = (0L, new List<float>(), new List<long>(), new List<string>());
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.Text(); break;
                case 2: attribute = attribute with { Number = reader.Float() }; break;
                case 3: attribute = attribute with { Integer = reader.Integer() }; break;
                case 4: attribute = attribute with { Text = reader.Text() }; break;
                case 5: attribute = attribute with { Tensor = ReadTensor(reader.Message()) }; break;
                case 6: attribute = attribute with { Graph = Within(reader.Message()) }; break;
                case 10 or 11 or 14 or 15 or 22 or 23: attribute = attribute with { IsOther = true }; break;
                case 7: reader.Floats(floats); break;
                case 8: reader.Integers(integers); break;
                case 9: texts.Add(reader.Text()); break;
                case 20: type = reader.Integer(); break;
                case 21: attribute = attribute with { Reference = reader.Text() }; break;
            }
        }

        if (attribute.IsOther) return (name, new OnnxAttribute { IsOther = true });

        // A list may be empty, and a zero left out: the type tells.
        return (name, attribute with
        {
            Number = attribute.Number ?? (type == 1 ? 0 : null),
            Integer = attribute.Integer ?? (type == 2 ? 0 : null),
            Text = attribute.Text ?? (type == 3 ? "" : null),
            Numbers = floats.Count > 0 || type == 6 ? floats : null,
            Integers = integers.Count > 0 || type == 7 ? integers : null,
            Texts = texts.Count > 0 || type == 8 ? texts : null,
        });
    }

    /// <summary>A graph within a node, to a bounded depth.</summary>
    private OnnxGraph Within(ProtobufReader reader)
    {
        if (++nesting > MostNesting) throw new InvalidDataException($"graphs lie within graphs more than {MostNesting} deep");
        var graph = ReadGraph(reader);
        nesting--;
        return graph;
    }

    private static OnnxValue ReadValue(ProtobufReader reader)
    {
        var (name, type, dimensions) = ("", 0, (List<long?>?)null);
        while (reader.Next())
        {
            if (reader.Field == 1) name = reader.Text();
            if (reader.Field != 2) continue;
            var ofType = reader.Message();
            while (ofType.Next())
            {
                if (ofType.Field != 1) continue;
                var tensor = ofType.Message();
                while (tensor.Next())
                {
                    if (tensor.Field == 1) type = (int)tensor.Integer();
                    if (tensor.Field == 2) dimensions = ReadShape(tensor.Message());
                }
            }
        }

        return new OnnxValue(name, type, dimensions);
    }

    private static List<long?> ReadShape(ProtobufReader reader)
    {
        var dimensions = new List<long?>();
        while (reader.Next())
        {
            if (reader.Field != 1) continue;
            if (dimensions.Count == MostDimensions) throw new InvalidDataException($"a shape has more than {MostDimensions} dimensions");
            long? size = null;
            var dimension = reader.Message();
            while (dimension.Next())
            {
                if (dimension.Field == 1) size = dimension.Integer();
            }

            dimensions.Add(size > 0 ? size : null);
        }

        return dimensions;
    }

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
                case 1: reader.Integers(dimensions); break;
                case 2: type = reader.Integer(); break;
                case 4: reader.Floats(floats); break;
                case 5 or 7 or 11: reader.Integers(integers); break;
                case 8: name = reader.Text(); break;
                case 9: raw = (reader.ValueStart, reader.ValueLength); break;
                case 10: doubles.Add((reader.ValueStart, reader.ValueLength)); break;
                case 13:
                    var (key, value) = ReadPair(reader.Message());
                    elsewhere[key] = value;
                    break;
                case 14: isElsewhere = reader.Integer() == 1; break;
            }
        }

        var stored = TypeOf(type, name);
        if (dimensions.Count > MostDimensions || dimensions.Exists(size => size < 0))
            throw new InvalidDataException($"the constant '{name}' has the shape ({string.Join(", ", dimensions)})");
        var count = dimensions.Aggregate(1.0, (product, size) => product * size);
        var bytes = count * StoredArray.SizeOf(stored);
        if (bytes > Array.MaxLength) throw new InvalidDataException($"the constant '{name}' of the shape ({string.Join(", ", dimensions)}) is too large");

        // A list of no numbers, as of the axes of nothing, is a constant too; a Shape cannot say so.
        if (count == 0) return StoredArray.Empty(name, stored);
        var shape = new Shape([.. dimensions.Select(size => (int)size)]);
        if (isElsewhere) return new StoredArray(name, shape, stored, Elsewhere(elsewhere, (long)bytes, name));
        if (raw is { } place)
        {
            RequireBytes(place.Length, (long)bytes, name);
            return new StoredArray(name, shape, stored, (offset, target) => source.Read(place.Start + offset, target));
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

    private static StoredType TypeOf(long type, string name) => type switch
    {
        1 => StoredType.Float32,
        2 => StoredType.UInt8,
        3 => StoredType.Int8,
        4 => StoredType.UInt16,
        5 => StoredType.Int16,
        6 => StoredType.Int32,
        7 => StoredType.Int64,
        9 => StoredType.Bool,
        10 => StoredType.Float16,
        11 => StoredType.Float64,
        12 => StoredType.UInt32,
        13 => StoredType.UInt64,
        16 => StoredType.BFloat16,
        _ => throw new InvalidDataException($"the constant '{name}' has the data type {type}, which is not supported"),
    };

    private static byte[] ToBytes(List<float> values)
    {
        var bytes = new byte[values.Count * sizeof(float)];
        for (var i = 0; i < values.Count; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }

    /// <summary>16-bit floats, too, are kept as whole numbers.</summary>
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

    /// <summary>Numbers in another file: <c>location</c>, <c>offset</c> and <c>length</c>. It must lie beside the model.</summary>
    private BytesAt Elsewhere(Dictionary<string, string> place, long expected, string name)
    {
        var location = place.GetValueOrDefault("location", "");
        if (location.StartsWith("./", StringComparison.Ordinal)) location = location[2..];
        if (location.Length == 0 || location is "." or ".." || location.AsSpan().IndexOfAny("/\\:\0") >= 0)
            throw new InvalidDataException($"the constant '{name}' lies in the file '{location}'; only files in the model's own folder are opened");
        var (offset, length) = (Number("offset") ?? 0, Number("length") ?? expected);
        RequireBytes(length, expected, name);
        if (!source.IsFile)
            throw new InvalidDataException(
                $"the constant '{name}' lies in the file '{location}' beside the model, and a stream has none beside it; load the file");
        if (!others.TryGetValue(location, out var other))
        {
            var file = new FileInfo(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(source.FilePath))!, location));
            if (!file.Exists) throw new InvalidDataException($"the constant '{name}' lies in the file '{location}', which is not there");
            if (file.LinkTarget is not null) throw new InvalidDataException($"the constant '{name}' lies in the file '{location}', which is a link");
            others[location] = other = new ProtobufSource(ModelSource.Open(file.FullName), isOwned: true);
        }

        if (offset < 0 || offset > other.Length - length)
            throw new InvalidDataException($"the constant '{name}' lies at {offset} of the file '{location}', which ends before it does");
        return (from, target) => other.Read(offset + from, target);

        long? Number(string key) => place.TryGetValue(key, out var text)
            ? long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : -1
            : null;
    }
}
