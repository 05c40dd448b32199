namespace Fovea.Engine.Ops;

/// <summary>What a convolution reads.</summary>
/// <param name="images">The first image of the batch.</param>
/// <param name="kernel">The kernel, as the algorithm wants it.</param>
/// <param name="bias">One number for each output channel, or null.</param>
/// <param name="residual">What is added to the sums, laid out as the target and beginning with it, or null.</param>
internal readonly unsafe struct ConvolutionOperands(float* images, float* kernel, float* bias, float* residual = null)
{
    public readonly float* Images = images;
    public readonly float* Kernel = kernel;
    public readonly float* Bias = bias;
    public readonly float* Residual = residual;
}

/// <summary>An algorithm that convolves some output rows of an image at a time, wherever they go.</summary>
internal unsafe interface IBandConvolution
{
    /// <summary>Floats of scratch that a worker needs for a band of so many rows.</summary>
    int BandScratchFloats(int rows);

    /// <summary>
    /// Convolves some output rows of an image for the output channels from <paramref name="firstChannel"/>, a multiple of 32, to
    /// <paramref name="endChannel"/>; <paramref name="target"/> is where channel 0 of the first pixel goes.
    /// </summary>
    void ConvolveBand(int image, int firstRow, int rows, int firstChannel, int endChannel, in ConvolutionOperands operands, float* target, float* scratch);
}
