using System.Security.Cryptography;
using CsCheck;

namespace Fovea.Tests.Data;

public class DrawnScenesTests
{
    [Fact]
    public void A_data_set_of_scenes_describes_itself()
    {
        var scenes = new DrawnScenes(count: 12, seed: 3);
        Assert.Equal(12, scenes.Count);
        Assert.Equal(new Shape(64, 64, 3), scenes.InputShape);
        Assert.Equal(Shape.Scalar, scenes.TargetShape);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], scenes.ClassNames);
        Assert.Equal(new Shape(150, 150, 3), new DrawnScenes(1, size: 150).InputShape);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DrawnScenes(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DrawnScenes(1, size: 31));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DrawnScenes(1, size: 1025));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(scenes, 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(scenes, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => scenes.DigitBounds(12));
    }

    [Fact]
    public void Some_of_the_digits_are_numbered_from_0_in_the_order_given()
    {
        var scenes = new DrawnScenes(300, seed: 4) { Digits = [7, 5, 9] };
        Assert.Equal([7, 5, 9], scenes.Digits);
        Assert.Equal(["7", "5", "9"], scenes.ClassNames);
        Assert.All(Enumerable.Range(0, 300).Select(i => Read(scenes, i).Label).Chunk(3), three => Assert.Equal([0, 1, 2], three.Order()));
    }

    [Theory]
    [InlineData(new int[0], "none")]
    [InlineData(new[] { 3, 3 }, "3, 3")]
    [InlineData(new[] { 0, 10 }, "0, 10")]
    [InlineData(new[] { -1 }, "-1")]
    public void Digits_that_are_none_are_refused(int[] digits, string received)
    {
        var error = Assert.Throws<ArgumentException>(() => new DrawnScenes(1) { Digits = digits });
        Assert.Equal($"DrawnScenes: expected different digits from 0 to 9; received {received}. (Parameter 'value')", error.Message);
    }

    [Fact]
    public void A_scene_is_the_same_in_any_order_on_any_thread_in_a_set_of_any_size()
    {
        var expected = Enumerable.Range(0, 100).Select(i => Read(new DrawnScenes(100, 7), i)).ToArray();
        var larger = new DrawnScenes(1000, 7);
        Parallel.For(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var (pixels, label) = Read(larger, 99 - i);
            Assert.Equal(expected[99 - i].Label, label);
            Assert.True(pixels.AsSpan().SequenceEqual(expected[99 - i].Pixels));
        });
    }

    [Fact]
    public void Another_seed_gives_other_scenes_in_another_order()
    {
        var (one, other) = (new DrawnScenes(50, 1), new DrawnScenes(50, 2));
        Assert.DoesNotContain(Enumerable.Range(0, 50), i => Read(one, i).Pixels.AsSpan().SequenceEqual(Read(other, i).Pixels));
        Assert.NotEqual(Enumerable.Range(0, 50).Select(i => Read(one, i).Label), Enumerable.Range(0, 50).Select(i => Read(other, i).Label));
    }

    [Fact]
    public void Each_ten_in_a_row_hold_every_digit_once()
    {
        var scenes = new DrawnScenes(500, seed: 11);
        var tens = Enumerable.Range(0, 500).Select(i => Read(scenes, i).Label).Chunk(10).ToArray();
        Assert.All(tens, ten => Assert.Equal(Enumerable.Range(0, 10), ten.Order()));
        Assert.True(tens.Select(ten => string.Concat(ten)).Distinct().Count() > 45);
    }

    [Fact]
    public void The_whole_digit_is_in_the_image_in_its_bounds_and_large_enough() =>
        Gen.Select(Gen.Long, Gen.Int[0, 1_000_000], Gen.Int[32, 100]).Sample((seed, index, size) =>
        {
            var scenes = new DrawnScenes(1_000_001, seed, size);
            Assert.All(Read(scenes, index).Pixels, value => Assert.InRange(value, 0f, 1f));
            var ink = new float[size * size];
            scenes.ReadInk(index, ink);
            var inked = Enumerable.Range(0, ink.Length).Where(i => ink[i] > 0).ToArray();
            var (top, left) = (inked.Min(i => i / size), inked.Min(i => i % size));
            var expected = (top, left, inked.Max(i => i / size) - top + 1, inked.Max(i => i % size) - left + 1);
            Assert.Equal(expected, scenes.DigitBounds(index));
            Assert.InRange(Math.Max(expected.Item3, expected.Item4) * 64f / size, 18, 50);
            Assert.True(ink.Sum() * 64 * 64 / ink.Length > 30, "the digit has ink");
        }, iter: 300);

    [Fact]
    public void The_ink_differs_from_the_paper()
    {
        var scenes = new DrawnScenes(200, seed: 6);
        var ink = new float[64 * 64];
        for (var sample = 0; sample < scenes.Count; sample++)
        {
            var pixels = Read(scenes, sample).Pixels;
            scenes.ReadInk(sample, ink);
            var within = Enumerable.Range(0, ink.Length).Where(i => ink[i] > 0.8f).Average(Brightness);
            var (top, left, height, width) = scenes.DigitBounds(sample);
            var around = Enumerable.Range(0, ink.Length)
                .Where(i => ink[i] == 0 && i / 64 >= top && i / 64 < top + height && i % 64 >= left && i % 64 < left + width).Average(Brightness);
            Assert.True(Math.Abs(within - around) > 0.2, $"sample {sample}: ink {within}, paper {around}");

            double Brightness(int i) => (0.299 * pixels[3 * i]) + (0.587 * pixels[(3 * i) + 1]) + (0.114 * pixels[(3 * i) + 2]);
        }
    }

    [Fact]
    public void Digits_are_everywhere_in_the_image()
    {
        var scenes = new DrawnScenes(500, seed: 8);
        var centres = Enumerable.Range(0, 500).Select(scenes.DigitBounds)
            .Select(bounds => (X: bounds.Left + (bounds.Width / 2.0), Y: bounds.Top + (bounds.Height / 2.0))).ToArray();
        Assert.Equal(32, centres.Average(centre => centre.X), 1.5);
        Assert.Equal(32, centres.Average(centre => centre.Y), 1.5);
        Assert.True(centres.Min(centre => centre.X) < 16 && centres.Max(centre => centre.X) > 48);
        Assert.True(centres.Min(centre => centre.Y) < 18 && centres.Max(centre => centre.Y) > 46);
    }

    [Fact]
    public void Reading_takes_no_memory_once_a_thread_has_read()
    {
        var scenes = new DrawnScenes(100);
        var (pixels, target) = (new float[scenes.InputShape.Count], new float[1]);
        scenes.Read(0, pixels, target);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) scenes.Read(i, pixels, target);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void The_first_twenty_scenes_are_those_of_the_first_release()
    {
        // Rounded to 8 bits; nothing but + − × ÷ √ made them, so that they are the same on every machine.
        var scenes = new DrawnScenes(20, seed: 1);
        var bytes = Enumerable.Range(0, 20).SelectMany(i => Read(scenes, i).Pixels).Select(value => (byte)(value * 255 + 0.5f)).ToArray();
        Assert.Equal("8b5d63a54cafc827dc65b0eb87fbddc4fa3c25505edd76c86fed0954e5165b4f", Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static (float[] Pixels, int Label) Read(DrawnScenes scenes, int index)
    {
        var (pixels, target) = (new float[scenes.InputShape.Count], new float[1]);
        scenes.Read(index, pixels, target);
        return (pixels, (int)target[0]);
    }
}
