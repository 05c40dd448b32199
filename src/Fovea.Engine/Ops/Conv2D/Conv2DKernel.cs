using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// A convolution straight into its output: inputs [image, kernel] or [image, kernel, bias], output [batch, height, width, channels].
/// </summary>
internal sealed unsafe class Conv2DKernel(int batch, Window2D window, int inputChannels, int outputChannels, bool hasBias, Epilogue epilogue = Epilogue.None) : Kernel
{
    private readonly Conv2DUnits units = Conv2DUnits.Create(batch, window, inputChannels, outputChannels);
    private readonly DirectConvolution convolution = new(window, inputChannels, outputChannels, epilogue);

    public override int WorkerScratchFloats => convolution.ScratchFloats(units.Images, units.Rows);

    public override int Units(int phase) => units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var part = units[unit];
        var target = buffers.Output + ((((nint)part.FirstImage * window.OutputHeight) + part.FirstRow) * window.OutputWidth * outputChannels);
        convolution.Run(part, buffers.Input(0), buffers.Input(1), hasBias ? buffers.Input(2) : null, target, buffers.WorkerScratch);
    }
}
