using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>The layout of a convolution's kernel in memory.</summary>
internal enum KernelLayout
{
    /// <summary>(u, v, c, f).</summary>
    Plain,

    /// <summary>In <see cref="Panels"/>.</summary>
    Packed,

    /// <summary>(f, c), one tap, no groups.</summary>
    Transposed,
}

/// <summary>
/// Direct convolution: inputs [image, kernel], [image, kernel, bias] or [image, kernel, bias, residual], output [batch, height, width, channels].
/// </summary>
/// <remarks>
/// A first phase prepares once what several units would otherwise each prepare: padded images if units share rows, and the kernel packed into
/// <see cref="Panels"/> if it serves many pixels. Rows of a wide kernel are kilobytes apart and would compete for few sets of the L1 cache.
/// </remarks>
internal sealed unsafe class Conv2DKernel : Kernel
{
    private const int MinPixelsToPack = 256;  // with fewer pixels, packing the kernel costs more than it saves

    private readonly Window2D window;
    private readonly int outputChannels;
    private readonly bool hasBias;
    private readonly bool hasResidual;
    private readonly Conv2DUnits units;
    private readonly int batch;
    private readonly bool padsOnce;
    private readonly Cut padding;
    private readonly bool packs;
    private readonly bool transposes;
    private readonly Panels panels;
    private readonly DirectConvolution convolution;

    public Conv2DKernel(
        int batch, Window2D window, int inputChannels, int outputChannels, bool hasBias, Epilogue epilogue = Epilogue.None, bool hasResidual = false,
        KernelLayout layout = KernelLayout.Plain, int groups = 1)
    {
        // In a 1 × 1 convolution all pixels of all images are one column.
        if (window.IsPointwise)
        {
            var pixels = batch * window.OutputHeight * window.OutputWidth;
            (batch, window) = (1, Window2D.Pointwise(pixels));
        }

        this.batch = batch;
        this.window = window;
        this.outputChannels = outputChannels;
        this.hasBias = hasBias;
        this.hasResidual = hasResidual;
        units = Conv2DUnits.Create(batch, window, inputChannels, outputChannels, groups);
        panels = new Panels(outputChannels, window.KernelHeight * window.KernelWidth * inputChannels / groups);
        transposes = layout == KernelLayout.Transposed;
        packs = transposes
            || (layout == KernelLayout.Plain && Panels.Suit(outputChannels, groups)
                && (long)batch * window.OutputHeight * window.OutputWidth >= MinPixelsToPack);
        padsOnce = window.IsPadded && units.Channels.Parts > 1;
        convolution = new DirectConvolution(
            window, inputChannels, outputChannels, epilogue, packs || layout == KernelLayout.Packed, groups, arePadded: padsOnce);
        padding = Cut.Into(Granularity.OfFloats((long)batch * convolution.PaddedFloats), batch * convolution.PaddedRows);
    }

    public override int Phases => padsOnce || packs ? 2 : 1;

    public override int ScratchFloats => PackedFloats + (padsOnce ? batch * convolution.PaddedFloats : 0);

    public override int WorkerScratchFloats => convolution.ScratchFloats(units.Images.MaxLength, units.Rows.MaxLength);

    public override bool CanOverwrite(int input) => hasResidual && input == 3;

    private int PaddingUnits => padsOnce ? padding.Parts : 0;

    private int PackingUnits => packs ? panels.Units : 0;

    private int PackedFloats => packs ? panels.Floats : 0;

    public override int Units(int phase) => phase < Phases - 1 ? PackingUnits + PaddingUnits : units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == Phases - 1) Convolve(unit, buffers);
        else if (unit >= PackingUnits) Pad(unit - PackingUnits, buffers);
        else if (transposes) panels.Transpose(unit, buffers.Input(1), panels.Inner, buffers.Scratch);
        else panels.Pack(unit, buffers.Input(1), buffers.Scratch);
    }

    private void Pad(int unit, in KernelBuffers buffers)
    {
        for (int row = padding.Start(unit), end = padding.Start(unit + 1), next; row < end; row = next)
        {
            var (image, first) = Math.DivRem(row, convolution.PaddedRows);
            next = Math.Min(end, (image + 1) * convolution.PaddedRows);
            convolution.Pad(buffers.Input(0), image, first, first + next - row, buffers.Scratch + PackedFloats);
        }
    }

    private void Convolve(int unit, in KernelBuffers buffers)
    {
        var part = units[unit];
        var first = (((nint)part.FirstImage * window.OutputHeight) + part.FirstRow) * window.OutputWidth * outputChannels;
        var operands = new ConvolutionOperands(
            padsOnce ? buffers.Scratch + PackedFloats : buffers.Input(0), packs ? buffers.Scratch : buffers.Input(1),
            hasBias ? buffers.Input(2) : null, hasResidual ? buffers.Input(3) + first : null);
        convolution.Run(part, operands, buffers.Output + first, buffers.WorkerScratch);
    }
}
