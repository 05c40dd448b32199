namespace Fovea.Formats.Onnx;

/// <summary>Computes operators whose inputs are all constants while a graph is read: above all the arithmetic of shapes.</summary>
internal static partial class OnnxFolding
{
    private const long MaxElements = 1 << 28;
    private const int MaxDimensions = 16;

    /// <summary>The outputs of a node; null if the operator is not supported.</summary>
    public static IReadOnlyList<OnnxConstant>? Run(OnnxNodeReader node, IReadOnlyList<OnnxConstant?> inputs, long opset)
    {
        var name = node.Outputs[0];
        if (node.OpType == "Split") return SplitUp(node, Need(0), position => Given(position)?.Integers, opset);
        OnnxConstant? result = node.OpType switch
        {
            "Constant" => Constant(node, name),
            "Identity" => Need(0),
            "Dropout" => Dropout(node),
            "ConstantOfShape" => Filled(Need(0).Integers, node.Tensor("value"), name),
            "Cast" => Cast(node, Need(0), name),
            "Reshape" => Reshaped(node, Need(0), opset < 5 ? node.Integers("shape")! : Need(1).Integers, opset),
            "Flatten" => Flattened(node, Need(0)),
            "Transpose" => Need(0).Transposed(node.Integers("perm")?.Select(value => (int)value).ToArray()
                ?? [.. Enumerable.Range(0, Need(0).Dimensions.Count).Reverse()]),
            "Squeeze" or "Unsqueeze" => Squeezed(node, Need(0), opset < 13 ? node.Integers("axes") : Given(1)?.Integers),
            "Concat" => Concatenated(node, [.. node.AllInputs().Select((_, i) => Need(i))], opset, name),
            "Gather" => Gathered(node, Need(0), Need(1), name),
            "Slice" => Sliced(node, Need(0), position => Given(position)?.Integers, opset, name),
            "Shape" => Part(node, OnnxConstant.Of([Need(0).Dimensions.Count], [.. Need(0).Dimensions], name)),
            "Size" => OnnxConstant.Of([], [Need(0).Count], name),
            "Expand" => Expanded(Need(0), Need(1).Integers, name),
            "Tile" => Tiled(Need(0), Need(1).Integers, name),
            "Range" => Counting(Need(0), Need(1), Need(2), name),
            "Where" => Where(Need(0), Need(1), Need(2), name),
            "Clip" => Clipped(node, Need(0), opset < 11 ? null : Given(1), opset < 11 ? null : Given(2), opset, name),
            "DequantizeLinear" or "com.microsoft.DequantizeLinear" => Dequantized(node, Need(0), Need(1), Given(2)),
            "ReduceProd" or "ReduceSum" or "ReduceMin" or "ReduceMax" or "ReduceMean" =>
                Reduced(node, Need(0), Axes(node.OpType == "ReduceSum" ? 13 : 18), name),
            "Max" or "Min" or "Sum" or "Mean" => Merged(node.OpType, [.. node.AllInputs().Select((_, i) => Need(i))], name),
            _ when UnaryFunctions.ContainsKey(node.OpType) || node.OpType is "Not" => Unary(node.OpType, Need(0), name),
            _ when IsBinary(node.OpType) => Binary(node, Need(0), Need(1), name),
            _ => null,
        };
        return result is null ? null : [result];

        OnnxConstant? Given(int position) => node.Input(position) is null ? null : inputs[position];

        OnnxConstant Need(int position) => Given(position) ?? throw new InvalidDataException($"its input {position} is missing");

        long[]? Axes(int sinceInput) => opset < sinceInput ? node.Integers("axes") : Given(1)?.Integers;

        OnnxConstant Dropout(OnnxNodeReader dropout)
        {
            dropout.Ignore("ratio", "seed", "is_test", "consumed_inputs");
            _ = dropout.Input(1);
            _ = dropout.Input(2);
            return Need(0);
        }
    }

    /// <summary>The target dimensions of a Reshape: 0 keeps a dimension, −1 is the remaining size.</summary>
    public static long[] Target(long[] wanted, IReadOnlyList<long> dimensions)
    {
        long[] target = [.. wanted.Select((size, i) => size == 0 && i < dimensions.Count ? dimensions[i] : size)];
        var open = Array.IndexOf(target, -1L);
        if (open < 0) return target;
        var known = target.Where((_, i) => i != open).Aggregate(1L, (product, size) => product * size);
        target[open] = known == 0 ? 0 : dimensions.Aggregate(1L, (product, size) => product * size) / known;
        return target;
    }

    /// <summary>The indices of a dimension that a slice selects.</summary>
    public static IEnumerable<long> SliceIndices(long start, long end, long step, long size)
    {
        if (step == 0) throw new InvalidDataException("its step is 0");
        var from = Math.Clamp(start < 0 ? start + size : start, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
        var to = Math.Clamp(end < 0 ? Math.Max(end, -size - 1) + size : end, step > 0 ? 0 : -1, size);
        for (var position = from; step > 0 ? position < to : position > to; position += step) yield return position;
    }

    /// <summary>The starts, ends, axes and steps of a Slice.</summary>
    public static (long[] Starts, long[] Ends, long[] Axes, long[]? Steps) SliceArguments(OnnxNodeReader node, Func<int, long[]?> input, long opset)
    {
        var starts = (opset < 10 ? node.Integers("starts") : input(1)) ?? throw new InvalidDataException("its starts are missing");
        var ends = (opset < 10 ? node.Integers("ends") : input(2)) ?? throw new InvalidDataException("its ends are missing");
        var axes = (opset < 10 ? node.Integers("axes") : input(3)) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = opset < 10 ? null : input(4);
        if (ends.Length != starts.Length || axes.Length != starts.Length || (steps is not null && steps.Length != starts.Length))
            throw new InvalidDataException("its starts, ends, axes and steps have different lengths");
        return (starts, ends, axes, steps);
    }

    /// <summary>A non-negative axis.</summary>
    public static int Axis(long axis, int rank) =>
        (axis < 0 ? axis + rank : axis) is var position && position >= 0 && position < rank
            ? (int)position
            : throw new InvalidDataException($"the axis {axis} is outside the {rank} dimensions");

    /// <summary>The part of a shape between the attributes <c>start</c> and <c>end</c>.</summary>
    public static OnnxConstant Part(OnnxNodeReader node, OnnxConstant shape)
    {
        var rank = (int)shape.Dimensions[0];
        var (start, end) = (node.Integer("start", 0), node.Integer("end", rank));
        var (from, to) = ((int)Math.Clamp(start < 0 ? start + rank : start, 0, rank), (int)Math.Clamp(end < 0 ? end + rank : end, 0, rank));
        return from == 0 && to == rank ? shape : OnnxConstant.Of([Math.Max(0, to - from)], shape.Integers[from..Math.Max(from, to)], shape.Source);
    }

    private static void RequireSmall(long[] dimensions)
    {
        if (dimensions.Length > MaxDimensions || dimensions.Any(size => size < 0)
            || dimensions.Aggregate(1.0, (product, size) => product * size) > MaxElements)
            throw new InvalidDataException($"it computes a constant of the shape ({string.Join(", ", dimensions)}), which is too large");
    }

    private static OnnxConstant? Constant(OnnxNodeReader node, string name)
    {
        if (node.Tensor("value") is { } tensor) return OnnxConstant.Of(tensor).Renamed(tensor.Name.Length > 0 ? tensor.Name : name);
        if (node.Has("value_float")) return OnnxConstant.Of([], [node.Number("value_float", 0)], name);
        if (node.Numbers("value_floats") is { } numbers) return OnnxConstant.Of([numbers.Length], numbers, name);
        if (node.OptionalInteger("value_int") is { } integer) return OnnxConstant.Of([], [integer], name);
        return node.Integers("value_ints") is { } integers ? OnnxConstant.Of([integers.Length], integers, name) : null;
    }

    private static OnnxConstant Filled(long[] dimensions, StoredArray? value, string name)
    {
        RequireSmall(dimensions);
        var filled = value is null ? OnnxConstant.Of([1], [0f], name) : OnnxConstant.Of(value);
        var count = (int)dimensions.Aggregate(1L, (product, size) => product * size);
        return filled.IsFloat
            ? OnnxConstant.Of(dimensions, Enumerable.Repeat(filled.Floats[0], count).ToArray(), name)
            : OnnxConstant.Of(dimensions, Enumerable.Repeat(filled.Integers[0], count).ToArray(), name);
    }

    /// <summary>A cast between floats changes nothing; one to integers truncates; one to bool gives 1 for every value except 0.</summary>
    private static OnnxConstant Cast(OnnxNodeReader node, OnnxConstant x, string name)
    {
        node.Ignore("saturate", "round_mode");
        switch (OnnxTypes.Kind(OnnxTypes.Target(node)))
        {
            case ElementKind.Float:
                return x.IsFloat || x.Integers.Contains(OnnxConstant.Batch) ? x : OnnxConstant.Of(x.Dimensions, x.Floats, name);
            case ElementKind.Truth:
                return OnnxConstant.Of(x.Dimensions, x.IsFloat
                    ? Array.ConvertAll(x.Floats, value => value != 0 ? 1L : 0)
                    : Array.ConvertAll(x.Integers, value => value != 0 ? 1L : 0), name);
            default:
                return x.IsFloat ? OnnxConstant.Of(x.Dimensions, x.Integers, name) : x;
        }
    }

    private static OnnxConstant Reshaped(OnnxNodeReader node, OnnxConstant x, long[] wanted, long opset)
    {
        node.Ignore("consumed_inputs");
        var keepsZero = opset >= 14 && node.Integer("allowzero", 0) != 0;
        var target = keepsZero && wanted.Contains(0) ? wanted : Target(wanted, x.Dimensions);
        return target.Aggregate(1L, (product, size) => product * size) == x.Count
            ? x.Reshaped(target)
            : throw new InvalidDataException($"it reshapes to ({string.Join(", ", wanted)}) from ({string.Join(", ", x.Dimensions)})");
    }

    private static OnnxConstant Flattened(OnnxNodeReader node, OnnxConstant x)
    {
        var axis = (int)node.Integer("axis", 1);
        if (axis < 0) axis += x.Dimensions.Count;
        return x.Reshaped([x.Dimensions.Take(axis).Aggregate(1L, (a, b) => a * b), x.Dimensions.Skip(axis).Aggregate(1L, (a, b) => a * b)]);
    }

    private static OnnxConstant Squeezed(OnnxNodeReader node, OnnxConstant x, long[]? axes)
    {
        if (node.OpType == "Squeeze")
        {
            var gone = axes?.Select(axis => Axis(axis, x.Dimensions.Count)).ToHashSet();
            return x.Reshaped([.. x.Dimensions.Where((size, i) => gone is null ? size != 1 : !gone.Contains(i))]);
        }

        var rank = x.Dimensions.Count + axes!.Length;
        var added = axes.Select(axis => Axis(axis, rank)).ToHashSet();
        if (added.Count != axes.Length) throw new InvalidDataException($"it adds a dimension twice, ({string.Join(", ", axes)})");
        var left = new Queue<long>(x.Dimensions);
        return x.Reshaped([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : left.Dequeue())]);
    }
}
