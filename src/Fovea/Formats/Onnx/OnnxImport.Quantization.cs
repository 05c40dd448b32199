namespace Fovea.Formats.Onnx;

/// <content>
/// Quantized networks. They are read as networks of 32-bit floats: weights are dequantized, and values are not rounded. The range to which a QuantizeLinear or
/// a QLinear operator clips is kept, since networks rely on it: a relu6 is often only the range of the quantized values after it.
/// </content>
internal sealed partial class OnnxImport
{
    /// <summary>The output of an operator on quantized values; null for any other operator.</summary>
    private TensorOperand? Quantized(OnnxNodeReader node) => node.OpType switch
    {
        "QuantizeLinear" or "com.microsoft.QuantizeLinear" => Rounded(node),
        "DequantizeLinear" or "com.microsoft.DequantizeLinear" => Dequantized(node),
        "DynamicQuantizeLinear" => DynamicallyRounded(node),
        "QLinearConv" or "com.microsoft.QLinearConv" => QuantizedConvolution(node),
        "QLinearMatMul" => QuantizedProduct(node),
        "ConvInteger" => Convolve(node, Shifted(node, 0, 2), OnnxFolding.Dequantized(RequireConstant(node, 1), One, Constant(node, 3), 0), null),
        "MatMulInteger" => Multiplied(node, Shifted(node, 0, 2), OnnxFolding.Dequantized(RequireConstant(node, 1), One, Constant(node, 3), 1), null),
        "com.microsoft.MatMulIntegerToFloat" => Multiplied(
            node, Scaled(Shifted(node, 0, 4), RequireConstant(node, 2)),
            OnnxFolding.Dequantized(RequireConstant(node, 1), RequireConstant(node, 3), Constant(node, 5), 1), Constant(node, 6)),
        "com.microsoft.DynamicQuantizeMatMul" => Multiplied(
            node, TensorOf(node), OnnxFolding.Dequantized(RequireConstant(node, 1), RequireConstant(node, 2), Constant(node, 3), 1), Constant(node, 4)),
        "com.microsoft.QGemm" => QuantizedGemm(node),
        "com.microsoft.QLinearAdd" or "com.microsoft.QLinearMul" => QuantizedArithmetic(node),
        "com.microsoft.QLinearGlobalAveragePool" => Clamped(node, GloballyPooled(Last(node), Real(node, 0), isMaximum: false), 3),
        "com.microsoft.QLinearAveragePool" => Clamped(node, Pooled(Last(node), Real(node, 0), isMaximum: false), 3),
        "com.microsoft.QLinearSigmoid" => Clamped(node, Function(node, Real(node, 0), new ActivationLayer(Activation.Sigmoid)), 3),
        "com.microsoft.QLinearLeakyRelu" => Clamped(node, Function(node, Real(node, 0), new LeakyReLU(node.Number("alpha", 0.01f))), 3),
        "com.microsoft.QLinearConcat" => QuantizedJoin(node),
        _ => null,
    };

    private static OnnxConstant One => OnnxConstant.Of([], [1f], "1");

    /// <summary>A value in the units of the quantized integers in the file, but not rounded.</summary>
    private static TensorOperand InStoredUnits(TensorOperand x) => x.Quantized is not var (scale, zero)
        ? x
        : x with { Tensor = scale == 1 && zero == 0 ? x.Tensor : Apply(new Rescaling(1 / scale, zero), x.Tensor), Quantized = null };

    private (float Scale, float Zero) Step(OnnxNodeReader node, int scale)
    {
        var (step, zero) = (RequireConstant(node, scale), Constant(node, scale + 1));
        if (step.Count != 1 || zero is { Count: not 1 })
            throw Refused(node, "quantizes each channel of a value separately, which is supported for weights alone");
        return step.Floats[0] is var worth && worth > 0 && float.IsFinite(worth)
            ? (worth, zero?.Floats[0] ?? 0)
            : throw Refused(node, "has a scale that is not above 0");
    }

    /// <summary>Clips a value to the range of its quantized type.</summary>
    private TensorOperand Clamped(OnnxNodeReader node, TensorOperand x, int scale)
    {
        var step = Step(node, scale);
        var type = Constant(node, scale + 1) is not { } zero
            ? StoredType.UInt8
            : zero.Stored?.Type ?? throw Refused(node, "has a zero point of an unknown type");
        return Clamped(node, x, step, type);
    }

    private TensorOperand Clamped(OnnxNodeReader node, TensorOperand x, (float Scale, float Zero) step, StoredType type)
    {
        var (min, max) = OnnxTypes.Range(type);
        return Clipped(node, x, (min - step.Zero) * step.Scale, (max - step.Zero) * step.Scale) with { Quantized = step };
    }

    /// <summary>An input that is followed by its scale and zero point, dequantized.</summary>
    private TensorOperand Real(OnnxNodeReader node, int input) => Real(StoredTensorOf(node, input), Step(node, input + 1));

    private static TensorOperand Real(TensorOperand x, (float Scale, float Zero) step)
    {
        if (x.Quantized == step) return x with { Quantized = null };
        var whole = InStoredUnits(x);
        return whole with { Tensor = Apply(new Rescaling(step.Scale, -step.Zero * step.Scale), whole.Tensor), IsWhole = false };
    }

    private TensorOperand Rounded(OnnxNodeReader node)
    {
        node.Ignore("saturate", "precision", "axis");
        node.Expect("block_size", 0);
        var type = node.Integer("output_dtype", 0);
        if (Constant(node, 2) is not null || type == 0) return Clamped(node, TensorOf(node), 1);
        return Clamped(
            node, TensorOf(node), Step(node, 1),
            type switch
            {
                OnnxSchema.DataType.UInt8 => StoredType.UInt8,
                OnnxSchema.DataType.Int8 => StoredType.Int8,
                OnnxSchema.DataType.UInt16 => StoredType.UInt16,
                OnnxSchema.DataType.Int16 => StoredType.Int16,
                _ => throw Refused(node, $"quantizes to the type {type}, which is not supported")
            });
    }

    private TensorOperand Dequantized(OnnxNodeReader node)
    {
        node.Ignore("axis", "output_dtype");
        node.Expect("block_size", 0);
        return Real(node, 0);
    }

    /// <summary>The scale depends on the values and covers them all, so a scale of 1 is assumed and nothing is clipped.</summary>
    private TensorOperand DynamicallyRounded(OnnxNodeReader node)
    {
        if (node.Outputs.Count > 1) values[node.Outputs[1]] = new ConstantOperand(OnnxConstant.Of([], [1f], node.Outputs[1]));
        if (node.Outputs.Count > 2) values[node.Outputs[2]] = new ConstantOperand(OnnxConstant.Of([], [0L], node.Outputs[2]));
        return TensorOf(node) with { Quantized = (1, 0) };
    }

    /// <summary>Quantized integers minus their zero point.</summary>
    private TensorOperand Shifted(OnnxNodeReader node, int input, int zeroPoint)
    {
        var x = InStoredUnits(StoredTensorOf(node, input));
        var zero = Constant(node, zeroPoint) switch
        {
            null => 0,
            { Count: 1 } one => one.Floats[0],
            _ => throw Refused(node, "has several zero points for a value of the network, which is not supported"),
        };
        return zero == 0 ? x : x with { Tensor = Apply(new Rescaling(1, -zero), x.Tensor) };
    }

    private static TensorOperand Scaled(TensorOperand x, OnnxConstant scale) => scale.Count != 1
        ? throw new InvalidDataException("it has several scales for a value of the network")
        : scale.Floats[0] is var factor && factor == 1 ? x : x with { Tensor = Apply(new Rescaling(factor), x.Tensor) };

    private TensorOperand QuantizedConvolution(OnnxNodeReader node)
    {
        if (node.OpType.StartsWith("com", StringComparison.Ordinal)) node.Expect("channels_last", 0);
        var (x, step) = (Real(node, 0), Step(node, 1));
        var weight = OnnxFolding.Dequantized(RequireConstant(node, 3), RequireConstant(node, 4), Constant(node, 5), 0);
        return Clamped(node, Convolve(node, x, weight, Bias(Constant(node, 8), RequireConstant(node, 4), step.Scale)), 6);
    }

    /// <summary>The bias, whose scale is that of the value times that of the weights.</summary>
    private static OnnxConstant? Bias(OnnxConstant? bias, OnnxConstant scale, float step) =>
        bias is null
            ? null
            : OnnxFolding.Dequantized(bias, OnnxConstant.Of(scale.Dimensions, Array.ConvertAll(scale.Floats, value => value * step), scale.Source), null, 0);

    private TensorOperand QuantizedProduct(OnnxNodeReader node)
    {
        var weight = OnnxFolding.Dequantized(RequireConstant(node, 3), RequireConstant(node, 4), Constant(node, 5), -1);
        return Clamped(node, Multiplied(node, Real(node, 0), weight, null), 6);
    }

    private TensorOperand Multiplied(OnnxNodeReader node, TensorOperand x, OnnxConstant weight, OnnxConstant? bias)
    {
        if (weight.Dimensions.Count != 2) throw Refused(node, $"multiplies by a constant of the shape {Print(weight.Dimensions)}; expected a matrix");
        return Dense(node, x, weight, false, 1, bias, 1);
    }

    private TensorOperand QuantizedGemm(OnnxNodeReader node)
    {
        node.Expect("transA", 0);
        var isTransposed = node.Integer("transB", 0) != 0;
        var (x, step, alpha) = (Real(node, 0), Step(node, 1), node.Number("alpha", 1));
        var weight = OnnxFolding.Dequantized(RequireConstant(node, 3), RequireConstant(node, 4), Constant(node, 5), isTransposed ? 0 : 1);
        var result = Dense(node, x, weight, isTransposed, alpha, Bias(Constant(node, 6), RequireConstant(node, 4), step.Scale * alpha), 1);
        return node.Input(7) is null ? result : Clamped(node, result, 7);
    }

    private TensorOperand QuantizedArithmetic(OnnxNodeReader node)
    {
        var isSum = node.OpType.EndsWith("Add", StringComparison.Ordinal);
        var (left, right) = (values[node.Input(0)!], values[node.Input(3)!]);
        if (left is TensorOperand && right is TensorOperand)
        {
            var (a, b) = Aligned(Real(node, 0), Real(node, 3));
            return Clamped(node, a with { Tensor = Add(isSum ? new Add() : new Multiply(), node, null, a.Tensor, b.Tensor) }, 6);
        }

        var known = left is ConstantOperand ? 0 : 3;
        var constant = OnnxFolding.Dequantized(
            ((ConstantOperand)(known == 0 ? left : right)).Constant, RequireConstant(node, known + 1), Constant(node, known + 2), -1);
        return Clamped(node, WithConstant(node, isSum ? "add" : "multiply", Real(node, 3 - known), constant, false), 6);
    }

    private TensorOperand QuantizedJoin(OnnxNodeReader node)
    {
        var all = Enumerable.Range(0, (node.Inputs.Count - 2) / 3).Select(i => Real(node, 2 + (3 * i))).ToList();
        return Clamped(node, Joined(node, all, OnnxFolding.Axis(OnnxFolding.ConcatAxis(node, 4), all[0].Rank)), 0);
    }

    private TensorOperand Function(OnnxNodeReader node, TensorOperand x, Layer layer) => x with { Tensor = Add(layer, node, null, x.Tensor) };

    private static OnnxNodeReader Last(OnnxNodeReader node)
    {
        node.Expect("channels_last", 0);
        return node;
    }
}
