namespace Fovea;

/// <summary>The layers that files can name. Those that Keras does not have are operators of ONNX and TFLite (<c>Layers/Operators</c>).</summary>
internal static class LayerCatalog
{
    public static Catalog<Layer> Known { get; } = new(
        "layer", "keras.layers",
        new("Activation", ActivationLayer.FromConfig),
        new("ActivityRegularization", ActivityRegularization.FromConfig),
        new("AdaptiveAveragePooling2D", AdaptiveAveragePooling2D.FromConfig),
        new("AdaptiveMaxPooling2D", AdaptiveMaxPooling2D.FromConfig),
        new("Add", Add.FromConfig),
        new("AlphaDropout", AlphaDropout.FromConfig),
        new("Average", Average.FromConfig),
        new("AveragePooling1D", AveragePooling1D.FromConfig),
        new("AveragePooling2D", AveragePooling2D.FromConfig),
        new("BatchNormalization", BatchNormalization.FromConfig, "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization"),
        new("BorderPadding2D", BorderPadding2D.FromConfig) { IsOfKeras = false },
        new("CenterCrop", CenterCrop.FromConfig),
        new("Combination", Combination.FromConfig) { IsOfKeras = false },
        new("Concatenate", Concatenate.FromConfig),
        new("Conv1D", Conv1D.FromConfig),
        new("Conv2D", Conv2D.FromConfig),
        new("Conv2DTranspose", Conv2DTranspose.FromConfig),
        new("Cropping2D", Cropping2D.FromConfig),
        new("CutMix", CutMix.FromConfig),
        new("Dense", Dense.FromConfig),
        new("DepthwiseConv1D", DepthwiseConv1D.FromConfig),
        new("DepthwiseConv2D", DepthwiseConv2D.FromConfig),
        new("Dot", Dot.FromConfig),
        new("Dropout", Dropout.FromConfig),
        new("Elementwise", Elementwise.FromConfig) { IsOfKeras = false },
        new("ELU", ELU.FromConfig),
        new("Embedding", Embedding.FromConfig),
        new("Flatten", Flatten.FromConfig),
        new("GaussianDropout", GaussianDropout.FromConfig),
        new("GaussianNoise", GaussianNoise.FromConfig),
        new("GlobalAveragePooling1D", GlobalAveragePooling1D.FromConfig),
        new("GlobalAveragePooling2D", GlobalAveragePooling2D.FromConfig),
        new("GlobalMaxPooling1D", GlobalMaxPooling1D.FromConfig),
        new("GlobalMaxPooling2D", GlobalMaxPooling2D.FromConfig),
        new("GroupNormalization", GroupNormalization.FromConfig),
        new("Identity", _ => new ActivationLayer(Activation.Linear)),
        new("InputLayer", Input.FromConfig),
        new("Lambda", Lambda.FromConfig),
        new("LayerNormalization", LayerNormalization.FromConfig),
        new("LeakyReLU", LeakyReLU.FromConfig),
        new("LocalResponseNormalization", LocalResponseNormalization.FromConfig) { IsOfKeras = false },
        new("MaxNumBoundingBoxes", MaxNumBoundingBoxes.FromConfig),
        new("Maximum", Maximum.FromConfig),
        new("MaxPooling1D", MaxPooling1D.FromConfig),
        new("MaxPooling2D", MaxPooling2D.FromConfig),
        new("Minimum", Minimum.FromConfig),
        new("MixUp", MixUp.FromConfig),
        new("Multiply", Multiply.FromConfig),
        new("Normalization", Normalization.FromConfig),
        new("Permute", Permute.FromConfig),
        new("Pipeline", Pipeline.FromConfig),
        new("Pooling2D", Pooling2D.FromConfig) { IsOfKeras = false },
        new("PReLU", PReLU.FromConfig),
        new("RandomBrightness", RandomBrightness.FromConfig),
        new("RandomContrast", RandomContrast.FromConfig),
        new("RandomCrop", RandomCrop.FromConfig),
        new("RandomElasticTransform", RandomElasticTransform.FromConfig),
        new("RandomErasing", RandomErasing.FromConfig),
        new("RandomFlip", RandomFlip.FromConfig),
        new("RandomGeometry", RandomGeometry.FromConfig) { IsOfKeras = false },
        new("RandomGrayscale", RandomGrayscale.FromConfig),
        new("RandomHeight", RandomHeight.FromConfig),
        new("RandomPerspective", RandomPerspective.FromConfig),
        new("RandomResizedCrop", RandomResizedCrop.FromConfig) { IsOfKeras = false },
        new("RandomRotation", RandomRotation.FromConfig),
        new("RandomShear", RandomShear.FromConfig),
        new("RandomTranslation", RandomTranslation.FromConfig),
        new("RandomWidth", RandomWidth.FromConfig),
        new("RandomZoom", RandomZoom.FromConfig),
        new("Reduction", Reduction.FromConfig) { IsOfKeras = false },
        new("ReLU", ReLU.FromConfig),
        new("RepeatVector", RepeatVector.FromConfig),
        new("Resampling2D", Resampling2D.FromConfig) { IsOfKeras = false },
        new("Rescaling", Rescaling.FromConfig),
        new("Reshape", Reshape.FromConfig),
        new("Resizing", Resizing.FromConfig),
        new("RMSNormalization", RMSNormalization.FromConfig),
        new("Selection", Selection.FromConfig) { IsOfKeras = false },
        new("SeparableConv1D", SeparableConv1D.FromConfig),
        new("SeparableConv2D", SeparableConv2D.FromConfig),
        new("Slice", Slice.FromConfig) { IsOfKeras = false },
        new("Softmax", Softmax.FromConfig),
        new("SpatialDropout2D", SpatialDropout2D.FromConfig),
        new("Subtract", Subtract.FromConfig),
        new("ThresholdedReLU", ReLU.FromThresholded) { IsOlder = true },
        new("UnitNormalization", UnitNormalization.FromConfig),
        new("UpSampling2D", UpSampling2D.FromConfig),
        new("ZeroPadding2D", ZeroPadding2D.FromConfig))
    {
        IsExact = true,
    };

    /// <summary>Whether Keras does not have the layer, so that only Fovea reads a file in Keras' form that names it.</summary>
    public static bool IsUnknownToKeras(string className) => Known.Find(className) is { IsOfKeras: false };

    /// <summary>Builds a layer from its class name and settings, or a registered custom one.</summary>
    /// <param name="className">The name of the class.</param>
    /// <param name="config">The settings. The caller judges those that were not read.</param>
    /// <param name="registeredName">The name that a custom class is registered by.</param>
    /// <param name="owner">The object that has the layer as a part, for errors.</param>
    /// <exception cref="ModelFormatException">The class is not known, or the settings do not fit it.</exception>
    public static Layer Create(string className, Config config, string? registeredName = null, string? owner = null) =>
        Known.Create(className, config, registeredName, owner);
}
