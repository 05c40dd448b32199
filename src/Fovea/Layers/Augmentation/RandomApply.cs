namespace Fovea;

/// <summary>
/// In training, changes each image by a layer with a given probability: <c>new RandomApply(new RandomRotation(0.1), 0.3)</c>. Labels, boxes and masks follow.
/// In inference it returns its input. Keras does not have the layer.
/// </summary>
/// <remarks>The layer is computed for all images of a batch, so that it costs the same at any rate.</remarks>
public sealed class RandomApply : ImageAugmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="layer">The layer that is applied.</param>
    /// <param name="rate">The probability, from 0 to 1.</param>
    public RandomApply(ImageAugmentation layer, double rate = 0.5)
    {
        Rate = rate.Within(0, 1, nameof(RandomApply), nameof(rate));
        Applied = Contain(layer.NotNull(nameof(RandomApply), nameof(layer)));
    }

    /// <summary>The layer that is applied.</summary>
    public ImageAugmentation Applied { get; }

    /// <summary>The probability.</summary>
    public double Rate { get; }

    /// <summary>Whether the decision is made once for all images of a batch. By default it is made for each image.</summary>
    public bool PerBatch { get; init; }

    /// <inheritdoc/>
    public override bool MixesImages => Applied.MixesImages;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var isApplied = RandomMixing.Uniform(context, nodes.Images.Shape[0], PerBatch) < Rate;
        return context.Call(Applied, nodes).Where(isApplied, nodes, Subject);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.SetLayers("layers", [Applied]);
        config.Set("rate", Rate);
        config.Set("per_batch", PerBatch);
    }

    internal static RandomApply FromConfig(Config config) => config.GetAugmentations("layers") is [var only]
        ? new RandomApply(only, config.GetFloat("rate", 0.5f)) { PerBatch = config.GetBool("per_batch", false) }
        : throw config.Wrong("layers", "a list of one layer", config.Find("layers"));
}
