namespace Fovea.Tests.Layers;

/// <summary>A layer and an input. Each row is checked for shapes, parameters, configuration, training and inference.</summary>
/// <param name="Name">What the row shows.</param>
/// <param name="Create">Makes the layer.</param>
/// <param name="Input">The shape of one input sample.</param>
/// <param name="Output">The shape of one output sample in Keras.</param>
/// <param name="Parameters">The number of values in the weights, as Keras counts them.</param>
public sealed record LayerCase(string Name, Func<Layer> Create, Shape Input, Shape Output, int Parameters = 0)
{
    /// <summary>The configuration that Keras writes, without name, trainable and dtype; not compared if it is null.</summary>
    public string? Config { get; init; }

    /// <summary>Whether the layer computes something else in training.</summary>
    public bool IsRandom { get; init; }

    /// <summary>Whether training does not change the weights.</summary>
    public bool IsFixed { get; init; }

    /// <summary>
    /// Whether training through the layer lowers the loss. It does not where the output is constant between steps, or where images are inverted at random.
    /// </summary>
    public bool Trains { get; init; } = true;

    /// <summary>The number of inputs, all of one shape.</summary>
    public int Inputs { get; init; } = 1;

    public override string ToString() => Name;
}

/// <summary>The table of all layers.</summary>
public static class LayerCases
{
    public static IReadOnlyList<LayerCase> All { get; } =
    [
        .. Activations(),
        new("Add", () => new Add(), [4, 4, 2], [4, 4, 2]) { Config = "{}", Inputs = 2 },
        new("Add of three", () => new Add(), [5], [5]) { Inputs = 3 },
        new("ActivityRegularization", () => new ActivityRegularization(0.01f, 0.02f), [5], [5]) { Config = """{"l1":0.01,"l2":0.02}""" },
        new("CustomScaleLayer", () => new CustomScaleLayer(0.17), [4, 4, 2], [4, 4, 2]) { Config = """{"scale":0.17}""", Inputs = 2 },
        new("LayerScale", () => new LayerScale(0.1), [4, 4, 3], [4, 4, 3], 3) { Config = """{"init_values":0.1,"projection_dim":null}""" },
        new("AlphaDropout", () => new AlphaDropout(0.25f), [8, 4], [8, 4]) { Config = """{"rate":0.25,"seed":null,"noise_shape":null}""", IsRandom = true },
        new("Average", () => new Average(), [5], [5]) { Config = "{}", Inputs = 3 },
        .. BatchNormalizations(),
        .. Convolutions(),
        .. DepthwiseConvolutions(),
        .. ConvolutionCases.All,
        .. PoolingCases.All,
        .. OperatorCases.All,
        .. ResizingCases.All,
        .. NormalizationCases.All,
        .. AugmentationCases.All,
        .. Poolings("MaxPooling2D", (size, strides, padding) => new MaxPooling2D(size, strides, padding)),
        new("MaxPooling2D by default", () => new MaxPooling2D(), [5, 4, 3], [2, 2, 3]),
        .. Poolings("AveragePooling2D", (size, strides, padding) => new AveragePooling2D(size, strides, padding)),
        new("AveragePooling2D by default", () => new AveragePooling2D(), [5, 4, 3], [2, 2, 3]),
        new("Dense", () => new Dense(4), [6], [4], (6 * 4) + 4)
        {
            Config = """
                {"units":4,"activation":"linear","use_bias":true,"kernel_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"kernel_regularizer":null,"bias_regularizer":null,"kernel_constraint":null,"bias_constraint":null}
                """,
        },
        new("Dense on an image", () => new Dense(4, Activation.Tanh), [3, 2, 6], [3, 2, 4], (6 * 4) + 4),
        new("Dense without bias", () => new Dense(1, Activation.Sigmoid) { UseBias = false, KernelInitializer = Initializer.HeNormal }, [6], [1], 6),
        new("Slice", () => new Slice(.., 1..3, .., 0), [4, 4, 2], [2, 4])
        {
            Config = """
                {"key":[{"class_name":"__slice__","config":{"start":null,"stop":null,"step":null}},{"class_name":"__slice__","config":{"start":1,"stop":3,
                 "step":null}},{"class_name":"__slice__","config":{"start":null,"stop":null,"step":null}},0]}
                """,
        },
        new("Concatenate", () => new Concatenate(), [4, 4, 2], [4, 4, 6]) { Config = """{"axis":-1}""", Inputs = 3 },
        new("Concatenate of rows", () => new Concatenate(1), [4, 2], [8, 2]) { Config = """{"axis":1}""", Inputs = 2 },
        new("Cropping2D", () => new Cropping2D(1), [5, 4, 2], [3, 2, 2]) { Config = """{"cropping":[[1,1],[1,1]],"data_format":"channels_last"}""" },
        new("Cropping2D on two sides", () => new Cropping2D((0, 1), (2, 0)), [3, 4, 2],
            [2, 2, 2]) { Config = """{"cropping":[[0,1],[2,0]],"data_format":"channels_last"}""" },
        new("Dot", () => new Dot(1), [5], [1]) { Config = """{"axes":1,"normalize":false}""", Inputs = 2 },
        new("Dot of cosines", () => new Dot((-1, 2), normalize: true), [4, 5], [4, 4]) { Config = """{"axes":[-1,2],"normalize":true}""", Inputs = 2 },
        new("Dropout", () => new Dropout(0.25f), [8, 8, 4], [8, 8, 4]) { Config = """{"rate":0.25,"seed":null,"noise_shape":null}""", IsRandom = true },
        new("Dropout of whole samples", () => new Dropout(0.25f) { NoiseShape = [null, 1, 1, 1] }, [8, 8, 4], [8, 8, 4])
        {
            Config = """{"rate":0.25,"seed":null,"noise_shape":[null,1,1,1]}""", IsRandom = true,
        },
        new("Dropout of nothing", () => new Dropout(0), [6], [6]) { Config = """{"rate":0,"seed":null,"noise_shape":null}""" },
        new("Flatten", () => new Flatten(), [3, 4, 5], [60]) { Config = """{"data_format":"channels_last"}""" },
        new("Flatten of a row", () => new Flatten(), [7], [7]),
        new("Flatten of a number", () => new Flatten(), [], [1]),
        new("GaussianDropout", () => new GaussianDropout(0.25f), [8, 4], [8, 4]) { Config = """{"rate":0.25,"seed":null}""", IsRandom = true },
        new("GaussianNoise", () => new GaussianNoise(0.5f), [8, 4], [8, 4]) { Config = """{"stddev":0.5,"seed":null}""", IsRandom = true },
        new("GlobalAveragePooling2D", () => new GlobalAveragePooling2D(), [4, 3, 5], [5]) { Config = """{"data_format":"channels_last","keepdims":false}""" },
        new("GlobalAveragePooling2D to an image", () => new GlobalAveragePooling2D(keepDimensions: true), [4, 3, 5], [1, 1, 5]),
        new("GlobalMaxPooling2D", () => new GlobalMaxPooling2D(), [4, 3, 5], [5]) { Config = """{"data_format":"channels_last","keepdims":false}""" },
        new("GlobalMaxPooling2D to an image", () => new GlobalMaxPooling2D(keepDimensions: true), [4, 3, 5], [1, 1, 5]),
        new("Input", () => new Input(4, 5, 2), [4, 5, 2], [4, 5, 2]) { Config = """{"batch_shape":[null,4,5,2]}""" },
        new("Maximum", () => new Maximum(), [5], [5]) { Config = "{}", Inputs = 2 },
        new("Minimum", () => new Minimum(), [5], [5]) { Config = "{}", Inputs = 3 },
        new("Multiply", () => new Multiply(), [5], [5]) { Config = "{}", Inputs = 2 },
        new("RandomHeight", () => new RandomHeight(0.2f), [6, 5, 3], [6, 5, 3]) { Config = """{"factor":0.2,"interpolation":"bilinear","seed":null}""" },
        new("RandomHeight between two", () => new RandomHeight(-0.1f, 0.3f), [6, 5, 3],
            [6, 5, 3]) { Config = """{"factor":[-0.1,0.3],"interpolation":"bilinear","seed":null}""" },
        new("RandomWidth", () => new RandomWidth(0.2f), [6, 5, 3], [6, 5, 3]) { Config = """{"factor":0.2,"interpolation":"bilinear","seed":null}""" },
        new("Permute", () => new Permute(3, 1, 2), [4, 3, 2], [2, 4, 3]) { Config = """{"dims":[3,1,2]}""" },
        new("RandomContrast", () => new RandomContrast(0.2f) { ValueRange = (-9, 9) }, [6, 5, 3],
            [6, 5, 3]) { Config = """{"factor":[0.2,0.2],"value_range":[-9,9],"seed":null}""", IsRandom = true },
        new("RandomContrast, only more", () => new RandomContrast(0, 0.5f) { ValueRange = (-9, 9) }, [6, 5, 3], [6, 5, 3]) { IsRandom = true },
        new("RandomFlip", () => new RandomFlip(), [6, 5, 3],
            [6, 5, 3]) { Config = """{"seed":null,"mode":"horizontal_and_vertical","data_format":"channels_last"}""", IsRandom = true },
        new("RandomFlip horizontal", () => new RandomFlip(FlipMode.Horizontal), [6, 5, 3], [6, 5, 3]) { IsRandom = true },
        new("RandomFlip vertical", () => new RandomFlip(FlipMode.Vertical), [6, 5, 3], [6, 5, 3]) { IsRandom = true },
        new("RandomRotation", () => new RandomRotation(0.1f), [6, 5, 3], [6, 5, 3])
        {
            Config = """{"factor":[-0.1,0.1],"fill_mode":"reflect","interpolation":"bilinear","seed":null,"fill_value":0,"data_format":"channels_last"}""",
            IsRandom = true,
        },
        new("RandomTranslation", () => new RandomTranslation(0.2f, (-0.1f, 0.3f), FillMode.Constant, fillValue: 0.5f), [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"height_factor":[-0.2,0.2],"width_factor":[-0.1,0.3],"fill_mode":"constant","interpolation":"bilinear","seed":null,"fill_value":0.5,
                 "data_format":"channels_last"}
                """,
            IsRandom = true,
        },
        new("RandomZoom", () => new RandomZoom(0.2f), [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"height_factor":[-0.2,0.2],"width_factor":null,"fill_mode":"reflect","interpolation":"bilinear","seed":null,"fill_value":0,
                 "data_format":"channels_last"}
                """,
            IsRandom = true,
        },
        new("RandomZoom of both", () => new RandomZoom((-0.3f, -0.1f), 0.1f, FillMode.Wrap, Interpolation.Nearest), [6, 5, 3], [6, 5, 3]) { IsRandom = true },
        new("RepeatVector", () => new RepeatVector(3), [5], [3, 5]) { Config = """{"n":3}""" },
        new("Rescaling", () => new Rescaling(0.3f, -0.5f), [4, 4, 3], [4, 4, 3]) { Config = """{"scale":0.3,"offset":-0.5}""" },
        new("Rescaling of each channel", () => new Rescaling([1, 2, -0.5f], [0.25f, 0, 1]), [4, 4, 3],
            [4, 4, 3]) { Config = """{"scale":[1,2,-0.5],"offset":[0.25,0,1]}""" },
        new("Rescaling without offset", () => new Rescaling(2), [6], [6]) { Config = """{"scale":2,"offset":0}""" },
        new("Reshape", () => new Reshape(2, 3, 2), [12], [2, 3, 2]) { Config = """{"target_shape":[2,3,2]}""" },
        new("Reshape to what is left", () => new Reshape(4, -1), [2, 3, 2], [4, 3]) { Config = """{"target_shape":[4,-1]}""" },
        new("SpatialDropout2D", () => new SpatialDropout2D(0.25f), [4, 4, 6],
            [4, 4, 6]) { Config = """{"rate":0.25,"seed":null,"data_format":"channels_last"}""", IsRandom = true },
        new("Subtract", () => new Subtract(), [5], [5]) { Config = "{}", Inputs = 2 },
        new("ZeroPadding2D", () => new ZeroPadding2D(), [3, 4, 2], [5, 6, 2]) { Config = """{"padding":[[1,1],[1,1]],"data_format":"channels_last"}""" },
        new("ZeroPadding2D on two sides", () => new ZeroPadding2D((0, 1), (0, 2)), [3, 4, 2],
            [4, 6, 2]) { Config = """{"padding":[[0,1],[0,2]],"data_format":"channels_last"}""" },
    ];

    private static IEnumerable<LayerCase> Convolutions()
    {
        yield return new("Conv2D", () => new Conv2D(4, 3), [6, 5, 2], [4, 3, 4], (3 * 3 * 2 * 4) + 4)
        {
            Config = """
                {"filters":4,"kernel_size":[3,3],"strides":[1,1],"padding":"valid","data_format":"channels_last","dilation_rate":[1,1],"groups":1,
                 "activation":"linear","use_bias":true,"kernel_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"kernel_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"kernel_constraint":null,
                 "bias_constraint":null}
                """,
        };
        yield return new("Conv2D same", () => new Conv2D(4, 3, padding: Padding.Same, activation: Activation.Relu), [6, 5, 2], [6, 5, 4], (3 * 3 * 2 * 4) + 4);
        yield return new("Conv2D same, even kernel", () => new Conv2D(3, (2, 4), padding: Padding.Same), [6, 5, 2], [6, 5, 3], (2 * 4 * 2 * 3) + 3);
        yield return new("Conv2D strides", () => new Conv2D(3, 3, 2), [8, 7, 2], [3, 3, 3], (3 * 3 * 2 * 3) + 3);
        yield return new("Conv2D strides, same", () => new Conv2D(3, 3, (2, 3), Padding.Same), [8, 7, 2], [4, 3, 3], (3 * 3 * 2 * 3) + 3);
        yield return new("Conv2D dilation", () => new Conv2D(3, 3) { DilationRate = 2 }, [8, 7, 2], [4, 3, 3], (3 * 3 * 2 * 3) + 3);
        yield return new(
            "Conv2D dilation, same", () => new Conv2D(3, (3, 2), padding: Padding.Same) { DilationRate = (2, 3) }, [8, 7, 2], [8, 7, 3], (3 * 2 * 2 * 3) + 3);
        yield return new("Conv2D pointwise, no bias", () => new Conv2D(5, 1, activation: Activation.Tanh) { UseBias = false }, [4, 4, 3], [4, 4, 5], 15);
        yield return new(
            "Conv2D initializers", () =>
            new Conv2D(
            2, 3)
            { KernelInitializer = new VarianceScaling(0.5f, FanMode.Out, Distribution.Normal), BiasInitializer = new ConstantInitializer(0.1f) },
            [4, 4, 1], [2, 2, 2], 20);
        yield return new("Conv2D groups", () => new Conv2D(6, 3) { Groups = 2 }, [6, 5, 4], [4, 3, 6], (3 * 3 * 2 * 6) + 6)
        {
            Config = """
                {"filters":6,"kernel_size":[3,3],"strides":[1,1],"padding":"valid","data_format":"channels_last","dilation_rate":[1,1],"groups":2,
                 "activation":"linear","use_bias":true,"kernel_initializer":{"module":"keras.initializers","class_name":"GlorotUniform",
                 "config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"kernel_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"kernel_constraint":null,
                 "bias_constraint":null}
                """,
        };
        yield return new(
            "Conv2D groups, strides, same", () =>
            new Conv2D(9, (3, 2), 2, Padding.Same, Activation.Relu) { Groups = 3 }, [8, 7, 6], [4, 4, 9], (3 * 2 * 2 * 9) + 9);
        yield return new(
            "Conv2D of as many groups as channels", () =>
            new Conv2D(6, 3, padding: Padding.Same) { Groups = 3, UseBias = false }, [4, 4, 3], [4, 4, 6], 3 * 3 * 6);
        yield return new("Conv2D strides over the rest", () => new Conv2D(2, 1, 3), [8, 7, 1], [3, 3, 2], 4);
    }

    private static IEnumerable<LayerCase> Activations()
    {
        foreach (var name in (string[])
            ["linear", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "hard_silu", "mish", "sigmoid", "hard_sigmoid", "log_sigmoid",
                "sparse_sigmoid", "tanh", "hard_tanh",
             "tanh_shrink", "hard_shrink", "soft_shrink", "softplus", "squareplus", "sparse_plus", "softsign", "exponential", "softmax", "log_softmax"])
            yield return new(
                $"Activation {name}", () =>
                new ActivationLayer(ActivationCatalog.FromName(name)), [4, 4, 2], [4, 4, 2])
            { Config = $$"""{"activation":"{{name}}"}""" };
        yield return new("Activation glu", () => new ActivationLayer(Activation.Glu), [4, 4, 6], [4, 4, 3]) { Config = """{"activation":"glu"}""" };
        yield return new("ELU", () => new ELU(), [5], [5]) { Config = """{"alpha":1}""" };
        yield return new("ELU of another alpha", () => new ELU(0.5f), [5], [5]);
        yield return new("LeakyReLU", () => new LeakyReLU(), [5], [5]) { Config = """{"negative_slope":0.3}""" };
        yield return new("PReLU", () => new PReLU(), [4, 3], [4, 3], 12)
        {
            Config = """
                {"alpha_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":null},"alpha_regularizer":null,
                 "alpha_constraint":null,"shared_axes":null}
                """,
        };
        yield return new("PReLU of channels", () => new PReLU(1, 2) { AlphaInitializer = new ConstantInitializer(0.25f) }, [4, 3, 2], [4, 3, 2], 2);
        yield return new("ReLU", () => new ReLU(), [4, 4, 2], [4, 4, 2]) { Config = """{"max_value":null,"negative_slope":0,"threshold":0}""" };
        yield return new("ReLU up to 6", () => new ReLU(6), [5], [5]) { Config = """{"max_value":6,"negative_slope":0,"threshold":0}""" };
        yield return new("ReLU with a slope", () => new ReLU(2, 0.1f), [5], [5]) { Config = """{"max_value":2,"negative_slope":0.1,"threshold":0}""" };
        yield return new(
            "ReLU above a threshold", () => new ReLU(threshold: 0.5f), [5], [5])
        { Config = """{"max_value":null,"negative_slope":0,"threshold":0.5}""" };
        yield return new("Softmax", () => new Softmax(), [3, 5], [3, 5]) { Config = """{"axis":-1}""" };
        yield return new("Softmax of rows", () => new Softmax(1), [4, 3, 2], [4, 3, 2]) { Config = """{"axis":1}""" };
    }

    private static IEnumerable<LayerCase> BatchNormalizations()
    {
        yield return new("BatchNormalization", () => new BatchNormalization(), [4, 3, 5], [4, 3, 5], 20)
        {
            IsRandom = true,
            Config = """
                {"axis":-1,"momentum":0.99,"epsilon":0.001,"center":true,"scale":true,"beta_initializer":{"module":"keras.initializers",
                 "class_name":"Zeros","config":{},"registered_name":null},"gamma_initializer":{"module":"keras.initializers","class_name":"Ones",
                 "config":{},"registered_name":null},"moving_mean_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},
                 "registered_name":null},"moving_variance_initializer":{"module":"keras.initializers","class_name":"Ones","config":{},
                 "registered_name":null},"beta_regularizer":null,"gamma_regularizer":null,"beta_constraint":null,"gamma_constraint":null,
                 "synchronized":false}
                """,
        };
        yield return new("BatchNormalization of a row", () => new BatchNormalization(0.9f, 0.1f), [6], [6], 24) { IsRandom = true };
        yield return new("BatchNormalization without scale", () => new BatchNormalization { Scale = false }, [2, 2, 3], [2, 2, 3], 9) { IsRandom = true };
        yield return new("BatchNormalization without offset", () => new BatchNormalization { Center = false }, [2, 2, 3], [2, 2, 3], 9) { IsRandom = true };
    }

    private static IEnumerable<LayerCase> DepthwiseConvolutions()
    {
        yield return new("DepthwiseConv2D", () => new DepthwiseConv2D(3), [6, 5, 4], [4, 3, 4], (3 * 3 * 4) + 4);
        yield return new(
            "DepthwiseConv2D strides, same", () => new DepthwiseConv2D(3, 2, Padding.Same, Activation.Relu6), [6, 5, 3], [3, 3, 3], (3 * 3 * 3) + 3);
        yield return new("DepthwiseConv2D dilation", () => new DepthwiseConv2D(3) { DilationRate = 2 }, [8, 7, 2], [4, 3, 2], (3 * 3 * 2) + 2);
        yield return new(
            "DepthwiseConv2D of several kernels", () =>
            new DepthwiseConv2D((2, 3), padding: Padding.Same) { DepthMultiplier = 2, UseBias = false }, [4, 4, 3], [4, 4, 6], 2 * 3 * 3 * 2);
    }

    private static IEnumerable<LayerCase> Poolings(string name, Func<Size2D, Size2D?, Padding, Layer> create)
    {
        yield return new(name, () => create(2, null, Padding.Valid), [6, 5, 3], [3, 2, 3])
        {
            Config = """{"pool_size":[2,2],"padding":"valid","strides":[2,2],"data_format":"channels_last"}""",
        };
        yield return new($"{name} same", () => create(2, null, Padding.Same), [6, 5, 3], [3, 3, 3]);
        yield return new($"{name} strides", () => create(3, 2, Padding.Valid), [8, 7, 2], [3, 3, 2]);
        yield return new($"{name} strides, same", () => create((3, 2), (2, 1), Padding.Same), [8, 7, 2], [4, 7, 2])
        {
            Config = """{"pool_size":[3,2],"padding":"same","strides":[2,1],"data_format":"channels_last"}""",
        };
        yield return new($"{name} of the whole image", () => create((4, 3), null, Padding.Valid), [4, 3, 5], [1, 1, 5]);
        yield return new($"{name} window beyond the image, same", () => create(5, 1, Padding.Same), [3, 2, 1], [3, 2, 1]);
    }
}
