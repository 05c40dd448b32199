namespace Fovea.Engine.Ops;

/// <summary>The windows of a convolution and of the max-pooling over its output.</summary>
internal sealed record PooledConvolution
{
    private PooledConvolution(Window2D convolution, Window2D pool) => (Convolution, Pool) = (convolution, pool);

    /// <summary>The convolution's window, with only the outputs that the pooling reads: pooling without padding may drop the last rows and columns.</summary>
    public Window2D Convolution { get; }

    /// <summary>The pooling's window over those outputs.</summary>
    public Window2D Pool { get; }

    public static PooledConvolution Create(Window2D convolution, Window2D pool)
    {
        static int Read(int outputs, int stride, int taps, int dilation, int pad, int size) =>
            Math.Min(size, ((outputs - 1) * stride) + ((taps - 1) * dilation) - pad + 1);

        var height = Read(pool.OutputHeight, pool.StrideHeight, pool.KernelHeight, pool.DilationHeight, pool.PadTop, pool.InputHeight);
        var width = Read(pool.OutputWidth, pool.StrideWidth, pool.KernelWidth, pool.DilationWidth, pool.PadLeft, pool.InputWidth);
        return new PooledConvolution(
            convolution with { OutputHeight = height, OutputWidth = width }, pool with { InputHeight = height, InputWidth = width });
    }

    /// <summary>
    /// Whether lists of gradients are faster than dense gradients: from 8 input channels on they save more than they cost. The rows of image patches must be
    /// contiguous.
    /// </summary>
    public bool IsSparse(int inputChannels) => inputChannels >= 8 && Convolution.DilationWidth == 1;

    public Shape PooledShape(int batch, int filters) => [batch, Pool.OutputHeight, Pool.OutputWidth, filters];

    /// <summary>The tap, counted row by row, at which a pixel of the convolution's batch is in a window of the pooling's batch.</summary>
    public int Tap(int pixel, int window)
    {
        var (x, y) = (pixel % Pool.InputWidth, pixel / Pool.InputWidth % Pool.InputHeight);
        var (j, i) = (window % Pool.OutputWidth, window / Pool.OutputWidth % Pool.OutputHeight);
        var u = (y + Pool.PadTop - (i * Pool.StrideHeight)) / Pool.DilationHeight;
        var v = (x + Pool.PadLeft - (j * Pool.StrideWidth)) / Pool.DilationWidth;
        return (u * Pool.KernelWidth) + v;
    }

    /// <summary>The gradient of the convolution's output; the last three inputs are the pooled image, the argmaxes and the gradient of the pooling.</summary>
    public (double[] Values, Shape Shape) Dense(bool relu, IReadOnlyList<double[]> inputs, IReadOnlyList<Shape> shapes)
    {
        Shape shape = [shapes[^3][0], Convolution.OutputHeight, Convolution.OutputWidth, shapes[^3][3]];
        var dense = new double[shape.Count];
        Scatter(relu, inputs, shapes, inputs.Count - 3, dense);
        return (dense, shape);
    }

    /// <summary>Adds each gradient of the pooling at the position of its maximum; the operands begin at input <paramref name="first"/>.</summary>
    public void Scatter(bool relu, IReadOnlyList<double[]> inputs, IReadOnlyList<Shape> shapes, int first, double[] dense)
    {
        var (pooled, argMax, gradient) = (inputs[first], inputs[first + 1], inputs[first + 2]);
        var channels = shapes[first][3];
        for (var k = 0; k < pooled.Length; k++)
        {
            if (relu && !(pooled[k] > 0)) continue;
            var (window, tap) = (k / channels, (int)argMax[k]);
            var (n, i, j) = (window / Pool.OutputWidth / Pool.OutputHeight, window / Pool.OutputWidth % Pool.OutputHeight, window % Pool.OutputWidth);
            var y = (i * Pool.StrideHeight) - Pool.PadTop + (tap / Pool.KernelWidth * Pool.DilationHeight);
            var x = (j * Pool.StrideWidth) - Pool.PadLeft + (tap % Pool.KernelWidth * Pool.DilationWidth);
            dense[(((((n * Pool.InputHeight) + y) * Pool.InputWidth) + x) * channels) + (k % channels)] += gradient[k];
        }
    }
}
