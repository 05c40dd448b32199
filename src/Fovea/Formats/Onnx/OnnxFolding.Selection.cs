namespace Fovea.Formats.Onnx;

/// <content>Joining, selecting and repeating elements of constants.</content>
internal static partial class OnnxFolding
{
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

    /// <summary>The axis of a Concat, which is required since version 4.</summary>
    public static long ConcatAxis(OnnxNodeReader node, long opset) =>
        node.OptionalInteger("axis") ?? (opset < 4 ? 1 : throw new InvalidDataException("its axis is missing"));

    private static OnnxConstant Gathered(OnnxNodeReader node, OnnxConstant x, OnnxConstant indices, string name)
    {
        var axis = Axis(node.Integer("axis", 0), x.Dimensions.Count);
        var positions = Indices(indices, x.Dimensions[axis]);
        var selected = Select(x, Enumerable.Range(0, x.Dimensions.Count).Select(i => i == axis ? positions : [.. Counted(x.Dimensions[i])]), name);
        return selected.Reshaped([.. x.Dimensions.Take(axis), .. indices.Dimensions, .. x.Dimensions.Skip(axis + 1)]);
    }

    /// <summary>Non-negative indices of a dimension.</summary>
    public static long[] Indices(OnnxConstant indices, long size)
    {
        long[] positions = [.. indices.Integers.Select(index => index < 0 ? index + size : index)];
        return positions.Any(position => position < 0 || position >= size)
            ? throw new InvalidDataException($"it takes the element {string.Join(", ", indices.Integers.Take(16))} of {size}")
            : positions;
    }

    private static OnnxConstant Sliced(OnnxNodeReader node, OnnxConstant x, Func<int, long[]?> input, long opset, string name)
    {
        var (starts, ends, axes, steps) = SliceArguments(node, input, opset);
        var selected = x.Dimensions.Select(size => Counted(size).ToArray()).ToArray();
        foreach (var (i, given) in axes.Index())
        {
            var axis = Axis(given, x.Dimensions.Count);
            selected[axis] = [.. SliceIndices(starts[i], ends[i], steps?[i] ?? 1, x.Dimensions[axis])];
        }

        return Select(x, selected, name);
    }

    private static IEnumerable<long> Counted(long count) => Enumerable.Range(0, checked((int)count)).Select(i => (long)i);

    /// <summary>The elements at the listed indices of each dimension.</summary>
    private static OnnxConstant Select(OnnxConstant x, IEnumerable<long[]> wanted, string name)
    {
        var lists = wanted.ToArray();
        long[] dimensions = [.. lists.Select(list => (long)list.Length)];
        RequireSmall(dimensions);
        var count = (int)dimensions.Aggregate(1L, (product, size) => product * size);
        if (count == 0 && x.IsFloat) return OnnxConstant.Of(dimensions, Array.Empty<float>(), name, x.Stored);
        if (count == 0) return OnnxConstant.Of(dimensions, Array.Empty<long>(), name);
        var strides = OffsetWalk.RowMajor([.. x.Dimensions.Select(size => checked((int)size))]);
        var walk = new OffsetWalk([.. lists.Zip(strides, (indices, stride) => Array.ConvertAll(indices, index => checked((int)index * stride)))]);
        return x.IsFloat
            ? OnnxConstant.Of(dimensions, OnnxConstant.Gather(x.Floats, walk, count), name, x.Stored)
            : OnnxConstant.Of(dimensions, OnnxConstant.Gather(x.Integers, walk, count), name);
    }

    private static OnnxConstant Expanded(OnnxConstant x, long[] shape, string name) => Repeated(x, BroadcastShape(x.Dimensions, shape, name), name);

    private static OnnxConstant Tiled(OnnxConstant x, long[] repeats, string name)
    {
        if (repeats.Length != x.Dimensions.Count || repeats.Any(times => times < 0))
            throw new InvalidDataException($"it repeats ({string.Join(", ", x.Dimensions)}) ({string.Join(", ", repeats)}) times");
        RequireSmall([.. x.Dimensions.Zip(repeats, (size, times) => times == 0 ? 0 : checked(size * times))]);
        return Select(x, x.Dimensions.Zip(repeats, (size, times) => Enumerable.Range(0, (int)(size * times)).Select(i => i % size).ToArray()), name);
    }

    /// <summary>A constant broadcast to a larger shape.</summary>
    private static OnnxConstant Repeated(OnnxConstant x, long[] dimensions, string name)
    {
        if (x.Dimensions.SequenceEqual(dimensions)) return x;
        RequireSmall(dimensions);
        var from = x.Reshaped([.. Enumerable.Repeat(1L, dimensions.Length - x.Dimensions.Count), .. x.Dimensions]);
        return Select(from, dimensions.Select((size, i) => from.Dimensions[i] == size ? [.. Counted(size)] : Enumerable.Repeat(0L, (int)size).ToArray()), name);
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
                Select(x, x.Dimensions.Select((size, i) => i == axis ? [.. Counted(part).Select(index => index + start)] : Counted(size).ToArray()), output));
            start += part;
        }

        return result;
    }

    /// <summary>The lengths of the parts of a Split: those given, or equal ones; since version 18 the last may be shorter.</summary>
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
