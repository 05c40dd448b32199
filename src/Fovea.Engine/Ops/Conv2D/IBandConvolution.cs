namespace Fovea.Engine.Ops;

/// <summary>The operands of a convolution.</summary>
/// <param name="images">The first image of the batch.</param>
/// <param name="kernel">The kernel, in the layout of the algorithm.</param>
/// <param name="bias">One float for each output channel, or null.</param>
/// <param name="residual">A tensor added to the sums, in the layout of the target and beginning at the same pixel, or null.</param>
internal readonly unsafe struct ConvolutionOperands(float* images, float* kernel, float* bias, float* residual = null)
{
    public readonly float* Images = images;
    public readonly float* Kernel = kernel;
    public readonly float* Bias = bias;
    public readonly float* Residual = residual;
}

/// <summary>An algorithm that can convolve any band of output rows of an image into any memory.</summary>
internal unsafe interface IBandConvolution
{
    /// <summary>The scratch that a worker needs for a band of so many rows.</summary>
    int BandScratchFloats(int rows);

    /// <summary>
    /// Convolves some output rows of an image for the output channels from <paramref name="firstChannel"/>, a multiple of 32, up to
    /// <paramref name="endChannel"/>. <paramref name="target"/> is the address of channel 0 of the first pixel.
    /// </summary>
    void ConvolveBand(int image, int firstRow, int rows, int firstChannel, int endChannel, in ConvolutionOperands operands, float* target, float* scratch);
}
