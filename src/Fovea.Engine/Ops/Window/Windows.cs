namespace Fovea.Engine.Ops;

/// <summary>Building and walking the windows that convolution and pooling slide over images.</summary>
internal static class Windows
{
    /// <summary>The window for an image (n, h, w, c).</summary>
    /// <exception cref="ShapeException">The image is no image, or smaller than the window.</exception>
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
    /// Visits every output position (i, j) with every window position (u, v) that falls on the image, at (y, x) there.
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

/// <summary>Receives output position, window position and image position.</summary>
internal delegate void TapAction(int i, int j, int u, int v, int y, int x);
