using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Formats.Onnx;

/// <content>The conversion of each op that predictions use.</content>
internal sealed partial class OnnxExport
{
    private ExportedValue Emit(Node node) => node.Op switch
    {
        Conv2DOp op => Convolution(node, op.Window, op.Groups, [3, 2, 0, 1]),
        DepthwiseConv2DOp op => Depthwise(node, op.Window),
        Conv2DInputGradientOp op => Transposed(node, op),
        MatMulOp op => Product(node, op),
        MaxPool2DOp op => Pooled(node, "MaxPool", op.Window),
        AveragePool2DOp op => Pooled(node, "AveragePool", op.Window),
        PadOp op => Around(node, "Pad", [0, 0, op.Top, op.Left, 0, 0, op.Bottom, op.Right]),
        CropOp op => Around(node, "Pad", [0, 0, -op.Top, -op.Left, 0, 0, -op.Bottom, -op.Right]),
        ResampleOp op => Resampled(node, op),
        ReshapeOp => Reshaped(node),
        TransposeOp op =>
            new(Add("Transpose", NameOf(node), [Plain(node.Inputs[0])], ("perm", Integers([.. op.Permutation.Select(axis => (long)axis)]))), false, 0),
        ConcatenateOp op => Joined(node, op.Axis),
        SliceOp op => Part(node, op.Axis, op.Start, op.Length),
        EmbedOp op => Embedded(node, op),
        GatherRowsOp => LookedUp(node),
        SumOp op => Summed(node, op),
        SoftmaxOp => OverChannels(node, "Softmax"),
        LogSoftmaxOp => OverChannels(node, "LogSoftmax"),
        NormalizeRowsOp op => Normalized(node, op),
        BroadcastOp => new(Add("Expand", NameOf(node), [Plain(node.Inputs[0]), Constant($"{Near(node)}shape", Sizes(node, 1))]), false, 0),
        ReluOp => Unary(node, "Relu"),
        NegateOp => Unary(node, "Neg"),
        ExpOp => Unary(node, "Exp"),
        LogOp => Unary(node, "Log"),
        SqrtOp => Unary(node, "Sqrt"),
        AbsOp => Unary(node, "Abs"),
        SigmoidOp => Unary(node, "Sigmoid"),
        TanhOp => Unary(node, "Tanh"),
        SinOp => Unary(node, "Sin"),
        CosOp => Unary(node, "Cos"),
        FloorOp => Unary(node, "Floor"),
        CeilingOp => Unary(node, "Ceil"),
        RoundOp => Unary(node, "Round"),
        TruncateOp => Unary(node, x => Truncated(node, x)),
        SignOp => Unary(node, "Sign"),
        TanOp => Unary(node, "Tan"),
        AsinOp => Unary(node, "Asin"),
        AcosOp => Unary(node, "Acos"),
        AtanOp => Unary(node, "Atan"),
        SinhOp => Unary(node, "Sinh"),
        CoshOp => Unary(node, "Cosh"),
        AsinhOp => Unary(node, "Asinh"),
        AcoshOp => Unary(node, "Acosh"),
        AtanhOp => Unary(node, "Atanh"),
        SoftplusOp => Unary(node, "Softplus"),
        SquareOp => Unary(node, x => Add("Mul", NameOf(node), [x, x])),
        ExpMinusOneOp => Unary(node, x => Add("Sub", NameOf(node), [Add("Exp", Unique($"{Near(node)}exp"), [x]), Scalar(node, 1)])),
        NormalCdfOp => Unary(node, x => Cdf(node, x)),
        ClipOp op => Unary(node, x => Add("Clip", NameOf(node), [x, Bound(node, op.Low), Bound(node, op.High)])),
        AddOp => Binary(node, "Add"),
        SubtractOp => Binary(node, "Sub"),
        MultiplyOp => Binary(node, "Mul"),
        DivideOp => Binary(node, "Div"),
        PowerOp => Binary(node, "Pow"),
        MaximumOp => Binary(node, "Max"),
        MinimumOp => Binary(node, "Min"),
        MaskOp => Masked(node),
        GreaterOp => Compared(node, "Greater"),
        GreaterOrEqualOp => Compared(node, "GreaterOrEqual"),
        EqualOp => Compared(node, "Equal"),
        _ => throw Refused(node, $"computes {node.Op.Name}"),
    };

    /// <summary>Rows of a table, which is a weight, by indices, which are truncated to integers.</summary>
    private ExportedValue LookedUp(Node node)
    {
        var table = node.Inputs[0];
        var indices = Add("Cast", Unique($"{Near(node)}indices"), [Plain(node.Inputs[1])], ("to", Integer(OnnxSchema.DataType.Int64)));
        return new(Add("Gather", NameOf(node), [Constant(NameOfConstant(table), table.Shape, () => Numbers(table)), indices]), false, 0);
    }

    /// <summary>A bound of a Clip; an infinite one is left out.</summary>
    private string Bound(Node node, float value) => float.IsInfinity(value) ? "" : Scalar(node, value);

    /// <summary>sign(x) floor(|x|), since ONNX has no truncation.</summary>
    private string Truncated(Node node, string x)
    {
        var floor = Add("Floor", Unique($"{Near(node)}floor"), [Add("Abs", Unique($"{Near(node)}abs"), [x])]);
        return Add("Mul", NameOf(node), [Add("Sign", Unique($"{Near(node)}sign"), [x]), floor]);
    }

    private string Scalar(Node node, float value) => Constant($"{Near(node)}number", Shape.Scalar, () => [value]);

    private ExportedValue Pooled(Node node, string type, Window2D window)
    {
        if (type == "AveragePool" && (window.DilationHeight != 1 || window.DilationWidth != 1)) throw Refused(node, "has a dilated average pooling");
        var geometry = Geometry(window);
        return new(Add(type, NameOf(node), [First(node.Inputs[0])], type == "MaxPool" ? [.. geometry, Dilations(window)] : geometry), true, 0);
    }

    private ExportedValue Around(Node node, string type, long[] pads) =>
        new(Add(type, NameOf(node), [First(node.Inputs[0]), Constant($"{Near(node)}pads", pads)]), true, 0);

    /// <summary>
    /// Nearest resizing, and bilinear without antialiasing, are a Resize. By any other rule, each axis is a product with the matrix of its weights.
    /// </summary>
    private ExportedValue Resampled(Node node, ResampleOp op)
    {
        var input = First(node.Inputs[0]);
        if (op.IsTransposed) throw Refused(node, "uses a transposed resampling");
        if (op.Rows.Rule is SamplingRule.Nearest or SamplingRule.Bilinear && op.Rows.Inputs == op.Rows.Target && op.Columns.Inputs == op.Columns.Target)
            return new(input, true, 0);
        var repeats = op.Rows.Rule == SamplingRule.Nearest && op.Columns.Rule == SamplingRule.Nearest && op.Rows.Target % op.Rows.Inputs == 0
            && op.Columns.Target % op.Columns.Inputs == 0;
        if (repeats || (op.Rows is { Rule: SamplingRule.Bilinear, Antialias: false } && op.Columns is { Rule: SamplingRule.Bilinear, Antialias: false }))
        {
            var scales = Constant($"{Near(node)}scales", new Shape(4), () => [1, 1, Scale(op.Rows), Scale(op.Columns)]);
            (string, OnnxAttribute)[] how = repeats
                ? [("mode", new() { Text = "nearest" }), ("coordinate_transformation_mode", new() { Text = "asymmetric" }),
                    ("nearest_mode", new() { Text = "floor" })]
                : [("mode", new() { Text = "linear" }), ("coordinate_transformation_mode", new() { Text = "half_pixel" })];
            return new(Add("Resize", NameOf(node), [input, "", scales], how), true, 0);
        }

        var rows = Constant($"{Near(node)}rows", new Shape(op.Rows.Outputs, op.Rows.Inputs), () => Matrix(op.Rows, false));
        var columns = Constant($"{Near(node)}columns", new Shape(op.Columns.Inputs, op.Columns.Outputs), () => Matrix(op.Columns, true));
        return new(Add("MatMul", NameOf(node), [Add("MatMul", Unique($"{Near(node)}resized_rows"), [rows, input]), columns]), true, 0);
    }

    /// <summary>The scale with which the product, rounded down, is exactly the target length.</summary>
    private static float Scale(AxisSampling axis)
    {
        var scale = (float)axis.Target / axis.Inputs;
        while (MathF.Floor(axis.Inputs * scale) < axis.Target) scale = MathF.BitIncrement(scale);
        return scale;
    }

    private static float[] Matrix(AxisSampling axis, bool transposed)
    {
        var matrix = new float[axis.Outputs * axis.Inputs];
        var taps = axis.Taps();
        for (var output = 0; output < axis.Outputs; output++)
        {
            var (first, weights) = taps[output];
            for (var i = 0; i < weights.Length; i++)
                matrix[transposed ? ((first + i) * axis.Outputs) + output : (output * axis.Inputs) + first + i] += (float)weights[i];
        }

        return matrix;
    }

    /// <summary>The sizes of a shape; one that grows with the batch is <paramref name="batch"/>.</summary>
    private long[] Sizes(Node node, long batch) =>
        [.. Enumerable.Range(0, node.Shape.Rank).Select(axis => node.Shape[axis] == shapesOfTwo[node][axis] ? node.Shape[axis] : batch)];

    private ExportedValue Reshaped(Node node)
    {
        var input = node.Inputs[0];
        var from = values[input];
        var isBatchFirst = node.Shape.Rank > 0 && node.Shape[0] == 1 && shapesOfTwo[node][0] == 2 && input.Shape[0] == 1 && shapesOfTwo[input][0] == 2;
        if (isBatchFirst && from.IsChannelsFirst)
        {
            var (height, width, channels) = (input.Shape[1], input.Shape[2], input.Shape[3]);
            if (node.Shape.Rank == 2)
                return new(
                    Add("Reshape", NameOf(node), [from.Name, Constant($"{Near(node)}shape", 0, (long)height * width * channels)]), false, channels == 1
                    || height * width == 1 ? 0 : channels);
            if (node.Shape.Rank == 4 && height * width == 1 && node.Shape[1] * node.Shape[2] == 1) return from;
        }

        if (isBatchFirst && node.Shape.Rank == 4 && node.Shape[1] * node.Shape[2] == 1 && input.Shape.Rank == 2 && from.FlattenedChannels == 0)
            return new(Add("Reshape", NameOf(node), [from.Name, Constant($"{Near(node)}shape", 0, node.Shape[3], 1, 1)]), true, 0);
        var sizes = Sizes(node, -1);
        if (sizes.Count(size => size == -1) > 1) throw Refused(node, "makes a shape in which the batch occurs twice");
        if (isBatchFirst) sizes[0] = 0;
        return new(Add("Reshape", NameOf(node), [Plain(input), Constant($"{Near(node)}shape", sizes)]), false, 0);
    }

    private ExportedValue Joined(Node node, int axis)
    {
        if (node.Inputs.FirstOrDefault(IsConstant) is not null) throw Refused(node, "joins values with constants");
        var first = node.Inputs.Any(input => values[input].IsChannelsFirst);
        var inputs = node.Inputs.Select(input => first ? First(input) : Plain(input)).ToList();
        return new(Add("Concat", NameOf(node), inputs, ("axis", Integer(Axis(axis, first)))), first, 0);
    }

    private static long Axis(int axis, bool isChannelsFirst) => isChannelsFirst ? Array.IndexOf(ChannelsFirst, axis) : axis;

    private ExportedValue Part(Node node, int axis, int start, int length)
    {
        var input = node.Inputs[0];
        var first = values[input].IsChannelsFirst;
        return new(
            Add("Slice", NameOf(node),
            [first ? First(input) : Plain(input), Constant($"{Near(node)}start", start), Constant($"{Near(node)}end", start + length),
            Constant($"{Near(node)}axis", Axis(axis, first))]), first, 0);
    }

    private ExportedValue Embedded(Node node, EmbedOp op)
    {
        var input = node.Inputs[0];
        var first = values[input].IsChannelsFirst;
        var pads = new long[2 * input.Shape.Rank];
        var axis = Axis(op.Axis, first);
        (pads[axis], pads[axis + input.Shape.Rank]) = (op.Start, op.Size - op.Start - input.Shape[op.Axis]);
        return new(Add("Pad", NameOf(node), [first ? First(input) : Plain(input), Constant($"{Near(node)}pads", pads)]), first, 0);
    }

    private ExportedValue Summed(Node node, SumOp op)
    {
        var input = node.Inputs[0];
        var axes = Enumerable.Range(op.FirstAxis, op.AxisCount).ToArray();

        // The rest of an image has Fovea's order only if the channels, or the rows and columns, are removed.
        var first = values[input].IsChannelsFirst && (axes.Contains(3) || (axes.Contains(1) && axes.Contains(2)));
        return new(
            Add("ReduceSum", NameOf(node), [first ? First(input) : Plain(input), Constant($"{Near(node)}axes", [.. axes.Select(axis => Axis(axis, first))])],
            ("keepdims", Integer(0))), false, 0);
    }

    private ExportedValue OverChannels(Node node, string type)
    {
        var input = node.Inputs[0];
        var first = values[input].IsChannelsFirst;
        return new(Add(type, NameOf(node), [first ? First(input) : Plain(input)], ("axis", Integer(first ? 1 : -1))), first, 0);
    }

    private ExportedValue Normalized(Node node, NormalizeRowsOp op)
    {
        var shape = node.Shape;
        var axis = shape.Rank;
        for (var length = 1; length < op.Length && axis > 0;) length *= shape[--axis];
        if (axis == shape.Rank) axis--;
        var ones = Constant($"{Near(node)}ones", new Shape(shape.Dimensions[axis..]), () => [.. Enumerable.Repeat(1f, op.Length)]);
        return new(
            Add("LayerNormalization", NameOf(node), [Plain(node.Inputs[0]), ones], ("axis", Integer(axis)), ("epsilon", new() { Number = op.Epsilon })), false,
            0);
    }

    private ExportedValue Unary(Node node, string type) => Unary(node, x => Add(type, NameOf(node), [x]));

    private ExportedValue Unary(Node node, Func<string, string> write) => values[node.Inputs[0]] with { Name = write(values[node.Inputs[0]].Name) };

    private string Cdf(Node node, string x)
    {
        var scaled = Add("Mul", Unique($"{Near(node)}scaled"), [x, Scalar(node, MathF.Sqrt(0.5f))]);
        var sum = Add("Add", Unique($"{Near(node)}shifted"), [Add("Erf", Unique($"{Near(node)}erf"), [scaled]), Scalar(node, 1)]);
        return Add("Mul", NameOf(node), [sum, Scalar(node, 0.5f)]);
    }

    private ExportedValue Binary(Node node, string type)
    {
        var (a, b, form) = Operands(node);
        return form with { Name = Add(type, NameOf(node), [a, b]) };
    }

    /// <summary>A comparison, whose truth values become the numbers 1 and 0.</summary>
    private ExportedValue Compared(Node node, string type)
    {
        var (a, b, form) = Operands(node);
        var truth = Add(type, Unique($"{Near(node)}truth"), [a, b]);
        return form with { Name = Add("Cast", NameOf(node), [truth], ("to", Integer(OnnxSchema.DataType.Float))) };
    }

    /// <summary>x if y is above 0, else 0.</summary>
    private ExportedValue Masked(Node node)
    {
        var (a, b, form) = Operands(node);
        var mask = Add("Greater", Unique($"{Near(node)}mask"), [b, Scalar(node, 0)]);
        return form with { Name = Add("Where", NameOf(node), [mask, a, Scalar(node, 0)]) };
    }

    /// <summary>Two operands in the same form: images with their channels first if one of them has this form, and features in a common order.</summary>
    private (string A, string B, ExportedValue Form) Operands(Node node)
    {
        var flowing = node.Inputs.Where(input => !IsConstant(input)).ToList();
        var first = flowing.Exists(input => values[input].IsChannelsFirst) && flowing.TrueForAll(input => input.Shape.Rank == 4);
        var flattened = flowing.TrueForAll(input => values[input].FlattenedChannels == values[flowing[0]].FlattenedChannels && input.Shape == node.Shape)
            ? values[flowing[0]].FlattenedChannels
            : 0;
        return (Operand(node.Inputs[0]), Operand(node.Inputs[1]), new ExportedValue("", first, first ? 0 : flattened));

        string Operand(Node input)
        {
            if (!IsConstant(input)) return first ? First(input) : flattened > 0 ? values[input].Name : Plain(input);
            var shape = input.Shape;
            if (first && shape.Rank > 0)
            {
                var four = new Shape([.. Enumerable.Repeat(1, 4 - shape.Rank), .. shape.Dimensions]);
                return Constant(
                    NameOfConstant(input), new Shape(four[0], four[3], four[1], four[2]), () =>
                    OnnxConstant.Transpose(Numbers(input), [four[0], four[1], four[2], four[3]], ChannelsFirst));
            }

            if (flattened > 0 && shape.Rank > 0 && shape[^1] > 1)
                return Constant(
                    NameOfConstant(input), shape, () =>
                    OnnxConstant.Transpose(Numbers(input), [shape.Count / shape[^1], shape[^1] / flattened, flattened], [0, 2, 1]));
            return Weight(input);
        }
    }

    private string NameOfConstant(Node node) => node.Op is VariableOp variable && variableNames.TryGetValue(variable.Variable, out var given)
        ? given
        : $"{Near(node)}constant";
}
