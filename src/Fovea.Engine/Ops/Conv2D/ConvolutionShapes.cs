namespace Fovea.Engine.Ops;

/// <summary>Shared by the three convolution ops: the checks of their operands, and the sum that defines them.</summary>
internal static class ConvolutionShapes
{
    public static void CheckImage(string name, Window2D window, Shape image)
    {
        if (image.Rank != 4 || image[1] != window.InputHeight || image[2] != window.InputWidth)
            throw new ShapeException(name, $"expected an image (batch, {window.InputHeight}, {window.InputWidth}, channels); received {image}.");
    }

    public static void CheckKernel(string name, Window2D window, Shape image, Shape kernel, int groups)
    {
        if (kernel.Rank != 4 || kernel[0] != window.KernelHeight || kernel[1] != window.KernelWidth)
            throw new ShapeException(name, $"expected a kernel ({window.KernelHeight}, {window.KernelWidth}, channels, filters); received {kernel}.");
        CheckGroups(name, "filters", kernel[3], groups);
        if (kernel[2] * groups != image[3])
            throw new ShapeException(
                name, $"the kernel {kernel}{(groups == 1 ? "" : $" in {groups} groups")} expects {kernel[2] * groups} input channels; the image {image} "
                + $"has {image[3]}.");
    }

    public static void CheckOutput(string name, Window2D window, Shape output, int filters)
    {
        if (output.Rank != 4 || output[1] != window.OutputHeight || output[2] != window.OutputWidth || output[3] != filters)
            throw new ShapeException(name, $"expected an output gradient (batch, {window.OutputHeight}, {window.OutputWidth}, {filters}); received {output}.");
    }

    /// <summary>Requires that channels or filters can be divided evenly among the groups.</summary>
    public static void CheckGroups(string name, string what, int count, int groups)
    {
        if (groups < 1) throw new ShapeException(name, $"there must be at least 1 group; received {groups}.");
        if (count % groups != 0) throw new ShapeException(name, $"{what} must be divisible by groups; received {count} {what} and {groups} groups.");
    }

    /// <summary>The number of terms of the sum, including those with positions outside the image.</summary>
    public static long Terms(Shape output, Shape kernel) => (long)output[0] * output[1] * output[2] * kernel.Count;

    /// <summary>Visits every term of the sum with the positions of its factors in the image, the kernel and the output.</summary>
    public static void ForEachTerm(Window2D window, Shape image, Shape kernel, int groups, Action<int, int, int> term)
    {
        var (batch, channels, filters) = (image[0], kernel[2], kernel[3]);
        Windows.ForEachTap(window, (i, j, u, v, y, x) =>
        {
            for (var n = 0; n < batch; n++)
            {
                var pixel = ((((n * window.InputHeight) + y) * window.InputWidth) + x) * groups * channels;
                var output = ((((n * window.OutputHeight) + i) * window.OutputWidth) + j) * filters;
                for (var c = 0; c < channels; c++)
                {
                    var weights = ((((u * window.KernelWidth) + v) * channels) + c) * filters;
                    for (var f = 0; f < filters; f++) term(pixel + (f / (filters / groups) * channels) + c, weights + f, output + f);
                }
            }
        });
    }
}
