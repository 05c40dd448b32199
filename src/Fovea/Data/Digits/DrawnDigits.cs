using System.Globalization;

namespace Fovea;

/// <summary>
/// Digits that look handwritten and are drawn when they are read: images of 28 × 28 pixels in one channel, values from 0 (paper) to 1 (ink), ten
/// classes. They need no files and no network connection, and their number is not limited. Their size and position are those of MNIST.
/// </summary>
/// <remarks>
/// Sample <c>i</c> depends only on the seed and on <c>i</c>, with the same bits on every machine, so that a larger set begins with
/// the samples of a smaller one. Ten consecutive samples, from a multiple of ten on, contain every digit once, in random order.
/// </remarks>
public sealed class DrawnDigits : Dataset
{
    private const int Classes = 10;

    private readonly long seed;

    /// <summary>Creates a set of digits.</summary>
    /// <param name="count">The number of digits, at least 1.</param>
    /// <param name="seed">The seed: another one gives other digits.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public DrawnDigits(int count, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        this.seed = seed;
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override Shape InputShape { get; } = [Pen.Size, Pen.Size, 1];

    /// <inheritdoc/>
    public override Shape TargetShape => Shape.Scalar;

    /// <summary>"0" to "9".</summary>
    public override IReadOnlyList<string> ClassNames { get; } =
        [.. Enumerable.Range(0, Classes).Select(digit => digit.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The preprocessing of the digits: their size, values from 0 to 1, digits prepared like those of MNIST.</summary>
    public override ImageInput? ImageInput { get; } = new(Pen.Size, Pen.Size, 1) { Framing = ImageFraming.Digit };

    /// <inheritdoc/>
    public override void Read(int index, Span<float> input, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var digit = ClassOrder.At(seed, index, Classes);
        var random = new CounterRandom(seed, index);
        Handwriting.Write(digit, ref random, input);
        target[0] = digit;
    }
}
