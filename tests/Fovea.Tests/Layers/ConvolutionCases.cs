namespace Fovea.Tests.Layers;

/// <summary>The rows of convolutions beyond Conv2D.</summary>
internal static class ConvolutionCases
{
    public static IReadOnlyList<LayerCase> All { get; } =
    [
        new("Conv1D", () => new Conv1D(4, 3), [7, 2], [5, 4], (3 * 2 * 4) + 4)
        {
            Config = """
                {"filters":4,"kernel_size":[3],"strides":[1],"padding":"valid","data_format":"channels_last","dilation_rate":[1],"groups":1,
                 "activation":"linear","use_bias":true,"kernel_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"kernel_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"kernel_constraint":null,
                 "bias_constraint":null}
                """,
        },
        new("Conv1D causal", () => new Conv1D(3, 3, activation: Activation.Relu) { IsCausal = true, DilationRate = 2 }, [7, 2], [7, 3], (3 * 2 * 3) + 3)
        {
            Config = """
                {"filters":3,"kernel_size":[3],"strides":[1],"padding":"causal","data_format":"channels_last","dilation_rate":[2],"groups":1,
                 "activation":"relu","use_bias":true,"kernel_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"kernel_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"kernel_constraint":null,
                 "bias_constraint":null}
                """,
        },
        new("Conv1D causal, strides", () => new Conv1D(3, 4, 3) { IsCausal = true }, [8, 2], [3, 3], (4 * 2 * 3) + 3),
        new("Conv1D strides, same", () => new Conv1D(3, 4, 2, Padding.Same), [7, 2], [4, 3], (4 * 2 * 3) + 3),
        new("Conv1D groups, no bias", () => new Conv1D(6, 2) { Groups = 2, UseBias = false }, [5, 4], [4, 6], 2 * 2 * 6),
        new("Conv1D of one step", () => new Conv1D(2, 1), [1, 5], [1, 2], 12),
        new("DepthwiseConv1D", () => new DepthwiseConv1D(3), [7, 4], [5, 4], (3 * 4) + 4)
        {
            Config = """
                {"depth_multiplier":1,"kernel_size":[3],"strides":[1],"padding":"valid","data_format":"channels_last","dilation_rate":[1],
                 "activation":"linear","use_bias":true,"depthwise_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"depthwise_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"depthwise_constraint":null,
                 "bias_constraint":null}
                """,
        },
        new("DepthwiseConv1D of several kernels", () => new DepthwiseConv1D(4, 2, Padding.Same, Activation.Relu) { DepthMultiplier = 3 }, [7, 2], [4, 6],
            (4 * 2 * 3) + 6),
        new("DepthwiseConv1D dilation, no bias", () => new DepthwiseConv1D(2) { DilationRate = 3, UseBias = false }, [7, 3], [4, 3], 6),
        new("DepthwiseConv2D uneven strides", () => new DepthwiseConv2D(3, (1, 3), Padding.Same), [5, 7, 3], [5, 3, 3], (3 * 3 * 3) + 3),
        new("DepthwiseConv2D dilation, several kernels",
            () => new DepthwiseConv2D((3, 2), padding: Padding.Same) { DepthMultiplier = 2, DilationRate = (2, 3) }, [6, 5, 3], [6, 5, 6], (3 * 2 * 3 * 2) + 6)
        {
            Config = """
                {"depth_multiplier":2,"kernel_size":[3,2],"strides":[1,1],"padding":"same","data_format":"channels_last","dilation_rate":[2,3],
                 "activation":"linear","use_bias":true,"depthwise_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"depthwise_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"depthwise_constraint":null,
                 "bias_constraint":null}
                """,
        },
        new("SeparableConv1D", () => new SeparableConv1D(5, 3), [7, 2], [5, 5], (3 * 2) + (2 * 5) + 5)
        {
            Config = """
                {"depth_multiplier":1,"filters":5,"kernel_size":[3],"strides":[1],"padding":"valid","data_format":"channels_last","dilation_rate":[1],
                 "activation":"linear","use_bias":true,"depthwise_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"pointwise_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"depthwise_regularizer":null,"pointwise_regularizer":null,"bias_regularizer":null,
                 "activity_regularizer":null,"depthwise_constraint":null,"pointwise_constraint":null,"bias_constraint":null}
                """,
        },
        new("SeparableConv1D strides, same", () => new SeparableConv1D(5, 2, 2, Padding.Same, Activation.Relu) { DepthMultiplier = 2, UseBias = false }, [7, 3],
            [4, 5], (2 * 3 * 2) + (6 * 5)),
        new("SeparableConv1D dilation", () => new SeparableConv1D(1, 2) { DilationRate = 2 }, [4, 1], [2, 1], 2 + 1 + 1),
        new("SeparableConv2D", () => new SeparableConv2D(5, 3), [6, 5, 2], [4, 3, 5], (3 * 3 * 2) + (2 * 5) + 5)
        {
            Config = """
                {"depth_multiplier":1,"filters":5,"kernel_size":[3,3],"strides":[1,1],"padding":"valid","data_format":"channels_last",
                 "dilation_rate":[1,1],"activation":"linear","use_bias":true,"depthwise_initializer":{"module":"keras.initializers",
                 "class_name":"GlorotUniform","config":{"seed":null},"registered_name":null},"pointwise_initializer":{"module":"keras.initializers",
                 "class_name":"GlorotUniform","config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers",
                 "class_name":"Zeros","config":{},"registered_name":null},"depthwise_regularizer":null,"pointwise_regularizer":null,
                 "bias_regularizer":null,"activity_regularizer":null,"depthwise_constraint":null,"pointwise_constraint":null,"bias_constraint":null}
                """,
        },
        new("SeparableConv2D of several kernels", () => new SeparableConv2D(4, (2, 3), 2, Padding.Same, Activation.Relu) { DepthMultiplier = 3 }, [6, 5, 2],
            [3, 3, 4], (2 * 3 * 2 * 3) + (6 * 4) + 4),
        new("SeparableConv2D dilation, no bias", () => new SeparableConv2D(4, 2) { DilationRate = (1, 3), UseBias = false }, [6, 5, 3], [5, 2, 4],
            (2 * 2 * 3) + (3 * 4)),
        .. Transposed(),
    ];

    private static IEnumerable<LayerCase> Transposed()
    {
        yield return new("Conv2DTranspose", () => new Conv2DTranspose(4, 3), [3, 2, 2], [5, 4, 4], (3 * 3 * 2 * 4) + 4)
        {
            Config = """
                {"filters":4,"kernel_size":[3,3],"strides":[1,1],"padding":"valid","output_padding":null,"data_format":"channels_last",
                 "dilation_rate":[1,1],"activation":"linear","use_bias":true,"kernel_initializer":{"module":"keras.initializers",
                 "class_name":"GlorotUniform","config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers",
                 "class_name":"Zeros","config":{},"registered_name":null},"kernel_regularizer":null,"bias_regularizer":null,
                 "activity_regularizer":null,"kernel_constraint":null,"bias_constraint":null}
                """,
        };
        yield return new("Conv2DTranspose strides", () => new Conv2DTranspose(3, 3, 2), [3, 4, 2], [7, 9, 3], (3 * 3 * 2 * 3) + 3);
        yield return new(
            "Conv2DTranspose strides, same", () => new Conv2DTranspose(3, (4, 3), 2, Padding.Same, Activation.Relu), [3, 4, 2], [6, 8, 3], (4 * 3 * 2 * 3) + 3);
        yield return new("Conv2DTranspose stride beyond the kernel", () => new Conv2DTranspose(2, (2, 1), (3, 4)), [3, 2, 1], [9, 8, 2], (2 * 2) + 2);
        yield return new(
            "Conv2DTranspose stride beyond the kernel, same", () => new Conv2DTranspose(2, 1, 3, Padding.Same) { UseBias = false }, [2, 3, 1], [6, 9, 2], 2);
        yield return new(
            "Conv2DTranspose output padding", () => new Conv2DTranspose(3, 3, 2) { OutputPadding = 1 }, [3, 4, 2], [8, 10, 3], (3 * 3 * 2 * 3) + 3);
        yield return new(
            "Conv2DTranspose output padding, same", () =>
            new Conv2DTranspose(3, 3, (2, 3), Padding.Same) { OutputPadding = (0, 2) }, [3, 4, 2], [5, 12, 3], (3 * 3 * 2 * 3) + 3)
        {
            Config = """
                {"filters":3,"kernel_size":[3,3],"strides":[2,3],"padding":"same","output_padding":[0,2],"data_format":"channels_last",
                 "dilation_rate":[1,1],"activation":"linear","use_bias":true,"kernel_initializer":{"module":"keras.initializers",
                 "class_name":"GlorotUniform","config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers",
                 "class_name":"Zeros","config":{},"registered_name":null},"kernel_regularizer":null,"bias_regularizer":null,
                 "activity_regularizer":null,"kernel_constraint":null,"bias_constraint":null}
                """,
        };
        yield return new(
            "Conv2DTranspose output padding, same, even kernel", () =>
            new Conv2DTranspose(2, 4, 2, Padding.Same) { OutputPadding = 1 }, [3, 3, 2], [5, 5, 2], (4 * 4 * 2 * 2) + 2);
        yield return new("Conv2DTranspose dilation", () => new Conv2DTranspose(2, (3, 2)) { DilationRate = (2, 3) }, [3, 2, 2], [7, 5, 2], (3 * 2 * 2 * 2) + 2);
        yield return new(
            "Conv2DTranspose dilation, same", () =>
            new Conv2DTranspose(2, 3, padding: Padding.Same) { DilationRate = 2 }, [4, 3, 2], [4, 3, 2], (3 * 3 * 2 * 2) + 2);
        yield return new("Conv2DTranspose of one pixel", () => new Conv2DTranspose(3, 4, 4), [1, 1, 5], [4, 4, 3], (4 * 4 * 5 * 3) + 3);
    }
}
