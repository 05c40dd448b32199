namespace Fovea.Formats.Onnx;

/// <content>Arithmetic and activations.</content>
internal sealed partial class OnnxImport
{
    private const int MostOwnNumbers = 1 << 18;

    private FlowingOperand Arithmetic(OnnxNodeReader node)
    {
        if (node.AllInputs().Count != 2) throw Refused(node, $"has {node.Inputs.Count} inputs; expected 2");
        var (left, right) = (values[node.Inputs[0]], Placed(node, values[node.Inputs[1]]));
        if (left is FlowingOperand a && right is FlowingOperand b) return Combined(node, a, b);
        var (x, constant) = left is FlowingOperand flowing ? (flowing, ((KnownOperand)right).Constant) : ((FlowingOperand)right, ((KnownOperand)left).Constant);
        if (left is KnownOperand && node.OpType == "Div") throw Refused(node, $"divides the constant '{constant.Source}' by a value of the network, which is not supported");

        // A constant that makes the value larger stays what it is: the value has to be of its shape.
        if (constant.Dimensions.Count > x.Rank) throw Refused(node, $"combines {Print(x.Dimensions)} with a constant of the shape {Print(constant.Dimensions)}");
        float[] one = [1], zero = [0];
        return node.OpType switch
        {
            "Add" => Rescaled(node, x, constant, one, null),
            "Mul" => Rescaled(node, x, constant, null, zero),
            "Div" => Rescaled(node, x, Changed(constant, value => 1 / value), null, zero),
            _ when left is KnownOperand => Rescaled(node, x, constant, [-1], null),
            _ => Rescaled(node, x, Changed(constant, value => -value), one, null),
        };
    }

    /// <summary>Before version 7 the second operand was broadcast only where asked for, and from an axis on.</summary>
    private OnnxOperand Placed(OnnxNodeReader node, OnnxOperand second)
    {
        if (opset >= 7) return second;
        node.Ignore("consumed_inputs", "broadcast");
        if (second is not KnownOperand { Constant: var constant } || node.OptionalInteger("axis") is not { } axis) return second;
        var rank = Flowing(node).Rank;
        var after = rank - OnnxFolding.Axis(axis, rank) - constant.Dimensions.Count;
        if (after < 0) throw Refused(node, $"broadcasts ({string.Join(", ", constant.Dimensions)}) from the axis {axis} on");
        return new KnownOperand(constant.Reshaped([.. constant.Dimensions, .. Enumerable.Repeat(1L, after)]));
    }

    private static OnnxConstant Changed(OnnxConstant constant, Func<float, float> change) =>
        OnnxConstant.Of(constant.Dimensions, Array.ConvertAll(constant.Floats, value => change(value)), constant.Source, constant.Stored);

    /// <summary>x · scale + offset, where one of them is the constant and the other given.</summary>
    private FlowingOperand Rescaled(OnnxNodeReader node, FlowingOperand x, OnnxConstant constant, float[]? scale, float[]? offset)
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
            if (sizes[axis] != 1 && sizes[axis] != dimensions[axis]) throw Refused(node, $"combines {Print(dimensions)} with a constant of the shape {Print(constant.Dimensions)}, which do not fit");
        }

        float[] numbers = constant.Floats;
        if (x.Places is { } places)
        {
            var moved = new float[numbers.Length];
            for (var i = 0; i < numbers.Length; i++) moved[places[i]] = numbers[i];
            return x with { Tensor = Add(new Rescaling(scale ?? moved, offset ?? moved), node, null, x.Tensor) };
        }

        // One number for each channel, or for each place of a sample.
        var varying = Enumerable.Range(0, x.Rank).Where(axis => sizes[axis] > 1).ToList();
        if (varying is [var channels] && x.Order[channels] == x.Rank - 1) return x with { Tensor = Add(new Rescaling(scale ?? numbers, offset ?? numbers), node, null, x.Tensor) };
        var count = x.Tensor.Shape.Count;
        if (count > MostOwnNumbers) throw Refused(node, $"combines {Print(dimensions)} with a constant of the shape {Print(constant.Dimensions)}; one number or one for each channel is supported");
        var inOnnxOrder = Broadcast(numbers, sizes[1..], dimensions[1..]);
        var inverse = Enumerable.Range(1, x.Rank - 1).Select(place => x.Order.Index().First(entry => entry.Item == place).Index - 1).ToArray();
        var all = OnnxConstant.Transpose(inOnnxOrder, dimensions[1..], inverse);
        var flat = Helper(new Reshape(count), x.Tensor);
        return x with { Tensor = Helper(new Reshape(x.Tensor.Shape.Dimensions), Add(new Rescaling(scale ?? all, offset ?? all), node, null, flat)) };
    }

    private static float[] Broadcast(float[] numbers, long[] sizes, long[] dimensions)
    {
        var result = new float[dimensions.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < result.Length; i++)
        {
            var (place, stride) = (0L, 1L);
            long rest = i;
            for (var axis = sizes.Length - 1; axis >= 0; axis--)
            {
                if (sizes[axis] > 1) place += rest % dimensions[axis] * stride;
                stride *= sizes[axis];
                rest /= dimensions[axis];
            }

            result[i] = numbers[place];
        }

        return result;
    }

    private FlowingOperand Combined(OnnxNodeReader node, FlowingOperand a, FlowingOperand b)
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
            _ => throw Refused(node, "divides one value of the network by another, which is not supported"),
        };
        return a with { Tensor = Add(layer, node, null, a.Tensor, b.Tensor) };
    }

    /// <summary>Both with their dimensions in the same order.</summary>
    private static (FlowingOperand A, FlowingOperand B) Aligned(FlowingOperand a, FlowingOperand b)
    {
        if (a.Rank != b.Rank) throw new InvalidDataException($"values of the shapes {Print(a.Dimensions)} and {Print(b.Dimensions)} have different numbers of dimensions");
        var same = a.Order.SequenceEqual(b.Order) && a.FlattenedChannels == b.FlattenedChannels;
        return same ? (a, b) : (InOnnxOrder(a), InOnnxOrder(b));
    }

    private FlowingOperand Merged(OnnxNodeReader node)
    {
        if (opset < 8) node.Ignore("consumed_inputs");
        node.AllInputs();
        if (node.Inputs.Count == 1) return Flowing(node);
        var known = node.Inputs.Where(input => values[input] is KnownOperand).ToList();
        if (known.Count > 0)
        {
            if (node.OpType is not ("Max" or "Min") || node.Inputs.Count != 2 || ((KnownOperand)values[known[0]]).Constant is not { Count: 1 } bound) throw Refused(node, "combines values of the network with constants, which is not supported");
            var flowing = (FlowingOperand)values[node.Inputs[0] == known[0] ? node.Inputs[1] : node.Inputs[0]];
            return node.OpType == "Max" ? Clipped(node, flowing, bound.Floats[0], float.PositiveInfinity) : Clipped(node, flowing, float.NegativeInfinity, bound.Floats[0]);
        }

        var result = Flowing(node);
        if (node.Inputs.Count == 2) return Combined(node, result, Flowing(node, 1));
        var all = node.Inputs.Select((_, i) => Flowing(node, i)).ToList();
        for (var i = 1; i < all.Count; i++) (all[0], all[i]) = Aligned(all[0], all[i]);
        for (var i = 1; i < all.Count; i++) (_, all[i]) = Aligned(all[0], all[i]);
        Layer layer = node.OpType switch { "Sum" => new Add(), "Mean" => new Average(), "Max" => new Maximum(), _ => new Minimum() };
        return all[0] with { Tensor = Add(layer, node, null, [.. all.Select(operand => operand.Tensor)]) };
    }

    private FlowingOperand Power(OnnxNodeReader node)
    {
        var x = Flowing(node);
        if (opset < 7) node.Ignore("broadcast", "axis");
        if (RequireConstant(node, 1) is not { Count: 1 } exponent || exponent.Floats[0] != 2) throw Refused(node, "is a power other than the square, which is not supported");
        return x with { Tensor = Add(new Multiply(), node, null, x.Tensor, x.Tensor) };
    }

    private FlowingOperand Clipped(OnnxNodeReader node)
    {
        node.Ignore("consumed_inputs");
        var (least, most) = opset < 11
            ? (node.Number("min", float.NegativeInfinity), node.Number("max", float.PositiveInfinity))
            : (Constant(node, 1)?.Floats[0] ?? float.NegativeInfinity, Constant(node, 2)?.Floats[0] ?? float.PositiveInfinity);
        return Clipped(node, Flowing(node), least, most);
    }

    private FlowingOperand Clipped(OnnxNodeReader node, FlowingOperand x, float least, float most)
    {
        if (most >= float.MaxValue) most = float.PositiveInfinity;
        if (least <= float.MinValue) least = float.NegativeInfinity;
        if (float.IsInfinity(least) && float.IsInfinity(most)) return x;
        SymbolicTensor tensor;
        if (least == 0)
        {
            tensor = Add(new ReLU(float.IsInfinity(most) ? null : most), node, null, x.Tensor);
        }
        else if (!float.IsInfinity(least))
        {
            tensor = Helper(new Rescaling(1, -least), x.Tensor);
            tensor = Helper(new Rescaling(1, least), Add(new ReLU(float.IsInfinity(most) ? null : most - least), node, null, tensor));
        }
        else
        {
            // most − relu(most − x)
            tensor = Helper(new Rescaling(-1, most), Add(new ReLU(), node, null, Helper(new Rescaling(-1, most), x.Tensor)));
        }

        return x with { Tensor = tensor };
    }

    private FlowingOperand Activated(OnnxNodeReader node)
    {
        var x = Flowing(node);
        if (opset < 6) node.Ignore("consumed_inputs");
        Layer layer = node.OpType switch
        {
            "Relu" => new ReLU(),
            "LeakyRelu" => new LeakyReLU(node.Number("alpha", 0.01f)),
            "Elu" => new ELU(node.Number("alpha", 1)),
            "Sigmoid" => new ActivationLayer(Activation.Sigmoid),
            "Tanh" => new ActivationLayer(Activation.Tanh),
            "Softplus" => new ActivationLayer(Activation.Softplus),
            "Softsign" => new ActivationLayer(Activation.Softsign),
            "Exp" => new ActivationLayer(Activation.Exponential),
            "Selu" => Selu(node, ref x),
            "Mish" => new ActivationLayer(Activation.Mish),
            "HardSwish" => new ActivationLayer(Activation.HardSilu),
            "Gelu" => new ActivationLayer(node.Text("approximate", "none") switch { "none" => Activation.Gelu, "tanh" => Activation.GeluTanh, var other => throw Refused(node, $"approximates '{other}', which is not known") }),
            "Celu" => Celu(node, ref x),
            "ThresholdedRelu" => new ReLU(threshold: node.Number("alpha", 1)),
            "Neg" => new Rescaling(-1),
            "HardSigmoid" => HardSigmoid(node, ref x),
            _ => throw Refused(node, "is not supported"),
        };
        return x with { Tensor = Add(layer, node, null, x.Tensor) };
    }

    /// <summary>γ (max(x, 0) + min(α (eˣ − 1), 0)); before version 6 the defaults had fewer digits.</summary>
    private Layer Selu(OnnxNodeReader node, ref FlowingOperand x)
    {
        var (alpha, gamma) = (node.Number("alpha", opset < 6 ? 1.6732f : 1.67326319f), node.Number("gamma", opset < 6 ? 1.0507f : 1.05070102f));
        if (MathF.Abs(alpha - 1.67326319f) < 1e-6f && MathF.Abs(gamma - 1.05070102f) < 1e-6f) return new ActivationLayer(Activation.Selu);
        x = x with { Tensor = Helper(new ELU(alpha), x.Tensor) };
        return new Rescaling(gamma);
    }

    /// <summary>max(x, 0) + min(α (e^(x / α) − 1), 0) = α elu(x / α).</summary>
    private static Layer Celu(OnnxNodeReader node, ref FlowingOperand x)
    {
        var alpha = node.Number("alpha", 1);
        if (alpha == 1) return new ActivationLayer(Activation.Celu);
        x = x with { Tensor = Helper(new ELU(1), Helper(new Rescaling(1 / alpha), x.Tensor)) };
        return new Rescaling(alpha);
    }

    /// <summary>x (1 + erf(x / √2)) / 2, of which this is the middle, is GELU.</summary>
    private FlowingOperand Gelu(OnnxNodeReader erf)
    {
        if (producers.GetValueOrDefault(erf.Input(0) ?? "") is { OpType: "Div" or "Mul" } scaled && ConstantBeside(scaled, null) is { } root
            && Math.Abs(root - (scaled.OpType == "Div" ? Math.Sqrt(2) : Math.Sqrt(0.5))) < 1e-4
            && OnlyUser(erf.Node) is { OpType: "Add" } sum && ConstantBeside(sum, null) == 1 && OnlyUser(sum) is { OpType: "Mul" } product)
        {
            var x = scaled.Inputs.First(input => values[input] is FlowingOperand);
            var other = product.Inputs[0] == sum.Outputs[0] ? product.Inputs[1] : product.Inputs[0];
            var half = other == x ? OnlyUser(product) : product;
            var isGelu = other == x
                ? half is { OpType: "Mul" } && ConstantBeside(half, null) == 0.5f
                : producers.GetValueOrDefault(other) is { OpType: "Mul" } first && first.Inputs.Contains(x) && ConstantBeside(first, x) == 0.5f;
            if (isGelu)
            {
                var operand = (FlowingOperand)values[x];
                var result = operand with { Tensor = Add(new ActivationLayer(Activation.Gelu), erf, null, operand.Tensor) };
                values[half!.Outputs[0]] = result;
                return result;
            }
        }

        throw Refused(erf, "stands outside of the usual form of GELU, and is not supported");
    }

    private OnnxNode? OnlyUser(OnnxNode node) => !outputNames.Contains(node.Outputs[0]) && consumers.GetValueOrDefault(node.Outputs[0]) is [var only] ? only : null;

    /// <summary>The one number that a node combines with a value; null where it does something else.</summary>
    private float? ConstantBeside(OnnxNode node, string? value)
    {
        if (node.Inputs.FirstOrDefault(input => input != value && IsKnown(input, 0)) is not { } name) return null;
        Evaluate(name);
        return values[name] is KnownOperand { Constant: { Count: 1 } constant } ? constant.Floats[0] : null;
    }

    /// <summary>max(0, min(1, α x + β)); with α = 1/6 and β = 1/2 it has a name.</summary>
    private static Layer HardSigmoid(OnnxNodeReader node, ref FlowingOperand x)
    {
        var (alpha, beta) = (node.Number("alpha", 0.2f), node.Number("beta", 0.5f));
        if (MathF.Abs(alpha - (1f / 6)) < 1e-6f && beta == 0.5f) return new ActivationLayer(Activation.HardSigmoid);
        x = x with { Tensor = Helper(new Rescaling(alpha, beta), x.Tensor) };
        return new ReLU(1);
    }

    private FlowingOperand ParametricRelu(OnnxNodeReader node)
    {
        var x = Flowing(node);
        var slope = RequireConstant(node, 1);
        if (slope.Count == 1)
        {
            Uses(slope);
            return x with { Tensor = Add(new LeakyReLU(slope.Floats[0]), node, slope, x.Tensor) };
        }

        if (x.Rank == 4) x = AsImage(node, x);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        if (slope.Count != x.Tensor.Shape[^1]) throw Refused(node, $"has slopes of the shape {Print(slope.Dimensions)}; one, or one for each channel, is supported");
        var layer = new PReLU([.. Enumerable.Range(1, x.Rank - 2)]);
        var output = Add(layer, node, slope, x.Tensor);
        Fill(layer, "alpha", slope, slope.Floats);
        return x with { Tensor = output };
    }

    private FlowingOperand DropoutOf(OnnxNodeReader node)
    {
        var x = Flowing(node);
        if (node.OpType != "Dropout") return x;
        node.Ignore("seed", "is_test", "consumed_inputs");
        var rate = opset < 12 ? node.Number("ratio", 0.5f) : Constant(node, 1)?.Floats[0] ?? 0.5f;
        if (opset >= 12 && Constant(node, 2)?.Integers is [not 0]) throw Refused(node, "drops values in prediction too (training_mode), which is not supported");
        return rate is > 0 and < 1 ? x with { Tensor = Add(new Dropout(rate), node, null, x.Tensor) } : x;
    }

    /// <summary>Between floats nothing changes here, where all are of 32 bits.</summary>
    private FlowingOperand CastTo(OnnxNodeReader node)
    {
        node.Ignore("saturate", "round_mode");
        return OnnxTypes.Kind(OnnxTypes.Target(node)) == ElementKind.Float ? Flowing(node) : throw Refused(node, "casts a value of the network to whole numbers, which is not supported");
    }

    private FlowingOperand SoftmaxOf(OnnxNodeReader node)
    {
        var x = Flowing(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var axis = (int)node.Integer("axis", opset < 13 ? 1 : -1);
        if (axis < 0) axis += x.Rank;

        // Before version 13 all dimensions from the axis on were one.
        var isLast = x.Order[axis] == x.Rank - 1;
        if (opset < 13 && Enumerable.Range(axis, x.Rank - axis).Count(later => x.Order[later] == 0 || x.Tensor.Shape[x.Order[later] - 1] > 1) > 1)
        {
            if (axis != 1) throw Refused(node, $"is taken over the dimensions of {Print(x.Dimensions)} from {axis} on, which is not supported");
            var shape = x.Tensor.Shape;
            var flat = Helper(new Reshape(shape.Count), x.Tensor);
            return x with { Tensor = Helper(new Reshape(shape.Dimensions), Add(new ActivationLayer(node.OpType == "Softmax" ? Activation.Softmax : Activation.LogSoftmax), node, null, flat)) };
        }

        if (!isLast && opset < 13 && Enumerable.Range(axis, x.Rank - axis).All(later => x.Tensor.Shape[x.Order[later] - 1] == 1)) return x;
        if (!isLast)
        {
            var others = Enumerable.Range(1, x.Rank - 1).Where(other => other != axis).ToArray();
            x = new FlowingOperand(Helper(new Permute([.. others.Select(other => x.Order[other]), x.Order[axis]]), x.Tensor), OrderOf(x.Rank, [.. others, axis]));
        }

        return x with { Tensor = Add(new ActivationLayer(node.OpType == "Softmax" ? Activation.Softmax : Activation.LogSoftmax), node, null, x.Tensor) };
    }

    /// <summary>The order of dimensions where those of ONNX lie one after the other as listed.</summary>
    private static int[] OrderOf(int rank, IReadOnlyList<int> listed)
    {
        var order = new int[rank];
        foreach (var (place, axis) in listed.Index()) order[axis] = place + 1;
        return order;
    }
}
