using Fovea.Formats.Protobuf;
using static Fovea.Formats.Onnx.OnnxSchema;

namespace Fovea.Formats.Onnx;

/// <summary>
/// An ONNX file opened for reading. The values of its constants stay in the file until they are needed. Other files with constants must be in the same
/// folder.
/// </summary>
internal sealed partial class OnnxReader : IDisposable
{
    private const int MaxDimensions = 16;
    private const int MaxNodes = 200_000;
    private const int MaxNesting = 16;
    private readonly ProtobufSource source;
    private readonly Dictionary<string, ProtobufSource> others = [];
    private int nodeCount;
    private int nesting;

    private OnnxReader(ProtobufSource source)
    {
        this.source = source;
        Model = Guard(ReadModel);
    }

    /// <summary>The content of the file.</summary>
    public OnnxModel Model { get; }

    /// <exception cref="ModelFormatException">It is not a sound ONNX file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OnnxReader Open(string path) => Open(new ProtobufSource(ModelSource.Open(path), isOwned: true));

    /// <summary>Reads an open file or stream, which stays open.</summary>
    /// <exception cref="ModelFormatException">It is not a sound ONNX file.</exception>
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
            throw ModelFormatException.About(source.FilePath, $"it is not a sound ONNX file: {error.Sentence().TrimEnd('.')}.", error);
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
                case ModelProto.IrVersion: irVersion = reader.Integer(); break;
                case ModelProto.ProducerName: producer = reader.Text(); break;
                case ModelProto.ProducerVersion: version = reader.Text(); break;
                case ModelProto.Graph: graph = ReadGraph(reader.Message()); break;
                case ModelProto.OpsetImport: ReadVersion(reader.Message(), opsets); break;
                case ModelProto.Functions:
                    var (key, function) = ReadFunction(reader.Message());
                    if (!functions.TryAdd(key, function)) throw new InvalidDataException($"the function '{key.Domain}.{key.Name}' occurs twice");
                    break;
                case ModelProto.MetadataProps:
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
            if (reader.Field == OperatorSetIdProto.Domain) domain = reader.Text();
            if (reader.Field == OperatorSetIdProto.Version) opset = reader.Integer();
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
                case FunctionProto.Name: name = reader.Text(); break;
                case FunctionProto.Input: inputs.Add(reader.Text()); break;
                case FunctionProto.Output: outputs.Add(reader.Text()); break;
                case FunctionProto.Attribute: attributes[reader.Text()] = null; break;
                case FunctionProto.Node: nodes.Add(ReadNode(reader.Message())); break;
                case FunctionProto.OpsetImport: ReadVersion(reader.Message(), opsets); break;
                case FunctionProto.Domain: domain = reader.Text(); break;
                case FunctionProto.AttributeProto:
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
            if (reader.Field == StringStringEntryProto.Key) key = reader.Text();
            if (reader.Field == StringStringEntryProto.Value) value = reader.Text();
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
                case GraphProto.Node:
                    nodes.Add(ReadNode(reader.Message()));
                    break;
                case GraphProto.Name: name = reader.Text(); break;
                case GraphProto.Initializer:
                    var tensor = ReadTensor(reader.Message());
                    initializers[tensor.Name] = tensor;
                    break;
                case GraphProto.Input: inputs.Add(ReadValue(reader.Message())); break;
                case GraphProto.Output: outputs.Add(ReadValue(reader.Message())); break;
                case GraphProto.SparseInitializer: throw new InvalidDataException("it has sparse constants, which are not supported");
            }
        }

        return new OnnxGraph(name, nodes, inputs, outputs, initializers);
    }

    private OnnxNode ReadNode(ProtobufReader reader)
    {
        if (++nodeCount > MaxNodes) throw new InvalidDataException($"it has more than {MaxNodes} nodes");
        var (inputs, outputs, attributes) = (new List<string>(), new List<string>(), new Dictionary<string, OnnxAttribute>());
        var (name, type, domain) = ("", "", "");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case NodeProto.Input: inputs.Add(reader.Text()); break;
                case NodeProto.Output: outputs.Add(reader.Text()); break;
                case NodeProto.Name: name = reader.Text(); break;
                case NodeProto.OpType: type = reader.Text(); break;
                case NodeProto.Attribute:
                    var (key, attribute) = ReadAttribute(reader.Message());
                    if (!attributes.TryAdd(key, attribute)) throw new InvalidDataException($"a node of {type} has the attribute '{key}' twice");
                    break;
                case NodeProto.Domain: domain = reader.Text(); break;
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
                case AttributeProto.Name: name = reader.Text(); break;
                case AttributeProto.F: attribute = attribute with { Number = reader.Float() }; break;
                case AttributeProto.I: attribute = attribute with { Integer = reader.Integer() }; break;
                case AttributeProto.S: attribute = attribute with { Text = reader.Text() }; break;
                case AttributeProto.T: attribute = attribute with { Tensor = ReadTensor(reader.Message()) }; break;
                case AttributeProto.G: attribute = attribute with { Graph = Within(reader.Message()) }; break;
                case AttributeProto.Tensors or AttributeProto.Graphs or AttributeProto.Tp or AttributeProto.TypeProtos or AttributeProto.SparseTensor
                    or AttributeProto.SparseTensors:
                    attribute = attribute with { IsOther = true };
                    break;
                case AttributeProto.Floats: reader.Floats(floats); break;
                case AttributeProto.Ints: reader.Integers(integers); break;
                case AttributeProto.Strings: texts.Add(reader.Text()); break;
                case AttributeProto.Type: type = reader.Integer(); break;
                case AttributeProto.RefAttrName: attribute = attribute with { Reference = reader.Text() }; break;
            }
        }

        if (attribute.IsOther) return (name, new OnnxAttribute { IsOther = true });

        // A list can be empty, and a zero can be left out: then the type decides.
        return (name, attribute with
        {
            Number = attribute.Number ?? (type == AttributeType.Float ? 0 : null),
            Integer = attribute.Integer ?? (type == AttributeType.Int ? 0 : null),
            Text = attribute.Text ?? (type == AttributeType.String ? "" : null),
            Numbers = floats.Count > 0 || type == AttributeType.Floats ? floats : null,
            Integers = integers.Count > 0 || type == AttributeType.Ints ? integers : null,
            Texts = texts.Count > 0 || type == AttributeType.Strings ? texts : null,
        });
    }

    /// <summary>A graph in an attribute of a node, up to a maximum depth.</summary>
    private OnnxGraph Within(ProtobufReader reader)
    {
        if (++nesting > MaxNesting) throw new InvalidDataException($"graphs are nested more than {MaxNesting} deep");
        var graph = ReadGraph(reader);
        nesting--;
        return graph;
    }

    private static OnnxValue ReadValue(ProtobufReader reader)
    {
        var (name, type, dimensions) = ("", 0, (List<long?>?)null);
        while (reader.Next())
        {
            if (reader.Field == ValueInfoProto.Name) name = reader.Text();
            if (reader.Field != ValueInfoProto.Type) continue;
            var ofType = reader.Message();
            while (ofType.Next())
            {
                if (ofType.Field != TypeProto.TensorType) continue;
                var tensor = ofType.Message();
                while (tensor.Next())
                {
                    if (tensor.Field == TypeProto.TensorElemType) type = (int)tensor.Integer();
                    if (tensor.Field == TypeProto.TensorShape) dimensions = ReadShape(tensor.Message());
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
            if (reader.Field != TensorShapeProto.Dim) continue;
            if (dimensions.Count == MaxDimensions) throw new InvalidDataException($"a shape has more than {MaxDimensions} dimensions");
            long? size = null;
            var dimension = reader.Message();
            while (dimension.Next())
            {
                if (dimension.Field == TensorShapeProto.DimValue) size = dimension.Integer();
            }

            dimensions.Add(size > 0 ? size : null);
        }

        return dimensions;
    }
}
