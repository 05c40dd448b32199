namespace Fovea.Engine.Ops;

/// <summary>Creates and visits the windows of convolutions and poolings.</summary>
internal static class Windows
{
    /// <summary>The window for an image (n, h, w, c).</summary>
    /// <exception cref="ShapeException">The image does not have rank 4, or is smaller than the window.</exception>
    public static Window2D Create(
        string name, Shape image, int kernelHeight, int kernelWidth, (int Height, int Width) strides, (int Height, int Width) dilation, Padding padding)
    {
        if (image.Rank != 4) throw new ShapeException(name, $"expected an image (batch, height, width, channels); received {image}.");
        try
        {
            return Window2D.Create((image[1], image[2]), (kernelHeight, kernelWidth), strides, dilation, padding);
        }
        catch (ArgumentException error) when (error is not ShapeException)
        {
            throw new ShapeException(name, $"{error.Message}.", error);
        }
    }

    /// <summary>
    /// Visits every output position (i, j) with every tap (u, v) that is inside the image, at position (y, x).
    /// </summary>
    public static void ForEachTap(Window2D window, TapAction visit)
    {
        for (var i = 0; i < window.OutputHeight; i++)
        {
            for (var j = 0; j < window.OutputWidth; j++)
            {
                for (var u = 0; u < window.KernelHeight; u++)
                {
                    var y = (i * window.StrideHeight) + (u * window.DilationHeight) - window.PadTop;
                    if (y < 0 || y >= window.InputHeight) continue;
                    for (var v = 0; v < window.KernelWidth; v++)
                    {
                        var x = (j * window.StrideWidth) + (v * window.DilationWidth) - window.PadLeft;
                        if (x >= 0 && x < window.InputWidth) visit(i, j, u, v, y, x);
                    }
                }
            }
        }
    }
}

/// <summary>Receives an output position, a tap and an image position.</summary>
internal delegate void TapAction(int i, int j, int u, int v, int y, int x);
