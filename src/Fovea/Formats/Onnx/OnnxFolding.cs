namespace Fovea.Formats.Onnx;

/// <summary>Operators whose inputs are all known, computed while a graph is read: above all the arithmetic of shapes.</summary>
internal static partial class OnnxFolding
{
    private const long MostNumbers = 1 << 28;
    private const int MostDimensions = 16;

    /// <summary>The outputs of a node, or null where it is not one that is computed here.</summary>
    public static IReadOnlyList<OnnxConstant>? Run(OnnxNodeReader node, IReadOnlyList<OnnxConstant?> inputs, long opset)
    {
        var name = node.Outputs[0];
        if (node.OpType == "Split") return SplitUp(node, Need(0), place => Given(place)?.Integers, opset);
        OnnxConstant? result = node.OpType switch
        {
            "Constant" => Constant(node, name),
            "Identity" => Need(0),
            "Dropout" => Dropout(node),
            "ConstantOfShape" => Filled(Need(0).Integers, node.Tensor("value"), name),
            "Cast" => Cast(node, Need(0), name),
            "Reshape" => Reshaped(node, Need(0), opset < 5 ? node.Integers("shape")! : Need(1).Integers, opset),
            "Flatten" => Flattened(node, Need(0)),
            "Transpose" =>
                Need(0).Transposed(
                node.Integers("perm")?.Select(value => (int)value).ToArray() ?? [.. Enumerable.Range(0, Need(0).Dimensions.Count).Reverse()]),
            "Squeeze" or "Unsqueeze" => Squeezed(node, Need(0), opset < 13 ? node.Integers("axes") : Given(1)?.Integers),
            "Concat" => Concatenated(node, [.. node.AllInputs().Select((_, i) => Need(i))], opset, name),
            "Gather" => Gathered(node, Need(0), Need(1), name),
            "Slice" => Sliced(node, Need(0), place => Given(place)?.Integers, opset, name),
            "Shape" => Part(node, OnnxConstant.Of([Need(0).Dimensions.Count], [.. Need(0).Dimensions], name)),
            "Size" => OnnxConstant.Of([], [Need(0).Count], name),
            "Expand" => Expanded(Need(0), Need(1).Integers, name),
            "Tile" => Tiled(Need(0), Need(1).Integers, name),
            "Range" => Counting(Need(0), Need(1), Need(2), name),
            "Where" => Chosen(Need(0), Need(1), Need(2), name),
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

        OnnxConstant? Given(int place) => node.Input(place) is null ? null : inputs[place];

        OnnxConstant Need(int place) => Given(place) ?? throw new InvalidDataException($"its input {place} is missing");

        long[]? Axes(int sinceInput) => opset < sinceInput ? node.Integers("axes") : Given(1)?.Integers;

        OnnxConstant Dropout(OnnxNodeReader dropout)
        {
            dropout.Ignore("ratio", "seed", "is_test", "consumed_inputs");
            _ = dropout.Input(1);
            _ = dropout.Input(2);
            return Need(0);
        }
    }

    /// <summary>The dimensions that a Reshape asks for: 0 keeps one, −1 takes what is left.</summary>
    public static long[] Target(long[] wanted, IReadOnlyList<long> dimensions)
    {
        long[] target = [.. wanted.Select((size, i) => size == 0 && i < dimensions.Count ? dimensions[i] : size)];
        var open = Array.IndexOf(target, -1L);
        if (open < 0) return target;
        var known = target.Where((_, i) => i != open).Aggregate(1L, (product, size) => product * size);
        target[open] = known == 0 ? 0 : dimensions.Aggregate(1L, (product, size) => product * size) / known;
        return target;
    }

    /// <summary>Which elements of a dimension a slice takes.</summary>
    public static IEnumerable<long> Places(long start, long end, long step, long size)
    {
        if (step == 0) throw new InvalidDataException("it goes on by 0");
        var from = Math.Clamp(start < 0 ? start + size : start, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
        var to = Math.Clamp(end < 0 ? Math.Max(end, -size - 1) + size : end, step > 0 ? 0 : -1, size);
        for (var place = from; step > 0 ? place < to : place > to; place += step) yield return place;
    }

    /// <summary>The starts, ends, axes and steps of a Slice.</summary>
    public static (long[] Starts, long[] Ends, long[] Axes, long[]? Steps) Cuts(OnnxNodeReader node, Func<int, long[]?> input, long opset)
    {
        var starts = (opset < 10 ? node.Integers("starts") : input(1)) ?? throw new InvalidDataException("its starts are missing");
        var ends = (opset < 10 ? node.Integers("ends") : input(2)) ?? throw new InvalidDataException("its ends are missing");
        var axes = (opset < 10 ? node.Integers("axes") : input(3)) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = opset < 10 ? null : input(4);
        if (ends.Length != starts.Length || axes.Length != starts.Length || (steps is not null && steps.Length != starts.Length))
            throw new InvalidDataException("its starts, ends, axes and steps are not equally many");
        return (starts, ends, axes, steps);
    }

    /// <summary>An axis counted from the front.</summary>
    public static int Axis(long axis, int rank) =>
        (axis < 0 ? axis + rank : axis) is var place && place >= 0 && place < rank
            ? (int)place
            : throw new InvalidDataException($"the axis {axis} is none of {rank} dimensions");

    /// <summary>The part of a shape that <c>start</c> and <c>end</c> ask for.</summary>
    public static OnnxConstant Part(OnnxNodeReader node, OnnxConstant shape)
    {
        var rank = (int)shape.Dimensions[0];
        var (start, end) = (node.Integer("start", 0), node.Integer("end", rank));
        var (from, to) = ((int)Math.Clamp(start < 0 ? start + rank : start, 0, rank), (int)Math.Clamp(end < 0 ? end + rank : end, 0, rank));
        return from == 0 && to == rank ? shape : OnnxConstant.Of([Math.Max(0, to - from)], shape.Integers[from..Math.Max(from, to)], shape.Source);
    }

    private static void RequireSmall(long[] dimensions)
    {
        if (dimensions.Length > MostDimensions || dimensions.Any(size => size < 0)
            || dimensions.Aggregate(1.0, (product, size) => product * size) > MostNumbers) throw new InvalidDataException(
            $"a constant of the shape ({string.Join(", ", dimensions)}) is computed");
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

    /// <summary>Between the kinds of floats nothing changes; to whole numbers the fraction goes; to a truth value everything but 0 is 1.</summary>
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
            : throw new InvalidDataException($"it makes ({string.Join(", ", wanted)}) of ({string.Join(", ", x.Dimensions)})");
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
        if (added.Count != axes.Length) throw new InvalidDataException($"it puts two dimensions in one place, ({string.Join(", ", axes)})");
        var left = new Queue<long>(x.Dimensions);
        return x.Reshaped([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : left.Dequeue())]);
    }

    private static OnnxConstant Concatenated(OnnxNodeReader node, OnnxConstant[] inputs, long opset, string name)
    {
        var rank = inputs[0].Dimensions.Count;
        var axis = Axis(ConcatAxis(node, opset), rank);
        if (inputs.Any(input => input.Dimensions.Count != rank || input.Dimensions.Where((size, i) => i != axis && size != inputs[0].Dimensions[i]).Any()))
            throw new InvalidDataException($"it joins {string.Join(" and ", inputs.Select(input => $"({string.Join(", ", input.Dimensions)})"))}");
        long[] dimensions = [.. inputs[0].Dimensions];
        dimensions[axis] = inputs.Sum(input => input.Dimensions[axis]);
        RequireSmall(dimensions);
        var inner = dimensions.Skip(axis + 1).Aggregate(1L, (product, size) => product * size);
        return inputs.All(input => !input.IsFloat)
            ? OnnxConstant.Of(dimensions, Joined([.. inputs.Select(input => (input.Integers, input.Dimensions[axis] * inner))]), name)
            : OnnxConstant.Of(dimensions, Joined([.. inputs.Select(input => (input.Floats, input.Dimensions[axis] * inner))]), name);

        static T[] Joined<T>((T[] Values, long Run)[] parts)
        {
            var result = new List<T>();
            var outer = parts.Max(part => part.Run == 0 ? 0 : part.Values.Length / part.Run);
            for (var o = 0; o < outer; o++)
            {
                foreach (var (values, run) in parts) result.AddRange(values.AsSpan((int)(o * run), (int)run));
            }

            return [.. result];
        }
    }

    /// <summary>The axis of a Concat, which from version 4 on has to be given.</summary>
    public static long ConcatAxis(OnnxNodeReader node, long opset) =>
        node.OptionalInteger("axis") ?? (opset < 4 ? 1 : throw new InvalidDataException("its axis is missing"));

    private static OnnxConstant Gathered(OnnxNodeReader node, OnnxConstant x, OnnxConstant indices, string name)
    {
        var axis = Axis(node.Integer("axis", 0), x.Dimensions.Count);
        var places = Indices(indices, x.Dimensions[axis]);
        var picked = Picked(x, Enumerable.Range(0, x.Dimensions.Count).Select(i => i == axis ? places : [.. Counted(x.Dimensions[i])]), name);
        return picked.Reshaped([.. x.Dimensions.Take(axis), .. indices.Dimensions, .. x.Dimensions.Skip(axis + 1)]);
    }

    /// <summary>Places of a dimension, counted from the front.</summary>
    public static long[] Indices(OnnxConstant indices, long size)
    {
        long[] places = [.. indices.Integers.Select(index => index < 0 ? index + size : index)];
        return places.Any(place => place < 0 || place >= size)
            ? throw new InvalidDataException($"it takes the element {string.Join(", ", indices.Integers.Take(16))} of {size}")
            : places;
    }

    private static OnnxConstant Sliced(OnnxNodeReader node, OnnxConstant x, Func<int, long[]?> input, long opset, string name)
    {
        var (starts, ends, axes, steps) = Cuts(node, input, opset);
        var picked = x.Dimensions.Select(size => Counted(size).ToArray()).ToArray();
        foreach (var (i, given) in axes.Index())
        {
            var axis = Axis(given, x.Dimensions.Count);
            picked[axis] = [.. Places(starts[i], ends[i], steps?[i] ?? 1, x.Dimensions[axis])];
        }

        return Picked(x, picked, name);
    }

    private static IEnumerable<long> Counted(long count) => Enumerable.Range(0, checked((int)count)).Select(i => (long)i);

    /// <summary>Of each dimension the elements that are listed.</summary>
    private static OnnxConstant Picked(OnnxConstant x, IEnumerable<long[]> wanted, string name)
    {
        var lists = wanted.ToArray();
        long[] dimensions = [.. lists.Select(list => (long)list.Length)];
        RequireSmall(dimensions);
        var places = new int[dimensions.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < places.Length; i++)
        {
            var (place, stride) = (0L, 1L);
            long rest = i;
            for (var axis = lists.Length - 1; axis >= 0; axis--)
            {
                place += lists[axis][rest % dimensions[axis]] * stride;
                rest /= dimensions[axis];
                stride *= x.Dimensions[axis];
            }

            places[i] = (int)place;
        }

        if (x.IsFloat)
        {
            var floats = x.Floats;
            return OnnxConstant.Of(dimensions, Array.ConvertAll(places, place => floats[place]), name, x.Stored);
        }

        var integers = x.Integers;
        return OnnxConstant.Of(dimensions, Array.ConvertAll(places, place => integers[place]), name);
    }

    private static OnnxConstant Expanded(OnnxConstant x, long[] shape, string name) => Repeated(x, BroadcastShape(x.Dimensions, shape, name), name);

    private static OnnxConstant Tiled(OnnxConstant x, long[] repeats, string name)
    {
        if (repeats.Length != x.Dimensions.Count || repeats.Any(times => times < 0))
            throw new InvalidDataException($"it repeats ({string.Join(", ", x.Dimensions)}) ({string.Join(", ", repeats)}) times");
        RequireSmall([.. x.Dimensions.Zip(repeats, (size, times) => times == 0 ? 0 : checked(size * times))]);
        return Picked(x, x.Dimensions.Zip(repeats, (size, times) => Enumerable.Range(0, (int)(size * times)).Select(i => i % size).ToArray()), name);
    }

    /// <summary>The same numbers under a larger shape, dimensions of 1 repeated.</summary>
    private static OnnxConstant Repeated(OnnxConstant x, long[] dimensions, string name)
    {
        if (x.Dimensions.SequenceEqual(dimensions)) return x;
        RequireSmall(dimensions);
        var from = x.Reshaped([.. Enumerable.Repeat(1L, dimensions.Length - x.Dimensions.Count), .. x.Dimensions]);
        return Picked(from, dimensions.Select((size, i) => from.Dimensions[i] == size ? [.. Counted(size)] : Enumerable.Repeat(0L, (int)size).ToArray()), name);
    }

    private static OnnxConstant? Counting(OnnxConstant start, OnnxConstant limit, OnnxConstant step, string name)
    {
        var (from, to, by) = (start.Integers[0], limit.Integers[0], step.Integers[0]);
        if (start.IsFloat || by == 0 || from == OnnxConstant.Batch || to == OnnxConstant.Batch || (to - from) / by > 1 << 20) return null;
        var numbers = new List<long>();
        for (var value = from; by > 0 ? value < to : value > to; value += by) numbers.Add(value);
        return OnnxConstant.Of([numbers.Count], [.. numbers], name);
    }

    private static List<OnnxConstant> SplitUp(OnnxNodeReader node, OnnxConstant x, Func<int, long[]?> input, long opset)
    {
        var axis = Axis(node.Integer("axis", 0), x.Dimensions.Count);
        var (start, result) = (0L, new List<OnnxConstant>());
        foreach (var (part, output) in Parts(node, x.Dimensions[axis], input, opset).Zip(node.Outputs))
        {
            result.Add(
                Picked(x, x.Dimensions.Select((size, i) => i == axis ? [.. Counted(part).Select(place => place + start)] : Counted(size).ToArray()), output));
            start += part;
        }

        return result;
    }

    /// <summary>The lengths of the parts of a Split: those that are given, or equal ones, of which the last may be shorter since version 18.</summary>
    public static long[] Parts(OnnxNodeReader node, long size, Func<int, long[]?> input, long opset)
    {
        var parts = opset is >= 2 and < 13 ? node.Integers("split") : node.OpType == "Split" && opset < 2 ? node.Integers("split") ?? input(1) : input(1);
        var count = node.Outputs.Count;
        if (opset >= 18 && node.OptionalInteger("num_outputs") is { } asked && asked != count)
            throw new InvalidDataException($"it has {count} outputs and num_outputs = {asked}");
        var each = (size + count - 1) / count;
        if (parts is null && size % count != 0 && opset < 18) throw new InvalidDataException($"it splits {size} into {count} equal parts");
        parts ??= [.. Enumerable.Range(0, count).Select(i => Math.Min(each, size - (i * each)))];
        if (parts.Length != count || parts.Sum() != size || parts.Any(part => part < 0))
            throw new InvalidDataException($"it splits {size} into {string.Join(" + ", parts)} for {count} outputs");
        return parts;
    }
}
