using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, replaces a rectangle of each image by the same rectangle of another image of the batch. Labels and losses are mixed by the share of the
/// replaced pixels (<see cref="ImageNodes.MixLabels"/>), and masks are replaced in the same rectangle. In inference it returns its input.
/// <c>keras.layers.CutMix</c>; Yun et al. 2019. The height and width of the rectangle are √(1 − λ) of those of the image, with λ from the distribution Beta(α,
/// α).
/// </summary>
/// <remarks>
/// Partners are a random permutation of the batch; in training in shards, of the shard. Set it as <see cref="Model.Augmentation"/>: inside a model it would mix
/// the images without their targets, so that training is refused there. Boxes are refused, as in Keras. Keras mixes labels by the area of the rectangle before
/// it is rounded to pixels; Fovea counts the pixels.
/// </remarks>
/// <param name="factor">The range of α, from 0 to 1, drawn once per batch; a single number f means 0 to f.</param>
public sealed class CutMix(FactorRange? factor = null) : ImageAugmentation
{
    /// <summary>The range of α.</summary>
    public FactorRange Factor { get; } = (factor ?? 1).From(0).Within(0, 1, nameof(CutMix), nameof(factor));

    /// <inheritdoc/>
    public override bool MixesImages => true;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        if (nodes.Boxes is not null)
            throw new ShapeException(Subject, "expected images without boxes, since parts of objects are replaced. MixUp keeps the boxes of both images.");
        var (images, batch) = (nodes.Images, nodes.Images.Shape[0]);
        var alpha = (context.RandomUniform([1, 1], perBatch: true) * (Factor.High - Factor.Low)) + (Factor.Low + 1e-6);
        var share = (1 - RandomMixing.Beta(context, batch, alpha)).Sqrt().Reshape([batch, 1]);
        Node rows = Inside(images.Shape[1]), columns = Inside(images.Shape[2]);
        var partners = RandomMixing.Partners(context, batch);
        var replaced = rows.Sum(1) * columns.Sum(1) / (images.Shape[1] * images.Shape[2]);
        return nodes.MixLabels(partners, 1 - replaced) with { Images = Replace(images), Masks = nodes.Masks is { } masks ? Replace(masks) : null };

        // Along one direction: 1 at positions from start to start + length, the end excluded, else 0.
        Node Inside(int size)
        {
            var length = share * size;
            var start = context.RandomUniform([batch, 1], perBatch: false) * (size - length);
            var positions = LabelMixture.Positions(size).Reshape([1, size]);
            return (positions >= start) * (positions < start + length);
        }

        Node Replace(Node each)
        {
            int[] inner = each.Shape.Rank == 4 ? [1] : [];
            var isReplaced = rows.Reshape([batch, rows.Shape[1], 1, .. inner]) * columns.Reshape([batch, 1, columns.Shape[1], .. inner]);
            return (each * (1 - isReplaced)) + (LabelMixture.Gather(each, partners) * isReplaced);
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("factor", Factor);
        config.SetNull("seed");
    }

    internal static CutMix FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new CutMix(config.GetFactor("factor", (0, 1)));
    }
}
