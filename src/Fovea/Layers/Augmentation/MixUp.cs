using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, mixes each image with another of the batch: λ · image + (1 − λ) · partner, with λ drawn for each image from the distribution Beta(α, α). Labels
/// and losses are mixed with the same λ (<see cref="ImageNodes.MixLabels"/>). In inference it returns its input. <c>keras.layers.MixUp</c>; Zhang et al. 2018.
/// </summary>
/// <remarks>
/// Partners are a random permutation of the batch; in training in shards, of the shard. Set it as <see cref="Model.Augmentation"/>: inside a model it would mix
/// the images without their targets, so that training is refused there. The boxes of the partner are added to those of the image. Masks are refused, since
/// class numbers have no mixture; use <see cref="CutMix"/>.
/// </remarks>
/// <param name="alpha">α, above 0 and at most 1 in Keras: small values leave most images almost as they are, 1 makes all shares equally probable.</param>
public sealed class MixUp(double alpha = 0.2) : ImageAugmentation
{
    /// <summary>The parameter of the distribution of the shares.</summary>
    public double Alpha { get; } = alpha > 0 && float.IsFinite((float)alpha)
        ? Config.Shortest((float)alpha)
        : throw ArgumentRules.Wrong(nameof(MixUp), nameof(alpha), $"a number above 0", alpha);

    /// <inheritdoc/>
    public override bool MixesImages => true;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        if (nodes.Masks is not null)
            throw new ShapeException(Subject, "expected images without masks, since class numbers of pixels have no mixture. CutMix mixes masks, too.");
        var batch = nodes.Images.Shape[0];
        var (partners, weights) = (RandomMixing.Partners(context, batch), RandomMixing.Beta(context, batch, Arithmetic.Constant(Alpha)));
        var each = weights.Reshape([batch, 1, 1, 1]);
        return nodes.MixLabels(partners, weights) with
        {
            Images = (each * nodes.Images) + ((1 - each) * LabelMixture.Gather(nodes.Images, partners)),
            Boxes = WithPartners(nodes.Boxes),
            BoxLabels = WithPartners(nodes.BoxLabels),
        };

        Node? WithPartners(Node? boxes) => boxes is null ? null : Concatenation.Concatenate(1, boxes, LabelMixture.Gather(boxes, partners));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("alpha", Alpha);
        config.SetNull("seed");
    }

    internal static MixUp FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new MixUp(config.GetFloat("alpha", 0.2f));
    }
}
