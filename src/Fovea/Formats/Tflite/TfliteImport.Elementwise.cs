using Fovea.Formats.Onnx;

namespace Fovea.Formats.Tflite;

/// <content>Arithmetic and activations.</content>
internal sealed partial class TfliteImport
{
    private const int MaxConstantElements = 1 << 18;

    private static FusedActivation? ActivationOf(TfliteNode node, int field) => FusedActivation.Of(node.Options.Byte(field));

    private void Arithmetic(TfliteNode node)
    {
        if (node.Name is "ADD" or "SUB") node.Options.Ignore(1);
        var result = !values.ContainsKey(node.Inputs[0]) || !values.ContainsKey(node.Inputs[1])
            ? WithConstant(node)
            : Combined(node, TensorOf(node), TensorOf(node, 1));
        if (node.Name is not ("ADD" or "SUB" or "MUL" or "DIV"))
        {
            Give(node, result);
            return;
        }

        var activation = ActivationOf(node, 0);
        if (activation is not null) result = Apply(new ActivationLayer(activation.Function), result);
        var isNotNegative = node.Name is "ADD" or "MUL" && Array.TrueForAll(node.Inputs, input => bounds.TryGetValue(input, out var range) && range.Min >= 0);
        GiveActivated(node, result, activation, isNotNegative ? 0 : -Unbounded);
    }

    private SymbolicTensor Combined(TfliteNode node, SymbolicTensor a, SymbolicTensor b)
    {
        if (a.Shape.Rank != b.Shape.Rank && (a.Shape.Rank == 0 || b.Shape.Rank == 0))
            throw Refused(node, $"combines {SymbolicTensor.Print(a.Shape)} and {SymbolicTensor.Print(b.Shape)}");
        return node.Name switch
        {
            "ADD" => Add(new Add(), node, a, b),
            "SUB" => Add(new Subtract(), node, a, b),
            "MUL" => Add(new Multiply(), node, a, b),
            "MAXIMUM" => Add(new Maximum(), node, a, b),
            "MINIMUM" => Add(new Minimum(), node, a, b),
            "SQUARED_DIFFERENCE" => Squared(node, Add(new Subtract(), node, a, b)),
            "DIV" => Add(new Combination("divide"), node, a, b),
            _ => Add(new Combination("power"), node, a, b),
        };
    }

    private SymbolicTensor Squared(TfliteNode node, SymbolicTensor x) => Add(new Multiply(), node, x, x);

    private SymbolicTensor WithConstant(TfliteNode node)
    {
        var isFirst = !values.ContainsKey(node.Inputs[0]);
        var (x, constant) = (TensorOf(node, isFirst ? 1 : 0), Constant(node, isFirst ? 0 : 1));
        float[] one = [1], zero = [0];
        switch (node.Name)
        {
            case "ADD": return Rescaled(node, x, constant, one, null);
            case "MUL": return Rescaled(node, x, constant, null, zero);
            case "SUB": return isFirst ? Rescaled(node, x, constant, [-1], null) : Rescaled(node, x, Changed(constant, value => -value), one, null);
            case "DIV" when !isFirst: return Rescaled(node, x, Changed(constant, value => 1 / value), null, zero);
            case "SQUARED_DIFFERENCE": return Squared(node, Rescaled(node, x, Changed(constant, value => -value), one, null));
            case "MAXIMUM" when constant.Count == 1: Uses(constant); return Clipped(x, constant.Floats[0], Unbounded);
            case "MINIMUM" when constant.Count == 1: Uses(constant); return Clipped(x, -Unbounded, constant.Floats[0]);
            case "POW" when !isFirst && constant.Count == 1: Uses(constant); return Powered(node, x, constant.Floats[0]);
            default: return WithWeight(node, x, constant, isFirst);
        }
    }

    private SymbolicTensor Powered(TfliteNode node, SymbolicTensor x, float exponent)
    {
        if (exponent is 1 or 2 or 3 or 4) return exponent == 1 ? x : Add(new Multiply(), node, [.. Enumerable.Repeat(x, (int)exponent)]);
        return Add(new Elementwise("power", exponent), node, x);
    }

    /// <summary>A value combined with constants, which become a weight of the layer.</summary>
    private SymbolicTensor WithWeight(TfliteNode node, SymbolicTensor x, OnnxConstant constant, bool isFirst)
    {
        long[] sizes = [.. constant.Dimensions.SkipWhile((size, i) => size == 1 && constant.Dimensions.Count - i > x.Shape.Rank)];
        var fits = sizes.Length <= x.Shape.Rank;
        for (var i = 1; fits && i <= sizes.Length; i++) fits = sizes[^i] == 1 || sizes[^i] == x.Shape[^i];
        if (!fits || constant.Count == 0)
            throw Refused(node, $"combines {SymbolicTensor.Print(x.Shape)} with a constant of the shape {Print(constant.Dimensions)}, which is not supported");
        var function = node.Name switch
        {
            "ADD" => "add",
            "SUB" => "subtract",
            "MUL" => "multiply",
            "DIV" => "divide",
            "POW" => "power",
            "MAXIMUM" => "maximum",
            "MINIMUM" => "minimum",
            _ => throw Refused(node, "combines a value with constants, which is not supported"),
        };
        var layer = new Combination(function, sizes.Length == 0 ? [1] : [.. sizes.Select(size => (int)size)], isFirst);
        var output = Add(layer, node, x);
        Fill(layer, "constant", constant.Reshaped([constant.Count]), [0]);
        return output;
    }

    private static OnnxConstant Changed(OnnxConstant constant, Func<float, float> change) =>
        OnnxConstant.Of(constant.Dimensions, Array.ConvertAll(constant.Floats, value => change(value)), constant.Source, constant.Stored);

    /// <summary>x · scale + offset, where the constant is the one that is null.</summary>
    private SymbolicTensor Rescaled(TfliteNode node, SymbolicTensor x, OnnxConstant constant, float[]? scale, float[]? offset)
    {
        if (constant.Count > 1 && x.Shape.Count > MaxConstantElements && (constant.Count != x.Shape[^1] || constant.Dimensions[^1] != x.Shape[^1]))
            return WithWeight(node, x, Constant(node, values.ContainsKey(node.Inputs[0]) ? 1 : 0), !values.ContainsKey(node.Inputs[0]));
        Uses(constant);
        var numbers = constant.Floats;
        if (numbers.Length == 1)
        {
            if ((scale is null && numbers[0] == 1) || (offset is null && scale![0] == 1 && numbers[0] == 0)) return x;
            return Add(new Rescaling(scale ?? numbers, offset ?? numbers), node, x);
        }

        int[] shape = [1, .. x.Shape.Dimensions];
        long[] sizes = [.. Enumerable.Repeat(1L, Math.Max(0, shape.Length - constant.Dimensions.Count)), .. constant.Dimensions];
        if (sizes.Length != shape.Length || sizes.Zip(shape).Any(pair => pair.First != 1 && pair.First != pair.Second))
            throw Refused(node, $"combines {SymbolicTensor.Print(x.Shape)} with a constant of the shape {Print(constant.Dimensions)}, which is not supported");
        if (numbers.Length == shape[^1] && sizes[^1] == shape[^1]) return Add(new Rescaling(scale ?? numbers, offset ?? numbers), node, x);

        // One value for each element of a sample.
        var all = OnnxConstant.Broadcast(numbers, sizes, [.. shape]);
        var result = Add(new Rescaling(scale ?? all, offset ?? all), node, Flat(x));
        return x.Shape.Rank == 1 ? result : Apply(new Reshape(x.Shape.Dimensions), result);
    }

    /// <summary>A value limited to a range.</summary>
    private static SymbolicTensor Clipped(SymbolicTensor x, float min, float max)
    {
        if (float.IsInfinity(min) && float.IsInfinity(max)) return x;
        if (min == 0) return Apply(new ReLU(float.IsInfinity(max) ? null : max), x);

        return Apply(new Elementwise("clip", min, max), x);
    }

    private void Activated(TfliteNode node)
    {
        (Layer Layer, float Min, float Max) result = node.Name switch
        {
            "RELU" => (new ReLU(), 0, Unbounded),
            "RELU6" => (new ReLU(6), 0, 6),
            "RELU_0_TO_1" => (new ReLU(1), 0, 1),
            "RELU_N1_TO_1" => (new ActivationLayer(Activation.HardTanh), -1, 1),
            "LOGISTIC" => (new ActivationLayer(Activation.Sigmoid), 0, 1),
            "TANH" => (new ActivationLayer(Activation.Tanh), -1, 1),
            "ELU" => (new ELU(), -1, Unbounded),
            "HARD_SWISH" => (new ActivationLayer(Activation.HardSilu), -0.375f, Unbounded),
            "EXP" => (new ActivationLayer(Activation.Exponential), 0, Unbounded),
            "LEAKY_RELU" => (new LeakyReLU(node.Options.Float(0)), -Unbounded, Unbounded),
            "GELU" => (new ActivationLayer(node.Options.Flag(0) ? Activation.GeluTanh : Activation.Gelu), -0.2f, Unbounded),
            "NEG" => (new Rescaling(-1), -Unbounded, Unbounded),
            "LOG" or "SIN" or "COS" or "FLOOR" or "CEIL" or "ROUND" or "SIGN" => (new Elementwise(node.Name.ToLowerInvariant()), -Unbounded, Unbounded),
            "SQRT" => (new Elementwise("sqrt"), 0, Unbounded),
            "RSQRT" => (new Elementwise("power", -0.5f), 0, Unbounded),
            "FAKE_QUANT" => FakeQuantized(node),
            _ => throw Refused(node, "is not supported"),
        };

        var output = Add(result.Layer, node, TensorOf(node));
        if (blocks.TryGetValue(node.Inputs[0], out var block)) blocks[node.Outputs[0]] = block;
        Give(node, output, result.Min, result.Max);
    }

    /// <summary>FAKE_QUANT, which clips to the range of a quantized type. Nothing is rounded.</summary>
    private static (Layer, float, float) FakeQuantized(TfliteNode node)
    {
        node.Options.Ignore(2, 3);
        var (min, max) = (node.Options.Float(0), node.Options.Float(1));
        return (new Elementwise("clip", min, max), min, max);
    }

    private void ParametricRelu(TfliteNode node)
    {
        var (x, slope) = (TensorOf(node), Constant(node, 1));
        int[] shape = [.. x.Shape.Dimensions];
        long[] sizes = [.. slope.Dimensions.SkipWhile((_, i) => i < slope.Dimensions.Count - shape.Length)];
        sizes = [.. Enumerable.Repeat(1L, shape.Length - sizes.Length), .. sizes];
        if (sizes.Aggregate(1L, (product, size) => product * size) != slope.Count || sizes.Zip(shape).Any(pair => pair.First != 1 && pair.First != pair.Second))
            throw Refused(node, $"has slopes of the shape {Print(slope.Dimensions)} for {SymbolicTensor.Print(x.Shape)}");
        var layer = new PReLU([.. Enumerable.Range(1, shape.Length).Where(axis => sizes[axis - 1] == 1 && shape[axis - 1] != 1)]);
        var output = Add(layer, node, x);
        Fill(layer, "alpha", slope.Reshaped([slope.Count]), [0]);
        Give(node, output);
    }

    private void SoftmaxOf(TfliteNode node)
    {
        var x = TensorOf(node);
        var beta = node.Name == "SOFTMAX" ? node.Options.Float(0) : 1;
        if (!(beta > 0))
            throw Refused(node, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"has the factor {beta}; expected one above zero"));
        if (beta != 1) x = Apply(new Rescaling(beta), x);
        var isSoftmax = node.Name == "SOFTMAX";
        Give(node, Add(new ActivationLayer(isSoftmax ? Activation.Softmax : Activation.LogSoftmax), node, x), isSoftmax ? 0 : -Unbounded, isSoftmax ? 1 : 0);
    }

    /// <summary>x / (bias + α Σ x²)^β, where the sum is over the channels within a radius.</summary>
    private void NormalizedLocally(TfliteNode node)
    {
        var (x, size) = (TensorOf(node), checked((2 * node.Options.Int(0)) + 1));
        if (size < 1) throw Refused(node, $"has the radius {node.Options.Int(0)}");
        Give(node, Add(new LocalResponseNormalization(size, node.Options.Float(2) * size, node.Options.Float(3), node.Options.Float(1)), node, x));
    }

    private void Normalized(TfliteNode node)
    {
        node.Options.Ignore(0);
        var x = TensorOf(node);
        Give(node, Add(new UnitNormalization(-1), node, x), -1, 1);
    }
}
