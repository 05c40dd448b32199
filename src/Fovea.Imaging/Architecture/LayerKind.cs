namespace Fovea.Imaging;

/// <summary>What a layer does, for its color in a figure.</summary>
internal enum LayerKind
{
    Input,
    Preprocessing,
    Convolution,
    Pooling,
    Dense,
    Normalization,
    Activation,
    Regularization,
    Merging,
    Shape,
    Model,
    Other,
}

/// <summary>The kinds of layers, their names and colors.</summary>
internal static class LayerKinds
{
    /// <summary>The kind of a layer, by the name of its class.</summary>
    public static LayerKind Of(LayerSummary layer) => layer.Model is not null ? LayerKind.Model : layer.ClassName switch
    {
        "InputLayer" => LayerKind.Input,
        "Rescaling" or "Resizing" or "CenterCrop" or "Normalization" => LayerKind.Preprocessing,
        "Dense" or "Embedding" => LayerKind.Dense,
        "Activation" or "ReLU" or "LeakyReLU" or "PReLU" or "ELU" or "Softmax" => LayerKind.Activation,
        "Add" or "Average" or "Concatenate" or "Dot" or "Maximum" or "Minimum" or "Multiply" or "Subtract" => LayerKind.Merging,
        "Flatten" or "Reshape" or "Permute" or "RepeatVector" or "Cropping2D" or "ZeroPadding2D" or "UpSampling2D" or "Slice" => LayerKind.Shape,
        "GaussianNoise" or "ActivityRegularization" => LayerKind.Regularization,
        var name when name.StartsWith("Random", StringComparison.Ordinal) => LayerKind.Preprocessing,
        var name when name.Contains("Conv", StringComparison.Ordinal) => LayerKind.Convolution,
        var name when name.Contains("Pooling", StringComparison.Ordinal) => LayerKind.Pooling,
        var name when name.EndsWith("Normalization", StringComparison.Ordinal) => LayerKind.Normalization,
        var name when name.Contains("Dropout", StringComparison.Ordinal) => LayerKind.Regularization,
        _ => LayerKind.Other,
    };

    /// <summary>The color of a kind.</summary>
    public static string Color(LayerKind kind) => kind switch
    {
        LayerKind.Input => "#6B7280",
        LayerKind.Preprocessing => "#DB2777",
        LayerKind.Convolution => "#2563EB",
        LayerKind.Pooling => "#EA580C",
        LayerKind.Dense => "#0D9488",
        LayerKind.Normalization => "#7C3AED",
        LayerKind.Activation => "#16A34A",
        LayerKind.Regularization => "#94A3B8",
        LayerKind.Merging => "#CA8A04",
        LayerKind.Shape => "#0EA5E9",
        LayerKind.Model => "#4338CA",
        _ => "#57534E",
    };

    /// <summary>The name of a kind in a legend.</summary>
    public static string Name(LayerKind kind) => kind switch
    {
        LayerKind.Shape => "shape only",
        LayerKind.Other => "custom",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
