using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>Some output rows of some images.</summary>
internal readonly record struct WinogradBand(int FirstImage, int Images, int FirstRow, int Rows);

/// <summary>Where the outputs of a band are stored: the address of channel 0 of the first pixel, and the distances of pixels, rows and images.</summary>
internal readonly unsafe struct WinogradTarget(float* start, nint pixelStep, nint rowStep, nint imageStep)
{
    public readonly float* Start = start;
    public readonly nint PixelStep = pixelStep;
    public readonly nint RowStep = rowStep;
    public readonly nint ImageStep = imageStep;
}

/// <summary>The tiles of m × m outputs that cover a band, in the order image, row, column. Tiles at the right and lower border may reach beyond it.</summary>
internal readonly struct WinogradTiles(WinogradBand band, int outputWidth, int outputs)
{
    /// <summary>Padding between two points, so that the points of a tile are not mapped to the same set of the cache.</summary>
    public const int StepPadding = 16;

    private readonly int columns = (outputWidth + outputs - 1) / outputs;
    private readonly int rows = (band.Rows + outputs - 1) / outputs;

    public int Count => band.Images * rows * columns;

    /// <summary>The image of a tile and the position of its first output, counted from the beginning of the band.</summary>
    public (int Image, int Row, int Column) this[int tile]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var row = tile / columns;
            return (row / rows, row % rows * outputs, (tile - (row * columns)) * outputs);
        }
    }
}
