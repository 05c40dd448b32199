using Fovea.Formats.Protobuf;
using Google.Protobuf;
using static Fovea.Formats.Onnx.OnnxSchema;

namespace Fovea.Formats.Onnx;

/// <summary>Writes an ONNX file. Only the values of one constant at a time are in memory.</summary>
internal static class OnnxWriter
{
    /// <summary>Writes a file, completely or not at all.</summary>
    /// <exception cref="NotSupportedException">The file would be larger than 2 GiB, the maximum of a protocol buffer.</exception>
    public static void Write(OnnxModel model, string path) => AtomicFile.Write(path, stream => Write(model, stream));

    /// <summary>Like <see cref="Write(OnnxModel, string)"/>, to a stream.</summary>
    /// <exception cref="NotSupportedException">The file would be larger than 2 GiB, the maximum of a protocol buffer.</exception>
    public static void Write(OnnxModel model, Stream stream)
    {
        var graph = model.Graph;
        var constants = graph.Initializers.Values.Select(constant => (Head: Head(constant), Constant: constant)).ToList();
        var body = ProtobufWriting.Message(output =>
        {
            foreach (var node in graph.Nodes) output.Part(GraphProto.Node, part => WriteNode(part, node));
            output.Text(GraphProto.Name, graph.Name);
        });
        var ends = ProtobufWriting.Message(output =>
        {
            foreach (var input in graph.Inputs) output.Part(GraphProto.Input, part => WriteValue(part, input));
            foreach (var result in graph.Outputs) output.Part(GraphProto.Output, part => WriteValue(part, result));
        });
        var graphBytes = body.Length + (long)ends.Length + constants.Sum(entry => Framed(entry.Head.Length + RawField(entry.Constant)));
        if (graphBytes > int.MaxValue - (1 << 20)) throw new NotSupportedException($"the model takes {graphBytes} bytes; an ONNX file holds at most 2 GiB.");
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        output.Integer(ModelProto.IrVersion, model.IrVersion);
        output.Text(ModelProto.ProducerName, model.ProducerName);
        output.Text(ModelProto.ProducerVersion, model.ProducerVersion);
        foreach (var (domain, version) in model.Opsets)
        {
            output.Part(ModelProto.OpsetImport, part =>
            {
                part.Text(OperatorSetIdProto.Domain, domain);
                part.Integer(OperatorSetIdProto.Version, version);
            });
        }

        foreach (var (key, value) in model.Metadata)
        {
            output.Part(ModelProto.MetadataProps, part =>
            {
                part.Text(StringStringEntryProto.Key, key);
                part.Text(StringStringEntryProto.Value, value);
            });
        }

        output.WriteTag(ModelProto.Graph, WireFormat.WireType.LengthDelimited);
        output.WriteLength((int)graphBytes);
        output.Flush();
        stream.Write(body);
        foreach (var (head, constant) in constants)
        {
            output.WriteTag(GraphProto.Initializer, WireFormat.WireType.LengthDelimited);
            output.WriteLength(head.Length + (int)RawField(constant));
            output.Flush();
            stream.Write(head);
            output.WriteTag(TensorProto.RawData, WireFormat.WireType.LengthDelimited);
            output.WriteLength((int)RawBytes(constant));
            output.Flush();
            stream.Write(constant.ReadBytes());
        }

        stream.Write(ends);
    }

    private static long RawBytes(StoredArray constant) => constant.IsEmpty ? 0 : (long)constant.Shape.Count * StoredArray.SizeOf(constant.Type);

    private static long RawField(StoredArray constant) => 1 + CodedOutputStream.ComputeLengthSize((int)RawBytes(constant)) + RawBytes(constant);

    private static long Framed(long bytes) => 1 + CodedOutputStream.ComputeLengthSize(checked((int)bytes)) + bytes;

    private static byte[] Head(StoredArray constant) => ProtobufWriting.Message(output =>
    {
        foreach (var size in constant.IsEmpty ? [0] : constant.Shape.Dimensions.ToArray()) output.Integer(TensorProto.Dims, size);
        output.Integer(TensorProto.DataType, OnnxTypes.Number(constant.Type));
        output.Text(TensorProto.Name, constant.Name);
    });

    private static void WriteNode(CodedOutputStream output, OnnxNode node)
    {
        foreach (var input in node.Inputs) output.Text(NodeProto.Input, input);
        foreach (var result in node.Outputs) output.Text(NodeProto.Output, result);
        output.Text(NodeProto.Name, node.Name);
        output.Text(NodeProto.OpType, node.OpType);
        if (node.Domain.Length > 0) output.Text(NodeProto.Domain, node.Domain);
        foreach (var (name, attribute) in node.Attributes) output.Part(NodeProto.Attribute, part => WriteAttribute(part, name, attribute));
    }

    private static void WriteAttribute(CodedOutputStream output, string name, OnnxAttribute attribute)
    {
        output.Text(AttributeProto.Name, name);
        if (attribute.Number is { } number)
        {
            output.Float(AttributeProto.F, number);
            output.Integer(AttributeProto.Type, AttributeType.Float);
        }
        else if (attribute.Integer is { } integer)
        {
            output.Integer(AttributeProto.I, integer);
            output.Integer(AttributeProto.Type, AttributeType.Int);
        }
        else if (attribute.Text is { } text)
        {
            output.Text(AttributeProto.S, text);
            output.Integer(AttributeProto.Type, AttributeType.String);
        }
        else if (attribute.Numbers is { } numbers)
        {
            foreach (var value in numbers) output.Float(AttributeProto.Floats, value);
            output.Integer(AttributeProto.Type, AttributeType.Floats);
        }
        else if (attribute.Integers is { } integers)
        {
            foreach (var value in integers) output.Integer(AttributeProto.Ints, value);
            output.Integer(AttributeProto.Type, AttributeType.Ints);
        }
        else
        {
            throw new NotSupportedException($"the attribute '{name}' is of a kind that is not written.");
        }
    }

    private static void WriteValue(CodedOutputStream output, OnnxValue value)
    {
        output.Text(ValueInfoProto.Name, value.Name);
        output.Part(ValueInfoProto.Type, type => type.Part(TypeProto.TensorType, tensor =>
        {
            tensor.Integer(TypeProto.TensorElemType, value.ElementType);
            tensor.Part(TypeProto.TensorShape, shape =>
            {
                foreach (var size in value.Dimensions!)
                {
                    shape.Part(TensorShapeProto.Dim, dimension =>
                    {
                        if (size is { } known) dimension.Integer(TensorShapeProto.DimValue, known);
                        else dimension.Text(TensorShapeProto.DimParam, "batch");
                    });
                }
            });
        }));
    }
}
