using System.Text.Json;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Layers;

/// <summary>
/// RandAugment and AugMix: the amounts of Keras, checked against its formulas in NumPy (<c>tests/Golden/make_policies.py</c>), and who takes which.
/// </summary>
public sealed class RandAugmentTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "policies.json"))).RootElement;

    public static IEnumerable<TheoryDataRow<string>> Kinds =>
        Golden.GetProperty("keras").EnumerateArray().Select(change => new TheoryDataRow<string>(change.GetProperty("kind").GetString()!));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Colors_change_by_the_formulas_of_Keras(string name)
    {
        var golden = Golden.GetProperty("keras").EnumerateArray().First(change => change.GetProperty("kind").GetString() == name);
        float[] expected = Values(golden.GetProperty("values")), image = Values(Golden.GetProperty("part"));
        foreach (var scale in (float[])[1, 255])
        {
            var amount = golden.GetProperty("amount").GetSingle() / (name == "Shift" ? scale : 1);
            var change = new Change(Enum.Parse<PhotometricKind>(name), amount, golden.GetProperty("second").GetSingle(), (0, 255 / scale));
            var changed = change.Augment(new ImageBatch(new Tensor([1, 6, 7, 3], [.. image.Select(value => value / scale)]))).Images.Values;
            Assert.All(expected.Zip(changed), pair => Assert.Equal(pair.First, pair.Second * scale, 2e-3f));
        }
    }

    [Fact]
    public void Geometry_changes_as_by_the_layers_of_that_name()
    {
        var images = new Tensor([8, 9, 7, 2], [.. Enumerable.Repeat(LayerRunner.Normal(126), 8).SelectMany(values => values)]);
        foreach (var (operation, layer) in (List<(int, ImageAugmentation)>)
            [(0, new RandomShear((0.3, 0.3), (0.3, 0.3))), (1, new RandomTranslation((0.3, 0.3), (0.3, 0.3))), (2, new RandomRotation((0.3, 0.3)))])
        {
            var expected = layer.Augment(new ImageBatch(images), seed: 2).Images;
            var changed = new Chosen(operation).Augment(new ImageBatch(images), seed: 5).Images;
            var variants = Enumerable.Range(0, 8).Select(i => expected[i].Values.ToArray()).ToList();
            for (var i = 0; i < 8; i++)
                Assert.Contains(variants, variant => variant.Zip(changed[i].Values.ToArray()).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
            Assert.NotEqual(images.Values, changed.Values);
        }
    }

    /// <summary>Amounts are equal, so that images differ only by their operations, by the side of a shear and by solarization.</summary>
    [Fact]
    public void Operations_are_drawn_for_each_image_or_once_per_batch()
    {
        var images = new Tensor([40, 9, 7, 3], [.. Enumerable.Repeat(LayerRunner.Normal(189), 40).SelectMany(values => values)]);
        Assert.InRange(Variants(new RandAugment(1, (0.3, 0.3)) { ValueRange = (-9, 9) }, seed: 1), 8, 20);
        var perBatch = Enumerable.Range(0, 20)
            .Select(seed => Variants(new RandAugment(1, (0.3, 0.3)) { ValueRange = (-9, 9), PerBatch = true }, seed)).ToList();
        Assert.All(perBatch, variants => Assert.True(variants is 1 or 2 or > 30, $"{variants} variants"));
        Assert.InRange(perBatch.Count(variants => variants <= 2), 12, 20);
        Assert.InRange(Variants(new RandAugment(2, (0.3, 0.3)) { ValueRange = (-9, 9) }, seed: 1), 20, 40);
        Assert.InRange(Variants(new AugMix { ValueRange = (-9, 9) }, seed: 1), 38, 40);

        int Variants(ImageAugmentation layer, int seed)
        {
            var changed = layer.Augment(new ImageBatch(images), seed: seed).Images;
            return Enumerable.Range(0, 40).Select(i => string.Join(' ', changed[i].Values.ToArray().Select(value => MathF.Round(value, 4)))).Distinct().Count();
        }
    }

    /// <summary>
    /// Without strength seven of the twelve choices leave an image as it is; with a large α, each result is half the image and half the change.
    /// </summary>
    [Fact]
    public void AugMix_mixes_the_image_with_its_changes()
    {
        var images = new Tensor([600, 2, 2, 1], [.. Enumerable.Repeat((float[])[100, 150, 150, 100], 600).SelectMany(values => values)]);
        var changed = new AugMix(1, 1, factor: 0, alpha: 1e5).Augment(new ImageBatch(images), seed: 4).Images;
        var counts = Enumerable.Range(0, 600).CountBy(i => MathF.Round(changed[i].Values[0] / 5)).ToDictionary();
        Assert.InRange(counts[20], 310, 390);  // unchanged: 350 ± 12
        Assert.InRange(counts[10], 120, 180);  // automatic contrast, equalization and posterization give (100 + 0) / 2: 150 ± 11
        Assert.InRange(counts.GetValueOrDefault(25) + counts.GetValueOrDefault(26), 30, 75);  // solarization gives (100 + 155) / 2: 50 ± 7
    }

    [Fact]
    public void Layers_of_a_file_by_Keras_draw_operations_per_batch()
    {
        var read = (RandAugment)LayerCatalog.Create(
            "RandAugment", new Config("RandAugment", "augment", (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(
            """{"data_format":"channels_last","value_range":[0,1],"num_ops":3,"factor":[0,0.4],"interpolation":"nearest","seed":null}""")!));
        Assert.True(read.PerBatch);
        Assert.Equal((3, new FactorRange(0, 0.4), Interpolation.Nearest, (0, 1)), (read.NumOps, read.Factor, read.Interpolation, read.ValueRange));
    }

    private static float[] Values(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetSingle())];

    private sealed class Change(PhotometricKind kind, float amount, float second, (float Low, float High) range) : ImageAugmentation
    {
        protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
        {
            var parameters = context.Read(Variable.Constant("change", [(float)kind, amount, second])).Reshape([1, 3]);
            return nodes with { Images = new Node(new PhotometricOp(range.Low, range.High), nodes.Images, parameters) };
        }
    }

    private sealed class Chosen(int operation) : ImageAugmentation
    {
        protected override ImageNodes Augment(ImageNodes nodes, CallContext context) => new RandomChanges((0.3, 0.3), (-9, 9), Interpolation.Bilinear)
            .Apply(nodes, Arithmetic.Constant(operation).BroadcastTo([nodes.Images.Shape[0], 1]), context);
    }
}
