namespace Fovea;

/// <summary>The tiles of an image in one direction.</summary>
/// <param name="Size">The height or width of each tile.</param>
/// <param name="Starts">The first pixel of each tile.</param>
/// <param name="Weights">
/// The weight of each pixel of each tile, up to the end of the image. The weights of a pixel in all tiles add up to 1.
/// </param>
internal sealed record TileAxis(int Size, int[] Starts, float[][] Weights)
{
    /// <param name="length">The length of the image.</param>
    /// <param name="extended">The length that the tiles cover.</param>
    /// <param name="size">The length of a tile.</param>
    /// <param name="step">The distance between two tiles; the last one may be closer.</param>
    /// <param name="overlap">The number of pixels that two tiles share at least.</param>
    public static TileAxis Of(int length, int extended, int size, int step, int overlap)
    {
        var count = extended <= size ? 1 : 1 + (((extended - size) + step - 1) / step);
        int[] starts = [.. Enumerable.Range(0, count).Select(i => Math.Min(i * step, extended - size))];
        float[][] weights =
            [.. starts.Select((start, i) => Enumerable.Range(0, Math.Max(0, Math.Min(size, length - start)))
                .Select(x => Rise(i == 0 ? overlap : x, overlap) * Rise(i == count - 1 ? overlap : size - 1 - x, overlap)).ToArray())];
        for (var pixel = 0; pixel < length; pixel++)
        {
            var covering = Enumerable.Range(0, count).Where(i => starts[i] <= pixel && pixel < starts[i] + weights[i].Length).ToList();
            var sum = covering.Sum(i => weights[i][pixel - starts[i]]);
            foreach (var i in covering) weights[i][pixel - starts[i]] /= sum;
        }

        return new TileAxis(size, starts, weights);
    }

    /// <summary>The weight at a distance from the edge of a tile: 0 in the first quarter of the overlap, then rising to 1.</summary>
    private static float Rise(int distance, int overlap)
    {
        var margin = overlap / 4;
        return overlap == 0 ? 1 : Math.Clamp((distance + 0.5f - margin) / Math.Max(1, overlap - (2 * margin)), 0, 1);
    }
}
