using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Direct convolution of images (n, h, w, c) with a kernel (u, v, c, f), which may be packed into <see cref="Panels"/>. A tile computes up to eight output
/// pixels by two vectors of output channels. Image and kernel are read in place; only padded images are copied first, band by band, unless they
/// <paramref name="arePadded"/> already (see <see cref="Pad"/>).
/// </summary>
/// <remarks>
/// This is faster than a matrix product of unrolled patches (im2col) at all sizes, since it copies nothing. 1 × 1 convolutions and kernels as large as the
/// image run the same loop. Each group runs it on its channels of the image and its columns of the kernel.
/// </remarks>
internal sealed unsafe class DirectConvolution(
    Window2D window, int inputChannels, int outputChannels, Epilogue epilogue, bool isPacked = false, int groups = 1, bool arePadded = false) : IBandConvolution
{
    private const int MaxPixelsToPrefetch = 1024;  // with more, each block of the kernel is used so long that prefetching the next one gains nothing

    private readonly PaddedBand padded = new(window, inputChannels);
    private readonly Conv2DReduction reduction =
        new(window, inputChannels, (window.IsPadded ? new PaddedBand(window, inputChannels).Width : window.InputWidth) * (nint)inputChannels, groups);

    /// <summary>Rows of a padded image.</summary>
    public int PaddedRows => padded.Height(window.OutputHeight);

    /// <summary>Floats of a padded image.</summary>
    public int PaddedFloats => PaddedRows * padded.Width * inputChannels;

    /// <summary>The scratch that a worker needs for some rows of some images.</summary>
    public int ScratchFloats(int images, int rows) => window.IsPadded && !arePadded ? images * padded.Height(rows) * padded.Width * inputChannels : 0;

    public int BandScratchFloats(int rows) => ScratchFloats(1, rows);

    public void ConvolveBand(
        int image, int firstRow, int rows, int firstChannel, int endChannel, in ConvolutionOperands operands, float* target, float* scratch) =>
        Run(new Conv2DUnit(image, 1, firstRow, rows, firstChannel, endChannel), operands, target, scratch);

    /// <summary>Copies some rows of an image, with padding, to their place among the padded images.</summary>
    public void Pad(float* images, int image, int firstRow, int endRow, float* paddedImages) => padded.CopyRows(
        images + ((nint)image * window.InputHeight * window.InputWidth * inputChannels), firstRow, endRow - firstRow,
        paddedImages + ((nint)image * PaddedFloats) + ((nint)firstRow * padded.Width * inputChannels));

    /// <summary>Computes the output pixels of <paramref name="part"/> in the order image, row, column.</summary>
    /// <param name="part">Which images, output rows and output channels.</param>
    /// <param name="operands">The images, the kernel, the bias and the residual.</param>
    /// <param name="target">The address of channel 0 of the first pixel.</param>
    /// <param name="scratch">The worker's scratch.</param>
    public void Run(in Conv2DUnit part, in ConvolutionOperands operands, float* target, float* scratch)
    {
        nint width = arePadded ? padded.Width : window.InputWidth, imageSize = arePadded ? PaddedFloats : window.InputHeight * width * inputChannels;
        var source = operands.Images + (part.FirstImage * imageSize);
        var bandFloats = part.Images > 1 ? part.Images * imageSize : part.Rows * window.StrideHeight * width * inputChannels;
        var next = source + (part.FirstRow * window.StrideHeight * width * inputChannels) + bandFloats;
        if (window.IsPadded && !arePadded)
        {
            var copySize = (nint)padded.Height(part.Rows) * padded.Width * inputChannels;
            for (var image = 0; image < part.Images; image++)
            {
                padded.Copy(source + (image * imageSize), part.FirstRow, part.Rows, scratch + (image * copySize));
            }

            source = scratch;
            width = padded.Width;
            imageSize = copySize;
        }
        else
        {
            source += part.FirstRow * window.StrideHeight * width * inputChannels;
        }

        // Rows without a gap between them are one long row.
        var oneRow = window.StrideHeight * width == window.OutputWidth * window.StrideWidth;
        var pass = new Pass
        {
            PixelStep = window.StrideWidth * inputChannels,
            RowStep = window.StrideHeight * width * inputChannels,
            ImageStep = imageSize,
            FirstColumn = part.FirstChannel,
            EndColumn = part.EndChannel,
            Next = next,
            NextFloats = bandFloats,
            OutputWidth = oneRow ? part.Rows * window.OutputWidth : window.OutputWidth,
            Rows = oneRow ? 1 : part.Rows,
            Pixels = part.Images * part.Rows * window.OutputWidth,
            Output = target,
            OutputChannels = outputChannels,
            Reduction = reduction,
            Operands = operands,
            IsPacked = isPacked,
            Panels = new Panels(outputChannels, reduction.Blocks * reduction.Length),
            Epilogue = epilogue,
        };
        var filters = outputChannels / groups;
        for (var group = part.FirstChannel / filters; group * filters < part.EndChannel; group++)
        {
            pass.Source = source + (group * (inputChannels / groups));
            Columns.Sweep(Math.Max(part.FirstChannel, group * filters), Math.Min(part.EndChannel, (group + 1) * filters), ref pass);
        }
    }

    /// <summary>All pixels of the part, for one block of output channels; the block of the kernel stays in L1.</summary>
    private struct Pass : IColumnPass
    {
        public Conv2DReduction Reduction;
        public ConvolutionOperands Operands;
        public bool IsPacked;
        public Panels Panels;
        public Epilogue Epilogue;
        public int FirstColumn;
        public int EndColumn;
        public float* Source;
        public float* Next;
        public nint NextFloats;
        public float* Output;
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
            var toResidual = Operands.Residual == null ? 0 : (nint)(Operands.Residual - Output);
            var rowStep = IsPacked ? Panels.RowStep(column) : OutputChannels;
            var kernel = IsPacked ? Operands.Kernel + Panels.Start(column) : Operands.Kernel;
            var walk = Reduction.Walk(rowStep);
            for (var block = 0; block < Reduction.Blocks; block++)
            {
                var (a, b) = Reduction.Offset(block);
                var start = block > 0 ? TileStart.Output
                    : Operands.Residual != null ? TileStart.Residual
                    : Operands.Bias != null ? TileStart.Bias
                    : TileStart.Zero;
                var epilogue = block == Reduction.Blocks - 1 ? Epilogue : Epilogue.None;
                var next = NextBlock(kernel + column, rowStep, column, block);
                var frame = new TileFrame(walk, kernel + (b * rowStep), start, Operands.Bias, epilogue, toResidual, next);
                AllPixels<TVector, TSimd, TVectors>(frame, Source + a, column);
            }
        }

        /// <summary>What to prefetch: the next block of the kernel, or a share of the next images if these are the larger.</summary>
        private readonly Prefetch NextBlock(float* kernel, nint rowStep, int column, int block)
        {
            if (NextFloats < Panels.Floats)
            {
                var floats = Reduction.Length * rowStep;
                return IsPacked && Pixels <= MaxPixelsToPrefetch ? new Prefetch(kernel + ((block + 1) * floats), floats, Pixels, Reduction.Length) : default;
            }

            var shares = Cut.Ceiling(EndColumn - FirstColumn, Columns.MaxBlock) * Reduction.Blocks;
            var share = ((column - FirstColumn) / Columns.MaxBlock * Reduction.Blocks) + block;
            return new Prefetch(Next + (share * NextFloats / shares), NextFloats / shares, Pixels, Reduction.Length);
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
            for (int left = Pixels, count; left > 0; left -= count)
            {
                count = Tile.Next(left);
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
                rows.Number++;
            }
        }
    }
}
