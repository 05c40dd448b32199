using Fovea.Formats.Protobuf;
using Google.Protobuf;

namespace Fovea.Formats.Onnx;

/// <summary>Writes an ONNX file, whole or not at all; the numbers of one constant at a time are in memory beside it.</summary>
internal static class OnnxWriter
{
    /// <exception cref="NotSupportedException">The file would be larger than a protocol buffer can be, 2 GiB.</exception>
    public static void Write(OnnxModel model, string path) => AtomicFile.Write(path, stream => Write(model, stream));

    /// <summary>As <see cref="Write(OnnxModel, string)"/>, to a stream.</summary>
    /// <exception cref="NotSupportedException">The file would be larger than a protocol buffer can be, 2 GiB.</exception>
    public static void Write(OnnxModel model, Stream stream)
    {
        var graph = model.Graph;
        var constants = graph.Initializers.Values.Select(constant => (Head: Head(constant), Constant: constant)).ToList();
        var body = ProtobufWriting.Message(output =>
        {
            foreach (var node in graph.Nodes) output.Part(1, part => Node(part, node));
            output.Text(2, graph.Name);
        });
        var ends = ProtobufWriting.Message(output =>
        {
            foreach (var input in graph.Inputs) output.Part(11, part => Value(part, input));
            foreach (var result in graph.Outputs) output.Part(12, part => Value(part, result));
        });
        var graphBytes = body.Length + (long)ends.Length + constants.Sum(entry => Framed(entry.Head.Length + RawField(entry.Constant)));
        if (graphBytes > int.MaxValue - (1 << 20)) throw new NotSupportedException($"the model takes {graphBytes} bytes; an ONNX file holds at most 2 GiB.");
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        output.Integer(1, model.IrVersion);
        output.Text(2, model.ProducerName);
        output.Text(3, model.ProducerVersion);
        foreach (var (domain, version) in model.Opsets)
        {
            output.Part(8, part =>
            {
                part.Text(1, domain);
                part.Integer(2, version);
            });
        }

        foreach (var (key, value) in model.Metadata)
        {
            output.Part(14, part =>
            {
                part.Text(1, key);
                part.Text(2, value);
            });
        }

        output.WriteTag(7, WireFormat.WireType.LengthDelimited);
        output.WriteLength((int)graphBytes);
        output.Flush();
        stream.Write(body);
        foreach (var (head, constant) in constants)
        {
            output.WriteTag(5, WireFormat.WireType.LengthDelimited);
            output.WriteLength(head.Length + (int)RawField(constant));
            output.Flush();
            stream.Write(head);
            output.WriteTag(9, WireFormat.WireType.LengthDelimited);
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
        foreach (var size in constant.IsEmpty ? [0] : constant.Shape.Dimensions.ToArray()) output.Integer(1, size);
        output.Integer(2, OnnxTypes.Number(constant.Type));
        output.Text(8, constant.Name);
    });

    private static void Node(CodedOutputStream output, OnnxNode node)
    {
        foreach (var input in node.Inputs) output.Text(1, input);
        foreach (var result in node.Outputs) output.Text(2, result);
        output.Text(3, node.Name);
        output.Text(4, node.OpType);
        if (node.Domain.Length > 0) output.Text(7, node.Domain);
        foreach (var (name, attribute) in node.Attributes) output.Part(5, part => Attribute(part, name, attribute));
    }

    private static void Attribute(CodedOutputStream output, string name, OnnxAttribute attribute)
    {
        const int type = 20;
        output.Text(1, name);
        if (attribute.Number is { } number)
        {
            output.Float(2, number);
            output.Integer(type, 1);
        }
        else if (attribute.Integer is { } integer)
        {
            output.Integer(3, integer);
            output.Integer(type, 2);
        }
        else if (attribute.Text is { } text)
        {
            output.Text(4, text);
            output.Integer(type, 3);
        }
        else if (attribute.Numbers is { } numbers)
        {
            foreach (var value in numbers) output.Float(7, value);
            output.Integer(type, 6);
        }
        else if (attribute.Integers is { } integers)
        {
            foreach (var value in integers) output.Integer(8, value);
            output.Integer(type, 7);
        }
        else
        {
            throw new NotSupportedException($"the attribute '{name}' is of a kind that is not written.");
        }
    }

    private static void Value(CodedOutputStream output, OnnxValue value)
    {
        output.Text(1, value.Name);
        output.Part(2, type => type.Part(1, tensor =>
        {
            tensor.Integer(1, value.ElementType);
            tensor.Part(2, shape =>
            {
                foreach (var size in value.Dimensions!)
                {
                    shape.Part(1, dimension =>
                    {
                        if (size is { } known) dimension.Integer(1, known);
                        else dimension.Text(2, "batch");
                    });
                }
            });
        }));
    }
}
