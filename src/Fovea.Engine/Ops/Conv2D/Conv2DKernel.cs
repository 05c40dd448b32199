using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Direct convolution of NHWC images with an HWIO kernel: inputs [image, kernel], [image, kernel, bias] or [image, kernel, bias,
/// residual], output [batch, height, width, channels]. The kernel may be packed in <see cref="Panels"/>. Six output pixels by two vectors of output channels at a time, with the input and the
/// kernel read where they lie; only a padded image is copied first, band by band. It beats a matrix product of unrolled
/// patches everywhere, since nothing is unrolled; 1×1 convolutions and kernels as large as the image are the same loop.
/// </summary>
internal sealed unsafe class Conv2DKernel : Kernel
{
    private readonly Window2D window;
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly bool hasBias;
    private readonly Epilogue epilogue;
    private readonly bool hasResidual;
    private readonly bool isPacked;
    private readonly Conv2DUnits units;
    private readonly PaddedBand padded;
    private readonly Conv2DReduction reduction;

    public Conv2DKernel(
        int batch, Window2D window, int inputChannels, int outputChannels, bool hasBias, Epilogue epilogue = Epilogue.None, bool hasResidual = false, bool isPacked = false)
    {
        this.window = window;
        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        this.hasBias = hasBias;
        this.epilogue = epilogue;
        this.hasResidual = hasResidual;
        this.isPacked = isPacked;
        padded = new PaddedBand(window, inputChannels);
        reduction = new Conv2DReduction(window, inputChannels, (window.IsPadded ? padded.Width : window.InputWidth) * (nint)inputChannels);
        units = Conv2DUnits.Create(batch, window, inputChannels, outputChannels);
    }

    public override int WorkerScratchFloats =>
        window.IsPadded ? units.Images * padded.Height(units.Rows) * padded.Width * inputChannels : 0;

    public override int OverwritableInput => hasResidual ? 3 : -1;

    public override int Units(int phase) => units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var part = units[unit];
        nint width = window.InputWidth, imageSize = (nint)window.InputHeight * width * inputChannels;
        var source = buffers.Input(0) + (part.FirstImage * imageSize);
        if (window.IsPadded)
        {
            var copySize = (nint)padded.Height(part.Rows) * padded.Width * inputChannels;
            for (var image = 0; image < part.Images; image++)
            {
                padded.Copy(source + (image * imageSize), part.FirstRow, part.Rows, buffers.WorkerScratch + (image * copySize));
            }

            source = buffers.WorkerScratch;
            width = padded.Width;
            imageSize = copySize;
        }
        else
        {
            source += part.FirstRow * window.StrideHeight * width * inputChannels;
        }

        var rowSize = width * inputChannels;
        var firstOutput = (((nint)part.FirstImage * window.OutputHeight) + part.FirstRow) * window.OutputWidth * outputChannels;
        var pass = new Pass
        {
            Source = source,
            PixelStep = window.StrideWidth * inputChannels,
            RowStep = window.StrideHeight * rowSize,
            ImageStep = imageSize,
            OutputWidth = window.OutputWidth,
            Rows = part.Rows,
            Pixels = part.Images * part.Rows * window.OutputWidth,
            Output = buffers.Output + firstOutput,
            Residual = hasResidual ? buffers.Input(3) + firstOutput : null,
            OutputChannels = outputChannels,
            Reduction = reduction,
            Kernel = buffers.Input(1),
            IsPacked = isPacked,
            Panels = new Panels(outputChannels, reduction.Blocks * reduction.Length),
            Bias = hasBias ? buffers.Input(2) : null,
            Epilogue = epilogue,
        };
        Columns.Sweep(part.FirstChannel, part.EndChannel, ref pass);
    }

    /// <summary>All pixels of the unit, for one block of output channels: the block of the kernel stays in the nearest cache.</summary>
    private struct Pass : IColumnPass
    {
        public Conv2DReduction Reduction;
        public float* Kernel;
        public bool IsPacked;
        public Panels Panels;
        public float* Bias;
        public Epilogue Epilogue;
        public float* Source;
        public float* Output;
        public float* Residual;
        public nint PixelStep;
        public nint RowStep;
        public nint ImageStep;
        public int OutputWidth;
        public int Rows;
        public int Pixels;
        public int OutputChannels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            if (Residual != null) StartFromResidual<TVector, TSimd, TVectors>(column);
            var rowStep = IsPacked ? Panels.RowStep(column) : OutputChannels;
            var kernel = IsPacked ? Kernel + Panels.Start(column) : Kernel;
            var walk = Reduction.Walk(rowStep);
            for (var block = 0; block < Reduction.Blocks; block++)
            {
                var (a, b) = Reduction.Offset(block);
                var start = block > 0 || Residual != null ? TileStart.Output : Bias != null ? TileStart.Bias : TileStart.Zero;
                var frame = new TileFrame(walk, kernel + (b * rowStep), start, Bias, block == Reduction.Blocks - 1 ? Epilogue : Epilogue.None);
                AllPixels<TVector, TSimd, TVectors>(frame, Source + a, column);
            }
        }

        /// <summary>Writes residual + bias to the output, from where the sums then start while it is in the nearest cache.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void StartFromResidual<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            TVector bias0 = TSimd.Load(Bias + column), bias1 = TVectors.Value > 1 ? TSimd.Load(Bias + column + TSimd.Count) : default;
            float* residual = Residual + column, output = Output + column;
            for (var left = Pixels; left > 0; left--, residual += OutputChannels, output += OutputChannels)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(residual), bias0), output);
                if (TVectors.Value > 1) TSimd.Store(TSimd.Add(TSimd.Load(residual + TSimd.Count), bias1), output + TSimd.Count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void AllPixels<TVector, TSimd, TVectors>(in TileFrame frame, float* image, int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            TileRows rows = default;
            float* row = image, pixel = image, output = Output;
            int i = 0, j = 0;
            for (var left = Pixels; left > 0; left -= Tile.MaxRows)
            {
                var count = Math.Min(left, Tile.MaxRows);
                for (var r = 0; r < count; r++)
                {
                    rows.Set(r, pixel, output);
                    output += OutputChannels;
                    pixel += PixelStep;
                    if (++j < OutputWidth) continue;
                    j = 0;
                    row += RowStep;
                    if (++i == Rows)
                    {
                        i = 0;
                        image += ImageStep;
                        row = image;
                    }

                    pixel = row;
                }

                Tile.Run<TVector, TSimd, TVectors>(count, rows, frame, column);
            }
        }
    }
}
