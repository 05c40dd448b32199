using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>Converts the outputs for the pixels of an image to class numbers, at the size of the image.</summary>
internal static class ClassMap
{
    /// <summary>
    /// Interpolates the outputs bilinearly to the size of the image, and takes the class of the largest one.
    /// </summary>
    /// <param name="outputs">(height, width, outputs): one for each class, or one for two classes.</param>
    /// <param name="height">The height of the image.</param>
    /// <param name="width">The width of the image.</param>
    /// <param name="fit">How the image was fitted into the height and width of the outputs.</param>
    /// <param name="threshold">The lowest output of class 1, if there is one output.</param>
    public static ushort[] Of(Tensor outputs, int height, int width, ImageFit fit, float threshold)
    {
        var (rows, columns, count) = (outputs.Shape[0], outputs.Shape[1], outputs.Shape[2]);
        var (window, columnWindow) = SourceWindow.Of(height, width, rows, columns, fit);
        var (down, across) = (Steps(height, window, rows), Steps(width, columnWindow, columns));
        var classes = new ushort[height * width];
        Parallel.For(0, height, y =>
        {
            var (row, pixel) = (new float[columns * count], new float[count]);
            Mix(Row(down[y].First), Row(down[y].Second), down[y].Share, row);
            for (var x = 0; x < width; x++)
            {
                var (first, second, share) = across[x];
                Mix(row.AsSpan(first * count, count), row.AsSpan(second * count, count), share, pixel);
                classes[(y * width) + x] = (ushort)(count == 1 ? (pixel[0] >= threshold ? 1 : 0) : TensorPrimitives.IndexOfMax<float>(pixel));
            }
        });
        return classes;

        ReadOnlySpan<float> Row(int y) => outputs.Values.AsSpan(y * columns * count, columns * count);
    }

    private static void Mix(ReadOnlySpan<float> first, ReadOnlySpan<float> second, float share, Span<float> result)
    {
        for (var i = 0; i < result.Length; i++) result[i] = first[i] + (share * (second[i] - first[i]));
    }

    /// <summary>For each pixel of the image, the two outputs around its center and the share of the second.</summary>
    /// <remarks>Outputs of pixels that were added at the sides are not used.</remarks>
    private static (int First, int Second, float Share)[] Steps(int size, SourceWindow window, int outputs)
    {
        var scale = (double)outputs / window.Length;
        var low = Math.Clamp((int)Math.Ceiling(-window.Start * scale), 0, outputs - 1);
        var high = Math.Clamp((int)Math.Floor((size - window.Start) * scale) - 1, low, outputs - 1);
        return
        [
            .. Enumerable.Range(0, size).Select(pixel =>
            {
                var at = Math.Clamp(((pixel + 0.5 - window.Start) * scale) - 0.5, low, high);
                var first = (int)at;
                return (first, Math.Min(first + 1, high), (float)(at - first));
            }),
        ];
    }
}
