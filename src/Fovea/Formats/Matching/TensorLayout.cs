namespace Fovea.Formats;

/// <summary>The framework whose names and order of dimensions the tensors of a file have.</summary>
public enum TensorLayout
{
    /// <summary>
    /// Keras and Fovea, as in <c>conv1/kernel</c>: kernels (height, width, input channels, filters), those of dense layers (inputs, outputs); normalizations
    /// have <c>gamma</c>, <c>beta</c>, <c>moving_mean</c> and <c>moving_variance</c>.
    /// </summary>
    Keras,

    /// <summary>
    /// PyTorch, as in <c>conv1.weight</c>: kernels (filters, input channels, height, width), those of dense layers (outputs, inputs), with flattened features
    /// in the order (channels, height, width); normalizations have <c>weight</c>, <c>bias</c>, <c>running_mean</c> and <c>running_var</c>.
    /// </summary>
    PyTorch,

    /// <summary>Apple's MLX, as in <c>conv1.weight</c>: kernels (filters, height, width, input channels), those of dense layers (outputs, inputs).</summary>
    Mlx,
}
