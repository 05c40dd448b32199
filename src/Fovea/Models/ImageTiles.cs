using System.Diagnostics.CodeAnalysis;

namespace Fovea;

/// <summary>
/// Predicts images of any size with a model whose output has the height and the width of its input, such as <c>SmallNetworks.UNet</c>: smaller images as a
/// whole, larger ones in overlapping tiles, whose outputs are blended.
/// </summary>
/// <remarks>
/// <para>
/// An image is extended at its bottom and its right, with copies of its last pixels, to sizes that the model takes; the output is cropped again. Tiles begin at
/// multiples of <see cref="Multiple"/>, so that poolings group the same pixels in every tile. Within the overlap, the outer quarter of a tile is not used, and
/// the weight of a tile then rises linearly. Where no edge of a tile is within the reach of an output, the output equals that of the whole image.
/// </para>
/// <para>Any number of threads may use it at once.</para>
/// </remarks>
/// <example><code>var classes = new ImageTiles(model).Predict(ImageFile.Read("large.png", PixelRange.ZeroTo255));</code></example>
public sealed class ImageTiles
{
    /// <summary>The sizes of a model that is tried are multiples of at most this.</summary>
    private const int LargestMultiple = 256;
    private const int SmallestTried = 64;

    private readonly Model model;
    private readonly (int Height, int Width) tile;
    private readonly bool isFixed;

    /// <summary>Prepares a model for images of any size.</summary>
    /// <param name="model">
    /// A model of one input (height, width, channels) and one output (height, width, outputs). If its weights do not depend on the size, it is used for tiles
    /// of any size; otherwise for tiles of the size that it has.
    /// </param>
    /// <param name="tileSize">
    /// The maximum height and width of a tile; images up to it are predicted as a whole. Ignored if the model has one size only. Larger tiles need more memory.
    /// </param>
    /// <param name="overlap">The number of pixels that neighbouring tiles share at least; null for a quarter of the tile.</param>
    /// <exception cref="ArgumentException">The model's output does not have the size of its input, or the tile is too small.</exception>
    public ImageTiles(Model model, int tileSize = 768, int? overlap = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Inputs is not [{ Shape: { Rank: 3 } shape }] || shape.Sizes[2] is null || model.Outputs is not [{ Shape.Rank: 3 }])
            throw NotByPixel(model);
        var opened = Opened(model);
        var multiple = opened is null ? null : MultipleOf(opened);
        isFixed = multiple is null;
        if (isFixed && (model.InputShape.IsOpen || model.OutputShape[..2] != model.InputShape[..2])) throw NotByPixel(model);
        this.model = isFixed ? model : opened!;
        Multiple = multiple ?? 1;
        tile = isFixed ? (model.InputShape[0], model.InputShape[1]) : (tileSize / Multiple * Multiple, tileSize / Multiple * Multiple);
        Overlap = overlap ?? Math.Min(tile.Height, tile.Width) / 4;
        if (tile.Height < Multiple || Overlap < 0 || Step(Math.Min(tile.Height, tile.Width)) < Multiple)
            throw new ArgumentOutOfRangeException(
                nameof(overlap),
                $"ImageTiles: expected tiles that are at least {Multiple} pixels larger than their overlap; received tiles of {tile.Height} × {tile.Width} "
                    + $"pixels and an overlap of {Overlap}.");
    }

    /// <summary>Gets the number of which the height and the width of a tile are multiples; 1 for a model of one size.</summary>
    public int Multiple { get; }

    /// <summary>Gets the number of pixels that neighbouring tiles share at least.</summary>
    public int Overlap { get; }

    /// <summary>Computes the number of tiles for an image.</summary>
    /// <param name="height">The height of the image in pixels.</param>
    /// <param name="width">The width of the image in pixels.</param>
    public int Count(int height, int width) => AxisOf(height, tile.Height).Starts.Length * AxisOf(width, tile.Width).Starts.Length;

    /// <summary>Predicts an image.</summary>
    /// <param name="image">(1, height, width, channels) or (height, width, channels), with the values that the model takes.</param>
    /// <param name="progress">Receives the number of finished tiles after each of them.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <returns>The outputs for each pixel, (1, height, width, outputs) or (height, width, outputs).</returns>
    /// <exception cref="ShapeException">The image has another number of channels than the model's input, or another rank.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor Predict(Tensor image, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        var shape = image.Shape.Rank == 4 && image.Shape[0] == 1 ? image.Shape[1..] : image.Shape;
        var channels = model.InputShape.Sizes[2]!.Value;
        if (shape.Rank != 3 || shape[2] != channels)
            throw new ShapeException(
                "ImageTiles", $"expected one image, (height, width, {channels}) or (1, height, width, {channels}); received {image.Shape}.");
        var (rows, columns) = (AxisOf(shape[0], tile.Height), AxisOf(shape[1], tile.Width));
        var outputs = model.OutputShape.Sizes[2]!.Value;
        var result = new float[shape[0] * shape[1] * outputs];
        var done = 0;
        for (var i = 0; i < rows.Starts.Length; i++)
        {
            for (var j = 0; j < columns.Starts.Length; j++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = Cut(image.Values, shape, rows.Starts[i], columns.Starts[j], rows.Size, columns.Size);
                var predicted = model.Predict(part, 1, verbose: 0, cancellationToken: cancellationToken);
                Blend(predicted.Values, rows, i, columns, j, result, shape[1], outputs);
                progress?.Report(++done);
            }
        }

        Shape whole = [shape[0], shape[1], outputs];
        return new Tensor(image.Shape.Rank == 4 ? whole.Prepend(1) : whole, result);
    }

    private static ArgumentException NotByPixel(Model model) => new(
        $"ImageTiles: expected a model with one output for each pixel, (height, width, channels) to (height, width, outputs), of the same size; '{model.Name}' "
            + $"computes {string.Join(" and ", model.Outputs)} from {string.Join(" and ", model.Inputs)}.", nameof(model));

    /// <summary>The same layers for images of any size; null if a weight depends on the size.</summary>
    private static Model? Opened(Model model)
    {
        if (model.InputShape.Sizes is [null, null, _]) return model;
        try
        {
            return model.WithInput(null, null, model.InputShape.Sizes[2]);
        }
        catch (ShapeException)
        {
            return null;
        }
    }

    /// <summary>The smallest power of two whose multiples are sizes that the model takes and returns; null for none.</summary>
    private static int? MultipleOf(Model model)
    {
        for (var multiple = 1; multiple <= LargestMultiple; multiple *= 2)
        {
            // an odd multiple, which is none of larger powers of two
            var side = multiple * Math.Max(3, (SmallestTried / multiple) | 1);
            if (IsKept(model, side)) return multiple;
        }

        return null;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A layer may refuse a size in any way.")]
    private static bool IsKept(Model model, int side)
    {
        try
        {
            return model.WithInput(side, side, model.InputShape.Sizes[2]).OutputShape[..2] == new Shape(side, side);
        }
        catch (ShapeException)
        {
            return false;
        }
    }

    /// <summary>The distance between two tiles, a multiple of <see cref="Multiple"/>.</summary>
    private int Step(int size) => (size - Overlap) / Multiple * Multiple;

    private TileAxis AxisOf(int length, int largest)
    {
        var extended = (length + Multiple - 1) / Multiple * Multiple;
        return TileAxis.Of(length, isFixed ? Math.Max(extended, largest) : extended, Math.Min(largest, isFixed ? largest : extended), Step(largest), Overlap);
    }

    /// <summary>Copies a tile. Pixels beyond the image are those at its last row or column.</summary>
    private static Tensor Cut(float[] image, Shape shape, int top, int left, int height, int width)
    {
        var channels = shape[2];
        var values = new float[height * width * channels];
        for (var y = 0; y < height; y++)
        {
            var row = image.AsSpan(Math.Min(top + y, shape[0] - 1) * shape[1] * channels, shape[1] * channels);
            var target = values.AsSpan(y * width * channels, width * channels);
            var inside = Math.Min(width, shape[1] - left);
            row.Slice(left * channels, inside * channels).CopyTo(target);
            for (var x = inside; x < width; x++) row[^channels..].CopyTo(target.Slice(x * channels, channels));
        }

        return new Tensor([1, height, width, channels], values);
    }

    private static void Blend(float[] predicted, TileAxis rows, int row, TileAxis columns, int column, float[] result, int width, int outputs)
    {
        var (down, across) = (rows.Weights[row], columns.Weights[column]);
        for (var y = 0; y < down.Length; y++)
        {
            var source = predicted.AsSpan(y * columns.Size * outputs);
            var target = result.AsSpan((((rows.Starts[row] + y) * width) + columns.Starts[column]) * outputs);
            for (var x = 0; x < across.Length; x++)
            {
                var weight = down[y] * across[x];
                if (weight == 0) continue;
                for (var i = x * outputs; i < (x + 1) * outputs; i++) target[i] += weight * source[i];
            }
        }
    }
}
