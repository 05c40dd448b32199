using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Fovea.Tests.Formats.Tflite;

/// <summary>Whole files: quantized numbers, several operators, metadata, and damage.</summary>
public sealed class TfliteReadingTests : IDisposable
{
    private const int UInt8 = 3;
    private const int Int8 = 9;
    private const int Float16 = 1;
    private const int Int32 = 2;
    private const int Int4 = 17;
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;
    private readonly Random random = new(7);

    private string Saved => Path.Combine(folder, "model.tflite");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(UInt8, new[] { 0.02f }, new[] { 130L })]
    [InlineData(Int8, new[] { 0.02f, 0.5f, 0.001f }, new[] { 0L, 0L, 0L })]
    [InlineData(Int8, new[] { 0.25f }, new[] { -7L })]
    public void Quantized_weights_are_dequantized(int type, float[] scales, long[] zeros)
    {
        var file = new TfliteFile();
        var bytes = Bytes(3 * 2 * 2 * 5);
        var (x, w) = (file.Tensor("x", 0, [1, 4, 6, 5]), file.Tensor("w", type, [3, 2, 2, 5], bytes, (scales, zeros, 0)));
        int[] biases = [100, -2000, 7];
        var b = file.Tensor(
            "b", Int32, [3], MemoryMarshal.AsBytes(biases.AsSpan())
            .ToArray(), ([.. scales.Select(scale => scale * 0.01f)], zeros.Length > 1 ? [0, 0, 0] : [0], 0));
        var y = file.Tensor("y", 0, [1, 3, 5, 3]);
        file.Operator(3, [x, w, b], [y], "1 0b1 1i1 2i1");
        var kernel = Grid.Of([3, 2, 2, 5], o => Of(scales, o[0]) * (Number(type, bytes, (((((o[0] * 2) + o[1]) * 2) + o[2]) * 5) + o[3]) - Of(zeros, o[0])));
        Check(file, x, y,
            (input, o) =>
            (Of(scales, o[3]) * (double)0.01f * biases[o[3]])
            + Grid.Sum([2, 2, 5], k => input[o[0], o[1] + k[0], o[2] + k[1], k[2]] * kernel[o[3], k[0], k[1], k[2]]), [3, 5, 3]);
        Model.Load(Saved, out var report);
        var expected = scales.Length > 1 ? "scales of dimension 0, OHWI to HWIO" : $"{scales[0]} * (q - {zeros[0]}), OHWI to HWIO";
        Assert.Contains(
            report.Tensors, tensor => tensor is { Source: "w", Target: "y/kernel", TargetShape: { } shape } && shape == [2, 2, 5, 3] && tensor.Note == expected
            && tensor.StoredAs == (type == Int8 ? "int8" : "uint8"));
    }

    /// <summary>Two numbers a byte, the first in the lower half, from −8 to 7.</summary>
    [Fact]
    public void Weights_of_four_bits_are_read()
    {
        var file = new TfliteFile();
        var (x, w, y) =
            (file.Tensor("x", 0, [1, 5]), file.Tensor("w", Int4, [3, 5], [0x18, 0xF7, 0x20, 0x43, 0x65, 0x87, 0x09, 0xBA], ([0.5f], [0], 0)),
            file.Tensor("y", 0, [1, 3]));
        file.Operator(9, [x, w], [y], "8");
        double[,] weights = { { -8, 1, 7, -1, 0 }, { 2, 3, 4, 5, 6 }, { 7, -8, -7, 0, -6 } };
        Check(file, x, y, (input, o) => Enumerable.Range(0, 5).Sum(k => input[o[0], k] * 0.5 * weights[o[1], k]), [3], [5]);
    }

    /// <summary>As MediaPipe's files have them: weights of 16 bits, each with an operator that widens it.</summary>
    [Fact]
    public void Weights_of_16_bits_are_widened()
    {
        var file = new TfliteFile();
        Half[] halves = [.. Enumerable.Range(0, 15).Select(_ => (Half)random.NextSingle())];
        var (x, w, wide, y) =
            (file.Tensor("x", 0, [1, 5]), file.Tensor("w", Float16, [3, 5], MemoryMarshal.AsBytes(halves.AsSpan()).ToArray()), file.Tensor("wide", 0, [3, 5]),
            file.Tensor("y", 0, [1, 3]));
        file.Operator(6, [w], [wide], "38");
        file.Operator(9, [x, wide, -1], [y], "8");
        Check(file, x, y, (input, o) => Enumerable.Range(0, 5).Sum(k => input[o[0], k] * (double)halves[(o[1] * 5) + k]), [3], [5]);
        Model.Load(Saved, out var report);
        Assert.Contains(report.Tensors, tensor => tensor is { Source: "w", StoredAs: "float16", Note: "float16 to float32, transposed" });
    }

    /// <summary>
    /// Converters leave out an activation that the range of a value's numbers makes superfluous: where it begins at zero, it is a relu up to its end. A range
    /// around zero was only measured, and cuts nothing; nor does the end of a range behind an activation that is there.
    /// </summary>
    [Theory]
    [InlineData(Int8, 0.01f, -128, 0, 0, 2.55)]
    [InlineData(UInt8, 6 / 255f, 0, 0, 0, 6)]
    [InlineData(UInt8, 0.01f, 128, 0, double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(UInt8, 0.01f, 0, 3, 0, 6)]
    [InlineData(Int8, 0.01f, -128, 1, 0, double.PositiveInfinity)]
    public void A_range_from_zero_on_is_an_activation(int type, float scale, long zero, int fused, double min, double max)
    {
        var file = new TfliteFile();
        var matrix = Grid.Of([3, 5], _ => (float)((random.NextDouble() * 8) - 4));
        var (x, w) = (file.Tensor("x", 0, [1, 5]), file.Floats("w", [3, 5], Array.ConvertAll(matrix.Values, value => (float)value)));
        var y = file.Tensor("y", type, [1, 3], quantization: ([scale], [zero], 0));
        file.Operator(9, [x, w], [y], $"8 0b{fused}");
        Check(file, x, y, (input, o) => Math.Clamp(Enumerable.Range(0, 5).Sum(k => input[o[0], k] * matrix[o[1], k]), min, max), [3], [5]);
    }

    [Fact]
    public void A_quantized_input_takes_real_numbers()
    {
        var file = new TfliteFile();
        var (x, real, y) = (file.Tensor("x", UInt8, [1, 5], quantization: ([0.5f], [10], 0)), file.Tensor("real", 0, [1, 5]), file.Tensor("y", 0, [1, 5]));
        file.Operator(6, [x], [real]);
        file.Operator(28, [real], [y]);
        Check(file, x, y, (input, o) => Math.Tanh(input[o]), [5], [5]);
        Model.Load(Saved, out var report);
        Assert.Contains("the input 'x' is uint8 in the file and float32 here, 0.5 * (q - 10), from -5 to 122.5.", report.Notes);
    }

    [Theory]
    [InlineData(49, "35 0i2", 4, new[] { 3 }, 3, 3)]
    [InlineData(102, "79 0i2", 5, new[] { 2, 4 }, 2, 4)]
    public void Parts_are_separate_outputs(int code, string options, int places, int[] sizes, int first, int second)
    {
        var file = new TfliteFile();
        var x = file.Tensor("x", 0, [1, places, 6]);
        var (axis, given) = (file.Whole("axis", -1), file.Whole("sizes", sizes));
        var (a, b) = (file.Tensor("a", 0, [1, places, first]), file.Tensor("b", 0, [1, places, second]));
        file.Operator(code, code == 49 ? [axis, x] : [x, given, axis], [a, b], options);
        File.WriteAllBytes(Saved, file.Build([x], [b, a]));
        var model = Model.Load(Saved);
        float[] numbers = [.. Enumerable.Range(0, places * 6)];
        var results = model.Predict([new Tensor([1, places, 6], numbers)]);
        Assert.Equal(numbers.Where((_, i) => i % 6 >= first), results[0].Values.ToArray());
        Assert.Equal(numbers.Where((_, i) => i % 6 < first), results[1].Values.ToArray());
    }

    [Fact]
    public void Rows_are_unpacked()
    {
        var file = new TfliteFile();
        var x = file.Tensor("x", 0, [1, 2, 3]);
        int[] rows = [file.Tensor("a", 0, [1, 3]), file.Tensor("b", 0, [1, 3])];
        file.Operator(88, [x], rows, "64 0i2 1i1");
        File.WriteAllBytes(Saved, file.Build([x], rows));
        var results = Model.Load(Saved).Predict([new Tensor([1, 2, 3], [1f, 2, 3, 4, 5, 6])]);
        Assert.Equal([4f, 5, 6], results[1].Values.ToArray());
    }

    /// <summary>TensorFlow 1 writes a dilated convolution as one of every second row and column; the margins make the image a multiple of two.</summary>
    [Theory]
    [InlineData(1, new[] { 2, 2, 2, 2 }, new[] { 0, 0, 0, 0 }, 4, 6, 2, 2)]
    [InlineData(1, new[] { 2, 4, 2, 4 }, new[] { 0, 2, 0, 2 }, 4, 6, 2, 2)]
    [InlineData(0, new[] { 0, 0, 0, 0 }, new[] { 0, 0, 0, 0 }, 4, 6, 2, 2)]
    [InlineData(1, new[] { 0, 0, 0, 0 }, new[] { 0, 0, 1, 0 }, 0, 1, 0, -1)]
    public void A_dilated_convolution_in_three_operators_is_one(int padding, int[] pads, int[] crops, int height, int width, int top, int left)
    {
        var (file, kernel) = (new TfliteFile(), Grid.Of([3, 3, 3, 5], _ => (float)random.NextDouble()));
        var x = file.Tensor("x", 0, [1, 4, 6, 5]);
        if (height == 0) (height, kernel) = (2, Grid.Of([3, 2, 3, 5], _ => (float)random.NextDouble()));
        var w = file.Floats("w", kernel.Shape, Array.ConvertAll(kernel.Values, value => (float)value));
        var (block, before, after) =
            (file.Whole("block", 2, 2), file.Tensor("pads", Int32, [2, 2], MemoryMarshal.AsBytes(pads.AsSpan()).ToArray()),
            file.Tensor("crops", Int32, [2, 2], MemoryMarshal.AsBytes(crops.AsSpan()).ToArray()));
        var (dealt, convolved, y) = (file.Tensor("dealt", 0, []), file.Tensor("convolved", 0, []), file.Tensor("y", 0, [1, height, width, 3]));
        file.Operator(38, [x, block, before], [dealt]);
        file.Operator(3, [dealt, w], [convolved], $"1 0b{padding} 1i1 2i1 3b1");
        file.Operator(37, [convolved, block, after], [y]);
        Check(file, x, y,
            (input, o) =>
            Math.Max(
            0, Grid.Sum(kernel.Shape[1..], k => input[o[0], o[1] + (2 * k[0]) - top, o[2] + (2 * k[1]) - left, k[2]] * kernel[o[3], k[0], k[1], k[2]])),
            [height, width, 3]);
    }

    /// <summary>As the converter of TensorFlow 2 flattens where the size of the batch is open.</summary>
    [Fact]
    public void Shapes_are_computed_while_a_file_is_read()
    {
        var file = new TfliteFile();
        var x = file.Tensor("x", 0, [1, 4, 6, 5], signature: [-1, 4, 6, 5]);
        var (shape, zero, one, rest) =
            (file.Tensor("shape", Int32, [4]), file.Whole("zero", 0), file.Whole("one", 1), file.Tensor("rest", Int32, [], BitConverter.GetBytes(120)));
        var (batch, target, y) = (file.Tensor("batch", Int32, []), file.Tensor("target", Int32, [2]), file.Tensor("y", 0, [1, 120], signature: [-1, 120]));
        file.Operator(77, [x], [shape], "55");
        file.Operator(45, [shape, zero, one, one], [batch], "32 4i1");
        file.Operator(83, [batch, rest], [target], "59 0i2");
        file.Operator(22, [x, target], [y]);
        Check(file, x, y, (input, o) => input.As(2, 120)[o], [120]);
    }

    [Fact]
    public void Open_sizes_can_be_given()
    {
        var file = new TfliteFile();
        var (x, y) = (file.Tensor("x", 0, [1, 1, 1, 3], signature: [-1, -1, -1, 3]), file.Tensor("y", 0, [1, 1, 1, 3], signature: [-1, -1, -1, 3]));
        file.Operator(17, [x], [y], "5 0b1 1i2 2i2 3i2 4i2");
        File.WriteAllBytes(Saved, file.Build([x], [y]));
        Assert.Equal([4, 6, 3], Model.Load(Saved, [8, 12, 3]).OutputShape);
        var any = Model.Load(Saved);
        Assert.Equal(("(None, None, None, 3)", "(None, None, None, 3)"), (any.Input.ToString(), any.Output.ToString()));
        Assert.Equal([1, 4, 6, 3], any.Predict(new Tensor([1, 8, 12, 3], new float[8 * 12 * 3])).Shape);
    }

    [Fact]
    public void An_output_that_is_a_place_becomes_the_scores()
    {
        var file = new TfliteFile();
        var (x, scores, axis, y) = (file.Tensor("x", 0, [1, 5]), file.Tensor("scores", 0, [1, 5]), file.Whole("axis", 1), file.Tensor("y", 4, [1]));
        file.Operator(28, [x], [scores]);
        file.Operator(56, [scores, axis], [y], "40 0b4");
        File.WriteAllBytes(Saved, file.Build([x], [y]));
        Assert.Equal(MathF.Tanh(0.5f), Model.Load(Saved, out var report).Predict(new Tensor([1, 5], [0.5f, 0, 0, 0, 0])).Values[0], 1e-6f);
        Assert.Contains("the output 'y' is the ARG_MAX of 'scores' in the file; here it is the scores themselves.", report.Notes);
    }

    [Fact]
    public void Operators_that_no_output_needs_may_be_any()
    {
        var file = new TfliteFile();
        var (x, y, z) = (file.Tensor("x", 0, [1, 5]), file.Tensor("y", 0, [1, 5]), file.Tensor("z", 0, [1, 5]));
        file.Operator(32, [x], [z], custom: "Own");
        file.Operator(28, [x], [y]);
        File.WriteAllBytes(Saved, file.Build([x], [y]));
        Model.Load(Saved, out var report);
        Assert.Contains("1 operators that no output needs are left out.", report.Notes);
        File.WriteAllBytes(Saved, file.Build([x], [z]));
        Assert.Equal(
            "'model.tflite': the operator Own of 'z' is a custom operator, which is not supported.",
            Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
    }

    /// <summary>Labels lie in an archive behind the model, its places counted from the beginning of the file.</summary>
    [Fact]
    public void Names_of_classes_are_read()
    {
        using (var stream = new MemoryStream())
        {
            stream.Write(TfliteFile.Example());
            using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            using (var entry = zip.CreateEntry("labels.txt").Open())
                entry.Write("cat\r\ndog\r\nthe third\r\n\u00fcber\r\n"u8);
            File.WriteAllBytes(Saved, stream.ToArray());
        }

        var model = Model.Load(Saved);
        Assert.Equal(["cat", "dog", "the third", "\u00fcber"], model.ClassNames);
        File.WriteAllBytes(Saved, TfliteFile.Example());
        Assert.Empty(Model.Load(Saved, out var report).ClassNames);
        Assert.Contains(
            report.Notes, note =>
            note.StartsWith(
            "the metadata of the file are damaged and were ignored: 'model.tflite': the archive after the model is damaged: ", StringComparison.Ordinal));
    }

    /// <summary>
    /// The bytes of a quantized input are the pixels, whatever the metadata say of the network of floats that it was made of; for floats the metadata count.
    /// </summary>
    [Theory]
    [InlineData(UInt8, 1 / 255f, 0L, null, null, "0..1")]
    [InlineData(UInt8, 0.0078125f, 128L, null, null, "(pixel - 128) / 128")]
    [InlineData(Int8, 0.0078125f, -1L, null, null, "(pixel - 127) / 128")]
    [InlineData(UInt8, 0f, 0L, null, null, "0..255")]
    [InlineData(UInt8, 0.5f, 3L, new[] { 127.5f }, new[] { 127.5f }, "(pixel - 3) / 2")]
    [InlineData(0, 0f, 0L, new[] { 127.5f }, new[] { 127.5f }, "-1..1")]
    [InlineData(0, 0f, 0L, new[] { 1f, 2, 3 }, new[] { 4f, 5, 6 }, "(pixel - 1, 2, 3) / 4, 5, 6")]
    [InlineData(0, 0f, 0L, null, null, null)]
    [InlineData(0, 0f, 0L, new[] { 1f, 2 }, new[] { 4f }, null)]
    public void Files_say_how_images_become_numbers(int type, float scale, long zero, float[]? mean, float[]? deviation, string? expected)
    {
        var file = new TfliteFile { Metadata = mean is null ? [] : [("TFLITE_METADATA", TfliteFile.MetadataOf(mean, deviation!, ""))] };
        var (x, real, y) =
            (file.Tensor("x", type, [1, 4, 6, 3], quantization: scale > 0 ? ([scale], [zero], 0) : null), file.Tensor("real", 0, [1, 4, 6, 3]),
            file.Tensor("y", 0, [1, 4, 6, 3]));
        file.Operator(53, [x], [real], $"37 0b{type} 1b0");
        file.Operator(28, [real], [y]);
        File.WriteAllBytes(Saved, file.Build([x], [y]));
        var pixels = Model.Load(Saved).ImageInput?.Pixels;
        var scaled = expected switch
        {
            null => null,
            "0..1" => PixelScale.ZeroToOne,
            "0..255" => PixelScale.ZeroTo255,
            "-1..1" => PixelScale.MinusOneToOne,
            "(pixel - 128) / 128" => new PixelScale(1, [128], [128]),
            "(pixel - 3) / 2" => new PixelScale(1, [3], [2]),
            "(pixel - 127) / 128" => new PixelScale(1, [127], [128]),
            _ => new PixelScale(1, [1, 2, 3], [4, 5, 6]),
        };
        Assert.Equal(scaled, pixels);
    }

    /// <summary>As converters write them: the bias of a depthwise convolution names the dimension of the kernel that its scales are of.</summary>
    [Fact]
    public void The_bias_of_a_depthwise_convolution_may_name_the_dimension_of_its_kernel()
    {
        var file = new TfliteFile();
        var bytes = Bytes(5);
        int[] biases = [1, 2, 3, 4, 5];
        float[] scales = [0.1f, 0.2f, 0.3f, 0.4f, 0.5f];
        var (x, w) = (file.Tensor("x", 0, [1, 4, 6, 5]), file.Tensor("w", Int8, [1, 1, 1, 5], bytes, (scales, [0, 0, 0, 0, 0], 3)));
        var (b, y) =
            (file.Tensor("b", Int32, [5], MemoryMarshal.AsBytes(biases.AsSpan()).ToArray(), (scales, [0, 0, 0, 0, 0], 3)), file.Tensor("y", 0, [1, 4, 6, 5]));
        file.Operator(4, [x, w, b], [y], "2 0b0 1i1 2i1 3i1");
        Check(file, x, y, (input, o) => scales[o[3]] * ((input[o] * (sbyte)bytes[o[3]]) + biases[o[3]]), [4, 6, 5]);
    }

    [Theory]
    [InlineData("TFL2", 3, "expected a TFLite file, which has TFL3 at its fifth byte.")]
    [InlineData("TFL3", 2, "the file is of version 2 of TFLite's schema; expected 3.")]
    public void Other_versions_are_refused(string identifier, uint version, string sentence)
    {
        var file = new TfliteFile { Identifier = identifier, Version = version };
        var x = file.Tensor("x", 0, [1, 5]);
        File.WriteAllBytes(Saved, file.Build([x], [x]));
        Assert.Equal($"'model.tflite': {sentence}", Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
    }

    [Fact]
    public void A_constant_of_another_length_is_refused()
    {
        var file = new TfliteFile();
        var (x, w, y) = (file.Tensor("x", 0, [1, 5]), file.Tensor("w", Int8, [3, 5], Bytes(14), ([1], [0], 0)), file.Tensor("y", 0, [1, 3]));
        file.Operator(9, [x, w], [y], "8");
        File.WriteAllBytes(Saved, file.Build([x], [y]));
        Assert.Equal(
            "'model.tflite': the operator FULLY_CONNECTED of 'y' cannot be read: its input 'w' (3, 5) int8 has 14 bytes; expected 15.",
            Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
    }

    private static double Of<T>(T[] values, int i)
        where T : IConvertible => Convert.ToDouble(values[values.Length == 1 ? 0 : i], System.Globalization.CultureInfo.InvariantCulture);

    private static double Number(int type, byte[] bytes, int i) => type == Int8 ? (sbyte)bytes[i] : bytes[i];

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Compares what the file gives for two samples with a formula in float64.</summary>
    private void Check(TfliteFile file, int x, int y, Func<Grid, int[], double> formula, int[] output, params int[] input)
    {
        if (input.Length == 0) input = [4, 6, 5];
        File.WriteAllBytes(Saved, file.Build([x], [y]));
        var model = Model.Load(Saved);
        var grid = Grid.Of([2, .. input], _ => (float)((random.NextDouble() * 2) - 1));
        var expected = Grid.Of([2, .. output], index => formula(grid, index));
        var received = model.Predict(new Tensor(new Shape([2, .. input]), Array.ConvertAll(grid.Values, value => (float)value)));
        Assert.Equal(new Shape([2, .. output]), received.Shape);
        var worst = expected.Values.Zip(received.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst < 1e-5 * Math.Max(1, expected.Values.Max(Math.Abs)), $"the worst difference is {worst:G3}");
    }
}
