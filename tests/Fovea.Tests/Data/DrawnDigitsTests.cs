using System.Security.Cryptography;
using CsCheck;

namespace Fovea.Tests.Data;

public class DrawnDigitsTests
{
    private const int Pixels = 28 * 28;

    [Fact]
    public void A_data_set_of_digits_describes_itself()
    {
        var digits = new DrawnDigits(count: 12, seed: 3);
        Assert.Equal(12, digits.Count);
        Assert.Equal(new Shape(28, 28, 1), digits.InputShape);
        Assert.Equal(Shape.Scalar, digits.TargetShape);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], digits.ClassNames);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DrawnDigits(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(digits, 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(digits, -1));
    }

    [Fact]
    public void A_digit_is_the_same_in_any_order_on_any_thread_in_a_set_of_any_size()
    {
        var expected = Enumerable.Range(0, 300).Select(i => Read(new DrawnDigits(300, 7), i)).ToArray();
        var larger = new DrawnDigits(1000, 7);
        Parallel.For(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var (pixels, digit) = Read(larger, 299 - i);
            Assert.Equal(expected[299 - i].Digit, digit);
            Assert.True(pixels.AsSpan().SequenceEqual(expected[299 - i].Pixels));
        });
    }

    [Fact]
    public void Another_seed_gives_other_digits_in_another_order()
    {
        var (one, other) = (new DrawnDigits(100, 1), new DrawnDigits(100, 2));
        Assert.DoesNotContain(Enumerable.Range(0, 100), i => Read(one, i).Pixels.AsSpan().SequenceEqual(Read(other, i).Pixels));
        Assert.NotEqual(Enumerable.Range(0, 100).Select(i => Read(one, i).Digit), Enumerable.Range(0, 100).Select(i => Read(other, i).Digit));
    }

    [Fact]
    public void Each_ten_in_a_row_hold_every_digit_once()
    {
        var digits = new DrawnDigits(500, seed: 11);
        var tens = Enumerable.Range(0, 500).Select(i => Read(digits, i).Digit).Chunk(10).ToArray();
        Assert.All(tens, ten => Assert.Equal(Enumerable.Range(0, 10), ten.Order()));
        Assert.True(tens.Select(ten => string.Concat(ten)).Distinct().Count() > 45);
    }

    [Fact]
    public void Digits_are_ink_on_paper_centred_and_sized_like_those_of_MNIST() =>
        Gen.Select(Gen.Long, Gen.Int[0, 1_000_000]).Sample((seed, index) =>
        {
            var (pixels, _) = Read(new DrawnDigits(1_000_001, seed), index);
            Assert.All(pixels, value => Assert.InRange(value, 0f, 1f));
            var (ink, x, y) = (0.0, 0.0, 0.0);
            for (var i = 0; i < Pixels; i++) (ink, x, y) = (ink + pixels[i], x + pixels[i] * (i % 28), y + pixels[i] * (i / 28));
            Assert.InRange(ink, 15, 320);
            Assert.InRange(x / ink, 14 - 2.5, 14 + 2.5);
            Assert.InRange(y / ink, 14 - 2.5, 14 + 2.5);
            var inked = Enumerable.Range(0, Pixels).Where(i => pixels[i] > 0.5f).ToArray();
            var (width, height) = (inked.Max(i => i % 28) - inked.Min(i => i % 28) + 1, inked.Max(i => i / 28) - inked.Min(i => i / 28) + 1);
            Assert.InRange(Math.Max(width, height), 16, 23);
        }, iter: 3000);

    [Fact]
    public void Digits_are_centred_on_average()
    {
        var digits = new DrawnDigits(2000, seed: 5);
        var (ink, x, y) = (0.0, 0.0, 0.0);
        for (var sample = 0; sample < digits.Count; sample++)
        {
            var pixels = Read(digits, sample).Pixels;
            for (var i = 0; i < Pixels; i++) (ink, x, y) = (ink + pixels[i], x + pixels[i] * (i % 28), y + pixels[i] * (i / 28));
        }

        Assert.Equal(14, x / ink, 0.15);
        Assert.Equal(14, y / ink, 0.15);
        Assert.Equal(0.131, ink / (2000 * Pixels), 0.015); // the mean of MNIST's training set
    }

    [Fact]
    public void Reading_takes_no_memory()
    {
        var digits = new DrawnDigits(100);
        var (pixels, target) = (new float[Pixels], new float[1]);
        digits.Read(0, pixels, target);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) digits.Read(i, pixels, target);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void The_first_fifty_digits_are_those_of_the_first_release()
    {
        // Rounded to 8 bits; nothing but + − × ÷ √ made them, so that they are the same on every machine.
        var digits = new DrawnDigits(50, seed: 1);
        var bytes = Enumerable.Range(0, 50).SelectMany(i => Read(digits, i).Pixels).Select(value => (byte)(value * 255 + 0.5f)).ToArray();
        Assert.Equal("9a2a3f38c81e2571e217cf71f79d02e6c31ca281313567d2a895813640a32ac0", Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public void Every_hand_is_made_of_whole_strokes()
    {
        foreach (var hand in DigitHands.ByDigit.SelectMany(hands => hands))
        {
            var down = false;
            foreach (var point in hand.Points)
            {
                Assert.NotEqual(down, point.Starts);
                Assert.False(point is { Starts: true, Ends: true });
                down = !point.Ends;
            }

            Assert.False(down);
            Assert.InRange(hand.Points.Length, 3, 24);
        }
    }

    private static (float[] Pixels, int Digit) Read(DrawnDigits digits, int index)
    {
        var (pixels, target) = (new float[Pixels], new float[1]);
        digits.Read(index, pixels, target);
        return (pixels, (int)target[0]);
    }
}
