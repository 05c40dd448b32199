using System.Text.Json;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Layers;

/// <summary>Transforms of images compared with scipy, Pillow and NumPy (tests/Golden/make_geometry.py).</summary>
public sealed class GoldenGeometryTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "geometry.json"))).RootElement.Clone();

    public static IEnumerable<TheoryDataRow<int>> Boxes =>
        Enumerable.Range(0, Golden.GetProperty("boxes").GetArrayLength()).Select(i => new TheoryDataRow<int>(i));

    public static IEnumerable<TheoryDataRow<int>> Crops =>
        Enumerable.Range(0, Golden.GetProperty("crops").GetArrayLength()).Select(i => new TheoryDataRow<int>(i));

    [Theory]
    [InlineData("bilinear", Interpolation.Bilinear)]
    [InlineData("nearest", Interpolation.Nearest)]
    public void Images_are_read_where_scipy_reads_them(string name, Interpolation interpolation)
    {
        var sampling = Golden.GetProperty("sampling");
        var image = Numbers(sampling.GetProperty("image"));
        foreach (var golden in sampling.GetProperty("maps").EnumerateArray())
        {
            var (fill, map) = (Fill(golden), Numbers(golden.GetProperty("map")));
            var output = Run(x => x[0].ProjectiveTransform(x[1], (8, 6), fill, interpolation, 0.7), ([1, 7, 9, 3], image), ([1, 8], map));
            Equal(golden.GetProperty(name), output, 3e-6);
            if (map[6] == 0 && map[7] == 0)
            {
                var op = new ImageSamplingOp(PositionRule.Affine, (8, 6), fill, interpolation, 0.7f);
                Assert.Equal(output, Run(x => new Node(op, x), ([1, 7, 9, 3], image), ([1, 6], map[..6])));
            }
        }

        foreach (var golden in sampling.GetProperty("grids").EnumerateArray())
        {
            var positions = Numbers(golden.GetProperty("positions"));
            Equal(golden.GetProperty(name),
                Run(x => x[0].SampleAt(x[1], Fill(golden), interpolation, 0.7), ([1, 7, 9, 3], image), ([1, 4, 5, 2], positions)), 3e-6);
        }

        static FillMode Fill(JsonElement golden) => Enum.Parse<FillMode>(golden.GetProperty("fill").GetString()!);
    }

    /// <summary>Pixel values are up to 255, so the tolerance is 10⁻⁶ of them.</summary>
    [Fact]
    public void Images_are_transformed_as_by_Pillow()
    {
        var pillow = Golden.GetProperty("pillow");
        Shape shape = [1, pillow.GetProperty("height").GetInt32(), pillow.GetProperty("width").GetInt32(), 1];
        var image = Numbers(pillow.GetProperty("image"));
        foreach (var golden in pillow.GetProperty("cases").EnumerateArray())
        {
            var map = Numbers(golden.GetProperty("map"));
            var output = Run(x => x[0].ProjectiveTransform(x[1], (9, 10), FillMode.Constant, Interpolation.Bilinear), (shape, image), ([1, 8], map));
            Equal(golden.GetProperty("output"), output, 3e-4);
        }
    }

    [Fact]
    public void A_perspective_is_that_of_the_moved_corners()
    {
        foreach (var golden in Golden.GetProperty("perspectives").EnumerateArray())
        {
            Size2D size = (golden.GetProperty("height").GetInt32(), golden.GetProperty("width").GetInt32());
            var factors = Numbers(golden.GetProperty("factors"));

            // x of the second corner, y of the third, x and y of the fourth.
            var output = Run(x => AllOf(RandomPerspective.Map(1 + x[0], 1 + x[1], 1 + x[2], 1 + x[3], size)),
                ([1, 1], [factors[2]]), ([1, 1], [factors[5]]), ([1, 1], [factors[6]]), ([1, 1], [factors[7]]));

            Equal(golden.GetProperty("map"), output, 3e-6);
        }

        static Node AllOf(ProjectiveMap map) => Concatenation.Concatenate(
            1, map.A, map.B ?? (0 * map.A), map.C ?? (0 * map.A), map.D ?? (0 * map.A), map.E, map.F ?? (0 * map.A), map.G!, map.H!);
    }

    [Fact]
    public void Elastic_distances_are_blurred_noise()
    {
        foreach (var golden in Golden.GetProperty("elastic").EnumerateArray())
        {
            var (height, width) = (golden.GetProperty("height").GetInt32(), golden.GetProperty("width").GetInt32());
            var (noise, strength) = (Numbers(golden.GetProperty("noise")), (float)golden.GetProperty("strength").GetDouble());
            var context = new CallContext(training: true);

            var output = Run(x => RandomElasticTransform.Distances(x[0], x[1], context), ([1, 2, height, width], noise), ([1, 1], [strength]));

            Equal(golden.GetProperty("distances"), output, 1e-5);
        }
    }

    /// <summary>From the noise to the image, as scipy's convolve and map_coordinates; values are up to 255.</summary>
    [Fact]
    public void Elastic_images_are_those_of_scipy()
    {
        foreach (var golden in Golden.GetProperty("elastic images").EnumerateArray())
        {
            int[] shape = [.. golden.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            var fill = Enum.Parse<FillMode>(golden.GetProperty("fill").GetString()!);
            var layer = new RandomElasticTransform(fillMode: fill, fillValue: 0.7);
            var context = new CallContext(training: true);

            var output = Run(x => layer.Move(new ImageNodes(x[0]), RandomElasticTransform.Distances(x[1], x[2], context), context).Images,
                ([1, .. shape], Numbers(golden.GetProperty("image"))), ([1, 2, shape[0], shape[1]], Numbers(golden.GetProperty("noise"))),
                ([1, 1], [(float)golden.GetProperty("strength").GetDouble()]));

            Equal(golden.GetProperty("moved"), output, 2e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Boxes))]
    public void Boxes_are_moved_to_their_corners(int index)
    {
        var golden = Golden.GetProperty("boxes")[index];
        var amount = golden.GetProperty("amount").GetDouble();
        ImageAugmentation layer = golden.GetProperty("kind").GetString() switch
        {
            "rotation" => new RandomRotation((amount, amount)),
            "shear" => new RandomShear((amount, amount)),
            "zoom" => new RandomZoom((amount, amount)),
            _ => new RandomGeometry(flip: null, rotation: 0, scale: (1, 1), pAffine: 1) { Warp = (amount, amount) },
        };
        var batch = new ImageBatch(Tensor.Zeros([1, 40, 60, 1]))
        {
            Boxes = new Tensor([1, 1, 4], Numbers(golden.GetProperty("box"))),
            BoxFormat = BoxFormat.Xyxy,
            BoxLabels = Tensor.Zeros([1, 1]),
        };

        // A shear goes to either side: the seed decides.
        var moved = Enumerable.Range(0, 8).Select(seed => layer.Augment(batch, seed: seed).Boxes!.Values.ToArray()).ToArray();

        var expected = Numbers(golden.GetProperty("moved"));
        Assert.Contains(moved, box => box.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4));
    }

    /// <summary>2,000 crops; means are within five of their standard deviations, and the deviation of areas within 10 %.</summary>
    [Theory]
    [MemberData(nameof(Crops))]
    public void Random_crops_have_the_distribution_of_torchvision(int index)
    {
        const int Images = 2000;
        var golden = Golden.GetProperty("crops")[index];
        var (height, width) = (golden.GetProperty("height").GetInt32(), golden.GetProperty("width").GetInt32());
        var (scale, ratio, area, logs) = (Pair("scale"), Pair("ratio"), Pair("area"), Pair("log ratio"));
        float[] coordinates = [.. Enumerable.Range(0, height * width).SelectMany(i => (float[])[i % width, i / width])];
        var layer = new RandomResizedCrop(4, scale, ratio, antialias: false);

        var output = layer.Apply(new Tensor([Images, height, width, 2], [.. Enumerable.Repeat(coordinates, Images).SelectMany(values => values)]), true, 3)
            .Values;

        // Output pixels 1 and 2 of 4 are read a quarter of the part from each other, far from its border.
        var parts = Enumerable.Range(0, Images).Select(i => 32 * i).Select(start =>
            (W: 4.0 * (output[start + 20 + 2] - output[start + 20]), H: 4.0 * (output[start + 20 + 1] - output[start + 12 + 1]))).ToArray();
        double[] areas = [.. parts.Select(part => part.W * part.H / (height * width))], ratios = [.. parts.Select(part => Math.Log(part.W / part.H))];
        Assert.Equal(area.Item1, areas.Average(), 1e-4 + (5 * area.Item2 / Math.Sqrt(Images)));
        Assert.Equal(logs.Item1, ratios.Average(), 1e-4 + (5 * logs.Item2 / Math.Sqrt(Images)));
        Assert.Equal(area.Item2, Math.Sqrt(areas.Average(value => Math.Pow(value - areas.Average(), 2))), 1e-4 + (0.1 * area.Item2));

        (double, double) Pair(string name) => (golden.GetProperty(name)[0].GetDouble(), golden.GetProperty(name)[1].GetDouble());
    }

    private static float[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(value => (float)value.GetDouble())];

    private static float[] Run(Func<Node[], Node> build, params (Shape Shape, float[] Values)[] inputs)
    {
        Node[] nodes = [.. inputs.Select((input, i) => new Node(new InputOp($"x{i}", input.Shape)))];
        var plan = Plan.Compile(new Graph([build(nodes)]));
        for (var i = 0; i < nodes.Length; i++) inputs[i].Values.CopyTo(plan.Input(nodes[i]));
        plan.Run();
        return plan.Output(0).ToArray();
    }

    /// <summary>Compares with golden values; null is not compared.</summary>
    private static void Equal(JsonElement golden, float[] actual, double tolerance)
    {
        Assert.Equal(golden.GetArrayLength(), actual.Length);
        foreach (var (expected, value) in golden.EnumerateArray().Zip(actual))
        {
            if (expected.ValueKind != JsonValueKind.Null) Assert.Equal(expected.GetDouble(), value, tolerance);
        }
    }
}
