using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution with respect to its image; run forward, it is a transposed convolution. Inputs are [output gradient, kernel] and, for a
/// transposed convolution with strides above 1, a bias; the output is [batch, height, width, input channels].
/// </summary>
/// <remarks>
/// For each tap of the kernel, the product of the output gradient with the tap's transposed weights is added to the image positions under the tap. A
/// convolution of the padded gradient with the flipped kernel would compute (k+n−1)²/n² times as many products.
/// Phase 0 transposes each tap into panels [output channels, 32 input channels], group by group. Phase 1 adds the products.
/// </remarks>
internal sealed unsafe class Conv2DInputGradientKernel : Kernel
{
    private const int TargetUnits = 32;

    private readonly int batch;
    private readonly Window2D window;
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly int groups;
    private readonly int unitBlocks;
    private readonly bool writesOnce;
    private readonly bool hasBias;
    private readonly Epilogue epilogue;
    private readonly Panels panels;

    public Conv2DInputGradientKernel(
        int batch, Window2D window, int inputChannels, int outputChannels, int groups = 1, bool hasBias = false, Epilogue epilogue = Epilogue.None)
    {
        this.hasBias = hasBias;
        this.epilogue = epilogue;
        this.batch = batch;
        this.window = window;
        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        this.groups = groups;
        panels = new Panels(inputChannels / groups, outputChannels / groups);
        writesOnce = window.IsPointwise;

        // All taps add to the same image positions, so a unit is a whole image, for some of the input channels.
        var cuts = Math.Clamp((TargetUnits + batch - 1) / batch, 1, Blocks);
        unitBlocks = (Blocks + cuts - 1) / cuts;
    }

    public override int Phases => 2;

    public override int ScratchFloats => TapCount * groups * panels.Floats;

    private int TapCount => window.KernelHeight * window.KernelWidth;

    /// <summary>Blocks of input channels, each a panel of one group.</summary>
    private int Blocks => groups * panels.Count;

    private int ImageUnits => (Blocks + unitBlocks - 1) / unitBlocks;

    public override int Units(int phase) =>
        phase == 0 ? TapCount * panels.Units : batch * ImageUnits;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0)
        {
            var (tap, share) = Math.DivRem(unit, panels.Units);
            for (var group = 0; group < groups; group++)
            {
                var part = (nint)((tap * groups) + group) * panels.Floats;
                var source = buffers.Input(1) + ((nint)tap * panels.Columns * outputChannels) + (group * panels.Inner);
                panels.Transpose(share, source, outputChannels, buffers.Scratch + part);
            }

            return;
        }

        var image = unit / ImageUnits;
        var pixels = (nint)window.InputHeight * window.InputWidth;
        var gradient = buffers.Input(0) + ((nint)image * window.OutputHeight * window.OutputWidth * outputChannels);
        var target = buffers.Output + (image * pixels * inputChannels);
        var isCleared = !writesOnce && !hasBias && ImageUnits == 1;
        if (isCleared) new Span<float>(target, (int)(pixels * inputChannels)).Clear();
        var pass = new Pass
        {
            Window = window,
            InputChannels = inputChannels,
            OutputChannels = outputChannels,
            TapStep = groups * panels.Floats,
            Panels = panels,
            Start = writesOnce ? TileStart.Zero : TileStart.Output,
            Fills = !writesOnce && !isCleared,
            Epilogue = epilogue,
        };
        var end = Math.Min(Blocks, ((unit % ImageUnits) + 1) * unitBlocks);
        for (var block = unit % ImageUnits * unitBlocks; block < end;)
        {
            var (group, panel) = Math.DivRem(block, panels.Count);
            block = Math.Min(end, (group + 1) * panels.Count);
            var (first, last) = (panel * Panels.Width, Math.Min(panels.Columns, (block - (group * panels.Count)) * Panels.Width));
            pass.OutputGradient = gradient + (group * panels.Inner);
            pass.ImageGradient = target + (group * panels.Columns);
            pass.Kernel = buffers.Scratch + ((nint)group * panels.Floats);
            pass.Bias = hasBias ? buffers.Input(2) + (group * panels.Columns) : null;
            Columns.Sweep(first, last, ref pass);
        }
    }

    /// <summary>One block of input channels of a group: tap by tap, over the output positions at which the tap is inside the image.</summary>
    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public int InputChannels;
        public int OutputChannels;
        public float* OutputGradient;
        public float* ImageGradient;
        public float* Kernel;
        public int TapStep;
        public Panels Panels;
        public TileStart Start;
        public bool Fills;
        public float* Bias;
        public Epilogue Epilogue;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var w = Window;
            var weights = Kernel + Panels.Start(column);
            var walk = new Walk(Panels.Inner, 1, Panels.RowStep(column));
            if (Fills) Fill<TVector, TSimd, TVectors>(column);
            for (var u = 0; u < w.KernelHeight; u++)
            {
                var (firstRow, endRow) = Taps.Outputs(u, w.OutputHeight, w.StrideHeight, w.DilationHeight, w.PadTop, w.InputHeight);
                for (var v = 0; v < w.KernelWidth; v++, weights += TapStep)
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

            if (Epilogue != Epilogue.None) Finish<TVector, TSimd, TVectors>(column);
        }

        /// <summary>Initializes the sums with the bias or 0.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Fill<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            TVector start0 = default, start1 = default;
            if (Bias != null)
            {
                start0 = TSimd.Load(Bias + column);
                if (TVectors.Value > 1) start1 = TSimd.Load(Bias + column + TSimd.Count);
            }

            var image = ImageGradient + column;
            for (var left = Window.InputHeight * Window.InputWidth; left > 0; left--, image += InputChannels)
            {
                TSimd.Store(start0, image);
                if (TVectors.Value > 1) TSimd.Store(start1, image + TSimd.Count);
            }
        }

        /// <summary>Applies the epilogue after the last tap.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Finish<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var image = ImageGradient + column;
            for (var left = Window.InputHeight * Window.InputWidth; left > 0; left--, image += InputChannels)
            {
                TSimd.Store(Epilogue.Apply<TVector, TSimd>(TSimd.Load(image)), image);
                if (TVectors.Value > 1) TSimd.Store(Epilogue.Apply<TVector, TSimd>(TSimd.Load(image + TSimd.Count)), image + TSimd.Count);
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
