namespace Fovea.Imaging;

/// <summary>Reads the rows of a PNG: reverses their filters and unpacks their bits (PNG specification, 9 and 7.2).</summary>
/// <param name="source">The decompressed rows, each preceded by the type of its filter.</param>
/// <param name="target">Receives the samples.</param>
internal sealed class PngRows(Stream source, PngSamples target)
{
    private readonly int bits = target.BitDepth * target.Channels;

    /// <summary>The seven passes of Adam7 (PNG specification, 8.2): first row, first column, and the steps to the next ones.</summary>
    public void ReadInterlaced()
    {
        Read(0, 0, 8, 8);
        Read(0, 4, 8, 8);
        Read(4, 0, 8, 4);
        Read(0, 2, 4, 4);
        Read(2, 0, 4, 2);
        Read(0, 1, 2, 2);
        Read(1, 0, 2, 1);
    }

    /// <summary>Reads one pass: every <paramref name="rowStep"/>th row and every <paramref name="columnStep"/>th column.</summary>
    /// <exception cref="EndOfStreamException">There are too few rows.</exception>
    /// <exception cref="InvalidDataException">The compressed data are damaged, or a filter does not exist.</exception>
    public void Read(int firstRow, int firstColumn, int rowStep, int columnStep)
    {
        var width = (target.Width - firstColumn + columnStep - 1) / columnStep;
        if (width <= 0) return;
        var length = (int)((((long)width * bits) + 7) / 8);
        var (previous, current) = (new byte[length], new byte[length]);
        for (var y = firstRow; y < target.Height; y += rowStep)
        {
            var filter = source.ReadByte();
            if (filter < 0) throw new EndOfStreamException();
            source.ReadExactly(current);
            Unfilter(filter, current, previous, Math.Max(1, bits / 8));
            for (var i = 0; i < width; i++)
            {
                var place = ((y * target.Width) + firstColumn + (i * columnStep)) * target.Channels;
                for (var channel = 0; channel < target.Channels; channel++)
                    target.Values[place + channel] = Sample(current, (i * target.Channels) + channel);
            }

            (previous, current) = (current, previous);
        }
    }

    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixel)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var left = i < pixel ? 0 : row[i - pixel];
            row[i] += filter switch
            {
                0 => 0,
                1 => (byte)left,
                2 => above[i],
                3 => (byte)((left + above[i]) / 2),
                4 => Paeth(left, above[i], i < pixel ? 0 : above[i - pixel]),
                _ => throw new InvalidDataException($"PNG: expected a filter from 0 to 4; received {filter}."),
            };
        }
    }

    /// <summary>Of left, above and above left the one that is nearest to left + above − above left.</summary>
    private static byte Paeth(int left, int above, int aboveLeft)
    {
        var (toLeft, toAbove, toAboveLeft) = (Math.Abs(above - aboveLeft), Math.Abs(left - aboveLeft), Math.Abs(left + above - (2 * aboveLeft)));
        return (byte)(toLeft <= toAbove && toLeft <= toAboveLeft ? left : toAbove <= toAboveLeft ? above : aboveLeft);
    }

    private ushort Sample(ReadOnlySpan<byte> row, int index)
    {
        if (target.BitDepth == 8) return row[index];
        if (target.BitDepth == 16) return (ushort)((row[2 * index] << 8) | row[(2 * index) + 1]);
        var bit = index * target.BitDepth;
        return (ushort)((row[bit / 8] >> (8 - target.BitDepth - (bit % 8))) & ((1 << target.BitDepth) - 1));
    }
}
