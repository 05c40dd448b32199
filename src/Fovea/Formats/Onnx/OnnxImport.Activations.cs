namespace Fovea.Formats.Onnx;

/// <content>Activations and other functions of one value.</content>
internal sealed partial class OnnxImport
{
    /// <summary>Functions without a layer in Keras, with their names in <see cref="Elementwise"/>.</summary>
    private static readonly Dictionary<string, string> Functions = new()
    {
        ["Abs"] = "abs",
        ["Acos"] = "acos",
        ["Acosh"] = "acosh",
        ["Asin"] = "asin",
        ["Asinh"] = "asinh",
        ["Atan"] = "atan",
        ["Atanh"] = "atanh",
        ["Ceil"] = "ceil",
        ["Cos"] = "cos",
        ["Cosh"] = "cosh",
        ["Floor"] = "floor",
        ["Log"] = "log",
        ["Not"] = "not",
        ["Reciprocal"] = "reciprocal",
        ["Round"] = "round",
        ["Sign"] = "sign",
        ["Sin"] = "sin",
        ["Sinh"] = "sinh",
        ["Sqrt"] = "sqrt",
        ["Tan"] = "tan",
    };

    private TensorOperand Activated(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (opset < 6) node.Ignore("consumed_inputs");
        if (node.OpType == "LeakyRelu") return Leaky(node, x, node.Number("alpha", 0.01f), null);
        Layer layer = node.OpType switch
        {
            "Relu" => new ReLU(),
            "Elu" => Elu(node.Number("alpha", 1), ref x),
            "Sigmoid" => new ActivationLayer(Activation.Sigmoid),
            "Tanh" => new ActivationLayer(Activation.Tanh),
            "Softplus" => new ActivationLayer(Activation.Softplus),
            "Softsign" => new ActivationLayer(Activation.Softsign),
            _ when Functions.TryGetValue(node.OpType, out var function) => new Elementwise(function),
            "Exp" => new ActivationLayer(Activation.Exponential),
            "Selu" => Selu(node, ref x),
            "Mish" => new ActivationLayer(Activation.Mish),
            "HardSwish" => new ActivationLayer(Activation.HardSilu),
            "Gelu" =>
                new ActivationLayer(node.Text("approximate", "none") switch
                {
                    "none" => Activation.Gelu,
                    "tanh" => Activation.GeluTanh,
                    var other => throw Refused(node, $"approximates '{other}', which is not known"),
                }),
            "Celu" => Celu(node, ref x),
            "ThresholdedRelu" => Thresholded(node.Number("alpha", 1), ref x),
            "Neg" => new Rescaling(-1),
            "HardSigmoid" => HardSigmoid(node, ref x),
            "Swish" => Swish(node, ref x),
            "Shrink" => Shrunk(node, ref x),
            _ => throw Refused(node, "is not supported"),
        };
        return x with { Tensor = Add(layer, node, null, x.Tensor) };
    }

    /// <summary>x above 0, α x below. LeakyReLU requires α ≥ 0.</summary>
    private TensorOperand Leaky(OnnxNodeReader node, TensorOperand x, float alpha, OnnxConstant? slope)
    {
        if (alpha >= 0) return x with { Tensor = Add(new LeakyReLU(alpha), node, slope, x.Tensor) };
        var below = Apply(new Rescaling(alpha), Apply(new Elementwise("clip", float.NegativeInfinity, 0), x.Tensor));
        return x with { Tensor = Add(new Add(), node, slope, Apply(new ReLU(), x.Tensor), below) };
    }

    /// <summary>x above 0, α (eˣ − 1) below.</summary>
    private static Layer Elu(float alpha, ref TensorOperand x)
    {
        if (alpha >= 0) return new ELU(alpha);
        var below = Apply(new Rescaling(alpha), Apply(new ELU(1), Apply(new Elementwise("clip", float.NegativeInfinity, 0), x.Tensor)));
        x = x with { Tensor = new Add().Call(Apply(new ReLU(), x.Tensor), below) };
        return new ActivationLayer(Activation.Linear);
    }

    /// <summary>x above α, else 0.</summary>
    private static Layer Thresholded(float alpha, ref TensorOperand x)
    {
        if (alpha >= 0) return new ReLU(threshold: alpha);
        x = x with { Tensor = new Combination("mask").Call(x.Tensor, Apply(new Elementwise("greater", alpha), x.Tensor)) };
        return new ActivationLayer(Activation.Linear);
    }

    /// <summary>γ (max(x, 0) + min(α (eˣ − 1), 0)); before version 6 the defaults had fewer digits.</summary>
    private Layer Selu(OnnxNodeReader node, ref TensorOperand x)
    {
        var (alpha, gamma) = (node.Number("alpha", opset < 6 ? 1.6732f : 1.67326319f), node.Number("gamma", opset < 6 ? 1.0507f : 1.05070102f));
        if (MathF.Abs(alpha - 1.67326319f) < 1e-6f && MathF.Abs(gamma - 1.05070102f) < 1e-6f) return new ActivationLayer(Activation.Selu);
        x = x with { Tensor = Apply(Elu(alpha, ref x), x.Tensor) };
        return new Rescaling(gamma);
    }

    /// <summary>max(x, 0) + min(α (e^(x / α) − 1), 0) = α elu(x / α).</summary>
    private static Layer Celu(OnnxNodeReader node, ref TensorOperand x)
    {
        var alpha = node.Number("alpha", 1);
        if (alpha == 1) return new ActivationLayer(Activation.Celu);
        x = x with { Tensor = Apply(new ELU(1), Apply(new Rescaling(1 / alpha), x.Tensor)) };
        return new Rescaling(alpha);
    }

    /// <summary>GELU, if this Erf is a part of x (1 + erf(x / √2)) / 2; else erf(x).</summary>
    private TensorOperand Gelu(OnnxNodeReader erf)
    {
        if (producers.GetValueOrDefault(erf.Input(0) ?? "") is { OpType: "Div" or "Mul" } scaled && OtherConstant(scaled, null) is { } root
            && Math.Abs(root - (scaled.OpType == "Div" ? Math.Sqrt(2) : Math.Sqrt(0.5))) < 1e-4
            && OnlyUser(erf.Node) is { OpType: "Add" } sum && OtherConstant(sum, null) == 1 && OnlyUser(sum) is { OpType: "Mul" } product)
        {
            var of = scaled.Inputs.First(input => values[input] is TensorOperand);
            var partner = product.Inputs[0] == sum.Outputs[0] ? product.Inputs[1] : product.Inputs[0];
            var half = partner == of ? OnlyUser(product) : product;
            var isGelu = partner == of
                ? half is { OpType: "Mul" } && OtherConstant(half, null) == 0.5f
                : producers.GetValueOrDefault(partner) is { OpType: "Mul" } first && first.Inputs.Contains(of) && OtherConstant(first, of) == 0.5f;
            if (isGelu)
            {
                var operand = InStoredUnits((TensorOperand)values[of]);
                var result = operand with { Tensor = Add(new ActivationLayer(Activation.Gelu), erf, null, operand.Tensor) };
                values[half!.Outputs[0]] = result;
                return result;
            }
        }

        var other = TensorOf(erf);
        return other with { Tensor = Add(new Elementwise("erf"), erf, null, other.Tensor) };
    }

    private OnnxNode? OnlyUser(OnnxNode node) => !outputNames.Contains(node.Outputs[0]) && consumers.GetValueOrDefault(node.Outputs[0]) is [var only]
        ? only
        : null;

    /// <summary>The single constant that a node combines with a value; null if there is none.</summary>
    private float? OtherConstant(OnnxNode node, string? value)
    {
        if (node.Inputs.FirstOrDefault(input => input != value && IsConstant(input, 0)) is not { } name) return null;
        Evaluate(name);
        return values[name] is ConstantOperand { Constant: { Count: 1 } constant } ? constant.Floats[0] : null;
    }

    /// <summary>x sigmoid(α x).</summary>
    private static Layer Swish(OnnxNodeReader node, ref TensorOperand x)
    {
        var alpha = node.Number("alpha", 1);
        if (alpha == 1) return new ActivationLayer(Activation.Silu);
        x = x with { Tensor = Apply(new ActivationLayer(Activation.Silu), Apply(new Rescaling(alpha), x.Tensor)) };
        return new Rescaling(1 / alpha);
    }

    /// <summary>x − bias above λ, x + bias below −λ, 0 between.</summary>
    private static ActivationLayer Shrunk(OnnxNodeReader node, ref TensorOperand x)
    {
        var (bias, lambda) = (node.Number("bias", 0), node.Number("lambd", 0.5f));
        var above = new Combination("mask").Call(Apply(new Rescaling(1, -bias), x.Tensor), Apply(new Elementwise("greater", lambda), x.Tensor));
        var below = new Combination("mask").Call(Apply(new Rescaling(1, bias), x.Tensor), Apply(new Elementwise("less", -lambda), x.Tensor));
        x = x with { Tensor = new Add().Call(above, below) };
        return new ActivationLayer(Activation.Linear);
    }

    /// <summary>max(0, min(1, α x + β)), which is Keras' hard_sigmoid for α = 1/6 and β = 1/2.</summary>
    private static Layer HardSigmoid(OnnxNodeReader node, ref TensorOperand x)
    {
        var (alpha, beta) = (node.Number("alpha", 0.2f), node.Number("beta", 0.5f));
        if (MathF.Abs(alpha - (1f / 6)) < 1e-6f && beta == 0.5f) return new ActivationLayer(Activation.HardSigmoid);
        x = x with { Tensor = Apply(new Rescaling(alpha, beta), x.Tensor) };
        return new ReLU(1);
    }

    private TensorOperand ParametricRelu(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        var slope = RequireConstant(node, 1);
        if (opset < 7) node.Ignore("consumed_inputs");
        if (slope.Count == 1)
        {
            Uses(slope);
            return Leaky(node, x, slope.Floats[0], slope);
        }

        // One slope for each channel, the second dimension; before version 7 its shape may be a vector. Other shapes are broadcast as in arithmetic.
        var rank = slope.Dimensions.Count;
        var channels = x.Rank - rank is 1 or 0 ? rank - (x.Rank - 1) : opset < 7 && rank == 1 ? 0 : -1;
        var isEach = x.Rank > 1 && channels >= 0 && slope.Dimensions[channels] == x.Dimensions[1] && slope.Count == x.Dimensions[1] && x.FlattenedChannels == 0;
        if (!isEach)
        {
            if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
            var below = WithConstant(node, "multiply", x with { Tensor = Apply(new Elementwise("clip", float.NegativeInfinity, 0), x.Tensor) }, slope, false);
            return x with { Tensor = new Add().Call(Apply(new ReLU(), x.Tensor), below.Tensor) };
        }

        if (x.Rank == 4) x = AsImage(node, x);
        if (x.Order[1] != x.Rank - 1)
            throw Refused(node, $"has an input of the shape {Print(x.Dimensions)} with one slope for each channel; images and features are supported");
        var layer = new PReLU([.. Enumerable.Range(1, x.Rank - 2)]);
        var output = Add(layer, node, slope, x.Tensor);
        Fill(layer, "alpha", slope, slope.Floats);
        return x with { Tensor = output };
    }

    private TensorOperand DropoutOf(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (node.OpType != "Dropout") return x;
        node.Ignore("seed", "is_test", "consumed_inputs");
        var rate = opset < 12 ? node.Number("ratio", 0.5f) : Constant(node, 1)?.Floats[0] ?? 0.5f;
        if (opset >= 12 && Constant(node, 2)?.Integers is [not 0])
            throw Refused(node, "drops values in prediction too (training_mode), which is not supported");
        return rate is > 0 and < 1 ? x with { Tensor = Add(new Dropout(rate), node, null, x.Tensor) } : x;
    }

    /// <summary>A cast between floats changes nothing, since all are float32 here. A cast to integers truncates, and one to bool gives 1 or 0.</summary>
    private TensorOperand CastTo(OnnxNodeReader node)
    {
        node.Ignore("saturate", "round_mode");
        var x = TensorOf(node);
        return OnnxTypes.Kind(OnnxTypes.Target(node)) switch
        {
            ElementKind.Float => x with { IsWhole = false },
            _ when x.IsWhole => x,
            ElementKind.Truth => x with { Tensor = Add(new Elementwise("not_zero"), node, null, x.Tensor), IsWhole = true },
            _ => x with { Tensor = Add(new Elementwise("truncate"), node, null, x.Tensor), IsWhole = true },
        };
    }

    private TensorOperand SoftmaxOf(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var axis = OnnxFolding.Axis(node.Integer("axis", opset < 13 ? 1 : -1), x.Rank);

        if (axis == 0) throw Refused(node, "is taken over the batch, which is not supported");

        // Before version 13 the dimensions from the axis on are flattened. If only one of them is larger than 1, it is the axis.
        if (opset < 13)
            axis = Enumerable.Range(axis, x.Rank - axis)
                .FirstOrDefault(later => x.Order[later] > 0 && x.Tensor.Shape[x.Order[later] - 1] > 1, axis) is var larger && IsOnly(larger) ? larger : axis;
        var isLast = x.Order[axis] == x.Rank - 1;
        if (opset < 13 && Enumerable.Range(axis, x.Rank - axis).Count(later => x.Order[later] == 0 || x.Tensor.Shape[x.Order[later] - 1] > 1) > 1)
        {
            if (axis != 1) x = InOnnxOrder(x);
            var shape = x.Tensor.Shape;
            var flat = Apply(new Reshape([.. shape.Dimensions[..(axis - 1)], shape[(axis - 1)..].Count]), x.Tensor);
            return x with { Tensor = Apply(new Reshape(shape.Dimensions), Add(SoftmaxLayer(node), node, null, flat)) };
        }

        bool IsOnly(int larger) => Enumerable.Range(larger + 1, x.Rank - larger - 1).All(later => x.Tensor.Shape[x.Order[later] - 1] == 1);

        if (!isLast)
        {
            var others = Enumerable.Range(1, x.Rank - 1).Where(other => other != axis).ToArray();
            x = new TensorOperand(
                Apply(new Permute([.. others.Select(other => x.Order[other]), x.Order[axis]]), x.Tensor), OrderOf(x.Rank, [.. others, axis]));
        }

        return x with { Tensor = Add(SoftmaxLayer(node), node, null, x.Tensor) };
    }

    private static ActivationLayer SoftmaxLayer(OnnxNodeReader node) => new(node.OpType == "Softmax" ? Activation.Softmax : Activation.LogSoftmax);

    /// <summary>The order of dimensions of a value whose dimensions in ONNX are stored in the order listed.</summary>
    private static int[] OrderOf(int rank, IReadOnlyList<int> listed)
    {
        var order = new int[rank];
        foreach (var (position, axis) in listed.Index()) order[axis] = position + 1;
        return order;
    }
}
