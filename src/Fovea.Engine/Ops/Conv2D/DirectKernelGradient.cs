using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>Some output rows of some images; their contribution to a kernel's gradient is added in one pass.</summary>
internal readonly record struct Conv2DChunk(int Image, int Images, int Row, int Rows);

/// <summary>A part of a kernel: some rows, which are pairs of tap and input channel, and some columns, the output channels.</summary>
internal readonly record struct KernelPart(int FirstRow, int EndRow, int FirstColumn, int EndColumn);

/// <summary>
/// The gradient of a convolution with respect to its kernel, as a matrix product. Its rows are the kernel's entries (u, v, input channel): all walk over
/// the image in the same way, each from its own starting point. The reduction runs over output positions.
/// </summary>
/// <remarks>
/// A padded image with many channels is read in place, for each tap over the positions inside the image. With few channels it is copied with its
/// padding, so that rows of different taps can share a tile. Each group has its channels of the image and its columns of the kernel.
/// </remarks>
internal sealed unsafe class DirectKernelGradient(Window2D window, int inputChannels, int outputChannels, int groups = 1)
{
    private const int MinChannelsInPlace = 16;

    private readonly int groupChannels = inputChannels / groups;
    private readonly bool copies = window.IsPadded && inputChannels / groups < MinChannelsInPlace;
    private readonly PaddedBand padded = new(window, inputChannels);

    /// <summary>The scratch that a worker needs for a chunk.</summary>
    public int ScratchFloats(int images, int rows) => copies ? images * padded.Height(rows) * padded.Width * inputChannels : 0;

    /// <summary>Adds the contribution of a chunk to a part of the kernel.</summary>
    /// <param name="chunk">Which images and output rows.</param>
    /// <param name="images">The first image of the batch.</param>
    /// <param name="gradient">The address of row 0 of the output gradient of the chunk's first image.</param>
    /// <param name="part">The rows and columns of the kernel; rows are pairs of tap and input channel within a group.</param>
    /// <param name="target">The sums, in the layout of the kernel.</param>
    /// <param name="scratch">The worker's scratch.</param>
    public void AddChunk(in Conv2DChunk chunk, float* images, float* gradient, in KernelPart part, float* target, float* scratch)
    {
        var imageSize = (nint)window.InputHeight * window.InputWidth * inputChannels;
        var image = images + (chunk.Image * imageSize);
        nint width = window.InputWidth;
        if (copies)
        {
            var copySize = (nint)padded.Height(chunk.Rows) * padded.Width * inputChannels;
            for (var i = 0; i < chunk.Images; i++) padded.Copy(image + (i * imageSize), chunk.Row, chunk.Rows, scratch + (i * copySize));
            image = scratch;
            width = padded.Width;
            imageSize = copySize;
        }

        var pass = new Pass
        {
            Target = target,
            Window = window,
            GroupChannels = groupChannels,
            InputChannels = inputChannels,
            OutputChannels = outputChannels,
            ImageStep = imageSize,
            ImageRow = width * inputChannels,
            OutputGradient = gradient,
            Images = chunk.Images,
        };
        if (copies || !window.IsPadded)
        {
            pass.Row = chunk.Row;
            pass.EndOutputRow = chunk.Row + chunk.Rows;
            pass.EndOutputColumn = window.OutputWidth;
            pass.TopOfRow = copies ? 0 : chunk.Row * window.StrideHeight;
            pass.FirstKernelRow = part.FirstRow;
            pass.EndKernelRow = part.EndRow;
            AllGroups(image, part, ref pass);
            return;
        }

        for (var row = part.FirstRow; row < part.EndRow; row = pass.EndKernelRow)
        {
            pass.FirstKernelRow = row;
            pass.EndKernelRow = Math.Min(part.EndRow, ((row / groupChannels) + 1) * groupChannels);
            if (Clip(chunk, row / groupChannels, ref pass)) AllGroups(image, part, ref pass);
        }
    }

    /// <summary>The columns of the part, group by group, each with its channels of the image.</summary>
    private void AllGroups(float* image, in KernelPart part, ref Pass pass)
    {
        var columns = outputChannels / groups;
        for (var group = part.FirstColumn / columns; group * columns < part.EndColumn; group++)
        {
            pass.Image = image + (group * groupChannels);
            Columns.Sweep(Math.Max(part.FirstColumn, group * columns), Math.Min(part.EndColumn, (group + 1) * columns), ref pass);
        }
    }

    /// <summary>Restricts the pass to the output positions at which the tap is inside the image; false if there are none.</summary>
    private bool Clip(in Conv2DChunk chunk, int tap, ref Pass pass)
    {
        var (u, v) = (tap / window.KernelWidth, tap % window.KernelWidth);
        var (firstRow, endRow) = Taps.Outputs(u, window.OutputHeight, window.StrideHeight, window.DilationHeight, window.PadTop, window.InputHeight);
        var (first, end) = Taps.Outputs(v, window.OutputWidth, window.StrideWidth, window.DilationWidth, window.PadLeft, window.InputWidth);
        pass.Row = Math.Max(chunk.Row, firstRow);
        pass.EndOutputRow = Math.Min(chunk.Row + chunk.Rows, endRow);
        pass.OutputColumn = first;
        pass.EndOutputColumn = end;
        pass.TopOfRow = (pass.Row * window.StrideHeight) - window.PadTop;
        pass.LeftOfColumn = (first * window.StrideWidth) - window.PadLeft;
        return pass.Row < pass.EndOutputRow && first < end;
    }

    /// <summary>One block of output channels for some rows of the kernel and some output positions.</summary>
    private struct Pass : IColumnPass
    {
        public float* Target;
        public Window2D Window;
        public int GroupChannels;
        public int InputChannels;
        public int OutputChannels;
        public float* Image;
        public nint ImageStep;
        public nint ImageRow;
        public float* OutputGradient;
        public int Images;
        public int Row;
        public int EndOutputRow;
        public int OutputColumn;
        public int EndOutputColumn;
        public int TopOfRow;
        public int LeftOfColumn;
        public int FirstKernelRow;
        public int EndKernelRow;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var (width, height) = (EndOutputColumn - OutputColumn, EndOutputRow - Row);
            var gradient = OutputGradient + ((((nint)Row * Window.OutputWidth) + OutputColumn) * OutputChannels);
            var rowStep = (nint)Window.OutputWidth * OutputChannels;
            var walk = new Walk(
                new Level(width, Window.StrideWidth * InputChannels, OutputChannels),
                new Level(height, Window.StrideHeight * ImageRow, rowStep),
                new Level(Images, ImageStep, Window.OutputHeight * rowStep));
            var frame = new TileFrame(walk, gradient, TileStart.Output, null, Epilogue.None);

            var (tap, channel) = Math.DivRem(FirstKernelRow, GroupChannels);
            var (u, v) = (tap / Window.KernelWidth, tap % Window.KernelWidth);
            var target = Target + ((nint)FirstKernelRow * OutputChannels);
            TileRows rows = default;
            for (int left = EndKernelRow - FirstKernelRow, count; left > 0; left -= count)
            {
                count = Tile.Next(left);
                for (var r = 0; r < count; r++, target += OutputChannels)
                {
                    var y = TopOfRow + (u * Window.DilationHeight);
                    var x = LeftOfColumn + (v * Window.DilationWidth);
                    rows.Set(r, Image + (y * ImageRow) + (x * (nint)InputChannels) + channel, target);
                    if (++channel < GroupChannels) continue;
                    channel = 0;
                    if (++v < Window.KernelWidth) continue;
                    v = 0;
                    u++;
                }

                Tile.Run<TVector, TSimd, TVectors>(count, rows, frame, column);
            }
        }
    }
}
