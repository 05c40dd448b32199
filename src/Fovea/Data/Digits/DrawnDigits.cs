using System.Globalization;

namespace Fovea;

/// <summary>
/// Handwritten-looking digits that are drawn when they are read: images of 28 × 28 pixels in one channel, values from 0 (paper) to
/// 1 (ink), ten classes. They need no files and no network, and never run out. They are sized and centred like those of MNIST.
/// </summary>
/// <remarks>
/// Sample <c>i</c> depends on the seed and on <c>i</c> alone, with the same bits on every machine, so that a larger set begins with
/// the samples of a smaller one. Each ten samples in a row, from a multiple of ten, hold every digit once, in random order.
/// </remarks>
public sealed class DrawnDigits : Dataset
{
    private const int Classes = 10;

    private readonly long seed;

    /// <summary>Creates a set of digits.</summary>
    /// <param name="count">How many digits, at least 1.</param>
    /// <param name="seed">Which digits: another seed gives others.</param>
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

    /// <summary>Of their size, from 0 to 1, digits prepared as MNIST's were.</summary>
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
