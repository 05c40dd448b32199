using System.Runtime.CompilerServices;

namespace Fovea.Engine.Simd;

/// <summary>
/// Transposes a matrix in blocks of 16 rows by 16 columns, so that source and target use whole cache lines.
/// </summary>
internal static unsafe class Transposition
{
    private const int Block = 16;
    private const int UnitFloats = 4 * 1024;

    /// <summary>The units that transpose a matrix [rows, columns].</summary>
    public static int Units(int rows, int columns) => (columns + UnitColumns(rows) - 1) / UnitColumns(rows);

    /// <summary>Writes the unit's share of <paramref name="target"/>[columns, rows] = <paramref name="source"/>[rows, columns]ᵀ.</summary>
    public static void Run(int unit, float* source, float* target, int rows, int columns)
    {
        var first = unit * UnitColumns(rows);
        Run(source, target, rows, columns, first, Math.Min(columns, first + UnitColumns(rows)));
    }

    /// <summary>Transposes the columns of <paramref name="source"/> from <paramref name="first"/> to <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* source, float* target, int rows, int columns, int first, int end)
    {
        for (var row = 0; row < rows; row += Block)
        {
            var lastRow = Math.Min(rows, row + Block);
            for (var column = first; column < end; column += Block)
            {
                var lastColumn = Math.Min(end, column + Block);
                for (var c = column; c < lastColumn; c++)
                {
                    var to = target + ((nint)c * rows);
                    var from = source + c;
                    for (var r = row; r < lastRow; r++) to[r] = from[(nint)r * columns];
                }
            }
        }
    }

    // A unit owns whole columns of the source, which are rows of the target, in multiples of a block.
    private static int UnitColumns(int rows) => Math.Max(1, UnitFloats / rows / Block) * Block;
}
