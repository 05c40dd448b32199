namespace Fovea.Tests.Layers;

/// <summary>The table of what layers refuse: a file for each folder of layers, so that a new layer's rows stand beside its neighbours'.</summary>
public static partial class LayerErrorCases
{
    public static IReadOnlyList<LayerErrorCase> All { get; } =
    [
        .. Activations(),
        .. Augmentation(),
        .. Convolution(),
        .. Core(),
        .. Merging(),
        .. Normalization(),
        .. Pooling(),
        .. Preprocessing(),
        .. Regularization(),
    ];
}
