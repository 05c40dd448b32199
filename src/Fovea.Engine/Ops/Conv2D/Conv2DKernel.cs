using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// A convolution straight into its output: inputs [image, kernel], [image, kernel, bias] or [image, kernel, bias, residual], output
/// [batch, height, width, channels]. The kernel may be packed in <see cref="Panels"/>.
/// </summary>
internal sealed unsafe class Conv2DKernel(
    int batch, Window2D window, int inputChannels, int outputChannels, bool hasBias, Epilogue epilogue = Epilogue.None, bool hasResidual = false, bool isPacked = false, int groups = 1) : Kernel
{
    private readonly Conv2DUnits units = Conv2DUnits.Create(batch, window, inputChannels, outputChannels, groups);
    private readonly DirectConvolution convolution = new(window, inputChannels, outputChannels, epilogue, isPacked, groups);

    public override int WorkerScratchFloats => convolution.ScratchFloats(units.Images, units.Rows);

    public override int OverwritableInput => hasResidual ? 3 : -1;

    public override int Units(int phase) => units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var part = units[unit];
        var first = (((nint)part.FirstImage * window.OutputHeight) + part.FirstRow) * window.OutputWidth * outputChannels;
        var operands = new ConvolutionOperands(buffers.Input(0), buffers.Input(1), hasBias ? buffers.Input(2) : null, hasResidual ? buffers.Input(3) + first : null);
        convolution.Run(part, operands, buffers.Output + first, buffers.WorkerScratch);
    }
}
