using Fovea.Formats.Onnx;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>
/// Networks in whole numbers of few bits: against a forward of the dequantized network written here in float64, and against ONNX Runtime, which rounds every
/// value, within what the rounding explains.
/// </summary>
public sealed class OnnxQuantizedTests : IDisposable
{
    private const int Height = 6;
    private const int Width = 5;
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;
    private readonly Random random = new(17);
    private readonly Dictionary<string, StoredArray> constants = [];

    private string Saved => Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// QuantizeLinear and DequantizeLinear around convolutions, as quantizers write them: signed weights for each channel, whole biases, a relu6 that is
    /// nothing but the range.
    /// </summary>
    [Fact]
    public void Steps_around_float_operators_keep_the_range_that_cuts()
    {
        var (x, image) = Image();
        var (kernel, weight) = Weights("w", 4, 3, 3, 3, perChannel: true);
        var bias = Bias("b", 4, 0.02f, kernel.Scales);
        Number("xs", 0.02f);
        Byte("xz", 128);
        Number("ys", 3f / 255);
        Byte("yz", 0);
        var nodes = (OnnxNode[])
        [
            new("QuantizeLinear", ["x", "xs", "xz"], ["q"]), new("DequantizeLinear", ["q", "xs", "xz"], ["d"]),
            new("DequantizeLinear", ["w", "w_scale", "w_zero"], ["wd"]) { Attributes = Attribute("axis", 0) },
                new("DequantizeLinear", ["b", "b_scale", ""], ["bd"]) { Attributes = Attribute("axis", 0) },
            new("Conv", ["d", "wd", "bd"], ["c"]) { Attributes = Attribute("pads", 1, 1, 1, 1) }, new("QuantizeLinear", ["c", "ys", "yz"], ["cq"]),
                new("DequantizeLinear", ["cq", "ys", "yz"], ["y"]),
        ];
        Write(nodes, 13);
        var clipped = Array.ConvertAll(image, value => Math.Clamp(value, (0 - 128) * (double)0.02f, (255 - 128) * (double)0.02f));
        var expected = Array.ConvertAll(Convolved(clipped, weight, 4, 3, bias, 1), value => Math.Clamp(value, 0, 255 * (double)(3f / 255)));
        Check(x, expected, 4, 0.02 * 27 * 0.5 + (3.0 / 255));
        Assert.Contains(expected, value => value == 0);
        Assert.Contains(expected, value => value > 2.99);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void QLinear_operators_are_read_as_the_network_of_floats(bool perChannel, bool signed)
    {
        var (x, image) = Image();
        var (kernel, weight) = Weights("w", 4, 3, 3, 3, perChannel);
        var bias = Whole("b", StoredType.Int32, [4], [.. Enumerable.Range(0, 4).Select(i => (long)((i - 2) * 40))]);
        Number("xs", 0.02f);
        Number("ys", 0.03f);
        var (low, high, middle) = signed ? (-128, 127, 3) : (0, 255, 120);
        foreach (var name in (string[])["xz", "yz"]) Whole(name, signed ? StoredType.Int8 : StoredType.UInt8, [], [middle]);
        OnnxNode[] nodes =
        [
            new("QuantizeLinear", ["x", "xs", "xz"], ["q"]),
                new("QLinearConv", ["q", "xs", "xz", "w", "w_scale", "w_zero", "ys", "yz", "b"], ["c"]) { Attributes = Attribute("pads", 1, 1, 1, 1) },
            new("MaxPool", ["c"], ["p"]) { Attributes = Merge(Attribute("kernel_shape", 3, 3), Attribute("pads", 1, 1, 1, 1)) },
                new("DequantizeLinear", ["p", "ys", "yz"], ["y"]),
        ];
        Write(nodes, 13);
        var clipped = Array.ConvertAll(image, value => Math.Clamp(value, (low - middle) * (double)0.02f, (high - middle) * (double)0.02f));
        double[] biases = [.. bias.Select((value, i) => value * (double)0.02f * kernel.Scales[kernel.Scales.Length == 1 ? 0 : i])];
        var convolved = Array.ConvertAll(
            Convolved(clipped, weight, 4, 3, biases, 1), value => Math.Clamp(value, (low - middle) * (double)0.03f, (high - middle) * (double)0.03f));
        Check(x, Pooled(convolved, 4), 4, 0.02 * 27 * 0.5 + 0.03);
    }

    [Fact]
    public void Whole_products_and_steps_that_follow_from_the_numbers()
    {
        var (x, image) = Image();
        var (_, weight) = Weights("w", 4, 3, 3, 3, perChannel: false);
        OnnxNode[] nodes =
        [
            new("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]),
                new("ConvInteger", ["q", "w", "z", "w_zero"], ["i"]) { Attributes = Attribute("pads", 1, 1, 1, 1) },
            new("Cast", ["i"], ["f"]) { Attributes = Attribute("to", 1) }, new("Mul", ["s", "w_scale"], ["m"]), new("Mul", ["f", "m"], ["y"]),
        ];
        Write(nodes, 13);
        Check(x, Convolved(image, weight, 4, 3, new double[4], 1), 4, 2.0 / 255 * 27 * 0.5);
    }

    [Fact]
    public void Microsofts_operators_of_static_quantization()
    {
        var (x, image) = Image();
        Number("xs", 0.01f);
        Byte("xz", 100);
        Number("as", 0.015f);
        Byte("az", 90);
        Number("gs", 0.008f);
        Byte("gz", 110);
        Number("ys", 0.02f);
        Byte("yz", 128);
        var (kernel, matrix) = Weights("w", 5, 3, 1, 1, perChannel: true, name: "transposed");
        Whole("c", StoredType.Int32, [5], [100, -50, 0, 7, 900]);
        const string microsoft = "com.microsoft";
        OnnxNode[] nodes =
        [
            new("QuantizeLinear", ["x", "xs", "xz"], ["q"]), new("QLinearAdd", ["q", "xs", "xz", "q", "xs", "xz", "as", "az"], ["a"]) { Domain = microsoft },
            new("QLinearGlobalAveragePool", ["a", "as", "az", "gs", "gz"], ["g"]) { Domain = microsoft, Attributes = Attribute("channels_last", 0) },
                new("Flatten", ["g"], ["f"]),
            new("QGemm", ["f", "gs", "gz", "w", "w_scale", "w_zero", "c", "ys", "yz"], ["m"]) { Domain = microsoft, Attributes = Attribute("transB", 1) },
                new("DequantizeLinear", ["m", "ys", "yz"], ["y"]),
        ];
        Write(nodes, 13, microsoft);
        var clipped = Array.ConvertAll(image, value => Math.Clamp(value, -100 * (double)0.01f, 155 * (double)0.01f));
        var sums = Array.ConvertAll(clipped, value => Math.Clamp(2 * value, -90 * (double)0.015f, 165 * (double)0.015f));
        var means = Enumerable.Range(0, 3)
            .Select(c => Math.Clamp(sums.Skip(c * Height * Width).Take(Height * Width).Average(), -110 * (double)0.008f, 145 * (double)0.008f)).ToArray();
        long[] offsets = [100, -50, 0, 7, 900];
        double[] expected =
            [.. Enumerable.Range(0, 5)
            .Select(u =>
            Math.Clamp(
            Enumerable.Range(0, 3).Sum(c => means[c] * matrix[(u * 3) + c]) + (offsets[u] * (double)0.008f * kernel.Scales[u]), -128 * (double)0.02f,
            127 * (double)0.02f))];
        Check(x, expected, 0, 0.06);
    }

    [Fact]
    public void A_step_for_each_channel_of_a_value_is_refused()
    {
        constants["xs"] = StoredArray.From("xs", new Shape(3), [0.1f, 0.2f, 0.3f]);
        Whole("xz", StoredType.UInt8, [3], [0, 0, 0]);
        Write([new("QuantizeLinear", ["x", "xs", "xz"], ["q"]) { Name = "node" }, new("DequantizeLinear", ["q", "xs", "xz"], ["y"])], 13);
        Assert.Equal(
            "'model.onnx': the node 'node' (QuantizeLinear) quantizes each channel of a value separately, which is supported for weights alone.",
            Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
    }

    private void Check(float[] x, double[] expected, int channels, double step)
    {
        var model = Model.Load(Saved);
        var received = model.Predict(new Tensor([1, Height, Width, 3], OnnxConstant.Transpose(x, [1, 3, Height, Width], [0, 2, 3, 1]))).Values.ToArray();
        if (channels > 0) received = OnnxConstant.Transpose(received, [1, Height, Width, channels], [0, 3, 1, 2]);
        OnnxRuntime.AssertEqual([.. expected.Select(value => (float)value)], received, 256, "dequantized");
        var rounded = OnnxRuntime.Run(Saved, [([1, 3, Height, Width], x)])[0];
        Assert.Equal(rounded.Length, received.Length);
        for (var i = 0; i < rounded.Length; i++)
            Assert.True(Math.Abs(rounded[i] - received[i]) <= step, $"{i}: {received[i]} where ONNX Runtime has {rounded[i]}");
        Assert.True(rounded.Zip(received, (a, b) => Math.Abs(a - b)).Average() <= step / 4);
    }

    private (float[] X, double[] Image) Image()
    {
        float[] x = [.. Enumerable.Range(0, 3 * Height * Width).Select(_ => (random.NextSingle() * 6) - 3)];
        return (x, [.. x.Select(value => (double)value)]);
    }

    /// <summary>Weights of 8 bits, and their dequantized values.</summary>
    private ((float[] Scales, long[] Zeros) Kernel, double[] Numbers) Weights(
        string of, int filters, int inputs, int height, int width, bool perChannel, string name = "")
    {
        var each = inputs * height * width;
        long[] numbers = [.. Enumerable.Range(0, filters * each).Select(_ => (long)random.Next(-127, 128))];
        float[] scales = [.. Enumerable.Range(0, perChannel ? filters : 1).Select(i => 0.002f + (0.001f * i))];
        long[] zeros = [.. scales.Select(_ => perChannel ? 0L : 5)];
        Whole(of, StoredType.Int8, name.Length > 0 ? [filters, inputs] : [filters, inputs, height, width], numbers);
        constants[$"{of}_scale"] = StoredArray.From($"{of}_scale", perChannel ? new Shape(filters) : Shape.Scalar, scales);
        Whole($"{of}_zero", StoredType.Int8, perChannel ? [filters] : [], zeros);
        return ((scales, zeros), [.. numbers.Select((value, i) => (value - zeros[perChannel ? i / each : 0]) * (double)scales[perChannel ? i / each : 0])]);
    }

    private double[] Bias(string of, int count, float step, float[] scales)
    {
        long[] numbers = [.. Enumerable.Range(0, count).Select(i => (long)((i * 300) - 200))];
        Whole(of, StoredType.Int32, [count], numbers);
        float[] worth = Array.ConvertAll(scales, scale => scale * step);
        constants[$"{of}_scale"] = StoredArray.From($"{of}_scale", new Shape(count), worth);
        return [.. numbers.Select((value, i) => value * (double)worth[i])];
    }

    private void Number(string name, float value) => constants[name] = StoredArray.From(name, Shape.Scalar, [value]);

    private void Byte(string name, long value) => Whole(name, StoredType.UInt8, [], [value]);

    private long[] Whole(string name, StoredType type, int[] shape, long[] values)
    {
        var size = StoredArray.SizeOf(type);
        byte[] bytes = [.. values.SelectMany(value => BitConverter.GetBytes(value).Take(size))];
        constants[name] = new StoredArray(name, new Shape(shape), type, () => bytes);
        return values;
    }

    private static Dictionary<string, OnnxAttribute> Attribute(string name, params long[] values) =>
        new()
        {
            [name] = values.Length == 1 && name is not "kernel_shape"
            ? new OnnxAttribute { Integer = values[0] }
            : new OnnxAttribute { Integers = values }
        };

    private static Dictionary<string, OnnxAttribute> Merge(Dictionary<string, OnnxAttribute> a, Dictionary<string, OnnxAttribute> b) =>
        a.Concat(b).ToDictionary(entry => entry.Key, entry => entry.Value);

    private void Write(IReadOnlyList<OnnxNode> nodes, int opset, params ReadOnlySpan<string> domains)
    {
        var opsets = new Dictionary<string, long> { [""] = opset };
        foreach (var domain in domains) opsets[domain] = 1;
        OnnxWriter.Write(
            new OnnxModel(
            new OnnxGraph("graph", nodes, [new OnnxValue("x", 1, [1, 3, Height, Width])], [new OnnxValue("y", 1, [])], constants))
            {
                IrVersion = 8,
                Opsets = opsets
            }, Saved);
    }

    /// <summary>A convolution with margins, in float64.</summary>
    private static double[] Convolved(double[] image, double[] kernel, int filters, int inputs, double[] bias, int pad)
    {
        var output = new double[filters * Height * Width];
        for (var f = 0; f < filters; f++)
        {
            for (var i = 0; i < Height; i++)
            {
                for (var j = 0; j < Width; j++)
                {
                    var sum = bias[f];
                    for (var t = 0; t < inputs * 9; t++)
                    {
                        var (c, y, x) = (t / 9, i + (t % 9 / 3) - pad, j + (t % 3) - pad);
                        if (y >= 0 && y < Height && x >= 0 && x < Width) sum += image[(((c * Height) + y) * Width) + x] * kernel[(f * inputs * 9) + t];
                    }

                    output[(((f * Height) + i) * Width) + j] = sum;
                }
            }
        }

        return output;
    }

    private static double[] Pooled(double[] image, int channels) => [.. Enumerable.Range(0, channels * Height * Width).Select(o =>
        (from y in Enumerable.Range((o / Width % Height) - 1, 3) where y >= 0 && y < Height from x in Enumerable.Range((o % Width) - 1, 3) where x >= 0
            && x < Width select image[(((o / (Height * Width)) * Height) + y) * Width + x]).Max())];
}
