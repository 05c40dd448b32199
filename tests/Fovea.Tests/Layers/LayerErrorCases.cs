namespace Fovea.Tests.Layers;

/// <summary>The table of what layers refuse: a file for each folder of layers, so that a new layer's rows are next to its neighbors'.</summary>
public static partial class LayerErrorCases
{
    public static IReadOnlyList<LayerErrorCase> All { get; } =
    [
        .. Activations(),
        .. Augmentation(), .. Colors(),
        .. Convolution(),
        .. Core(),
        .. Merging(),
        .. Normalization(),
        .. Pooling(),
        .. Preprocessing(),
        .. Regularization(),
    ];
}
