namespace Fovea.Formats;

/// <summary>Whose names and order of dimensions the tensors of a file have.</summary>
public enum TensorLayout
{
    /// <summary>
    /// <c>conv1/kernel</c>: kernels (height, width, input channels, filters), of dense layers (inputs, outputs), as in Fovea; normalizations have <c>gamma</c>,
    /// <c>beta</c>, <c>moving_mean</c> and <c>moving_variance</c>.
    /// </summary>
    Keras,

    /// <summary>
    /// <c>conv1.weight</c>: kernels (filters, input channels, height, width), of dense layers (outputs, inputs), the inputs in the order of flattened
    /// (channels, height,
    /// width); normalizations have <c>weight</c>, <c>bias</c>, <c>running_mean</c> and <c>running_var</c>.
    /// </summary>
    PyTorch,

    /// <summary><c>conv1.weight</c> as in Apple's MLX: kernels (filters, height, width, input channels), of dense layers (outputs, inputs).</summary>
    Mlx,
}
