namespace Fovea.Formats.Onnx;

/// <content>Arithmetic of constants, with NumPy's broadcasting.</content>
internal static partial class OnnxFolding
{
    /// <summary>Functions of one value.</summary>
    public static readonly IReadOnlyDictionary<string, Func<double, double>> UnaryFunctions = new Dictionary<string, Func<double, double>>
    {
        ["Abs"] = Math.Abs,
        ["Acos"] = Math.Acos,
        ["Acosh"] = Math.Acosh,
        ["Asin"] = Math.Asin,
        ["Asinh"] = Math.Asinh,
        ["Atan"] = Math.Atan,
        ["Atanh"] = Math.Atanh,
        ["Ceil"] = Math.Ceiling,
        ["Cos"] = Math.Cos,
        ["Cosh"] = Math.Cosh,
        ["Erf"] = x => (2 * new Fovea.Engine.Ops.NormalCdfOp().Evaluate(x * Math.Sqrt(2))) - 1,
        ["Exp"] = Math.Exp,
        ["Floor"] = Math.Floor,
        ["IsNaN"] = x => double.IsNaN(x) ? 1 : 0,
        ["Log"] = Math.Log,
        ["Neg"] = x => -x,
        ["Reciprocal"] = x => 1 / x,
        ["Relu"] = x => x > 0 || double.IsNaN(x) ? x : 0,
        ["Round"] = x => Math.Round(x, MidpointRounding.ToEven),
        ["Sigmoid"] = x => 1 / (1 + Math.Exp(-x)),
        ["Sign"] = x => x > 0 ? 1 : x < 0 ? -1 : x,
        ["Sin"] = Math.Sin,
        ["Sinh"] = Math.Sinh,
        ["Softplus"] = x => new Fovea.Engine.Ops.SoftplusOp().Evaluate(x),
        ["Softsign"] = x => x / (1 + Math.Abs(x)),
        ["Sqrt"] = Math.Sqrt,
        ["Tan"] = Math.Tan,
        ["Tanh"] = Math.Tanh,
    };

    private static bool IsBinary(string type) =>
        type is "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Mod" or "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "And"
            or "Or" or "Xor";

    private static OnnxConstant? Unary(string type, OnnxConstant x, string name)
    {
        if (type == "Not") return OnnxConstant.Of(x.Dimensions, Array.ConvertAll(x.Integers, value => value == 0 ? 1L : 0), name);
        if (!x.IsFloat)
        {
            return type switch
            {
                "Neg" => OnnxConstant.Of(x.Dimensions, Array.ConvertAll(x.Integers, value => value == OnnxConstant.Batch ? throw OfBatch() : -value), name),
                "Abs" => OnnxConstant.Of(x.Dimensions, Array.ConvertAll(x.Integers, value => value == OnnxConstant.Batch ? value : Math.Abs(value)), name),
                "Sign" => OnnxConstant.Of(x.Dimensions, Array.ConvertAll(x.Integers, value => value == OnnxConstant.Batch ? 1L : Math.Sign(value)), name),
                "Relu" => OnnxConstant.Of(x.Dimensions, Array.ConvertAll(x.Integers, value => value == OnnxConstant.Batch ? value : Math.Max(0, value)), name),
                _ => null,
            };
        }

        var function = UnaryFunctions[type];
        var numbers = Array.ConvertAll(x.Floats, value => (float)function(value));
        return type == "IsNaN"
            ? OnnxConstant.Of(x.Dimensions, Array.ConvertAll(numbers, value => (long)value), name)
            : OnnxConstant.Of(x.Dimensions, numbers, name, x.Stored);
    }

    private static OnnxConstant? Binary(OnnxNodeReader node, OnnxConstant a, OnnxConstant b, string name)
    {
        var type = node.OpType;
        if (type == "Mod" && node.Integer("fmod", 0) != 0) type = "Fmod";
        var compares = type is "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "And" or "Or" or "Xor";
        var dimensions = BroadcastShape(a.Dimensions, b.Dimensions, name);
        var (left, right) = (Repeated(a, dimensions, name), Repeated(b, dimensions, name));
        if (a.IsFloat || b.IsFloat)
        {
            var (x, y) = (left.Floats, right.Floats);
            var numbers = new float[x.Length];
            for (var i = 0; i < x.Length; i++) numbers[i] = Float(type, x[i], y[i]);
            return compares
                ? OnnxConstant.Of(dimensions, Array.ConvertAll(numbers, value => (long)value), name)
                : OnnxConstant.Of(dimensions, numbers, name, (a.Count >= b.Count ? a : b).Stored);
        }

        return OnnxConstant.Of(dimensions, [.. left.Integers.Zip(right.Integers, (x, y) => Integer(type, x, y))], name);
    }

    private static OnnxConstant Merged(string type, OnnxConstant[] inputs, string name)
    {
        var dimensions = inputs.Aggregate((IReadOnlyList<long>)[], (shape, input) => BroadcastShape(shape, input.Dimensions, name));
        var all = Array.ConvertAll(inputs, input => Repeated(input, [.. dimensions], name));
        var operation = type switch { "Sum" or "Mean" => "Add", _ => type };
        if (!inputs.Any(input => input.IsFloat) && type != "Mean")
            return OnnxConstant.Of(
                dimensions, all.Select(input => input.Integers).Aggregate((x, y) => [.. x.Zip(y, (a, b) => Integer(operation, a, b))]), name);
        var numbers = all.Select(input => input.Floats).Aggregate((x, y) => [.. x.Zip(y, (a, b) => Float(operation, a, b))]);
        return OnnxConstant.Of(dimensions, type == "Mean" ? Array.ConvertAll(numbers, value => value / inputs.Length) : numbers, name);
    }

    private static OnnxConstant Where(OnnxConstant condition, OnnxConstant a, OnnxConstant b, string name)
    {
        var dimensions = BroadcastShape(BroadcastShape(condition.Dimensions, a.Dimensions, name), b.Dimensions, name);
        var (chosen, left, right) = (Repeated(condition, dimensions, name).Integers, Repeated(a, dimensions, name), Repeated(b, dimensions, name));
        if (!a.IsFloat && !b.IsFloat)
        {
            var (x, y) = (left.Integers, right.Integers);
            return OnnxConstant.Of(dimensions, [.. chosen.Select((value, i) => value != 0 ? x[i] : y[i])], name);
        }

        var (u, v) = (left.Floats, right.Floats);
        return OnnxConstant.Of(dimensions, [.. chosen.Select((value, i) => value != 0 ? u[i] : v[i])], name);
    }

    private static OnnxConstant Clipped(OnnxNodeReader node, OnnxConstant x, OnnxConstant? minimum, OnnxConstant? maximum, long opset, string name)
    {
        node.Ignore("consumed_inputs");
        var (low, high) = opset < 11
            ? (node.Number("min", float.NegativeInfinity), node.Number("max", float.PositiveInfinity))
            : (minimum?.Floats[0] ?? float.NegativeInfinity, maximum?.Floats[0] ?? float.PositiveInfinity);
        var numbers = Array.ConvertAll(x.Floats, value => MathF.Min(MathF.Max(value, low), high));
        return x.IsFloat ? OnnxConstant.Of(x.Dimensions, numbers, name) : OnnxConstant.Of(x.Dimensions, Array.ConvertAll(numbers, value => (long)value), name);
    }

    private static OnnxConstant Reduced(OnnxNodeReader node, OnnxConstant x, long[]? axes, string name)
    {
        var rank = x.Dimensions.Count;
        var (keeps, keepsAll) = (node.Integer("keepdims", 1) != 0, node.Integer("noop_with_empty_axes", 0) != 0);
        if (axes is null or [] && keepsAll) return x;
        var gone = axes is null or [] ? [.. Enumerable.Range(0, rank)] : axes.Select(axis => Axis(axis, rank)).ToHashSet();
        int[] order = [.. Enumerable.Range(0, rank).Where(axis => !gone.Contains(axis)), .. gone.Order()];
        long[] left = [.. x.Dimensions.Where((_, axis) => !gone.Contains(axis))];
        long[] dimensions = keeps ? [.. x.Dimensions.Select((size, axis) => gone.Contains(axis) ? 1 : size)] : left;
        var count = (int)left.Aggregate(1L, (product, size) => product * size);
        var grouped = x.Transposed(order);
        var operation = node.OpType switch { "ReduceProd" => "Mul", "ReduceMin" => "Min", "ReduceMax" => "Max", _ => "Add" };
        var each = count == 0 ? 0 : (int)(x.Count / count);
        if (each == 0) throw new InvalidDataException("it reduces nothing");
        if (!x.IsFloat && node.OpType != "ReduceMean")
            return OnnxConstant.Of(dimensions, [.. grouped.Integers.Chunk(each).Select(part => part.Aggregate((a, b) => Integer(operation, a, b)))], name);
        return OnnxConstant.Of(
            dimensions,
            [.. grouped.Floats.Chunk(each).Select(part => part.Aggregate((a, b) => Float(operation, a, b)) / (node.OpType == "ReduceMean" ? each : 1))], name);
    }

    private static long[] BroadcastShape(IReadOnlyList<long> a, IReadOnlyList<long> b, string name)
    {
        var rank = Math.Max(a.Count, b.Count);
        var dimensions = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            var (left, right) = (Size(a, i), Size(b, i));
            if (left != right && left != 1 && right != 1)
                throw new InvalidDataException($"'{name}' combines ({string.Join(", ", a)}) and ({string.Join(", ", b)})");
            dimensions[i] = left == 1 ? right : left;
        }

        RequireSmall(dimensions);
        return dimensions;

        long Size(IReadOnlyList<long> shape, int axis) => axis < rank - shape.Count ? 1 : shape[axis - (rank - shape.Count)];
    }

    private static float Float(string type, float a, float b) => type switch
    {
        "Add" => a + b,
        "Sub" => a - b,
        "Mul" => a * b,
        "Div" => a / b,
        "Pow" => MathF.Pow(a, b),
        "Max" => MathF.Max(a, b),
        "Min" => MathF.Min(a, b),
        "Fmod" => a % b,
        "Equal" => a == b ? 1 : 0,
        "Greater" => a > b ? 1 : 0,
        "GreaterOrEqual" => a >= b ? 1 : 0,
        "Less" => a < b ? 1 : 0,
        "LessOrEqual" => a <= b ? 1 : 0,
        _ => throw new InvalidDataException($"{type} of floats is not supported"),
    };

    private static InvalidDataException OfBatch() => new("a size is computed from that of the batch");

    private static long Integer(string type, long a, long b)
    {
        // The batch times 1, or plus 0, is the batch. In a comparison it is known not to be negative. Any other result is unknown.
        if (a == OnnxConstant.Batch || b == OnnxConstant.Batch)
        {
            var other = a == OnnxConstant.Batch ? b : a;
            if (type == "Equal" && other < 0) return other == OnnxConstant.Batch ? 1 : 0;
            if (type is "Max" && other == OnnxConstant.Batch) return a;
            return (type, other) is ("Mul", 1) or ("Add", 0) or ("Max", 1 or 0) || (a == OnnxConstant.Batch && (type, b) is ("Div", 1) or ("Sub", 0))
                ? OnnxConstant.Batch
                : throw OfBatch();
        }

        return type switch
        {
            "Add" => checked(a + b),
            "Sub" => checked(a - b),
            "Mul" => checked(a * b),
            "Div" => b == 0 ? throw new InvalidDataException("a size is divided by zero") : a / b,
            "Mod" => b == 0 ? throw new InvalidDataException("a size is divided by zero") : ((a % b) + b) % b,
            "Fmod" => b == 0 ? throw new InvalidDataException("a size is divided by zero") : a % b,
            "Max" => Math.Max(a, b),
            "Min" => Math.Min(a, b),
            "Pow" => (long)Math.Pow(a, b),
            "Equal" => a == b ? 1 : 0,
            "Greater" => a > b ? 1 : 0,
            "GreaterOrEqual" => a >= b ? 1 : 0,
            "Less" => a < b ? 1 : 0,
            "LessOrEqual" => a <= b ? 1 : 0,
            "And" => a != 0 && b != 0 ? 1 : 0,
            "Or" => a != 0 || b != 0 ? 1 : 0,
            "Xor" => (a != 0) != (b != 0) ? 1 : 0,
            _ => throw new InvalidDataException($"{type} of whole numbers is not supported"),
        };
    }
}
