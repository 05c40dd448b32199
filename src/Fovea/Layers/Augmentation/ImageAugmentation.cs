using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A layer that changes images, such as <see cref="RandomFlip"/>. Labels, bounding boxes and masks that belong to the images can follow:
/// <see cref="Augment(ImageBatch, bool, long?)"/>. A custom layer of this kind overrides <see cref="Augment(ImageNodes, CallContext)"/>.
/// </summary>
public abstract class ImageAugmentation : Layer
{
    private readonly Lock gate = new();
    private readonly Dictionary<(ImageBatchParts Parts, double MinBoxVisibility, double MaskFillValue), LayerApplication> applications = [];
    private BoxFormat? boxFormat;

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <summary>
    /// Whether the layer mixes images of a batch, as <see cref="MixUp"/> does. Its place is <see cref="Model.Augmentation"/>, since the targets are mixed too.
    /// False by default; a custom layer of this kind overrides it.
    /// </summary>
    public virtual bool MixesImages => false;

    /// <summary>
    /// Gets the format of boxes whose <see cref="ImageBatch.BoxFormat"/> is not given; <see langword="null"/>, the default, if it must be given. It is
    /// <c>bounding_box_format</c> in files by Keras. The format of a batch takes precedence.
    /// </summary>
    public BoxFormat? BoxFormat
    {
        get => boxFormat;
        init => boxFormat = value?.Defined(GetType().Name, nameof(BoxFormat));
    }

    /// <summary>Changes images and what belongs to them: labels are mixed, bounding boxes and masks moved, as the images are.</summary>
    /// <param name="batch">The images and what belongs to them.</param>
    /// <param name="training">Whether the layer acts as in training.</param>
    /// <param name="seed">Selects the random values; null for new ones at each call.</param>
    /// <returns>As many parts as were given.</returns>
    /// <exception cref="ShapeException">The shapes of the parts do not fit together, or the layer does not accept such images.</exception>
    public ImageBatch Augment(ImageBatch batch, bool training = true, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.BoxFormat is null && BoxFormat is not null) batch = batch with { BoxFormat = BoxFormat };
        batch.Validate(Subject);
        batch = batch.WithBoxesInPixels();
        return batch.With(ApplicationFor(batch.Parts, batch.MinBoxVisibility, batch.MaskFillValue).Run(batch.All, training, seed)).WithBoxesInFormat();
    }

    /// <summary>
    /// Adds the change of the images, and of everything that belongs to them, to a graph. It is called for each graph that the layer becomes part of, so it
    /// keeps no state, and only in training unless <see cref="Layer.ActsOnlyInTraining"/> is false.
    /// </summary>
    /// <param name="nodes">The images and what belongs to them.</param>
    /// <param name="context">Random numbers, and whether the graph is for training.</param>
    /// <returns>The changed images and parts; the same parts as were given.</returns>
    protected abstract ImageNodes Augment(ImageNodes nodes, CallContext context);

    /// <inheritdoc/>
    protected sealed override Node Call(Node input, CallContext context)
    {
        var result = AugmentOrPass(new ImageNodes(input), context);
        if (result.Mixture is not null) context.MixesWithoutLabels ??= this;
        return result.Images;
    }

    private protected override void WriteOptional(Config config)
    {
        if (BoxFormat is { } format) config.Set("bounding_box_format", BoundingBoxes.NameOf(format));
    }

    private protected override void ReadOptional(Config config) =>
        boxFormat = config.IsAbsent("bounding_box_format") ? null : config.GetChoice("bounding_box_format", default, BoundingBoxes.Names);

    /// <summary>Adds the layer to a graph, with everything that belongs to the images. Errors about shapes name the layer.</summary>
    internal ImageNodes Trace(ImageNodes nodes, CallContext context)
    {
        var result = nodes;
        context.Within(this, [nodes.Images], null, () => InOwnName(() => result = AugmentOrPass(nodes, context)));
        context.Note(this, [nodes.Images], [result.Images]);
        return result;
    }

    private LayerApplication ApplicationFor(ImageBatchParts parts, double minBoxVisibility, double maskFillValue)
    {
        lock (gate)
        {
            var key = (parts, minBoxVisibility, maskFillValue);
            return applications.TryGetValue(key, out var application) ? application : applications[key] = new LayerApplication(this, Trace);
        }

        IReadOnlyList<Node> Trace(IReadOnlyList<Node> nodes, CallContext context)
        {
            var images = ImageNodes.From(parts, nodes) with { MinBoxVisibility = minBoxVisibility, MaskFillValue = maskFillValue };
            return [.. this.Trace(images, context).WithMixedLabels().All];
        }
    }

    /// <summary>Demands images of three channels, for layers that change colors.</summary>
    private protected void RequireColors(Shape input)
    {
        RequireImages(input);
        if (input[^1] != 3) throw new ShapeException(Subject, $"expected images of 3 channels; received {SymbolicTensor.Print(input)}.");
    }

    private ImageNodes AugmentOrPass(ImageNodes nodes, CallContext context)
    {
        RequireImages(nodes.Images.Shape[1..]);
        return context.Training || !ActsOnlyInTraining ? Augment(nodes, context) : nodes;
    }
}
