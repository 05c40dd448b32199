namespace Fovea.Engine.Ops;

/// <summary>Shared by the pooling ops: the checks of their operands, and the loops that define them.</summary>
internal static class PoolingShapes
{
    public static Shape Output(string name, Window2D window, Shape image)
    {
        if (image.Rank != 4 || image[1] != window.InputHeight || image[2] != window.InputWidth)
            throw new ShapeException(name, $"expected an image (batch, {window.InputHeight}, {window.InputWidth}, channels); received {image}.");
        return [image[0], window.OutputHeight, window.OutputWidth, image[3]];
    }

    public static void CheckOutput(string name, Shape expected, Shape received)
    {
        if (expected != received) throw new ShapeException(name, $"expected the shape {expected} for the second input; received {received}.");
    }

    /// <summary>Visits every window with the position of its first maximum in the image and the position of the window in the output.</summary>
    public static void ForEachMaximum(Window2D window, Shape image, double[] values, Action<int, int> visit)
    {
        var best = new int[image[0] * window.OutputHeight * window.OutputWidth * image[3]];
        Array.Fill(best, -1);
        ForEachPair(window, image, (position, output) =>
        {
            // A NaN counts as larger than any value and any earlier NaN, so that it is never hidden. Kernels do the same.
            var isNew = best[output] < 0 || double.IsNaN(values[position]) || values[position] > values[best[output]];
            if (isNew) best[output] = position;
        });
        for (var output = 0; output < best.Length; output++) visit(best[output], output);
    }

    /// <summary>Visits every pair of an image position and an output position under a window, with the share 1 / (positions inside the image).</summary>
    public static void ForEachShare(Window2D window, Shape image, Action<int, int, double> visit)
    {
        var counts = new int[image[0] * window.OutputHeight * window.OutputWidth * image[3]];
        ForEachPair(window, image, (_, output) => counts[output]++);
        ForEachPair(window, image, (position, output) => visit(position, output, 1.0 / counts[output]));
    }

    private static void ForEachPair(Window2D window, Shape image, Action<int, int> visit)
    {
        var (batch, channels) = (image[0], image[3]);
        Windows.ForEachTap(window, (i, j, _, _, y, x) =>
        {
            for (var n = 0; n < batch; n++)
            {
                for (var c = 0; c < channels; c++)
                {
                    visit(
                        (((((n * window.InputHeight) + y) * window.InputWidth) + x) * channels) + c,
                        (((((n * window.OutputHeight) + i) * window.OutputWidth) + j) * channels) + c);
                }
            }
        });
    }
}

/// <summary>Pooling of nodes.</summary>
public static class Pooling
{
    extension(Node image)
    {
        /// <summary>The maximum under a sliding window.</summary>
        /// <exception cref="ShapeException">The node does not have rank 4, or is smaller than the window.</exception>
        public Node MaxPool2D((int Height, int Width) size, (int Height, int Width) strides, Padding padding) =>
            new(new MaxPool2DOp(Windows.Create("MaxPool2D", image.Shape, size.Height, size.Width, strides, (1, 1), padding)), image);

        /// <summary>The mean under a sliding window.</summary>
        /// <exception cref="ShapeException">The node does not have rank 4, or is smaller than the window.</exception>
        public Node AveragePool2D((int Height, int Width) size, (int Height, int Width) strides, Padding padding) =>
            new(new AveragePool2DOp(Windows.Create("AveragePool2D", image.Shape, size.Height, size.Width, strides, (1, 1), padding)), image);
    }
}
