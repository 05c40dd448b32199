using System.Buffers;
using System.Globalization;

namespace Fovea;

/// <summary>
/// Colour images that are drawn when they are read, each with one handwritten digit: (size, size, 3) values from 0 to 1. The digit has a random colour and
/// position, and its longer side is a third to two thirds of the image. The paper is coloured, with shades, spots, thin strokes and noise. The scenes take
/// the place of photographs in examples: a few hundred are too few to learn from without augmentation or a pretrained network.
/// </summary>
/// <remarks>
/// Sample <c>i</c> depends on the seed, the size, the digits and on <c>i</c> alone, with the same bits on every machine, so that a
/// larger set begins with the samples of a smaller one. With n digits, each n samples in a row, from a multiple of n, hold every digit
/// once, in random order.
/// </remarks>
public sealed class DrawnScenes : Dataset
{
    private readonly long seed;
    private readonly int side;
    private readonly string[] classNames = Names([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

    /// <summary>Creates a set of scenes.</summary>
    /// <param name="count">The number of scenes, at least 1.</param>
    /// <param name="seed">The seed; another seed gives other scenes.</param>
    /// <param name="size">The height and width of an image in pixels, from 32 to 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1, or <paramref name="size"/> out of its range.</exception>
    public DrawnScenes(int count, long seed = 0, int size = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 32);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1024);
        Count = count;
        this.seed = seed;
        side = size;
        InputShape = [size, size, 3];
    }

    /// <summary>
    /// The digits that occur; all ten by default. The targets are indices into this list: of the digits 5 to 9, class 0 is the digit 5.
    /// </summary>
    /// <exception cref="ArgumentException">The list is empty, or has a value that is not a digit, or a digit twice.</exception>
    public IReadOnlyList<int> Digits
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0 || value.Any(digit => digit is < 0 or > 9) || value.Distinct().Count() < value.Count)
                throw new ArgumentException(
                    $"DrawnScenes: expected different digits from 0 to 9; received {(value.Count == 0 ? "none" : string.Join(", ", value))}.", nameof(value));
            field = [.. value];
            classNames = Names(field);
        }
    } = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override Shape InputShape { get; }

    /// <inheritdoc/>
    public override Shape TargetShape => Shape.Scalar;

    /// <summary>The digits as text.</summary>
    public override IReadOnlyList<string> ClassNames => classNames;

    /// <summary>The preprocessing for files of such images: their size, values from 0 to 1.</summary>
    public override ImageInput? ImageInput => InputShape[2] is 1 or 3 ? new(InputShape[0], InputShape[1], InputShape[2]) : null;

    /// <inheritdoc/>
    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var label = LabelAt(index);
        var random = new CounterRandom(seed, index);
        Span<PathPoint> path = stackalloc PathPoint[Handwriting.MaxPathLength];
        path = path[..ScenePainting.PlaceDigit(Digits[label], side, ref random, path)];
        var ink = ArrayPool<float>.Shared.Rent(side * side);
        ScenePainting.Paint(path, side, ref random, ink, input[..InputShape.Count]);
        ArrayPool<float>.Shared.Return(ink);
        target[0] = label;
    }

    /// <summary>The position of the digit in a scene: the smallest rectangle that contains its ink, in pixels.</summary>
    /// <param name="index">The index of the sample, from 0 to <see cref="Count"/> − 1.</param>
    public (int Top, int Left, int Height, int Width) DigitBounds(int index)
    {
        var ink = ArrayPool<float>.Shared.Rent(side * side);
        ReadInk(index, ink);
        var (top, left, bottom, right) = (side, side, -1, -1);
        for (var i = 0; i < side * side; i++)
        {
            if (ink[i] == 0) continue;
            (top, left) = (Math.Min(top, i / side), Math.Min(left, i % side));
            (bottom, right) = (Math.Max(bottom, i / side), Math.Max(right, i % side));
        }

        ArrayPool<float>.Shared.Return(ink);
        return (top, left, bottom - top + 1, right - left + 1);
    }

    /// <summary>The share of each pixel that the digit's ink covers, from 0 to 1.</summary>
    internal void ReadInk(int index, Span<float> ink)
    {
        var random = new CounterRandom(seed, index);
        Span<PathPoint> path = stackalloc PathPoint[Handwriting.MaxPathLength];
        path = path[..ScenePainting.PlaceDigit(Digits[LabelAt(index)], side, ref random, path)];
        ScenePainting.DrawDigit(path, side, ref random, ink);
    }

    private int LabelAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return ClassOrder.At(seed, index, Digits.Count);
    }

    private static string[] Names(IReadOnlyList<int> digits) => [.. digits.Select(digit => digit.ToString(CultureInfo.InvariantCulture))];
}
