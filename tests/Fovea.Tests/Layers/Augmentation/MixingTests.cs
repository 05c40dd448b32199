using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Layers;

/// <summary>MixUp and CutMix: the images, their labels, masks and boxes, and the distribution of the shares.</summary>
public sealed class MixingTests
{
    private const int Images = 12;

    [Fact]
    public void MixUp_mixes_images_and_labels_with_the_same_share_of_the_same_partner()
    {
        var batch = Batch();
        var mixed = new MixUp(1).Augment(batch, seed: 4);
        var partners = new HashSet<int>();
        for (var i = 0; i < Images; i++)
        {
            var label = mixed.Labels![i].Values;
            var partner = Enumerable.Range(0, Images).SingleOrDefault(k => k != i && label[k] > 0, i);
            partners.Add(partner);
            for (var k = 0; k < 60; k++)
            {
                var expected = partner == i ? batch.Images.Values[(i * 60) + k]
                    : (label[i] * batch.Images.Values[(i * 60) + k]) + (label[partner] * batch.Images.Values[(partner * 60) + k]);
                Assert.Equal(expected, mixed.Images.Values[(i * 60) + k], 1e-5f);
            }

            Assert.Equal(1, label.Sum(), 1e-6f);
        }

        Assert.Equal(Images, partners.Count);  // a permutation
    }

    [Fact]
    public void CutMix_replaces_a_rectangle_of_the_image_and_its_mask_and_counts_its_pixels()
    {
        var images = new float[Images * 8 * 9];
        for (var i = 0; i < images.Length; i++) images[i] = i / 72;  // each image has its own number
        var batch = Batch() with { Images = new([Images, 8, 9, 1], images), Masks = new([Images, 8, 9], images) };
        var mixed = new CutMix((1, 1)).Augment(batch, seed: 2);
        Assert.Equal(mixed.Images.Values, mixed.Masks!.Values);
        var sizes = new HashSet<int>();
        for (var i = 0; i < Images; i++)
        {
            var other = Enumerable.Range(0, 72).Where(k => mixed.Images.Values[(i * 72) + k] != i).ToArray();
            var label = mixed.Labels![i].Values;
            Assert.Equal(1 - (other.Length / 72f), label[i], 1e-6f);
            if (other.Length == 0) continue;
            var partner = (int)mixed.Images.Values[(i * 72) + other[0]];
            Assert.Equal(other.Length / 72f, label[partner], 1e-6f);
            Assert.All(other, k => Assert.Equal(partner, mixed.Images.Values[(i * 72) + k]));
            var (height, width) = (1 + other.Max(k => k / 9) - other.Min(k => k / 9), 1 + other.Max(k => k % 9) - other.Min(k => k % 9));
            Assert.Equal(height * width, other.Length);  // a whole rectangle
            sizes.Add(other.Length);
        }

        Assert.True(sizes.Count >= 4);
    }

    /// <summary>Image k has the value k in all pixels, so that its mean after mixing is Σ label · value, however mixtures are chosen and composed.</summary>
    [Theory]
    [InlineData("choice")]
    [InlineData("choice per batch")]
    [InlineData("composed")]
    [InlineData("sometimes")]
    public void Chosen_and_composed_mixtures_mix_labels_as_images(string kind)
    {
        var images = new float[Images * 48];
        for (var i = 0; i < images.Length; i++) images[i] = i / 48;
        var batch = Batch() with { Images = new([Images, 6, 8, 1], images) };
        ImageAugmentation layer = kind switch
        {
            "choice" => new RandomChoice(new MixUp(1), new CutMix((1, 1))),
            "choice per batch" => new RandomChoice(new MixUp(1), new CutMix((1, 1))) { PerBatch = true },
            "composed" => new Pipeline(new MixUp(1), new RandomFlip(), new CutMix((1, 1))),
            _ => new RandomApply(new MixUp(1)),
        };
        var counts = new HashSet<int>();
        for (var seed = 0; seed < 5; seed++)
        {
            var mixed = layer.Augment(batch, seed: seed);
            for (var i = 0; i < Images; i++)
            {
                var label = mixed.Labels![i].Values.ToArray();
                Assert.Equal(1, label.Sum(), 1e-5f);
                Assert.Equal(label.Select((share, k) => share * k).Sum(), mixed.Images[i].Values.ToArray().Average(), 1e-4f);
                counts.Add(label.Count(share => share > 1e-6));
            }
        }

        Assert.Equal(kind == "composed" ? 4 : 2, counts.Max());
    }

    [Fact]
    public void MixUp_adds_the_boxes_of_the_partner()
    {
        var batch = Batch() with
        {
            BoxFormat = BoxFormat.Xyxy,
            Boxes = new([Images, 1, 4], [.. Enumerable.Range(0, Images).SelectMany(i => (float[])[i / 8f, 0, 3, 1])]),
            BoxLabels = new([Images, 1], [.. Enumerable.Range(0, Images).Select(i => (float)i)]),
        };
        var mixed = new MixUp().Augment(batch, seed: 3);
        Assert.Equal([Images, 2, 4], mixed.Boxes!.Shape.Dimensions.ToArray());
        for (var i = 0; i < Images; i++)
        {
            Assert.Equal(i, mixed.BoxLabels!.Values[2 * i]);
            Assert.Equal(mixed.BoxLabels.Values[(2 * i) + 1], 8 * mixed.Boxes.Values[(8 * i) + 4]);
        }

        Assert.Equal(Enumerable.Range(0, Images), Enumerable.Range(0, Images).Select(i => (int)mixed.BoxLabels!.Values[(2 * i) + 1]).Order());
    }

    [Fact]
    public void What_cannot_be_mixed_is_refused()
    {
        var masks = Assert.Throws<ShapeException>(() => new MixUp().Augment(Batch() with { Masks = Tensor.Zeros([Images, 4, 5]) }));
        Assert.Equal("MixUp: expected images without masks, since class numbers of pixels have no mixture. CutMix mixes masks, too.", masks.Message);
        var boxes = Assert.Throws<ShapeException>(() => new CutMix().Augment(
            Batch() with { BoxFormat = BoxFormat.CenterXywh, Boxes = Tensor.Ones([Images, 1, 4]), BoxLabels = Tensor.Zeros([Images, 1]) }));
        Assert.Equal("CutMix: expected images without boxes, since parts of objects are replaced. MixUp keeps the boxes of both images.", boxes.Message);
    }

    /// <summary>Quantiles of SciPy 1.10.1: <c>scipy.stats.beta.ppf((0.1, 0.25, 0.5, 0.75, 0.9), a, b)</c>.</summary>
    [Theory]
    [InlineData(0.2, 2, 0.000248, 0.023815, 0.5, 0.976185, 0.999752)]
    [InlineData(0.5, 2, 0.024472, 0.146447, 0.5, 0.853553, 0.975528)]
    [InlineData(1, 2, 0.1, 0.25, 0.5, 0.75, 0.9)]
    [InlineData(3, 2, 0.246636, 0.359436, 0.5, 0.640564, 0.753364)]
    [InlineData(0.3, 3, 0.000978, 0.020614, 0.195968, 0.624036, 0.904901)]
    [InlineData(1, 3, 0.051317, 0.133975, 0.292893, 0.5, 0.683772)]
    public void Shares_have_the_quantiles_of_the_beta_distribution(double alpha, int count, params double[] quantiles)
    {
        const int Count = 20_000;
        var (plan, key) = Compile(Count, context => RandomMixing.Dirichlet(context, Count, count, Arithmetic.Constant(alpha), perBatch: false));
        RandomKey.Write(5, 1, plan.Input(key));
        plan.Run();
        var values = plan.Output(0).ToArray();
        for (var k = 0; k < count; k++)
        {
            for (var q = 0; q < quantiles.Length; q++)
            {
                var below = Enumerable.Range(0, Count).Count(i => values[(i * count) + k] < quantiles[q]) / (double)Count;
                Assert.Equal(((double[])[0.1, 0.25, 0.5, 0.75, 0.9])[q], below, 0.012);  // 3.4 standard deviations at ½
            }
        }
    }

    [Fact]
    public void Every_permutation_of_partners_is_equally_probable()
    {
        var counts = new Dictionary<string, int>();
        var (plan, key) = Compile(3, context => RandomMixing.Partners(context, 3));
        for (var step = 0; step < 600; step++)
        {
            RandomKey.Write(5, step, plan.Input(key));
            plan.Run();
            var order = string.Join(' ', plan.Output(0).ToArray());
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(["0 1 2", "0 2 1", "1 0 2", "1 2 0", "2 0 1", "2 1 0"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.All(counts.Values, count => Assert.InRange(count, 65, 140));  // 100 ± 9
    }

    /// <summary>The shares of a sample are those of the whole batch, also in a shard; its partner is in the shard.</summary>
    [Fact]
    public void In_a_shard_the_partners_are_in_the_shard()
    {
        var whole = Compile(7, context => RandomMixing.Beta(context, 7, Arithmetic.Constant(0.4)));
        var part = Compile(3, context => RandomMixing.Beta(context, 3, Arithmetic.Constant(0.4)));
        Assert.All(Values(whole, 0)[4..].Zip(Values(part, 4)), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        var partners = Compile(3, context => RandomMixing.Partners(context, 3));
        Assert.Equal([0, 1, 2], Values(partners, 4).Order());
        Assert.NotEqual(1, Enumerable.Range(0, 20).Select(first => string.Join(' ', Values(partners, first))).Distinct().Count());

        static float[] Values((Plan Plan, Node Key) compiled, int firstSample)
        {
            RandomKey.Write(3, 8, compiled.Plan.Input(compiled.Key), firstSample);
            compiled.Plan.Run();
            return compiled.Plan.Output(0).ToArray();
        }
    }

    private static ImageBatch Batch()
    {
        var labels = new float[Images * Images];
        for (var i = 0; i < Images; i++) labels[i * (Images + 1)] = 1;
        return new ImageBatch(new Tensor([Images, 4, 5, 3], LayerRunner.Normal(Images * 60))) { Labels = new([Images, Images], labels) };
    }

    /// <summary>Compiles draws for a number of samples.</summary>
    private static (Plan Plan, Node Key) Compile(int batch, Func<CallContext, Node> draw)
    {
        var context = new CallContext(training: true);
        var layer = new Draws(draw);
        layer.EnsureBuilt([[1]]);
        var drawn = layer.Trace([new Node(new InputOp("x", [batch, 1]))], context);
        return (Plan.Compile(new Graph([drawn])), context.RandomKey!);
    }

    private sealed class Draws(Func<CallContext, Node> draw) : Layer
    {
        protected override Node Call(Node input, CallContext context) => context.Training ? draw(context) : input;
    }
}
