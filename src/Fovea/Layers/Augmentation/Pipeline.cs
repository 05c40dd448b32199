namespace Fovea;

/// <summary>
/// Layers that change images one after another: <c>new Pipeline(new RandomFlip(), new RandomRotation(0.1), new MixUp())</c>. Labels, boxes and masks follow
/// each of them. <c>keras.layers.Pipeline</c>.
/// </summary>
/// <remarks>
/// Layers that are no <see cref="ImageAugmentation"/>, such as <see cref="Rescaling"/>, change the images alone. They must keep their size if there are boxes
/// or masks.
/// </remarks>
public sealed class Pipeline : ImageAugmentation
{
    /// <summary>Creates a pipeline.</summary>
    /// <param name="layers">The layers in their order, at least one.</param>
    public Pipeline(IReadOnlyList<Layer> layers)
    {
        Layers = [.. layers.NotNull(nameof(Pipeline), nameof(layers)).Select(Contain)];
        if (Layers.Count == 0) throw new ArgumentException("Pipeline: layers must be at least one layer; received none.", nameof(layers));
    }

    /// <inheritdoc cref="Pipeline(IReadOnlyList{Layer})"/>
    public Pipeline(params Layer[] layers)
        : this((IReadOnlyList<Layer>)layers)
    {
    }

    /// <summary>The layers in their order.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => Layers.All(layer => layer.ActsOnlyInTraining);

    /// <inheritdoc/>
    public override bool IsPreprocessing => Layers.All(layer => layer.IsPreprocessing);

    /// <inheritdoc/>
    public override bool MixesImages => Layers.Any(layer => layer is ImageAugmentation { MixesImages: true });

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) => Layers.Aggregate(nodes, (each, layer) => context.Call(layer, each));

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetLayers("layers", Layers);

    internal static Pipeline FromConfig(Config config) => new(config.GetLayers("layers"));
}
