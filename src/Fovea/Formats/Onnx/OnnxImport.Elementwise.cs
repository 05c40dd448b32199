namespace Fovea.Formats.Onnx;

/// <content>Arithmetic and activations.</content>
internal sealed partial class OnnxImport
{
    private const int MaxConstantElements = 1 << 18;

    private TensorOperand Arithmetic(OnnxNodeReader node)
    {
        if (node.AllInputs().Count != 2) throw Refused(node, $"has {node.Inputs.Count} inputs; expected 2");
        var (left, right) = (values[node.Inputs[0]], SecondOperand(node, values[node.Inputs[1]]));
        if (left is TensorOperand a && right is TensorOperand b) return Combined(node, InStoredUnits(a), InStoredUnits(b));
        var (x, constant) = left is TensorOperand flowing
            ? (InStoredUnits(flowing), ((ConstantOperand)right).Constant)
            : (InStoredUnits((TensorOperand)right), ((ConstantOperand)left).Constant);
        if (node.OpType == "Div" && x.IsWhole) throw Refused(node, "divides integers, which is not supported");
        if ((left is ConstantOperand && node.OpType == "Div") || !Fits(x, constant))
            return WithConstant(
                node, node.OpType switch { "Add" => "add", "Sub" => "subtract", "Mul" => "multiply", _ => "divide" }, x, constant, left is ConstantOperand);
        float[] one = [1], zero = [0];
        return node.OpType switch
        {
            "Add" => Rescaled(node, x, constant, one, null),
            "Mul" => Rescaled(node, x, constant, null, zero),
            "Div" => Rescaled(node, x, Changed(constant, value => 1 / value), null, zero),
            _ when left is ConstantOperand => Rescaled(node, x, constant, [-1], null),
            _ => Rescaled(node, x, Changed(constant, value => -value), one, null),
        };
    }

    /// <summary>The second operand. Before version 7 it is broadcast from an axis on, if an attribute requests it.</summary>
    private OnnxOperand SecondOperand(OnnxNodeReader node, OnnxOperand second)
    {
        if (opset >= 7) return second;
        node.Ignore("consumed_inputs", "broadcast");
        if (second is not ConstantOperand { Constant: var constant } || node.OptionalInteger("axis") is not { } axis) return second;
        var rank = TensorOf(node).Rank;
        var after = rank - OnnxFolding.Axis(axis, rank) - constant.Dimensions.Count;
        if (after < 0) throw Refused(node, $"broadcasts ({string.Join(", ", constant.Dimensions)}) from the axis {axis} on");
        return new ConstantOperand(constant.Reshaped([.. constant.Dimensions, .. Enumerable.Repeat(1L, after)]));
    }

    /// <summary>
    /// Whether a value keeps its shape when it is combined with a constant, and a <see cref="Rescaling"/> can have the constant as its setting: a scalar, one
    /// value for each channel, or few enough values.
    /// </summary>
    private static bool Fits(TensorOperand x, OnnxConstant constant)
    {
        if (constant.Count == 1) return constant.Dimensions.Count <= x.Rank;
        if (constant.Dimensions.Count > x.Rank || Array.Exists(constant.Floats, value => !float.IsFinite(value))) return false;
        long[] sizes = [.. Enumerable.Repeat(1L, x.Rank - constant.Dimensions.Count), .. constant.Dimensions];
        var dimensions = x.Dimensions;
        var varying = Enumerable.Range(0, x.Rank).Where(axis => sizes[axis] > 1).ToList();
        return varying.TrueForAll(axis => sizes[axis] == dimensions[axis])
            && ((varying is [var channels] && x.Order[channels] == x.Rank - 1) || x.Tensor.Shape.Count <= MaxConstantElements);
    }

    /// <summary>A value combined with constants, which become a weight of the layer, by an operation without a simpler layer.</summary>
    private TensorOperand WithConstant(OnnxNodeReader node, string function, TensorOperand x, OnnxConstant constant, bool isFirst)
    {
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        if (x.Order[0] != 0) throw Refused(node, "takes a value whose first dimension is not the batch");
        long[] sizes = [.. Enumerable.Repeat(1L, Math.Max(0, x.Rank - constant.Dimensions.Count)), .. constant.Dimensions];
        if (sizes.Length > x.Rank || sizes[0] != 1)
            throw Refused(node, $"combines {Print(x.Dimensions)} with a constant of the shape {Print(constant.Dimensions)}");
        if (sizes.Zip(x.Dimensions).Skip(1).Any(pair => pair.First != pair.Second && pair.First != 1 && pair.Second != 1))
            throw Refused(node, $"combines {Print(x.Dimensions)} with a constant of the shape {Print(constant.Dimensions)}, which do not fit");
        int[] axes = [.. Enumerable.Range(1, x.Rank - 1).Select(position => x.Order.Index().First(entry => entry.Item == position).Index)];
        var numbers = OnnxConstant.Transpose(constant.Floats, sizes[1..], [.. axes.Select(axis => axis - 1)]);
        var layer = new Combination(function, [.. axes.Select(axis => checked((int)sizes[axis]))], isFirst);
        var output = Add(layer, node, constant, x.Tensor);
        Fill(layer, "constant", constant, numbers);
        return x with { Tensor = output, IsWhole = false };
    }

    private static OnnxConstant Changed(OnnxConstant constant, Func<float, float> change) =>
        OnnxConstant.Of(constant.Dimensions, Array.ConvertAll(constant.Floats, value => change(value)), constant.Source, constant.Stored);

    /// <summary>x · scale + offset, where the constant is the one that is null.</summary>
    private TensorOperand Rescaled(OnnxNodeReader node, TensorOperand x, OnnxConstant constant, float[]? scale, float[]? offset)
    {
        Uses(constant);
        if (constant.Count == 1)
        {
            var only = constant.Floats[0];
            if ((scale is null && only == 1) || (offset is null && scale![0] == 1 && only == 0)) return x;
            return x with { Tensor = Add(new Rescaling(scale ?? [only], offset ?? [only]), node, null, x.Tensor) };
        }

        long[] sizes = [.. Enumerable.Repeat(1L, x.Rank - constant.Dimensions.Count), .. constant.Dimensions];
        var dimensions = x.Dimensions;
        for (var axis = 0; axis < x.Rank; axis++)
        {
            if (sizes[axis] != 1 && sizes[axis] != dimensions[axis])
                throw Refused(node, $"combines {Print(dimensions)} with a constant of the shape {Print(constant.Dimensions)}, which do not fit");
        }

        float[] numbers = constant.Floats;
        if (x.FeatureIndices is { } positions)
        {
            var moved = new float[numbers.Length];
            for (var i = 0; i < numbers.Length; i++) moved[positions[i]] = numbers[i];
            return x with { Tensor = Add(new Rescaling(scale ?? moved, offset ?? moved), node, null, x.Tensor) };
        }

        // One value for each channel, or for each element of a sample.
        var varying = Enumerable.Range(0, x.Rank).Where(axis => sizes[axis] > 1).ToList();
        if (varying is [var channels] && x.Order[channels] == x.Rank - 1)
            return x with { Tensor = Add(new Rescaling(scale ?? numbers, offset ?? numbers), node, null, x.Tensor) };
        var count = x.Tensor.Shape.Count;
        if (count > MaxConstantElements)
            throw Refused(
                node, $"combines {Print(dimensions)} with a constant of the shape {Print(constant.Dimensions)}; a scalar or one value for each channel is "
                + "supported");
        var inOnnxOrder = OnnxConstant.Broadcast(numbers, sizes[1..], dimensions[1..]);
        var inverse = Enumerable.Range(1, x.Rank - 1).Select(position => x.Order.Index().First(entry => entry.Item == position).Index - 1).ToArray();
        var all = OnnxConstant.Transpose(inOnnxOrder, dimensions[1..], inverse);
        var flat = Apply(new Reshape(count), x.Tensor);
        return x with { Tensor = Apply(new Reshape(x.Tensor.Shape.Dimensions), Add(new Rescaling(scale ?? all, offset ?? all), node, null, flat)) };
    }

    private TensorOperand Combined(OnnxNodeReader node, TensorOperand a, TensorOperand b)
    {
        (a, b) = Aligned(a, b);
        Layer layer = node.OpType switch
        {
            "Add" or "Sum" => new Add(),
            "Sub" => new Subtract(),
            "Mul" => new Multiply(),
            "Max" => new Maximum(),
            "Min" => new Minimum(),
            "Mean" => new Average(),
            _ when a.IsWhole && b.IsWhole => throw Refused(node, "divides integers, which is not supported"),
            _ => new Combination("divide"),
        };
        return a with { Tensor = Add(layer, node, null, a.Tensor, b.Tensor) };
    }

    /// <summary>Two values with their dimensions in the same order.</summary>
    private static (TensorOperand A, TensorOperand B) Aligned(TensorOperand a, TensorOperand b)
    {
        if (a.Rank != b.Rank)
            throw new InvalidDataException($"values of the shapes {Print(a.Dimensions)} and {Print(b.Dimensions)} have different numbers of dimensions");
        var same = a.Order.SequenceEqual(b.Order) && a.FlattenedChannels == b.FlattenedChannels;
        return same ? (a, b) : (InOnnxOrder(a), InOnnxOrder(b));
    }

    private TensorOperand Merged(OnnxNodeReader node)
    {
        if (opset < 8) node.Ignore("consumed_inputs");
        var all = node.AllInputs().Select(name => values[name]).ToList();
        var flowing = all.OfType<TensorOperand>().Select(InStoredUnits).ToList();
        for (var i = 1; i < flowing.Count; i++) (flowing[0], flowing[i]) = Aligned(flowing[0], flowing[i]);
        for (var i = 1; i < flowing.Count; i++) (_, flowing[i]) = Aligned(flowing[0], flowing[i]);
        var isMean = node.OpType == "Mean";
        Layer layer = node.OpType switch
        {
            "Sum" or "Mean" when !isMean || all.Count > flowing.Count => new Add(),
            "Mean" => new Average(),
            "Max" => new Maximum(),
            _ => new Minimum(),
        };
        var result = flowing.Count == 1 ? flowing[0] : flowing[0] with { Tensor = Add(layer, node, null, [.. flowing.Select(operand => operand.Tensor)]) };
        foreach (var constant in all.OfType<ConstantOperand>().Select(known => known.Constant))
        {
            result = node.OpType switch
            {
                "Sum" or "Mean" => Fits(result, constant) ? Rescaled(node, result, constant, [1], null) : WithConstant(node, "add", result, constant, false),
                "Max" when constant.Count == 1 && constant.Dimensions.Count <= result.Rank => Clipped(node, result, constant.Floats[0], float.PositiveInfinity),
                "Min" when constant.Count == 1 && constant.Dimensions.Count <= result.Rank => Clipped(node, result, float.NegativeInfinity, constant.Floats[0]),
                "Max" => WithConstant(node, "maximum", result, constant, false),
                _ => WithConstant(node, "minimum", result, constant, false),
            };
        }

        return isMean && all.Count > flowing.Count ? result with { Tensor = Apply(new Rescaling(1f / all.Count), result.Tensor) } : result;
    }

    /// <summary>A comparison, a logical operation or a power of two values, or of a value and constants.</summary>
    private TensorOperand Compared(OnnxNodeReader node)
    {
        var (function, isSwapped) = node.OpType switch
        {
            "Equal" => ("equal", false),
            "Greater" => ("greater", false),
            "GreaterOrEqual" => ("greater_equal", false),
            "Less" => ("greater", true),
            "LessOrEqual" => ("greater_equal", true),
            "And" => ("and", false),
            "Or" => ("or", false),
            "Xor" => ("xor", false),
            _ => ("power", false),
        };
        if (node.AllInputs().Count != 2) throw Refused(node, $"has {node.Inputs.Count} inputs; expected 2");
        var (left, right) = (values[node.Inputs[0]], SecondOperand(node, values[node.Inputs[1]]));
        if (isSwapped) (left, right) = (right, left);
        var result = Paired(node, function, left, right);
        return result with { IsWhole = function != "power" };
    }

    private TensorOperand Paired(OnnxNodeReader node, string function, OnnxOperand left, OnnxOperand right)
    {
        if (right is ConstantOperand { Constant: { Count: 1 } number } && left is TensorOperand x && number.Dimensions.Count <= x.Rank
            && function is "equal" or "greater" or "greater_equal")
            return Compared(node, InStoredUnits(x), function, number.Floats[0]);
        if (left is ConstantOperand { Constant: { Count: 1 } swapped } && right is TensorOperand y && swapped.Dimensions.Count <= y.Rank
            && function is "equal" or "greater" or "greater_equal")
            return Compared(node, InStoredUnits(y), function switch { "greater" => "less", "greater_equal" => "less_equal", _ => function }, swapped.Floats[0]);
        if (right is ConstantOperand { Constant: var second }) return WithConstant(node, function, InStoredUnits((TensorOperand)left), second, false);
        if (left is ConstantOperand { Constant: var first }) return WithConstant(node, function, InStoredUnits((TensorOperand)right), first, true);
        var (a, b) = Aligned(InStoredUnits((TensorOperand)left), InStoredUnits((TensorOperand)right));
        return a with { Tensor = Add(new Combination(function), node, null, a.Tensor, b.Tensor) };
    }

    private TensorOperand Compared(OnnxNodeReader node, TensorOperand x, string function, float number) =>
        x with { Tensor = Add(new Elementwise(function, number), node, null, x.Tensor) };

    /// <summary>a if a condition holds, else b: the sum of both, each masked with zeros.</summary>
    private TensorOperand Selected(OnnxNodeReader node)
    {
        var (condition, a, b) = (values[node.Input(0)!], values[node.Input(1)!], values[node.Input(2)!]);
        if (condition is ConstantOperand { Constant: { Count: 1 } known } && (known.Integers[0] != 0 ? a : b) is TensorOperand chosen) return chosen;
        if (b is ConstantOperand { Constant: { Count: 1 } zero } && zero.Floats[0] == 0 && zero.Dimensions.Count <= 1 && a is TensorOperand)
            return Paired(node, "mask", a, condition) with { IsWhole = false };
        var (kept, others) = (Paired(node, "mask", a, condition), Paired(node, "mask_not", b, condition));
        (kept, others) = Aligned(kept, others);
        return kept with { Tensor = Add(new Add(), node, null, kept.Tensor, others.Tensor), IsWhole = false };
    }

    private TensorOperand Power(OnnxNodeReader node)
    {
        if (opset < 7) node.Ignore("broadcast", "axis");
        if (values[node.Inputs[0]] is not TensorOperand || values[node.Inputs[1]] is not ConstantOperand { Constant: { Count: 1 } constant })
            return Compared(node);
        _ = node.Input(1);
        var x = TensorOf(node);
        return constant.Floats[0] switch
        {
            1 => x,
            2 => x with { Tensor = Add(new Multiply(), node, null, x.Tensor, x.Tensor) },
            0.5f => x with { Tensor = Add(new Elementwise("sqrt"), node, null, x.Tensor) },
            -1 => x with { Tensor = Add(new Elementwise("reciprocal"), node, null, x.Tensor) },
            var exponent => x with { Tensor = Add(new Elementwise("power", exponent), node, null, x.Tensor) },
        };
    }

    private TensorOperand Clipped(OnnxNodeReader node)
    {
        node.Ignore("consumed_inputs");
        var (minimum, maximum) = opset < 11
            ? (node.Number("min", float.NegativeInfinity), node.Number("max", float.PositiveInfinity))
            : (Constant(node, 1)?.Floats[0] ?? float.NegativeInfinity, Constant(node, 2)?.Floats[0] ?? float.PositiveInfinity);
        return Clipped(node, TensorOf(node), minimum, maximum);
    }

    private TensorOperand Clipped(OnnxNodeReader node, TensorOperand x, float minimum, float maximum)
    {
        if (maximum >= float.MaxValue) maximum = float.PositiveInfinity;
        if (minimum <= float.MinValue) minimum = float.NegativeInfinity;
        if (float.IsInfinity(minimum) && float.IsInfinity(maximum)) return x;
        Layer layer = minimum == 0 && maximum >= 0 ? new ReLU(float.IsInfinity(maximum) ? null : maximum) : new Elementwise("clip", minimum, maximum);
        return x with { Tensor = Add(layer, node, null, x.Tensor) };
    }
}
