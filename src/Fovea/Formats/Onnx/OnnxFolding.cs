namespace Fovea.Formats.Onnx;

/// <summary>Operators whose inputs are all known, computed while a graph is read: above all the arithmetic of shapes.</summary>
internal static class OnnxFolding
{
    private const long MostNumbers = 1 << 28;

    /// <summary>The value of a node, or null where it is not one that is computed here.</summary>
    public static OnnxConstant? Run(OnnxNode node, IReadOnlyList<OnnxConstant?> inputs, long opset)
    {
        var x = inputs.Count > 0 ? inputs[0] : null;
        var name = node.Outputs[0];
        switch (node.OpType)
        {
            case "Constant":
                return Constant(node, name);
            case "Identity" or "Dropout":
                return x;
            case "ConstantOfShape":
                var filled = node.Attributes.TryGetValue("value", out var attribute) && attribute.Tensor is { } tensor ? OnnxConstant.Of(tensor) : OnnxConstant.Of([1], [0f], name);
                var dimensions = x!.Integers;
                RequireSmall(dimensions);
                var count = (int)dimensions.Aggregate(1L, (product, size) => product * size);
                return filled.IsFloat ? OnnxConstant.Of(dimensions, Enumerable.Repeat(filled.Floats[0], count).ToArray(), name) : OnnxConstant.Of(dimensions, Enumerable.Repeat(filled.Integers[0], count).ToArray(), name);
            case "Cast":
                return node.Attributes.GetValueOrDefault("to")?.Integer is 1 or 10 or 11 or 16
                    ? x!.IsFloat ? x : x.Integers.Contains(OnnxConstant.Batch) ? x : OnnxConstant.Of(x.Dimensions, x.Floats, name)
                    : x!.IsFloat ? OnnxConstant.Of(x.Dimensions, x.Integers, name) : x;
            case "Reshape":
                return x!.Reshaped(Target(inputs[1]?.Integers ?? [.. node.Attributes["shape"].Integers!], x.Dimensions));
            case "Flatten":
                var axis = (int)(node.Attributes.GetValueOrDefault("axis")?.Integer ?? 1);
                if (axis < 0) axis += x!.Dimensions.Count;
                return x!.Reshaped([x.Dimensions.Take(axis).Aggregate(1L, (a, b) => a * b), x.Dimensions.Skip(axis).Aggregate(1L, (a, b) => a * b)]);
            case "Transpose":
                var order = node.Attributes.GetValueOrDefault("perm")?.Integers?.Select(value => (int)value).ToArray() ?? [.. Enumerable.Range(0, x!.Dimensions.Count).Reverse()];
                return x!.Transposed(order);
            case "Squeeze" or "Unsqueeze":
                return Squeezed(node, x!, inputs.Count > 1 ? inputs[1]?.Integers : node.Attributes.GetValueOrDefault("axes")?.Integers?.ToArray());
            case "Concat":
                return Concatenated(node, [.. inputs.Select(input => input!)], name);
            case "Gather":
                return Gathered(node, x!, inputs[1]!, name);
            case "Slice":
                return Sliced(node, inputs, opset, name);
            case "Shape":
                return OnnxConstant.Of([x!.Dimensions.Count], [.. x.Dimensions], name);
            case "Range":
                var (start, limit, step) = (x!.Integers[0], inputs[1]!.Integers[0], inputs[2]!.Integers[0]);
                if (x.IsFloat || step == 0 || start == OnnxConstant.Batch || limit == OnnxConstant.Batch || (limit - start) / step > 1 << 20) return null;
                var numbers = new List<long>();
                for (var value = start; step > 0 ? value < limit : value > limit; value += step) numbers.Add(value);
                return OnnxConstant.Of([numbers.Count], [.. numbers], name);
            case "Floor" or "Ceil" or "Neg" or "Sqrt" or "Reciprocal" or "Exp" or "Abs":
                return Unary(node.OpType, x!, name);
            case "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Max" or "Min" when inputs.Count == 2:
                return Binary(node.OpType, x!, inputs[1]!, name);
            case "ReduceProd" or "ReduceSum" or "ReduceMin" or "ReduceMax" when x!.Dimensions.Count <= 1 && !x.IsFloat:
                return OnnxConstant.Of(node.Attributes.GetValueOrDefault("keepdims")?.Integer == 0 ? [] : [1], [x.Integers.Aggregate((a, b) => Integer(node.OpType switch { "ReduceProd" => "Mul", "ReduceSum" => "Add", "ReduceMin" => "Min", _ => "Max" }, a, b))], name);
            default:
                return null;
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

    private static void RequireSmall(IEnumerable<long> dimensions)
    {
        if (dimensions.Any(size => size < 0) || dimensions.Aggregate(1.0, (product, size) => product * size) > MostNumbers) throw new InvalidDataException($"a constant of the shape ({string.Join(", ", dimensions)}) is computed");
    }

    private static OnnxConstant? Constant(OnnxNode node, string name)
    {
        foreach (var (key, attribute) in node.Attributes)
        {
            if (key == "value" && attribute.Tensor is { } tensor) return OnnxConstant.Of(tensor).Renamed(tensor.Name.Length > 0 ? tensor.Name : name);
            if (key == "value_float" && attribute.Number is { } number) return OnnxConstant.Of([], [number], name);
            if (key == "value_floats" && attribute.Numbers is { } numbers) return OnnxConstant.Of([numbers.Count], [.. numbers], name);
            if (key == "value_int" && attribute.Integer is { } integer) return OnnxConstant.Of([], [integer], name);
            if (key == "value_ints" && attribute.Integers is { } integers) return OnnxConstant.Of([integers.Count], [.. integers], name);
        }

        return null;
    }

    private static OnnxConstant Squeezed(OnnxNode node, OnnxConstant x, long[]? axes)
    {
        if (node.OpType == "Squeeze")
        {
            var gone = axes?.Select(axis => axis < 0 ? axis + x.Dimensions.Count : axis).ToHashSet();
            return x.Reshaped([.. x.Dimensions.Where((size, i) => gone is null ? size != 1 : !gone.Contains(i))]);
        }

        var rank = x.Dimensions.Count + axes!.Length;
        var added = axes.Select(axis => axis < 0 ? axis + rank : axis).ToHashSet();
        var left = new Queue<long>(x.Dimensions);
        return x.Reshaped([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : left.Dequeue())]);
    }

    private static OnnxConstant? Concatenated(OnnxNode node, OnnxConstant[] inputs, string name)
    {
        var rank = inputs[0].Dimensions.Count;
        var axis = (int)(node.Attributes.GetValueOrDefault("axis")?.Integer ?? 0);
        if (axis < 0) axis += rank;
        if (axis != 0 || inputs.Any(input => input.Dimensions.Count != rank)) return null;
        long[] dimensions = [inputs.Sum(input => input.Dimensions[0]), .. inputs[0].Dimensions.Skip(1)];
        return inputs.All(input => !input.IsFloat)
            ? OnnxConstant.Of(dimensions, inputs.SelectMany(input => input.Integers).ToArray(), name)
            : OnnxConstant.Of(dimensions, inputs.SelectMany(input => input.Floats).ToArray(), name);
    }

    private static OnnxConstant? Gathered(OnnxNode node, OnnxConstant x, OnnxConstant indices, string name)
    {
        var axis = (int)(node.Attributes.GetValueOrDefault("axis")?.Integer ?? 0);
        if (axis < 0) axis += x.Dimensions.Count;
        var size = x.Dimensions[axis];
        long[] places = [.. indices.Integers.Select(index => index < 0 ? index + size : index)];
        if (places.Any(place => place < 0 || place >= size)) throw new InvalidDataException($"'{name}' takes the element {string.Join(", ", indices.Integers)} of {size}");
        var picked = Picked(x, Enumerable.Range(0, x.Dimensions.Count).Select(i => i == axis ? places : [.. Counted(x.Dimensions[i])]), name);
        return picked.Reshaped([.. x.Dimensions.Take(axis), .. indices.Dimensions, .. x.Dimensions.Skip(axis + 1)]);
    }

    private static OnnxConstant Sliced(OnnxNode node, IReadOnlyList<OnnxConstant?> inputs, long opset, string name)
    {
        var x = inputs[0]!;
        var starts = opset < 10 ? [.. node.Attributes["starts"].Integers!] : inputs[1]!.Integers;
        var ends = opset < 10 ? [.. node.Attributes["ends"].Integers!] : inputs[2]!.Integers;
        var axes = (opset < 10 ? node.Attributes.GetValueOrDefault("axes")?.Integers?.ToArray() : inputs.Count > 3 ? inputs[3]?.Integers : null) ?? [.. Counted(starts.Length)];
        var steps = opset >= 10 && inputs.Count > 4 ? inputs[4]?.Integers : null;
        var picked = x.Dimensions.Select(size => Counted(size).ToArray()).ToArray();
        foreach (var (i, given) in axes.Index())
        {
            var axis = given < 0 ? given + x.Dimensions.Count : given;
            var (size, step) = (x.Dimensions[(int)axis], steps?[i] ?? 1);
            if (step == 0) throw new InvalidDataException($"'{name}' goes on by 0");
            var start = Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], step > 0 ? 0 : -1, step > 0 ? size : size - 1);
            var end = Math.Clamp(ends[i] < 0 ? Math.Max(ends[i], -size - 1) + size : ends[i], -1, size);
            if (step > 0) end = Math.Max(end, 0);
            var places = new List<long>();
            for (var place = start; step > 0 ? place < end : place > end; place += step) places.Add(place);
            picked[axis] = [.. places];
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

    private static OnnxConstant? Unary(string op, OnnxConstant x, string name)
    {
        if (!x.IsFloat) return op switch { "Neg" => OnnxConstant.Of(x.Dimensions, Array.ConvertAll(x.Integers, value => value == OnnxConstant.Batch ? value : -value), name), "Floor" or "Ceil" or "Abs" => x, _ => null };
        Func<float, float>? function = op switch
        {
            "Floor" => MathF.Floor,
            "Ceil" => MathF.Ceiling,
            "Neg" => value => -value,
            "Sqrt" => MathF.Sqrt,
            "Reciprocal" => value => 1 / value,
            "Exp" => MathF.Exp,
            "Abs" => MathF.Abs,
            _ => null,
        };
        return function is null ? null : OnnxConstant.Of(x.Dimensions, Array.ConvertAll(x.Floats, value => function(value)), name, x.Stored);
    }

    private static OnnxConstant? Binary(string op, OnnxConstant a, OnnxConstant b, string name)
    {
        var rank = Math.Max(a.Dimensions.Count, b.Dimensions.Count);
        var dimensions = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            var (left, right) = (Size(a, i), Size(b, i));
            if (left != right && left != 1 && right != 1) throw new InvalidDataException($"'{name}' combines ({string.Join(", ", a.Dimensions)}) and ({string.Join(", ", b.Dimensions)})");
            dimensions[i] = left == 1 ? right : left;
        }

        RequireSmall(dimensions);
        var count = (int)dimensions.Aggregate(1L, (product, size) => product * size);
        if (a.IsFloat || b.IsFloat)
        {
            var (x, y) = (a.Floats, b.Floats);
            var result = new float[count];
            for (var i = 0; i < count; i++) result[i] = Float(op, x[Place(a, i)], y[Place(b, i)]);
            return OnnxConstant.Of(dimensions, result, name, (a.Count >= b.Count ? a : b).Stored);
        }
        else
        {
            var (x, y) = (a.Integers, b.Integers);
            var result = new long[count];
            for (var i = 0; i < count; i++) result[i] = Integer(op, x[Place(a, i)], y[Place(b, i)]);
            return OnnxConstant.Of(dimensions, result, name);
        }

        long Size(OnnxConstant constant, int axis) => axis < rank - constant.Dimensions.Count ? 1 : constant.Dimensions[axis - (rank - constant.Dimensions.Count)];

        int Place(OnnxConstant constant, int index)
        {
            var (place, stride) = (0L, 1L);
            long rest = index;
            for (var axis = rank - 1; axis >= 0; axis--)
            {
                var size = Size(constant, axis);
                if (size != 1) place += rest % dimensions[axis] * stride;
                stride *= size;
                rest /= dimensions[axis];
            }

            return (int)place;
        }
    }

    private static float Float(string op, float a, float b) => op switch
    {
        "Add" => a + b,
        "Sub" => a - b,
        "Mul" => a * b,
        "Div" => a / b,
        "Pow" => MathF.Pow(a, b),
        "Max" => Math.Max(a, b),
        _ => Math.Min(a, b),
    };

    private static long Integer(string op, long a, long b)
    {
        // The batch times one, or plus nothing, is the batch; anything else is not known.
        if (a == OnnxConstant.Batch || b == OnnxConstant.Batch)
        {
            var other = a == OnnxConstant.Batch ? b : a;
            return (op, other) is ("Mul", 1) or ("Add", 0) || (a == OnnxConstant.Batch && (op, b) is ("Div", 1) or ("Sub", 0))
                ? OnnxConstant.Batch
                : throw new InvalidDataException("a size is computed from that of the batch");
        }

        return op switch
        {
            "Add" => a + b,
            "Sub" => a - b,
            "Mul" => checked(a * b),
            "Div" => b == 0 ? throw new InvalidDataException("a size is divided by zero") : a / b,
            "Max" => Math.Max(a, b),
            "Min" => Math.Min(a, b),
            _ => (long)Math.Pow(a, b),
        };
    }
}
