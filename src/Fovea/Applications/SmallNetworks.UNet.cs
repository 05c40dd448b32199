namespace Fovea;

/// <content>A U-Net, for segmentation.</content>
public static partial class SmallNetworks
{
    /// <summary>The share of the moving averages that each step keeps; higher ones are too slow for the few steps of a small data set.</summary>
    private const double AverageMomentum = 0.9;

    /// <summary>
    /// A U-Net (Ronneberger et al. 2015) with batch normalization, which gives each pixel the probabilities of the classes. Each level is two convolutions 3×3;
    /// a maximum pooling halves the height and the width before the next. The way back up enlarges by bilinear interpolation, after a convolution 1×1 to the
    /// width of the upper level, and continues with the outputs of that level next to it. With the default widths there are 1.8 million parameters.
    /// </summary>
    /// <remarks>
    /// The output has the height and the width of the image, which must be multiples of 2^(levels − 1): of 16 for five levels. With
    /// <c>Shape.WithOpen(null, null, 3)</c> the network takes images of any such size; <see cref="ImageTiles"/> predicts images of all other sizes too.
    /// </remarks>
    /// <param name="inputShape">The shape of an image, (height, width, channels), with values from 0 to 255. Height and width may be open.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="widths">The number of filters of each level, from the full size down; 16, 32, 64, 128 and 256 by default.</param>
    /// <param name="dropout">The share of the values at the lowest level that dropout sets to zero; 0 for no dropout.</param>
    /// <param name="augmentation">
    /// Layers that vary the images at random in training, before the rescaling; none by default. Masks do not follow them: geometry belongs into
    /// the data.
    /// </param>
    /// <param name="name">The name of the model.</param>
    /// <param name="seed">The seed of everything random in the model.</param>
    /// <exception cref="ArgumentException">An argument is outside its range, or the sizes are not multiples as above.</exception>
    public static Model UNet(
        Shape inputShape, int classes, IReadOnlyList<int>? widths = null, double dropout = 0.2, IReadOnlyList<Layer>? augmentation = null, string name = "unet",
        long seed = 0)
    {
        const string subject = $"SmallNetworks.{nameof(UNet)}";
        int[] filters = widths is null ? [16, 32, 64, 128, 256] : [.. widths];
        if (filters.Length == 0 || filters.Any(width => width < 1))
            throw ArgumentRules.Wrong(subject, nameof(widths), $"whole numbers of at least 1", $"[{string.Join(", ", filters)}]");
        classes.AtLeast(2, subject, nameof(classes));
        RequireMultiples(inputShape, 1 << (filters.Length - 1), subject);
        var input = new Input([.. inputShape.Sizes]).Output;
        var x = new Rescaling(1.0 / 255).Call((augmentation ?? []).Aggregate(input, (image, layer) => layer.Call(image)));
        var levels = new List<SymbolicTensor>();
        foreach (var width in filters)
        {
            if (levels.Count > 0) x = new MaxPooling2D(2).Call(x);
            x = Level(x, width);
            levels.Add(x);
        }

        if (dropout > 0) x = new Dropout(dropout).Call(x);
        for (var level = filters.Length - 2; level >= 0; level--)
        {
            x = new UpSampling2D(2, ResizeInterpolation.Bilinear).Call(new Conv2D(filters[level], 1).Call(x));
            x = Level(new Concatenate().Call(levels[level], x), filters[level]);
        }

        return new Model(input, new Conv2D(classes, 1, activation: Activation.Softmax).Call(x), name, seed);
    }

    /// <summary>Two convolutions 3×3, each with a batch normalization and a ReLU.</summary>
    private static SymbolicTensor Level(SymbolicTensor x, int width)
    {
        for (var i = 0; i < 2; i++)
        {
            x = new Conv2D(width, 3, padding: Padding.Same) { UseBias = false }.Call(x);
            x = new ReLU().Call(new BatchNormalization(AverageMomentum).Call(x));
        }

        return x;
    }

    private static void RequireMultiples(Shape inputShape, int multiple, string subject)
    {
        if (inputShape.Rank != 3 || inputShape.Sizes[2] is null)
            throw new ArgumentException(
                $"{subject}: expected the shape of an image, (height, width, channels), of which height and width may be open; received {inputShape}.",
                    nameof(inputShape));
        if (inputShape.Sizes.Take(2).All(size => size is null || size % multiple == 0)) return;
        throw new ArgumentException(
            $"{subject}: expected a height and a width that are multiples of {multiple}, since each of the {int.Log2(multiple)} poolings halves them; received "
                + $"{inputShape}.",
            nameof(inputShape));
    }
}
