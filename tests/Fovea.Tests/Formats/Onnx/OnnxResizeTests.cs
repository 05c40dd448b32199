using Fovea.Formats.Onnx;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>Resize and Upsample in all their modes, computed by ONNX Runtime too.</summary>
public sealed class OnnxResizeTests : IDisposable
{
    private static readonly string[] Coordinates =
        ["half_pixel", "pytorch_half_pixel", "half_pixel_symmetric", "asymmetric", "align_corners", "tf_half_pixel_for_nn", "tf_crop_and_resize"];
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public static TheoryData<string, string> Modes =>
        [.. from mode in (string[])["nearest", "linear", "cubic"] from coordinates in Coordinates select (mode, coordinates)];

    private string Saved => Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The points lie where the scale puts them, not the ratio of the lengths: 0, (k + ½) / 1.3 − ½ … of 0 1 2 3, as ONNX' own test has it.</summary>
    [Fact]
    public void A_scale_that_gives_no_whole_size_places_the_points()
    {
        Write(13, "mode=linear coordinate_transformation_mode=half_pixel", [1, 1, 1, 4], [1, 1, 1, 1.3f], null);
        var model = Model.Load(Saved);
        var received = model.Predict(new Tensor([1, 1, 4, 1], [0, 1, 2, 3])).Values.ToArray();
        float[] expected = [0, 0.65384614f, 1.4230769f, 2.1923077f, 2.9615386f];
        Assert.Equal(expected, received, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    /// <summary>All modes of a coordinate transformation, with scales and sizes at random, up and down, and every setting that the mode has.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void Resize_gives_what_ONNX_Runtime_gives(string mode, string coordinates)
    {
        var random = new Random(mode.Length * 1000 + coordinates.Length);
        for (var trial = 0; trial < 24; trial++)
        {
            int[] shape = [1, 2, random.Next(1, 9), random.Next(1, 9)];
            var (settings, opset) =
                (new List<string> { $"mode={mode}", $"coordinate_transformation_mode={coordinates}" }, coordinates == "half_pixel_symmetric"
                ? 19
                : coordinates == "tf_half_pixel_for_nn"
                ? 13
                : random.Next(2) == 0
                ? 13
                : 18);
            if (mode == "nearest") settings.Add($"nearest_mode={((string[])["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])[trial % 4]}");
            if (mode == "cubic" && random.Next(2) == 0) settings.Add("cubic_coeff_a=-0.5");
            if (mode == "cubic" && random.Next(2) == 0 && coordinates != "tf_crop_and_resize") settings.Add("exclude_outside=1");
            if (coordinates == "tf_crop_and_resize") settings.Add("extrapolation_value=2.5");
            var isSize = trial % 3 == 0;
            float[] scales = [1, 1, 0.4f + (2.2f * random.NextSingle()), 0.4f + (2.2f * random.NextSingle())];
            if (trial % 5 == 0) (scales[2], scales[3]) = (2, 3);
            if (trial % 7 == 0) (scales[2], scales[3]) = (0.5f, 1);
            long[] sizes = [1, 2, random.Next(1, 14), random.Next(1, 14)];
            if (!isSize && ((int)(scales[2] * shape[2]) < 1 || (int)(scales[3] * shape[3]) < 1)) continue;
            float[]? roi = coordinates == "tf_crop_and_resize"
                ? [0, 0, 0.4f - random.NextSingle(), 0.3f, 1, 1, 0.6f + random.NextSingle(), 0.3f + (0.6f * random.NextSingle())]
                : null;
            Check(opset, string.Join(' ', settings), shape, isSize ? null : scales, isSize ? sizes : null, roi);
        }
    }

    [Theory]
    [InlineData("linear", "half_pixel", "")]
    [InlineData("linear", "asymmetric", "")]
    [InlineData("linear", "align_corners", "")]
    [InlineData("linear", "half_pixel", "exclude_outside=1")]
    [InlineData("cubic", "half_pixel", "")]
    [InlineData("cubic", "half_pixel", "exclude_outside=1 cubic_coeff_a=-0.5")]
    [InlineData("cubic", "pytorch_half_pixel", "")]
    public void Antialiased_images_are_those_of_ONNX_Runtime(string mode, string coordinates, string more)
    {
        foreach (var (height, width, down, across) in ((int, int, float, float)[])[(9, 8, 0.5f, 0.25f), (8, 12, 0.6f, 0.7f), (7, 5, 0.45f, 1.5f),
            (5, 6, 1, 0.5f), (4, 4, 2, 1.7f)])
            Check(18, $"antialias=1 mode={mode} coordinate_transformation_mode={coordinates} {more}", [1, 2, height, width], [1, 1, down, across], null, null);
    }

    [Theory]
    [InlineData("not_larger")]
    [InlineData("not_smaller")]
    [InlineData("stretch")]
    public void Proportions_are_kept_as_asked(string policy)
    {
        foreach (var (height, width) in ((long, long)[])[(7, 8), (3, 9), (12, 5)])
            Check(18, $"keep_aspect_ratio_policy={policy} mode=linear axes=2,3", [1, 2, 5, 6], null, [height, width], null);
        Check(18, "mode=nearest axes=3", [1, 2, 5, 6], [1.5f], null, null);
        Check(18, "mode=cubic axes=3,2", [1, 2, 5, 6], [1.5f, 0.7f], null, null);
        Check(18, "mode=linear coordinate_transformation_mode=tf_crop_and_resize axes=3,2", [1, 2, 5, 6], null, [4, 7], [0.1f, 0.2f, 0.9f, 1.3f]);
    }

    [Theory]
    [InlineData(7, "Upsample", "nearest")]
    [InlineData(9, "Upsample", "linear")]
    [InlineData(9, "Upsample", "nearest")]
    [InlineData(10, "Resize", "nearest")]
    [InlineData(10, "Resize", "linear")]
    public void Older_versions_give_what_ONNX_Runtime_gives(int opset, string type, string mode)
    {
        foreach (var (down, across) in ((float, float)[])[(2, 3), (1.5f, 2.3f), (1, 1.7f), (2, 1)])
        {
            WriteOlder(opset, type, mode, [1, 2, 5, 4], [1, 1, down, across]);
            Compare([1, 2, 5, 4], $"{type} {opset} {mode} {down} {across}");
        }

        if (type == "Upsample") return;
        WriteOlder(opset, type, mode, [1, 2, 5, 4], [1, 1, 0.6f, 0.5f]);
        Compare([1, 2, 5, 4], $"{type} {opset} {mode} down");
    }

    private void Check(int opset, string settings, int[] shape, float[]? scales, long[]? sizes, float[]? roi)
    {
        Write(opset, settings, shape, scales, sizes, roi);
        Compare(shape, $"{settings}, opset {opset}, {string.Join(" × ", shape)} by {(scales is null ? "" : string.Join(" ", scales))} "
            + $"to {(sizes is null ? "" : string.Join(" ", sizes))} of {(roi is null ? "all" : string.Join(" ", roi))}");
    }

    private void Compare(int[] shape, string what)
    {
        var random = new Random(5);
        float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (product, size) => product * size)).Select(_ => (random.NextSingle() * 2) - 1)];
        float[] expected;
        try
        {
            expected = OnnxRuntime.Run(Saved, [(shape, values)])[0];
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException error) when (error.Message.Contains("NOT_IMPLEMENTED", StringComparison.Ordinal)
            || error.Message.Contains("only support", StringComparison.Ordinal))
        {
            return;
        }

        var received = Model.Load(Saved)
            .Predict(new Tensor([shape[0], shape[2], shape[3], shape[1]], OnnxConstant.Transpose(values, [.. shape.Select(size => (long)size)], [0, 2, 3, 1])));
        OnnxRuntime.AssertEqual(
            expected,
            OnnxConstant.Transpose(received.Values.ToArray(), [.. received.Shape.Dimensions.ToArray().Select(size => (long)size)], [0, 3, 1, 2]), 256, what);
    }

    private void WriteOlder(int opset, string type, string mode, int[] shape, float[] scales)
    {
        var attributes = new Dictionary<string, OnnxAttribute> { ["mode"] = new() { Text = mode } };
        if (opset < 9) attributes["scales"] = new OnnxAttribute { Numbers = scales };
        Write(opset, new OnnxNode(type, opset < 9 ? ["x"] : ["x", "scales"], ["y"]) { Name = "node", Attributes = attributes }, shape, opset < 9
            ? []
            : [StoredArray.From("scales", new Shape(4), scales)]);
    }

    private void Write(int opset, string settings, int[] shape, float[]? scales, long[]? sizes, float[]? roi = null)
    {
        var constants = new List<StoredArray>();
        if (scales is not null) constants.Add(StoredArray.From("scales", new Shape(scales.Length), scales));
        if (roi is not null) constants.Add(StoredArray.From("roi", new Shape(roi.Length), roi));
        if (sizes is not null)
            constants.Add(
                new StoredArray(
                "sizes", new Shape(sizes.Length), StoredType.Int64, () => System.Runtime.InteropServices.MemoryMarshal.AsBytes(sizes.AsSpan()).ToArray()));
        var attributes = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('=')).ToDictionary(pair => pair[0], pair =>
            char.IsLetter(pair[1][0]) ? new OnnxAttribute { Text = pair[1] }
            : pair[1].Contains('.', StringComparison.Ordinal)
                ? new OnnxAttribute { Number = float.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture) }
            : pair[0] == "axes" ? new OnnxAttribute { Integers = [.. pair[1].Split(',').Select(long.Parse)] }
            : new OnnxAttribute { Integer = long.Parse(pair[1]) });
        Write(opset,
            new OnnxNode(
            "Resize", ["x", roi is null ? "" : "roi", scales is null ? "" : "scales", .. sizes is null ? (string[])[] : ["sizes"]], ["y"])
            {
                Name = "node",
                Attributes = attributes
            }, shape, constants);
    }

    private void Write(int opset, OnnxNode node, int[] shape, IEnumerable<StoredArray> constants) =>
        OnnxWriter.Write(
            new OnnxModel(
            new OnnxGraph(
            "graph", [node], [new OnnxValue("x", 1, [null, .. shape.Skip(1).Select(size => (long?)size)])], [new OnnxValue("y", 1, [])],
            constants.ToDictionary(constant => constant.Name)))
            {
                IrVersion = 8,
                Opsets = new Dictionary<string, long> { [""] = opset },
            }, Saved);
}
