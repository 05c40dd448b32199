namespace Fovea;

/// <summary>A layer's output as the input of another layer.</summary>
/// <param name="Layer">The name of the layer that computes it, or of the input.</param>
/// <param name="Use">Which use of that layer, from 1; above 1 only for a layer that the model calls several times.</param>
/// <param name="Output">Which of its outputs, from 0; above 0 only for a model of several outputs.</param>
public readonly record struct LayerSource(string Layer, int Use = 1, int Output = 0)
{
    /// <summary>As in <c>conv2d</c>, <c>shared (use 2)</c> or <c>parts:1</c> for the second output.</summary>
    public override string ToString() => (Use > 1 ? $"{Layer} (use {Use})" : Layer) + (Output > 0 ? $":{Output}" : "");
}

/// <summary>One use of a layer in a summary.</summary>
public sealed class LayerSummary
{
    /// <summary>The layer's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its class in Keras; for a custom layer its own class.</summary>
    public required string ClassName { get; init; }

    /// <summary>The shape of its (first) output for one sample.</summary>
    public required Shape OutputShape { get; init; }

    /// <summary>Which use of the layer it is, from 1; above 1 only for a layer that the model calls several times.</summary>
    public int Use { get; init; } = 1;

    /// <summary>The outputs that the layer reads; Keras' "connected to". Empty for an input of the model.</summary>
    public IReadOnlyList<LayerSource> Inputs { get; init; } = [];

    /// <summary>The number of values of its weights. Weights that a layer above has too are not counted again.</summary>
    public long Parameters { get; init; }

    /// <summary>Whether it has weights that could be trained, and all of them are frozen.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether it is a model or contains layers of which some are frozen and others are trained.</summary>
    public bool IsPartlyFrozen { get; init; }

    /// <summary>The part of the image that one output depends on; null if the model's input is no image, or the part is not known.</summary>
    public ReceptiveField? ReceptiveField { get; init; }

    /// <summary>The multiply-adds for one sample; 0 in the summary of a model of images of any size.</summary>
    public long MultiplyAdds { get; init; }

    /// <summary>
    /// The memory of the outputs for one sample, in bytes: all outputs of the layer and of the layers within it, each as 4 bytes per value. Layers that only
    /// change the shape or that do nothing in inference need none, and in the summary of a model of images of any size it is 0. A plan reuses memory, so that a
    /// prediction needs less than the sum over all layers.
    /// </summary>
    public long ActivationBytes { get; init; }

    /// <summary>The layers within, if the layer is a model; otherwise null.</summary>
    public ModelSummary? Model { get; init; }
}
