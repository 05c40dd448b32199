using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution with respect to its kernel: inputs [image, output gradient], output HWIO. A matrix product whose rows
/// are the kernel's entries (u, v, input channel), each the same walk over the image from another starting point, and whose
/// reduction runs over the output positions of the batch, chunk by chunk so that a chunk stays in a near cache.
/// </summary>
/// <remarks>
/// Phase 0: each unit owns some rows for one shard of the chunks, and adds up in a fixed order; phase 1 (if there is more than one
/// shard) adds the shards. A padded image of many channels is read in place, each tap over the positions it has inside; one of few
/// channels is copied with its border, so that rows of different taps can share a tile.
/// </remarks>
internal sealed unsafe class Conv2DKernelGradientKernel : Kernel
{
    private const int EnoughUnits = 32;
    private const int EnoughRows = 8 * Tile.MaxRows;
    private const int ChunkPixels = 512;
    private const int FewChannels = 16;
    private const int MaxPartialFloats = 4 * 1024 * 1024;
    private const int SumFloats = 4096;

    private readonly int batch;
    private readonly Window2D window;
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly bool copies;
    private readonly PaddedBand padded;
    private readonly int kernelRows;
    private readonly int unitRows;
    private readonly int chunkImages;
    private readonly int chunkRows;
    private readonly int bands;
    private readonly int chunks;
    private readonly int shardChunks;

    public Conv2DKernelGradientKernel(int batch, Window2D window, int inputChannels, int outputChannels)
    {
        this.batch = batch;
        this.window = window;
        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        copies = window.IsPadded && inputChannels < FewChannels;
        padded = new PaddedBand(window, inputChannels);
        kernelRows = window.KernelHeight * window.KernelWidth * inputChannels;

        var blocks = Math.Clamp(kernelRows / EnoughRows, 1, EnoughUnits);
        unitRows = Ceiling(Ceiling(kernelRows, blocks), Tile.MaxRows) * Tile.MaxRows;
        var pixels = window.OutputHeight * window.OutputWidth;
        chunkImages = Math.Clamp(ChunkPixels / pixels, 1, batch);
        chunkRows = chunkImages > 1 ? window.OutputHeight : Math.Clamp(ChunkPixels / window.OutputWidth, 1, window.OutputHeight);
        bands = Ceiling(window.OutputHeight, chunkRows);
        chunks = Ceiling(batch, chunkImages) * bands;

        var affordable = Math.Max(1, MaxPartialFloats / (kernelRows * outputChannels));
        shardChunks = Ceiling(chunks, Math.Min(Math.Min(chunks, affordable), Ceiling(EnoughUnits, blocks)));
    }

    public override int Phases => Shards > 1 ? 2 : 1;

    public override int ScratchFloats => Shards > 1 ? Shards * kernelRows * outputChannels : 0;

    public override int WorkerScratchFloats => copies ? chunkImages * padded.Height(chunkRows) * padded.Width * inputChannels : 0;

    private int Shards => Ceiling(chunks, shardChunks);

    private int RowBlocks => Ceiling(kernelRows, unitRows);

    public override int Units(int phase) => phase == 0 ? Shards * RowBlocks : Ceiling(kernelRows * outputChannels, SumFloats);

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            var first = unit * SumFloats;
            var size = kernelRows * outputChannels;
            PartialSums.Add(buffers.Scratch, Shards, size, buffers.Output, first, Math.Min(size, first + SumFloats));
            return;
        }

        var shard = unit / RowBlocks;
        var firstRow = unit % RowBlocks * unitRows;
        var endRow = Math.Min(kernelRows, firstRow + unitRows);
        var target = (Shards > 1 ? buffers.Scratch : buffers.Output) + ((nint)shard * kernelRows * outputChannels);
        new Span<float>(target + ((nint)firstRow * outputChannels), (endRow - firstRow) * outputChannels).Clear();

        var endChunk = Math.Min(chunks, (shard + 1) * shardChunks);
        for (var c = shard * shardChunks; c < endChunk; c++)
        {
            var (image, row) = (c / bands * chunkImages, c % bands * chunkRows);
            var chunk = new Chunk(image, Math.Min(chunkImages, batch - image), row, Math.Min(chunkRows, window.OutputHeight - row));
            AddChunk(chunk, firstRow, endRow, target, buffers);
        }
    }

    /// <summary>Adds what some output rows of some images contribute to the kernel rows from firstRow to endRow.</summary>
    private void AddChunk(Chunk chunk, int firstRow, int endRow, float* target, in KernelBuffers buffers)
    {
        var imageSize = (nint)window.InputHeight * window.InputWidth * inputChannels;
        var image = buffers.Input(0) + (chunk.Image * imageSize);
        nint width = window.InputWidth;
        if (copies)
        {
            var copySize = (nint)padded.Height(chunk.Rows) * padded.Width * inputChannels;
            for (var i = 0; i < chunk.Images; i++) padded.Copy(image + (i * imageSize), chunk.Row, chunk.Rows, buffers.WorkerScratch + (i * copySize));
            image = buffers.WorkerScratch;
            width = padded.Width;
            imageSize = copySize;
        }

        var pass = new Pass
        {
            Target = target,
            Window = window,
            InputChannels = inputChannels,
            OutputChannels = outputChannels,
            Image = image,
            ImageStep = imageSize,
            ImageRow = width * inputChannels,
            OutputGradient = buffers.Input(1) + ((nint)chunk.Image * window.OutputHeight * window.OutputWidth * outputChannels),
            Images = chunk.Images,
        };
        if (copies || !window.IsPadded)
        {
            pass.Row = chunk.Row;
            pass.EndOutputRow = chunk.Row + chunk.Rows;
            pass.EndOutputColumn = window.OutputWidth;
            pass.TopOfRow = copies ? 0 : chunk.Row * window.StrideHeight;
            pass.FirstKernelRow = firstRow;
            pass.EndKernelRow = endRow;
            Columns.Sweep(0, outputChannels, ref pass);
            return;
        }

        for (var row = firstRow; row < endRow; row = pass.EndKernelRow)
        {
            pass.FirstKernelRow = row;
            pass.EndKernelRow = Math.Min(endRow, ((row / inputChannels) + 1) * inputChannels);
            if (Clip(chunk, row / inputChannels, ref pass)) Columns.Sweep(0, outputChannels, ref pass);
        }
    }

    /// <summary>Keeps the output positions of the chunk at which the tap lies inside the image; false if there are none.</summary>
    private bool Clip(Chunk chunk, int tap, ref Pass pass)
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

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;

    private readonly record struct Chunk(int Image, int Images, int Row, int Rows);

    /// <summary>One block of output channels for some rows of the kernel and some output positions.</summary>
    private struct Pass : IColumnPass
    {
        public float* Target;
        public Window2D Window;
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

            var tap = FirstKernelRow / InputChannels;
            var channel = FirstKernelRow % InputChannels;
            var (u, v) = (tap / Window.KernelWidth, tap % Window.KernelWidth);
            var target = Target + ((nint)FirstKernelRow * OutputChannels);
            TileRows rows = default;
            for (var left = EndKernelRow - FirstKernelRow; left > 0; left -= Tile.MaxRows)
            {
                var count = Math.Min(left, Tile.MaxRows);
                for (var r = 0; r < count; r++, target += OutputChannels)
                {
                    var y = TopOfRow + (u * Window.DilationHeight);
                    var x = LeftOfColumn + (v * Window.DilationWidth);
                    rows.Set(r, Image + (y * ImageRow) + (x * (nint)InputChannels) + channel, target);
                    if (++channel < InputChannels) continue;
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
