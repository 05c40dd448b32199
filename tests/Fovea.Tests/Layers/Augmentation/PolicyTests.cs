using System.Text.Json;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Layers;

/// <summary>
/// The changes of TrivialAugment and AutoAugment against the Python Imaging Library (<c>tests/Golden/make_policies.py</c>), which their papers used, and how
/// often each is drawn.
/// </summary>
public sealed class PolicyTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "policies.json"))).RootElement;

    public static IEnumerable<TheoryDataRow<string, double>> Changes => Golden.GetProperty("changes").EnumerateArray()
        .Select(change => new TheoryDataRow<string, double>(change.GetProperty("name").GetString()!, change.GetProperty("amount").GetDouble()));

    /// <summary>The library rounds each result, and the mean of an image's gray values, to whole levels.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_equals_that_of_the_imaging_library(string name, double amount)
    {
        var isSigned = name is "ShearX" or "ShearY" or "TranslateX" or "TranslateY" or "Rotate";
        var change = name is "Brightness" or "Color" or "Contrast" or "Sharpness"
            ? new PolicyChange(Enum.Parse<PhotometricKind>(name), amount)
            : PolicyChange.Of(name, amount);
        var images = Enumerable.Repeat(Values(Golden.GetProperty("image")), 8).SelectMany(values => values).ToArray();

        var changed = Run(new PolicyTable([change]), new Tensor([8, 18, 20, 3], images), scale: 1);
        var scaled = Run(new PolicyTable([change]), new Tensor([8, 18, 20, 3], [.. images.Select(value => value / 255)]), scale: 255);

        // The result is cut off to a level, and the gray or smooth value that it is mixed with is rounded.
        var tolerance = isSigned || name is "Posterize" or "Solarize" or "Equalize" or "Invert"
            ? 1e-3
            : name is "Color" or "Contrast" or "Sharpness"
            ? 1 + (0.5 * Math.Abs(1 - amount))
            : 1;
        var found = new HashSet<double>();
        var candidates = isSigned ? new[] { amount, -amount } : [amount];
        for (var i = 0; i < 8; i++)
        {
            var sign = candidates.First(each => each == candidates[^1] || Largest(Expected(name, each), changed[i]) < 1.01);
            found.Add(sign);
            Assert.InRange(Largest(Expected(name, sign), changed[i]), 0, tolerance);
            Assert.InRange(Largest(changed[i], scaled[i]), 0, 1e-3);
        }

        Assert.Equal(candidates.Length, found.Count);
    }

    /// <summary>Of a probability of 0.6 for an inversion and 1 for an equalization, and so on: the first change of a pair in its share of the images.</summary>
    [Fact]
    public void A_change_is_made_with_its_probability()
    {
        var table = PolicyTable.Parse("Invert 0.6, Solarize 0 5", (name, _) => PolicyChange.Of(name, 0));
        var images = new Tensor([2000, 1, 1, 1], Enumerable.Repeat(100f, 2000).ToArray());
        var changed = Run(table, images, scale: 1);
        Assert.InRange(changed.Count(image => image[0] == 155), 1130, 1270);  // 1200 ± 22
        Assert.InRange(changed.Count(image => image[0] == 100), 730, 870);
    }

    [Fact]
    public void Policies_have_25_pairs_of_known_changes() => Assert.All(AutoAugmentPolicies.All, text =>
        Assert.Equal(25, text.Split(';').Count(pair => pair.Split(',').All(change => PolicyChange.Of(change.Trim().Split(' ')[0], 1) is not null))));

    /// <summary>Black, white and gray images tell the changes apart: only brightness, solarization, inversion and shifts move them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Masks_and_boxes_follow_the_geometry_alone(bool isTrivial)
    {
        var values = LayerRunner.Normal(64 * 80).Select(value => value > 0.5 ? 1f : 0).ToArray();
        var batch = new ImageBatch(new Tensor([64, 8, 10, 1], values)) { Masks = new Tensor([64, 8, 10, 1], values) };
        ImageAugmentation layer = isTrivial ? new TrivialAugment { ValueRange = (0, 1) } : new AutoAugment(AutoAugmentPolicy.Svhn) { ValueRange = (0, 1) };
        var changed = layer.Augment(batch, seed: 3);
        var (moved, same) = (0, 0);
        for (var i = 0; i < 64; i++)
        {
            if (!changed.Masks![i].Values.SequenceEqual(batch.Masks[i].Values)) moved++;
            if (changed.Images[i].Values.SequenceEqual(changed.Masks[i].Values)) same++;
        }

        Assert.InRange(moved, 10, 60);
        Assert.InRange(same, 20, 64);
    }

    [Fact]
    public void Images_of_two_channels_are_refused()
    {
        var error = Assert.Throws<ShapeException>(() => new TrivialAugment().Augment(new ImageBatch(Tensor.Zeros([1, 4, 4, 2]))));
        Assert.Equal("TrivialAugment: expected images of 1 or 3 channels; received (4, 4, 2).", error.Message);
    }

    private static float[] Expected(string name, double amount) => Values(Golden.GetProperty("changes").EnumerateArray().First(change =>
        change.GetProperty("name").GetString() == name && Math.Abs(change.GetProperty("amount").GetDouble() - amount) < 1e-9).GetProperty("values"));

    private static float[] Values(JsonElement bytes) => [.. bytes.GetBytesFromBase64().Select(level => (float)level)];

    private static double Largest(float[] left, float[] right) => left.Zip(right).Max(pair => Math.Abs(pair.First - pair.Second));

    /// <summary>Changes all images by the first row of a table.</summary>
    private static float[][] Run(PolicyTable table, Tensor images, float scale)
    {
        var batch = images.Shape[0];
        var layer = new Table(table, 255 / scale, 9 / scale);
        var changed = layer.Augment(new ImageBatch(images), seed: 6).Images;
        return [.. Enumerable.Range(0, batch).Select(i => changed[i].Values.ToArray().Select(value => value * scale).ToArray())];
    }

    private sealed class Table(PolicyTable table, float high, float fillValue) : ImageAugmentation
    {
        protected override ImageNodes Augment(ImageNodes nodes, CallContext context) => table.Apply(
            nodes, Arithmetic.Constant(0).BroadcastTo([nodes.Images.Shape[0]]), context, new PolicySettings(0, high, Interpolation.Nearest, fillValue));
    }
}
