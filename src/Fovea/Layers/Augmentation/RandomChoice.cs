using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, changes each image by one of several layers, drawn with equal probability: <c>new RandomChoice(new MixUp(), new CutMix())</c>. Labels, boxes
/// and masks follow. In inference it returns its input. Keras does not have the layer.
/// </summary>
/// <remarks>
/// All layers are computed for all images of a batch. <see cref="TrivialAugment"/> and <see cref="AutoAugment"/> choose among many changes and compute only
/// those that are taken.
/// </remarks>
public sealed class RandomChoice : ImageAugmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="layers">The layers, at least one.</param>
    public RandomChoice(IReadOnlyList<ImageAugmentation> layers)
    {
        Layers = [.. layers.NotNull(nameof(RandomChoice), nameof(layers)).Select(Contain)];
        if (Layers.Count == 0) throw new ArgumentException("RandomChoice: layers must be at least one layer; received none.", nameof(layers));
    }

    /// <inheritdoc cref="RandomChoice(IReadOnlyList{ImageAugmentation})"/>
    public RandomChoice(params ImageAugmentation[] layers)
        : this((IReadOnlyList<ImageAugmentation>)layers)
    {
    }

    /// <summary>The layers.</summary>
    public IReadOnlyList<ImageAugmentation> Layers { get; }

    /// <summary>Whether the layer is drawn once for all images of a batch. By default it is drawn for each image.</summary>
    public bool PerBatch { get; init; }

    /// <inheritdoc/>
    public override bool MixesImages => Layers.Any(layer => layer.MixesImages);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var drawn = (RandomMixing.Uniform(context, nodes.Images.Shape[0], PerBatch) * Layers.Count).Floor();
        var result = context.Call(Layers[0], nodes);
        for (var i = 1; i < Layers.Count; i++) result = context.Call(Layers[i], nodes).Where(drawn.EqualTo(i), result, Subject);
        return result;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.SetLayers("layers", Layers);
        config.Set("per_batch", PerBatch);
    }

    internal static RandomChoice FromConfig(Config config) =>
        new(config.GetAugmentations("layers")) { PerBatch = config.GetBool("per_batch", false) };
}
