using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution with respect to its image, which is also a transposed convolution: inputs [output gradient,
/// kernel], output [batch, height, width, input channels]. Each tap of the kernel is a matrix product of the output gradient with
/// the tap's transposed weights, added to the image positions that the tap touches. That does exactly the products that there are, where a
/// convolution of the padded gradient with the flipped kernel would do (k+n−1)²/n² as many.
/// </summary>
/// <remarks>Phase 0 turns the taps round in scratch, each into panels [output channels, 32 input channels]; phase 1 does the work.</remarks>
internal sealed unsafe class Conv2DInputGradientKernel : Kernel
{
    private const int EnoughUnits = 32;

    private readonly int batch;
    private readonly Window2D window;
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly int unitChannels;
    private readonly bool writesOnce;
    private readonly Panels panels;

    public Conv2DInputGradientKernel(int batch, Window2D window, int inputChannels, int outputChannels)
    {
        this.batch = batch;
        this.window = window;
        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        panels = new Panels(inputChannels, outputChannels);
        writesOnce = window is { KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1, IsPadded: false };

        // An image's positions are added to tap after tap, so a unit is a whole image, for some of the input channels.
        var blocks = (inputChannels + Columns.WidestBlock - 1) / Columns.WidestBlock;
        var cuts = Math.Clamp((EnoughUnits + batch - 1) / batch, 1, blocks);
        unitChannels = (blocks + cuts - 1) / cuts * Columns.WidestBlock;
    }

    public override int Phases => 2;

    public override int ScratchFloats => window.KernelHeight * window.KernelWidth * inputChannels * outputChannels;

    private int TapCount => window.KernelHeight * window.KernelWidth;

    private int ChannelBlocks => (inputChannels + unitChannels - 1) / unitChannels;

    public override int Units(int phase) =>
        phase == 0 ? TapCount * panels.Count : batch * ChannelBlocks;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0)
        {
            var tap = (nint)(unit / panels.Count) * panels.Floats;
            panels.Transpose(unit % panels.Count, buffers.Input(1) + tap, buffers.Scratch + tap);
            return;
        }

        var image = unit / ChannelBlocks;
        var firstChannel = unit % ChannelBlocks * unitChannels;
        var endChannel = Math.Min(inputChannels, firstChannel + unitChannels);
        var pixels = (nint)window.InputHeight * window.InputWidth;
        var pass = new Pass
        {
            Window = window,
            InputChannels = inputChannels,
            OutputChannels = outputChannels,
            OutputGradient = buffers.Input(0) + ((nint)image * window.OutputHeight * window.OutputWidth * outputChannels),
            ImageGradient = buffers.Output + (image * pixels * inputChannels),
            Kernel = buffers.Scratch,
            Panels = panels,
            Start = writesOnce ? TileStart.Zero : TileStart.Output,
        };
        if (!writesOnce) Clear(pass.ImageGradient, pixels, firstChannel, endChannel);
        Columns.Sweep(firstChannel, endChannel, ref pass);
    }

    private void Clear(float* image, nint pixels, int firstChannel, int endChannel)
    {
        if (ChannelBlocks == 1)
        {
            new Span<float>(image, (int)(pixels * inputChannels)).Clear();
            return;
        }

        for (nint pixel = 0; pixel < pixels; pixel++)
        {
            new Span<float>(image + (pixel * inputChannels) + firstChannel, endChannel - firstChannel).Clear();
        }
    }

    /// <summary>One block of input channels: all taps in turn, each over all output positions it has inside the image.</summary>
    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public int InputChannels;
        public int OutputChannels;
        public float* OutputGradient;
        public float* ImageGradient;
        public float* Kernel;
        public Panels Panels;
        public TileStart Start;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var w = Window;
            var weights = Kernel + Panels.Start(column);
            var walk = new Walk(OutputChannels, 1, Panels.RowStep(column));
            for (var u = 0; u < w.KernelHeight; u++)
            {
                var (firstRow, endRow) = Taps.Outputs(u, w.OutputHeight, w.StrideHeight, w.DilationHeight, w.PadTop, w.InputHeight);
                for (var v = 0; v < w.KernelWidth; v++, weights += Panels.Floats)
                {
                    var (first, end) = Taps.Outputs(v, w.OutputWidth, w.StrideWidth, w.DilationWidth, w.PadLeft, w.InputWidth);
                    if (firstRow == endRow || first == end) continue;
                    var y = (firstRow * w.StrideHeight) + (u * w.DilationHeight) - w.PadTop;
                    var x = (first * w.StrideWidth) + (v * w.DilationWidth) - w.PadLeft;
                    Tap<TVector, TSimd, TVectors>(
                        new TileFrame(walk, weights, Start, null, Epilogue.None),
                        OutputGradient + ((((nint)firstRow * w.OutputWidth) + first) * OutputChannels),
                        ImageGradient + ((((nint)y * w.InputWidth) + x) * InputChannels),
                        endRow - firstRow,
                        end - first,
                        column);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Tap<TVector, TSimd, TVectors>(in TileFrame frame, float* outputRow, float* imageRow, int height, int width, int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            TileRows rows = default;
            var outputRowStep = (nint)Window.OutputWidth * OutputChannels;
            var imageRowStep = (nint)Window.StrideHeight * Window.InputWidth * InputChannels;
            var imagePixelStep = (nint)Window.StrideWidth * InputChannels;
            float* output = outputRow, image = imageRow;
            var j = 0;
            for (int left = height * width, count; left > 0; left -= count)
            {
                count = Tile.Next(left);
                for (var r = 0; r < count; r++)
                {
                    rows.Set(r, output, image);
                    output += OutputChannels;
                    image += imagePixelStep;
                    if (++j < width) continue;
                    j = 0;
                    output = outputRow += outputRowStep;
                    image = imageRow += imageRowStep;
                }

                Tile.Run<TVector, TSimd, TVectors>(count, rows, frame, column);
            }
        }
    }
}
