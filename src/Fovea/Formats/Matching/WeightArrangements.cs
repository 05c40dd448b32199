namespace Fovea.Formats.Matching;

/// <summary>The names and the arrangements of weights in a file of one layout.</summary>
internal sealed class WeightArrangements(TensorLayout layout, FeatureOrders orders)
{
    /// <summary>The layout of the file.</summary>
    public TensorLayout Layout => layout;

    /// <summary>The full name of a weight in a file, as in <c>mobilenet.conv1.weight</c>.</summary>
    public string PathOf(WeightUnit unit, Weight weight)
    {
        if (layout == TensorLayout.Keras) return unit.PathOf(weight);
        var part = unit.Weights.Count == unit.Layer.Weights.Count
            ? ""
            : unit.Weights[0].Name.StartsWith("depthwise", StringComparison.Ordinal)
            ? ".depthwise"
            : ".pointwise";
        return $"{unit.Path.Replace('/', '.')}{part}.{NameOf(weight)}";
    }

    /// <summary>The arrangement of a tensor of this shape; null if the shape does not fit the weight.</summary>
    public TensorArrangement? For(WeightUnit unit, Weight weight, Shape source)
    {
        var usual = Usual(unit, weight);
        if (source == usual.Source) return usual;
        if (layout == TensorLayout.Keras || source.Count != usual.Source.Count) return null;
        // A 1 × 1 convolution may be stored as a dense layer and vice versa. A slope may have extra dimensions of size 1.
        return WithoutOnes(source).SequenceEqual(WithoutOnes(usual.Source)) ? usual with { Source = source } : null;
    }

    /// <summary>The usual arrangement of the weight in a file.</summary>
    public TensorArrangement Usual(WeightUnit unit, Weight weight)
    {
        var shape = weight.Shape;
        var same = TensorArrangement.Same(shape);
        if (layout == TensorLayout.Keras) return same;
        return (unit.Layer, weight.Name) switch
        {
            (Dense, "kernel") => Of([shape[1], shape[0]], [1, 0], "transposed") is var transposed && layout == TensorLayout.PyTorch
                ? transposed.WithOrder(0, orders.OfInputs(unit.Layer), "rows from CHW to HWC order")
                    .WithOrder(1, orders.OfOutputs(unit.Layer), "columns from CHW to HWC order")
                : transposed,
            (DepthwiseConv2D, "kernel") or (SeparableConv2D, "depthwise_kernel") => Depthwise(shape),
            (DepthwiseConv1D, "kernel") or (SeparableConv1D, "depthwise_kernel") => Depthwise(shape),
            (Conv2DTranspose, "kernel") => layout == TensorLayout.PyTorch
                ? Of([shape[3], shape[2], shape[0], shape[1]], [2, 3, 1, 0], "IOHW to HWOI")
                : Of([shape[2], shape[0], shape[1], shape[3]], [1, 2, 0, 3], "OHWI to HWOI"),
            (_, "kernel" or "pointwise_kernel") when shape.Rank == 4 => layout == TensorLayout.PyTorch
                ? Of([shape[3], shape[2], shape[0], shape[1]], [2, 3, 1, 0], "OIHW to HWIO")
                : Of([shape[3], shape[0], shape[1], shape[2]], [1, 2, 3, 0], "OHWI to HWIO"),
            (_, "kernel" or "pointwise_kernel") when shape.Rank == 3 => layout == TensorLayout.PyTorch
                ? Of([shape[2], shape[1], shape[0]], [2, 1, 0], "OIW to WIO")
                : Of([shape[2], shape[0], shape[1]], [1, 2, 0], "OWI to WIO"),
            (Embedding, _) => same,
            (PReLU, "alpha") when shape.Count == shape[^1] => new([shape[^1]], shape, [.. Enumerable.Range(0, shape.Rank)], null),
            _ when shape.Rank == 1 && layout == TensorLayout.PyTorch => same.WithOrder(0, orders.OfOutputs(unit.Layer), "from CHW to HWC order"),
            _ when shape.Rank == 3 && layout == TensorLayout.PyTorch => Of([shape[2], shape[0], shape[1]], [1, 2, 0], "CHW to HWC"),
            _ when shape.Rank == 2 && layout == TensorLayout.PyTorch => Of([shape[1], shape[0]], [1, 0], "CW to WC"),
            _ => same,
        };
    }

    /// <summary>The name of a weight in a PyTorch module, as in <c>weight</c> for a <c>kernel</c>.</summary>
    private static string NameOf(Weight weight) => weight.Name switch
    {
        "kernel" or "depthwise_kernel" or "pointwise_kernel" or "gamma" or "alpha" or "scale" or "embeddings" => "weight",
        "bias" or "beta" => "bias",
        "moving_mean" => "running_mean",
        "moving_variance" => "running_var",
        _ => weight.Name,
    };

    /// <summary>In PyTorch there is one filter for each channel and multiplier; those of one channel are adjacent.</summary>
    private TensorArrangement Depthwise(Shape shape)
    {
        int[] kernel = shape.Dimensions[..^2].ToArray();
        var (channels, multiplier) = (shape[^2], shape[^1]);
        Shape source = layout == TensorLayout.PyTorch ? new([channels * multiplier, 1, .. kernel]) : new([channels * multiplier, .. kernel, 1]);
        int[] axes = [.. Enumerable.Range(2, kernel.Length), 0, 1];
        return new(source, new([channels, multiplier, .. kernel]), axes, kernel.Length == 2 ? "filters to HWC" : "filters to WC");
    }

    private static TensorArrangement Of(ReadOnlySpan<int> source, int[] axes, string note) => new(Shape.Create(source), Shape.Create(source), axes, note);

    private static IEnumerable<int> WithoutOnes(Shape shape) => shape.Dimensions.ToArray().Where(size => size != 1);
}
