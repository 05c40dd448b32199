using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea.Tests.Formats.Keras;

/// <summary>
/// A random network of Keras with its channels first, and what it computes, in float64 and in the order (channel, row, column), by loops that say what Keras'
/// layers do.
/// </summary>
internal sealed class ChannelsFirstNet
{
    private readonly Random random;
    private readonly JsonArray layers = [];
    private readonly List<(string Name, Func<double[][], double[]> Compute, string[] Inputs)> steps = [];
    private readonly Dictionary<string, int[]> shapes = [];
    private readonly Dictionary<string, double[][]> weights = [];

    public ChannelsFirstNet(int seed, int[] shape)
    {
        random = new Random(seed);
        InputSizes = shape;
        shapes["image"] = shape;
        layers.Add(Layer("InputLayer", "image", new JsonObject { ["batch_input_shape"] = new JsonArray([null, .. shape.Select(size => (JsonNode)size)]) }));
        Last = "image";
    }

    public int[] InputSizes { get; }

    public string Last { get; private set; }

    public int[] Shape => shapes[Last];

    public IReadOnlyDictionary<string, double[][]> Weights => weights;

    /// <summary>Adds a random layer that takes the present value.</summary>
    public void AddRandom()
    {
        var (c, h, w) = Shape is [var channels, var rows, var columns] ? (channels, rows, columns) : (0, 0, 0);
        if (c == 0)
        {
            Dense(3);
            return;
        }

        int[] shape = [c, h, w];
        switch (random.Next(15))
        {
            case 0 or 1: Conv(random.Next(1, 5), Math.Min(3, Math.Min(h, w)), random.Next(1, 3), random.Next(2) == 0); break;
            case 2: Depthwise(random.Next(1, 3)); break;
            case 3: BatchNormalization(1); break;
            case 4: BatchNormalization(3); break;
            case 5: Pool(random.Next(2) == 0, random.Next(2) == 0); break;
            case 6: Elementwise(random.Next(2) == 0 ? "relu" : "tanh"); break;
            case 7: Add("Activation", new() { ["activation"] = "softmax" }, Shape, x => Softmax(x[0], shape, 2)); break;
            case 8: Add("Softmax", new() { ["axis"] = 1 }, Shape, x => Softmax(x[0], shape, 0)); break;
            case 9: Pad(random.Next(2), random.Next(2), random.Next(2), random.Next(2)); break;
            case 10: UpSample(); break;
            case 11: Concatenate(1 + random.Next(3)); break;
            case 12: Prelu(random.Next(2) == 0); break;
            case 13: Add("Permute", new() { ["dims"] = new JsonArray(2, 3, 1) }, [h, w, c], x => Transpose(x[0], [c, h, w], [1, 2, 0])); break;
            default: Add("Reshape", new() { ["target_shape"] = new JsonArray(h, c, w) }, [h, c, w], x => x[0]); break;
        }
    }

    /// <summary>One of the ends that classifiers have.</summary>
    public void AddEnd(int kind)
    {
        var shape = Shape;
        switch (kind)
        {
            case 0: Flatten("channels_first"); break;
            case 1: Flatten("channels_last"); break;
            case 2: Flatten(null); break;
            case 3: Add("GlobalAveragePooling2D", First(), [shape[0]], x => Global(x[0], shape, false)); break;
            case 4: Add("GlobalMaxPooling2D", First(new() { ["keepdims"] = true }), [shape[0], 1, 1], x => Global(x[0], shape, true)); break;
            default: return;
        }

        Dense(4);
        Dense(2);
    }

    public string ToJson() => new JsonObject
    {
        ["class_name"] = "Functional",
        ["config"] =
            new JsonObject
            {
                ["name"] = "net",
                ["layers"] = layers.DeepClone(),
                ["input_layers"] = new JsonArray(new JsonArray("image", 0, 0)),
                ["output_layers"] = new JsonArray(new JsonArray(Last, 0, 0))
            },
    }.ToJsonString();

    public double[] Run(double[] image)
    {
        var values = new Dictionary<string, double[]> { ["image"] = image };
        foreach (var (name, compute, inputs) in steps) values[name] = compute([.. inputs.Select(input => values[input])]);
        return values[Last];
    }

    /// <summary>Dimensions in another order, as NumPy's transpose.</summary>
    public static double[] Transpose(double[] x, int[] shape, int[] order)
    {
        var y = new double[x.Length];
        var place = 0;
        int[] strides = [shape[1] * shape[2], shape[2], 1];
        for (var i = 0; i < shape[order[0]]; i++)
            for (var j = 0; j < shape[order[1]]; j++)
                for (var k = 0; k < shape[order[2]]; k++) y[place++] = x[(i * strides[order[0]]) + (j * strides[order[1]]) + (k * strides[order[2]])];
        return y;
    }

    private void Conv(int filters, int size, int stride, bool same)
    {
        var (c, h, w) = (Shape[0], Shape[1], Shape[2]);
        var (kernel, bias) = (Numbers(size * size * c * filters), Numbers(filters));
        var (oh, ow, top, left) = Window(h, w, size, stride, same);
        Add("Conv2D",
            First(new()
            {
                ["filters"] = filters,
                ["kernel_size"] = new JsonArray(size, size),
                ["strides"] = new JsonArray(stride, stride),
                ["padding"] = same
            ? "same"
            : "valid",
                ["activation"] = "relu"
            }),
            [filters, oh, ow], x => Each(filters, oh, ow, (f, i, j) => Math.Max(0, bias[f] + Sum(c, size, size, (ch, u, v) =>
                At(x[0], c, h, w, ch, (i * stride) + u - top, (j * stride) + v - left) * kernel[(((((u * size) + v) * c) + ch) * filters) + f]))),
                    kernel, bias);
    }

    private void Depthwise(int multiplier)
    {
        var (c, h, w) = (Shape[0], Shape[1], Shape[2]);
        var (kernel, bias) = (Numbers(9 * c * multiplier), Numbers(c * multiplier));
        Add("DepthwiseConv2D", First(new() { ["kernel_size"] = 3, ["padding"] = "same", ["depth_multiplier"] = multiplier }), [c * multiplier, h, w],
            x => Each(
                c * multiplier, h, w, (f, i, j) =>
                bias[f] + Sum(
                1, 3, 3, (_, u, v) =>
                At(x[0], c, h, w, f / multiplier, i + u - 1, j + v - 1) * kernel[(((((u * 3) + v) * c) + (f / multiplier)) * multiplier) + (f % multiplier)])),
                kernel, bias);
    }

    private void BatchNormalization(int axis)
    {
        var (c, h, w) = (Shape[0], Shape[1], Shape[2]);
        var n = Shape[axis - 1];
        var (gamma, beta, mean, variance) = (Numbers(n), Numbers(n), Numbers(n), Array.ConvertAll(Numbers(n), value => 0.5 + Math.Abs(value)));
        Add("BatchNormalization", new() { ["axis"] = axis == 1 ? new JsonArray(1) : axis, ["epsilon"] = 0.001 }, Shape, x => Each(c, h, w, (f, i, j) =>
        {
            var k = axis == 1 ? f : j;
            return ((x[0][(((f * h) + i) * w) + j] - mean[k]) / Math.Sqrt(variance[k] + (float)0.001) * gamma[k]) + beta[k];
        }), gamma, beta, mean, variance);
    }

    private void Pool(bool isMax, bool same)
    {
        var (c, h, w) = (Shape[0], Shape[1], Shape[2]);
        if (Math.Min(h, w) < 2) return;
        var (oh, ow, top, left) = Window(h, w, 2, 2, same);
        Add(isMax ? "MaxPooling2D" : "AveragePooling2D", First(new() { ["pool_size"] = 2, ["padding"] = same ? "same" : "valid" }), [c, oh, ow],
            x => Each(c, oh, ow, (f, i, j) =>
        {
            var inside = new List<double>();
            for (var u = 0; u < 2; u++)
                for (var v = 0; v < 2; v++)
                    if ((i * 2) + u - top is >= 0 and var row && row < h && (j * 2) + v - left is >= 0 and var column && column < w)
                        inside.Add(x[0][(((f * h) + row) * w) + column]);
            return isMax ? inside.Max() : inside.Average();
        }));
    }

    private void Elementwise(string name) =>
        Add("Activation", new() { ["activation"] = name }, Shape, x => [.. x[0].Select(value => name == "relu" ? Math.Max(value, 0) : Math.Tanh(value))]);

    private void Pad(int top, int bottom, int left, int right)
    {
        var (c, h, w) = (Shape[0], Shape[1], Shape[2]);
        Add("ZeroPadding2D", First(new() { ["padding"] = new JsonArray(new JsonArray(top, bottom), new JsonArray(left, right)) }),
            [c, h + top + bottom, w + left + right],
            x => Each(c, h + top + bottom, w + left + right, (f, i, j) => At(x[0], c, h, w, f, i - top, j - left)));
    }

    private void UpSample()
    {
        var (c, h, w) = (Shape[0], Shape[1], Shape[2]);
        if (h * w > 100) return;
        Add("UpSampling2D", First(new() { ["size"] = new JsonArray(2, 1) }), [c, h * 2, w],
            x => Each(c, h * 2, w, (f, i, j) => x[0][(((f * h) + (i / 2)) * w) + j]));
    }

    private void Concatenate(int axis)
    {
        var (before, shape) = (Last, Shape);
        Elementwise("tanh");
        int[] joined = [.. shape];
        joined[axis - 1] *= 2;
        Add("Concatenate", new() { ["axis"] = axis }, joined, x => Each(joined[0], joined[1], joined[2], (f, i, j) =>
        {
            int[] at = [f, i, j];
            var source = at[axis - 1] < shape[axis - 1] ? x[0] : x[1];
            at[axis - 1] %= shape[axis - 1];
            return source[(((at[0] * shape[1]) + at[1]) * shape[2]) + at[2]];
        }), [before, Last]);
    }

    private void Prelu(bool shared)
    {
        var (c, h, w) = (Shape[0], Shape[1], Shape[2]);
        var alpha = Numbers(shared ? c : c * h * w);
        Add("PReLU", new() { ["shared_axes"] = shared ? new JsonArray(2, 3) : null }, Shape, x => Each(c, h, w, (f, i, j) =>
        {
            var value = x[0][(((f * h) + i) * w) + j];
            return value > 0 ? value : value * alpha[shared ? f : (((f * h) + i) * w) + j];
        }), alpha);
    }

    private void Flatten(string? format)
    {
        var shape = Shape;
        Add("Flatten", format is null
            ? []
            : new() { ["data_format"] = format }, [shape[0] * shape[1] * shape[2]], x => format == "channels_first"
            ? Transpose(x[0], shape, [1, 2, 0])
            : x[0]);
    }

    private void Dense(int units)
    {
        var features = Shape[^1];
        var (kernel, bias, shape) = (Numbers(features * units), Numbers(units), Shape);
        int[] given = [.. shape[..^1], units];
        Add("Dense", new() { ["units"] = units }, given, x =>
        {
            var y = new double[x[0].Length / features * units];
            for (var row = 0; row < x[0].Length / features; row++)
                for (var u = 0; u < units; u++)
                {
                    var sum = bias[u];
                    for (var k = 0; k < features; k++) sum += x[0][(row * features) + k] * kernel[(k * units) + u];
                    y[(row * units) + u] = sum;
                }

            return y;
        }, kernel, bias);
    }

    private static double[] Global(double[] x, int[] shape, bool isMax) =>
        [.. Enumerable.Range(0, shape[0]).Select(channel => x.AsSpan(channel * shape[1] * shape[2], shape[1] * shape[2]).ToArray())
            .Select(values => isMax ? values.Max() : values.Average())];

    private static double[] Softmax(double[] x, int[] shape, int axis) => Each(shape[0], shape[1], shape[2], (f, i, j) =>
    {
        double Value(int k) => Math.Exp(x[((((axis == 0 ? k : f) * shape[1]) + i) * shape[2]) + (axis == 2 ? k : j)]);
        return Value(axis == 0 ? f : j) / Enumerable.Range(0, shape[axis]).Sum(Value);
    });

    private static (int Height, int Width, int Top, int Left) Window(int h, int w, int size, int stride, bool same)
    {
        if (!same) return (((h - size) / stride) + 1, ((w - size) / stride) + 1, 0, 0);
        var (oh, ow) = ((h + stride - 1) / stride, (w + stride - 1) / stride);
        return (oh, ow, Math.Max(0, ((oh - 1) * stride) + size - h) / 2, Math.Max(0, ((ow - 1) * stride) + size - w) / 2);
    }

    private static double At(double[] x, int c, int h, int w, int channel, int row, int column) =>
        channel < c && row >= 0 && row < h && column >= 0 && column < w ? x[(((channel * h) + row) * w) + column] : 0;

    private static double Sum(int first, int second, int third, Func<int, int, int, double> term) => Each(first, second, third, term).Sum();

    private static double[] Each(int first, int second, int third, Func<int, int, int, double> value)
    {
        var values = new double[first * second * third];
        for (var (i, place) = (0, 0); i < first; i++)
            for (var j = 0; j < second; j++)
                for (var k = 0; k < third; k++) values[place++] = value(i, j, k);
        return values;
    }

    private static JsonObject First(JsonObject? config = null)
    {
        config ??= [];
        config["data_format"] = "channels_first";
        return config;
    }

    private static JsonObject Layer(string className, string name, JsonObject config)
    {
        config["name"] = name;
        return new JsonObject { ["class_name"] = className, ["name"] = name, ["config"] = config, ["inbound_nodes"] = new JsonArray() };
    }

    private double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (double)(float)((random.NextDouble() - 0.5) * 1.4))];

    private void Add(string className, JsonObject config, int[] shape, Func<double[][], double[]> compute, params double[][] values) =>
        Add(className, config, shape, compute, [Last], values);

    private void Add(string className, JsonObject config, int[] shape, Func<double[][], double[]> compute, string[] inputs, params double[][] values)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"l{layers.Count}");
        var layer = Layer(className, name, config);
        layer["inbound_nodes"] = new JsonArray(new JsonArray([.. inputs.Select(input => (JsonNode)new JsonArray(input, 0, 0, new JsonObject()))]));
        layers.Add(layer);
        steps.Add((name, compute, inputs));
        shapes[name] = shape;
        if (values.Length > 0) weights[name] = values;
        Last = name;
    }
}
