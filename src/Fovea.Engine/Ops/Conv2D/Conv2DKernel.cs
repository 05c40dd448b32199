using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// A convolution straight into its output: inputs [image, kernel], [image, kernel, bias] or [image, kernel, bias, residual], output
/// [batch, height, width, channels]. The kernel may be packed in <see cref="Panels"/>.
/// </summary>
/// <remarks>
/// Images with a border are copied with it: each unit its part, or where several units would copy the same for different channels, a phase of its own
/// copies them once for all.
/// </remarks>
internal sealed unsafe class Conv2DKernel : Kernel
{
    private readonly Window2D window;
    private readonly int outputChannels;
    private readonly bool hasBias;
    private readonly bool hasResidual;
    private readonly Conv2DUnits units;
    private readonly Cut padding;
    private readonly int batch;
    private readonly bool padsOnce;
    private readonly DirectConvolution convolution;

    public Conv2DKernel(
        int batch, Window2D window, int inputChannels, int outputChannels, bool hasBias, Epilogue epilogue = Epilogue.None, bool hasResidual = false, bool isPacked = false, int groups = 1)
    {
        // Pixel by pixel, all images are one column.
        if (window is { KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1, IsPadded: false })
        {
            var pixels = batch * window.OutputHeight * window.OutputWidth;
            (batch, window) = (1, new Window2D(pixels, 1, 1, 1, 1, 1, 1, 1, 0, 0, pixels, 1));
        }

        this.batch = batch;
        this.window = window;
        this.outputChannels = outputChannels;
        this.hasBias = hasBias;
        this.hasResidual = hasResidual;
        units = Conv2DUnits.Create(batch, window, inputChannels, outputChannels, groups);
        padsOnce = window.IsPadded && units.Channels.Parts > 1;
        convolution = new DirectConvolution(window, inputChannels, outputChannels, epilogue, isPacked, groups, arePadded: padsOnce);
        padding = Cut.Into(Granularity.OfFloats((long)batch * convolution.PaddedFloats), batch * convolution.PaddedRows);
    }

    public override int Phases => padsOnce ? 2 : 1;

    public override int ScratchFloats => padsOnce ? batch * convolution.PaddedFloats : 0;

    public override int WorkerScratchFloats => convolution.ScratchFloats(units.Images.Longest, units.Rows.Longest);

    public override bool CanOverwrite(int input) => hasResidual && input == 3;

    public override int Units(int phase) => padsOnce && phase == 0 ? padding.Parts : units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (padsOnce && phase == 0) Pad(unit, buffers);
        else Convolve(unit, buffers);
    }

    private void Pad(int unit, in KernelBuffers buffers)
    {
        for (int row = padding.Start(unit), end = padding.Start(unit + 1), next; row < end; row = next)
        {
            var (image, first) = Math.DivRem(row, convolution.PaddedRows);
            next = Math.Min(end, (image + 1) * convolution.PaddedRows);
            convolution.Pad(buffers.Input(0), image, first, first + next - row, buffers.Scratch);
        }
    }

    private void Convolve(int unit, in KernelBuffers buffers)
    {
        var part = units[unit];
        var first = (((nint)part.FirstImage * window.OutputHeight) + part.FirstRow) * window.OutputWidth * outputChannels;
        var images = padsOnce ? buffers.Scratch : buffers.Input(0);
        var operands = new ConvolutionOperands(images, buffers.Input(1), hasBias ? buffers.Input(2) : null, hasResidual ? buffers.Input(3) + first : null);
        convolution.Run(part, operands, buffers.Output + first, buffers.WorkerScratch);
    }
}
