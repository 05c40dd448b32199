using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Transforms the tiles of images, or of output gradients, to the points: target[point][tile][channel]; lanes hold channels. Tiles that reach beyond the
/// image are first copied with zeros.
/// </summary>
/// <param name="Height">Height of an image.</param>
/// <param name="Width">Width of an image.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="PadTop">Rows of zeros above an image.</param>
/// <param name="PadLeft">Columns of zeros left of an image.</param>
internal readonly unsafe record struct WinogradTileReader<TStep>(int Height, int Width, int Channels, int PadTop, int PadLeft)
    where TStep : struct, IWinogradStep
{
    /// <summary>The scratch, in floats.</summary>
    public static int ScratchFloats => (WinogradSquare<TStep>.ScratchVectors + (TStep.From * TStep.From)) * Columns.MaxBlock;

    /// <summary>Transforms some tiles of a band.</summary>
    /// <param name="images">The first image of the batch.</param>
    /// <param name="band">The band.</param>
    /// <param name="tiles">Its tiles.</param>
    /// <param name="firstTile">The first tile.</param>
    /// <param name="count">The number of tiles.</param>
    /// <param name="firstChannel">The first channel.</param>
    /// <param name="endChannel">The channel after the last.</param>
    /// <param name="target">The address of channel 0 of the first tile at point 0.</param>
    /// <param name="tileStep">The distance of tiles in the target.</param>
    /// <param name="pointStep">The distance of points in the target.</param>
    /// <param name="scratch"><see cref="ScratchFloats"/> floats.</param>
    public void Run(
        float* images, WinogradBand band, WinogradTiles tiles, int firstTile, int count, int firstChannel, int endChannel,
        float* target, nint tileStep, nint pointStep, float* scratch)
    {
        var pass = new Pass { PixelStep = Channels, RowStep = (nint)Width * Channels, PointStep = pointStep, Scratch = scratch };
        for (var tile = 0; tile < count; tile++, target += tileStep)
        {
            var (n, row, column) = tiles[firstTile + tile];
            pass.Top = band.FirstRow + row - PadTop;
            pass.Left = column - PadLeft;
            (pass.EndRow, pass.EndColumn) = (Height - pass.Top, Width - pass.Left);
            pass.Source = images + ((((((nint)band.FirstImage + n) * Height) + pass.Top) * Width) + pass.Left) * Channels;
            pass.Target = target;
            Columns.Sweep(firstChannel, endChannel, ref pass);
        }
    }

    /// <summary>One tile.</summary>
    private struct Pass : IColumnPass
    {
        public float* Source;
        public float* Target;
        public float* Scratch;
        public nint PixelStep;
        public nint RowStep;
        public nint PointStep;
        public int Top;
        public int Left;
        public int EndRow;
        public int EndColumn;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            nint lanes = TSimd.Count;
            var isInside = Top >= 0 && Left >= 0 && EndRow >= TStep.From && EndColumn >= TStep.From;
            var copy = Scratch + (WinogradSquare<TStep>.ScratchVectors * lanes);
            for (var vector = 0; vector < TVectors.Value; vector++, column += (int)lanes)
            {
                float* source = Source + column;
                nint rowStep = RowStep, pixelStep = PixelStep;
                if (!isInside)
                {
                    Copy<TVector, TSimd>(source, copy);
                    source = copy;
                    (rowStep, pixelStep) = (TStep.From * lanes, lanes);
                }

                WinogradSquare<TStep>.Run<TVector, TSimd>(source, rowStep, pixelStep, Target + column, PointStep, Scratch);
            }
        }

        private readonly void Copy<TVector, TSimd>(float* source, float* copy)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
        {
            for (var y = 0; y < TStep.From; y++)
            {
                for (var x = 0; x < TStep.From; x++, copy += TSimd.Count)
                {
                    var isInside = Top + y >= 0 && Left + x >= 0 && y < EndRow && x < EndColumn;
                    TSimd.Store(isInside ? TSimd.Load(source + (y * RowStep) + (x * PixelStep)) : default, copy);
                }
            }
        }
    }
}
