using System.Text;
using Fovea.Formats.Onnx;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>A file with a bit of everything: a function, quantized weights, a resizing, margins, a table of places, reductions.</summary>
internal static class OnnxExample
{
    public static void Write(string path)
    {
        var constants = new List<StoredArray>
        {
            Bytes("w", [3, 2, 1, 1], StoredType.Int8, 1, 2, 3, 4, 5, 250), Bytes("xz", [], StoredType.UInt8, 100),
            StoredArray.From("xs", Shape.Scalar, [0.02f]), StoredArray.From("ws", new Shape(3), [0.1f, 0.2f, 0.05f]),
                StoredArray.From("scales", new Shape(4), [1, 1, 1.3f, 0.8f]),
            Whole("pads", 0, 0, 1, 2, 0, 0, 0, 1), Whole("order", 2, 0, 1), Whole("axes", 1, 2), Whole("starts", 4), Whole("ends", -9), Whole("third", 3),
                Whole("steps", -2),
        };
        OnnxNode[] nodes =
        [
            new("QuantizeLinear", ["x", "xs", "xz"], ["q"]), new("DequantizeLinear", ["q", "xs", "xz"], ["d"]),
                new("DequantizeLinear", ["w", "ws", "wzs"], ["wd"]) { Attributes = Of("axis", 0) },
            new("ConstantOfShape", ["three"], ["wzs"]), new("Conv", ["d", "wd"], ["c"]), new("Scaled", ["c"], ["s"]) { Domain = "own" },
                new("Pad", ["s", "pads"], ["p"]) { Attributes = Of("mode", "reflect") },
            new("Resize", ["p", "", "scales"], ["r"]) { Attributes = Of("mode", "cubic") }, new("Gather", ["r", "order"], ["g"]) { Attributes = Of("axis", 1) },
                new("Slice", ["g", "starts", "ends", "third", "steps"], ["t"]),
            new("ReduceL2", ["t"], ["y"]) { Attributes = new Dictionary<string,
                OnnxAttribute> { ["axes"] = new() { Integers = [1, 2] }, ["keepdims"] = new() { Integer = 0 } } },
        ];
        constants.Add(Whole("three", 3));
        OnnxWriter.Write(
            new OnnxModel(
            new OnnxGraph(
            "graph", nodes, [new OnnxValue("x", 1, [null, 2, 6, 5])], [new OnnxValue("y", 1, [])], constants.ToDictionary(constant => constant.Name)))
            {
                IrVersion = 8,
                Opsets = new Dictionary<string, long> { [""] = 13, ["own"] = 1 },
            }, path);
        byte[] node =
            [.. Field(1, "a"), .. Field(2, "b"), .. Field(4, "LeakyRelu"),
            .. Field(5, [.. Field(1, "alpha"), 0x15, .. BitConverter.GetBytes(0.3f), 0xA0, 1, 1])];
        byte[] function = [.. Field(1, "Scaled"), .. Field(4, "a"), .. Field(5, "b"), .. Field(7, node), .. Field(9, [0x10, 13]), .. Field(10, "own")];
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path), 0xCA, 1, (byte)function.Length, .. function]);
    }

    private static Dictionary<string, OnnxAttribute> Of(string name, long value) => new() { [name] = new OnnxAttribute { Integer = value } };

    private static Dictionary<string, OnnxAttribute> Of(string name, string value) => new() { [name] = new OnnxAttribute { Text = value } };

    private static StoredArray Bytes(string name, int[] shape, StoredType type, params byte[] values) => new(name, new Shape(shape), type, () => values);

    private static StoredArray Whole(string name, params long[] values) =>
        new(name, new Shape(values.Length), StoredType.Int64, () => [.. values.SelectMany(BitConverter.GetBytes)]);

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] value) => [(byte)((number << 3) | 2), (byte)value.Length, .. value];
}
