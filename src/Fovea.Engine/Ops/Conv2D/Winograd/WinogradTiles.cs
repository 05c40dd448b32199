using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>Some output rows of some images.</summary>
internal readonly record struct WinogradBand(int FirstImage, int Images, int FirstRow, int Rows);

/// <summary>Where the outputs of a band go: its first pixel at channel 0, and the floats between pixels, rows and images.</summary>
internal readonly unsafe struct WinogradTarget(float* start, nint pixelStep, nint rowStep, nint imageStep)
{
    public readonly float* Start = start;
    public readonly nint PixelStep = pixelStep;
    public readonly nint RowStep = rowStep;
    public readonly nint ImageStep = imageStep;
}

/// <summary>The tiles of m × m outputs that cover a band, image by image and row by row; those at its right and lower border reach beyond it.</summary>
internal readonly struct WinogradTiles(WinogradBand band, int outputWidth, int outputs)
{
    /// <summary>Floats to leave between the values of two points, so that the points of a tile do not meet in one set of the cache.</summary>
    public const int StepPadding = 16;

    private readonly int columns = (outputWidth + outputs - 1) / outputs;
    private readonly int rows = (band.Rows + outputs - 1) / outputs;

    public int Count => band.Images * rows * columns;

    /// <summary>The image of a tile and its first output, all counted from the beginning of the band.</summary>
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
