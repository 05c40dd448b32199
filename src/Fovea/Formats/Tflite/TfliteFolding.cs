using Fovea.Formats.Onnx;

namespace Fovea.Formats.Tflite;

/// <summary>Computes operators whose inputs are all constants while a graph is read, by the operators of ONNX: above all the arithmetic of shapes.</summary>
internal static class TfliteFolding
{
    private const long Opset = 13;

    /// <summary>The outputs of an operator; null if the operator is not supported.</summary>
    public static IReadOnlyList<OnnxConstant>? Run(TfliteNode node, IReadOnlyList<OnnxConstant?> inputs)
    {
        var x = inputs.Count > 0 ? inputs[0] : null;
        if (x is null) return null;
        var options = node.Options;
        switch (node.Name)
        {
            case "DEQUANTIZE" or "QUANTIZE":
                return [x];
            case "CAST":
                options.Ignore(0);
                return One("Cast", [x], ("to", IsReal(options.Int(1)) ? OnnxSchema.DataType.Float : OnnxSchema.DataType.Int64));
            case "ADD" or "SUB" or "MUL" or "DIV" or "POW" or "MAXIMUM" or "MINIMUM" when inputs is [_, { } y]:
                options.Ignore(1);
                if (node.Name is "ADD" or "SUB" or "MUL" or "DIV" && options.Byte(0) != 0) return null;
                return One(
                    node.Name switch { "ADD" => "Add", "SUB" => "Sub", "MUL" => "Mul", "DIV" => "Div", "POW" => "Pow", "MAXIMUM" => "Max", _ => "Min" },
                    [x, y]);
            case "NEG" or "FLOOR" or "CEIL" or "SQRT" or "EXP" or "ABS":
                return One(node.Name[..1] + node.Name[1..].ToLowerInvariant(), [x]);
            case "RSQRT":
                return One("Sqrt", [x]) is [var root] ? One("Reciprocal", [root]) : null;
            case "RESHAPE":
                var shape = inputs.Count > 1 && inputs[1] is { } given ? given.Integers : options.Ints(0)?.Select(size => (long)size).ToArray();
                options.Ignore(0);
                return shape is null ? null : One("Reshape", [x, List(shape)]);
            case "TRANSPOSE" when inputs is [_, { } order]:
                return [x.Transposed([.. order.Integers.Select(axis => (int)axis)])];
            case "EXPAND_DIMS" when inputs is [_, { Count: 1 } axis]:
                return One("Unsqueeze", [x, List(axis.Integers)]);
            case "SQUEEZE":
                return options.Ints(0) is { Length: > 0 } gone ? One("Squeeze", [x, List([.. gone.Select(axis => (long)axis)])]) : One("Squeeze", [x]);
            case "SHAPE":
                options.Ignore(0);
                return One("Shape", [x]);
            case "PACK" when options.Int(1) == 0:
                options.Ignore(0);
                return One("Concat", [.. inputs.Select(input => One("Unsqueeze", [input!, List([0])])![0])], ("axis", 0));
            case "CONCATENATION" when options.Byte(1) == 0:
                return One("Concat", [.. inputs.Select(input => input!)], ("axis", options.Int(0)));
            case "GATHER" when inputs is [_, { } positions] && options.Int(1) == 0:
                return One("Gather", [x, positions], ("axis", options.Int(0)));
            case "SLICE" when inputs is [_, { } starts, { } sizes]:
                return One("Slice", [x, starts, List([.. starts.Integers.Zip(sizes.Integers, (start, size) => size == -1 ? long.MaxValue : start + size)])]);
            case "STRIDED_SLICE" when inputs is [_, { } starts, { } ends, { } steps]:
                return Strided(x, starts.Integers, ends.Integers, steps.Integers, options);
            case "RANGE" when inputs is [_, { } limit, { } step]:
                return One("Range", [x, limit, step]);
            case "FILL" when inputs is [_, { Count: 1 } value]:
                return One("Add", [OnnxConstant.Of([1], [0L], ""), value]) is [var number] && One("ConstantOfShape", [x]) is [var zeros]
                    ? One("Add", [value.IsFloat ? zeros : One("Cast", [zeros], ("to", OnnxSchema.DataType.Int64))![0], number])
                    : null;
            case "REDUCE_PROD" or "SUM" or "REDUCE_MIN" or "REDUCE_MAX":
                return One(
                    node.Name switch { "REDUCE_PROD" => "ReduceProd", "SUM" => "ReduceSum", "REDUCE_MIN" => "ReduceMin", _ => "ReduceMax" }, [x],
                    ("keepdims", options.Byte(0)));
            default:
                return null;
        }
    }

    private static bool IsReal(int type) => (TfliteType)type is TfliteType.Float32 or TfliteType.Float16 or TfliteType.BFloat16 or TfliteType.Float64;

    private static OnnxConstant List(long[] numbers) => OnnxConstant.Of([numbers.Length], numbers, "");

    private static IReadOnlyList<OnnxConstant>? One(string type, IReadOnlyList<OnnxConstant> inputs, params ReadOnlySpan<(string Name, int Value)> attributes)
    {
        var named = new Dictionary<string, OnnxAttribute>();
        foreach (var (name, value) in attributes) named[name] = new OnnxAttribute { Integer = value };
        var node = new OnnxNode(type, [.. inputs.Select((_, i) => $"{i}")], [inputs[0].Source]) { Attributes = named };
        return OnnxFolding.Run(new OnnxNodeReader(node), inputs, Opset);
    }

    private static IReadOnlyList<OnnxConstant>? Strided(OnnxConstant x, long[] starts, long[] ends, long[] steps, TfliteOptions options)
    {
        var (beginMask, endMask, dropped) = (options.Int(0), options.Int(1), options.Int(4));
        if (options.Int(2) != 0 || options.Int(3) != 0 || options.Flag(5) || starts.Length != ends.Length || starts.Length != steps.Length) return null;
        var (from, to) = (starts.ToArray(), ends.ToArray());
        for (var axis = 0; axis < from.Length; axis++)
        {
            var isOne = (dropped >> axis & 1) != 0;
            if ((beginMask >> axis & 1) != 0 && !isOne) from[axis] = steps[axis] > 0 ? 0 : long.MaxValue;
            if (isOne) to[axis] = from[axis] == -1 ? long.MaxValue : from[axis] + 1;
            else if ((endMask >> axis & 1) != 0) to[axis] = steps[axis] > 0 ? long.MaxValue : long.MinValue + 1;
        }

        if (One("Slice", [x, List(from), List(to), List([.. Enumerable.Range(0, from.Length).Select(axis => (long)axis)]), List(steps)]) is not [var part])
            return null;
        return dropped == 0
            ? [part]
            : One("Squeeze", [part, List([.. Enumerable.Range(0, from.Length).Where(axis => (dropped >> axis & 1) != 0).Select(axis => (long)axis)])]);
    }
}
