using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Ops;

public class RandomUniformTests
{
    /// <summary>
    /// The known answer of the generator's authors (see <see cref="PublishedValuesTests"/>): seed, step and stream are words of counter and key.
    /// </summary>
    [Fact]
    public void A_batch_begins_with_the_first_block_of_its_stream()
    {
        float[] expected = [.. new[] { 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u }.Select(Philox.ToUnit)];
        Assert.Equal(expected, Draw(seed: 0, step: 0, firstSample: 0, stream: 0, count: 4, valuesPerSample: 0));
        Assert.Equal(expected, Draw(seed: 0, step: 0, firstSample: 0, stream: 0, count: 4, valuesPerSample: 3));
        Assert.Equal(
            new[] { 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u }.Select(Philox.ToUnit),
            [.. Enumerable.Range(0, 4).Select(i =>
                Philox.Uniform((0x299f31d0a4093822, 0x0370734413198a2e), unchecked((int)0x85a308d3), (4L * 0x243f6a88) + i))]);
    }

    /// <summary>20,000 values fill several work units.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(20_001)]
    public void Samples_in_the_middle_of_a_batch_receive_the_values_of_the_whole_batch(int valuesPerSample)
    {
        const int First = 7;
        var whole = Draw(5, 9, 0, stream: 2, (First * valuesPerSample) + 20_011, valuesPerSample);
        for (var first = 1; first <= First; first++)
            Assert.True(Draw(5, 9, first, stream: 2, 20_011, valuesPerSample).AsSpan().SequenceEqual(whole.AsSpan(first * valuesPerSample, 20_011)));
    }

    [Fact]
    public void A_draw_for_the_whole_batch_is_the_same_for_all_its_samples() =>
        Assert.Equal(Draw(5, 9, 0, stream: 2, 9, valuesPerSample: 0), Draw(5, 9, 1234, stream: 2, 9, valuesPerSample: 0));

    [Fact]
    public void Every_position_seed_step_and_stream_gives_other_values()
    {
        const int Large = int.MaxValue;
        float[][] draws =
        [
            Draw(1, 1, 0, 0, 8, Large), Draw(1, 1, 1, 0, 8, Large), Draw(1, 1, 4, 0, 8, Large), Draw(1, 1, 16, 0, 8, Large), Draw(1, 1, 1 << 20, 0, 8, Large),
            Draw(1, 1, Large, 0, 8, Large), Draw(1, 1, Large, 0, 8, Large - 1), Draw(2, 1, 0, 0, 8, Large), Draw(1 + (1L << 32), 1, 0, 0, 8, Large),
            Draw(1, 2, 0, 0, 8, Large), Draw(1, 1 + (1L << 32), 0, 0, 8, Large), Draw(1, 1, 0, 1, 8, Large), Draw(1, 1, 0, 1 << 15, 8, Large),
        ];
        Assert.Equal(13 * 8, draws.SelectMany(values => values).Distinct().Count());
    }

    /// <summary>Blocks beyond 2³² change the upper half of the stream's word: a counter of the four words (6, 3 · 2¹⁶, 0, 0).</summary>
    [Fact]
    public void Positions_beyond_the_counters_first_word_have_their_own_blocks()
    {
        var (x0, x1, x2, x3) = Philox.Block(6, (3u << 16) + 1, 0, 0, 0, 0);
        long index = 4 * ((3L << 32) + 6);
        Assert.Equal(
            new[] { x0, x1, x2, x3 }.Select(Philox.ToUnit), [.. Enumerable.Range(0, 4).Select(i => Philox.Uniform((0, 0), stream: 1, index + i))]);
        Assert.Equal(
            [.. Enumerable.Range(0, 8).Select(i => Philox.Uniform((5, 9), 1, (3L * (1 << 30) * 16) + i))], Draw(5, 9, 3 << 4, 1, 8, valuesPerSample: 1 << 30));
    }

    [Fact]
    public void Negative_arguments_are_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => RandomKey.Write(0, 0, new float[10], firstSample: -1));
        Assert.Equal(
            "firstSample ('-1') must be a non-negative value. (Parameter 'firstSample')\nActual value was -1.", error.Message.ReplaceLineEndings("\n"));
        error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomUniformOp([2], 0) { ValuesPerSample = -1 });
        Assert.Equal(
            "ValuesPerSample ('-1') must be a non-negative value. (Parameter 'ValuesPerSample')\nActual value was -1.", error.Message.ReplaceLineEndings("\n"));
    }

    private static float[] Draw(long seed, long step, int firstSample, int stream, int count, int valuesPerSample)
    {
        var key = new Node(new InputOp("key", RandomKey.Shape));
        var plan = Plan.Compile(new Graph([new Node(new RandomUniformOp([count], stream) { ValuesPerSample = valuesPerSample }, key)]));
        RandomKey.Write(seed, step, plan.Input(key), firstSample);
        plan.Run();
        return plan.Output(0).ToArray();
    }
}
