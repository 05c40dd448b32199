namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a depthwise convolution of stride 1 with respect to its image: inputs [output gradient, kernel (u, v, c, 1)]. It is the depthwise
/// convolution of the output gradient with the flipped kernel, padded by (k − 1)·dilation − pad. Every image position is written once; adding the taps one by
/// one would read and write it for each tap.
/// </summary>
/// <remarks>Phase 0 flips the kernel in scratch; phase 1 convolves.</remarks>
internal sealed unsafe class DepthwiseConv2DFlippedKernel(int batch, Window2D window, int channels) : Kernel
{
    private readonly DepthwiseConv2DKernel convolution = new(batch, Flipped(window), channels, hasBias: false);

    public override int Phases => 2;

    public override int ScratchFloats => Taps * channels;

    private int Taps => window.KernelHeight * window.KernelWidth;

    public override int Units(int phase) => phase == 0 ? 1 : convolution.Units(0);

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0)
        {
            for (var tap = 0; tap < Taps; tap++)
                new ReadOnlySpan<float>(buffers.Input(1) + (tap * channels), channels)
                    .CopyTo(new Span<float>(buffers.Scratch + ((Taps - 1 - tap) * channels), channels));
            return;
        }

        var inputs = stackalloc float*[2] { buffers.Input(0), buffers.Scratch };
        convolution.Run(0, unit, new KernelBuffers(inputs, buffers.Output, null, null));
    }

    private static Window2D Flipped(Window2D window) => window with
    {
        InputHeight = window.OutputHeight,
        InputWidth = window.OutputWidth,
        OutputHeight = window.InputHeight,
        OutputWidth = window.InputWidth,
        PadTop = ((window.KernelHeight - 1) * window.DilationHeight) - window.PadTop,
        PadLeft = ((window.KernelWidth - 1) * window.DilationWidth) - window.PadLeft,
    };
}
