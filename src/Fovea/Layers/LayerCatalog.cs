using Fovea.Formats.Keras;

namespace Fovea;

/// <summary>
/// The layers that files can name: one line each, without reflection, so that trimming and native AOT keep them.
/// </summary>
internal static class LayerCatalog
{
    private static readonly Dictionary<string, Func<Config, Layer>> Layers = new()
    {
        ["Activation"] = ActivationLayer.FromConfig,
        ["ActivityRegularization"] = ActivityRegularization.FromConfig,
        ["AdaptiveAveragePooling2D"] = AdaptiveAveragePooling2D.FromConfig,
        ["AdaptiveMaxPooling2D"] = AdaptiveMaxPooling2D.FromConfig,
        ["Add"] = Add.FromConfig,
        ["AlphaDropout"] = AlphaDropout.FromConfig,
        ["Average"] = Average.FromConfig,
        ["AveragePooling1D"] = AveragePooling1D.FromConfig,
        ["AveragePooling2D"] = AveragePooling2D.FromConfig,
        ["BatchNormalization"] = BatchNormalization.FromConfig,
        ["BorderPadding2D"] = BorderPadding2D.FromConfig,
        ["BatchNormalizationV1"] = BatchNormalization.FromConfig,
        ["BatchNormalizationV2"] = BatchNormalization.FromConfig,
        ["CenterCrop"] = CenterCrop.FromConfig,
        ["Combination"] = Combination.FromConfig,
        ["Concatenate"] = Concatenate.FromConfig,
        ["Conv1D"] = Conv1D.FromConfig,
        ["Conv2D"] = Conv2D.FromConfig,
        ["Conv2DTranspose"] = Conv2DTranspose.FromConfig,
        ["Cropping2D"] = Cropping2D.FromConfig,
        ["Dense"] = Dense.FromConfig,
        ["DepthwiseConv1D"] = DepthwiseConv1D.FromConfig,
        ["DepthwiseConv2D"] = DepthwiseConv2D.FromConfig,
        ["Dot"] = Dot.FromConfig,
        ["Dropout"] = Dropout.FromConfig,
        ["ELU"] = ELU.FromConfig,
        ["Elementwise"] = Elementwise.FromConfig,
        ["Embedding"] = Embedding.FromConfig,
        ["Flatten"] = Flatten.FromConfig,
        ["GaussianDropout"] = GaussianDropout.FromConfig,
        ["GaussianNoise"] = GaussianNoise.FromConfig,
        ["GlobalAveragePooling1D"] = GlobalAveragePooling1D.FromConfig,
        ["GlobalAveragePooling2D"] = GlobalAveragePooling2D.FromConfig,
        ["GlobalMaxPooling1D"] = GlobalMaxPooling1D.FromConfig,
        ["GlobalMaxPooling2D"] = GlobalMaxPooling2D.FromConfig,
        ["GroupNormalization"] = GroupNormalization.FromConfig,
        ["Identity"] = _ => new ActivationLayer(Activation.Linear),
        ["InputLayer"] = Input.FromConfig,
        ["Lambda"] = Lambda.FromConfig,
        ["LayerNormalization"] = LayerNormalization.FromConfig,
        ["LeakyReLU"] = LeakyReLU.FromConfig,
        ["LocalResponseNormalization"] = LocalResponseNormalization.FromConfig,
        ["MaxPooling1D"] = MaxPooling1D.FromConfig,
        ["MaxPooling2D"] = MaxPooling2D.FromConfig,
        ["Maximum"] = Maximum.FromConfig,
        ["Minimum"] = Minimum.FromConfig,
        ["Multiply"] = Multiply.FromConfig,
        ["Normalization"] = Normalization.FromConfig,
        ["PReLU"] = PReLU.FromConfig,
        ["Permute"] = Permute.FromConfig,
        ["Pooling2D"] = Pooling2D.FromConfig,
        ["RMSNormalization"] = RMSNormalization.FromConfig,
        ["RandomBrightness"] = RandomBrightness.FromConfig,
        ["RandomContrast"] = RandomContrast.FromConfig,
        ["RandomCrop"] = RandomCrop.FromConfig,
        ["RandomErasing"] = RandomErasing.FromConfig,
        ["RandomFlip"] = RandomFlip.FromConfig,
        ["RandomGrayscale"] = RandomGrayscale.FromConfig,
        ["RandomHeight"] = RandomHeight.FromConfig,
        ["RandomRotation"] = RandomRotation.FromConfig,
        ["RandomShear"] = RandomShear.FromConfig,
        ["RandomTranslation"] = RandomTranslation.FromConfig,
        ["RandomWidth"] = RandomWidth.FromConfig,
        ["RandomZoom"] = RandomZoom.FromConfig,
        ["ReLU"] = ReLU.FromConfig,
        ["Reduction"] = Reduction.FromConfig,
        ["RepeatVector"] = RepeatVector.FromConfig,
        ["Rescaling"] = Rescaling.FromConfig,
        ["Resampling2D"] = Resampling2D.FromConfig,
        ["Reshape"] = Reshape.FromConfig,
        ["Resizing"] = Resizing.FromConfig,
        ["Selection"] = Selection.FromConfig,
        ["SeparableConv1D"] = SeparableConv1D.FromConfig,
        ["SeparableConv2D"] = SeparableConv2D.FromConfig,
        ["Softmax"] = Softmax.FromConfig,
        ["SpatialDropout2D"] = SpatialDropout2D.FromConfig,
        ["Subtract"] = Subtract.FromConfig,
        ["SyncBatchNormalization"] = BatchNormalization.FromConfig,
        ["ThresholdedReLU"] = ReLU.FromThresholded,
        ["UnitNormalization"] = UnitNormalization.FromConfig,
        ["UpSampling2D"] = UpSampling2D.FromConfig,
        ["ZeroPadding2D"] = ZeroPadding2D.FromConfig,
    };

    /// <summary>Those that Keras has not: operators of ONNX and TFLite (<c>Layers/Operators</c>).</summary>
    private static readonly HashSet<string> Operators =
        ["BorderPadding2D", "Combination", "Elementwise", "LocalResponseNormalization", "Pooling2D", "Reduction", "Resampling2D", "Selection"];

    public static IReadOnlyCollection<string> ClassNames => Layers.Keys;

    /// <summary>Whether Keras has no such layer, so that a file in Keras' form which names it is for Fovea alone.</summary>
    public static bool IsUnknownToKeras(string className) => Operators.Contains(className);

    /// <summary>Builds a layer from its class name and configuration, or a registered one of one's own.</summary>
    /// <exception cref="ModelFormatException">The class is not known or the configuration does not fit it.</exception>
    public static Layer Create(string className, Config config, string? registeredName = null)
    {
        try
        {
            var layer = CustomObjects.Create<Layer>(registeredName, config)
                ?? (Layers.TryGetValue(className, out var create) ? create(config) : throw Unknown(className, config, registeredName));
            layer.Name = config.Name;
            layer.Trainable = config.GetBool("trainable", true);
            layer.ActivityRegularizer = config.GetRegularizer("activity_regularizer");
            _ = config.Find(PartTraining.Entry);  // applied when the parts are there
            return layer;
        }
        catch (ArgumentException error)
        {
            throw new ModelFormatException($"{config.Subject}: {error.Sentence()}", error);
        }
    }

    private static ModelFormatException Unknown(string className, Config config, string? registeredName) =>
        new(registeredName?.Contains('>', StringComparison.Ordinal) == true
            ? $"{config.Subject}: layers of the class '{registeredName}' are not known; {CustomObjects.ToLoad(registeredName)}."
            : $"{config.Subject}: layers of the class '{className}' are not known; {NearestNames.Of(className, Layers.Keys)}.");
}
