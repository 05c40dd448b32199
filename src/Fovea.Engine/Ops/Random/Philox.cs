using System.Numerics;

namespace Fovea.Engine.Ops;

/// <summary>The counter-based generator Philox4x32-10 of Salmon et al. 2011: ten rounds of multiplication and exclusive or.</summary>
internal static class Philox
{
    /// <summary>Four random words from a counter of four words and a key of two.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block(uint x0, uint x1, uint x2, uint x3, uint key0, uint key1)
    {
        for (var round = 0; round < 10; round++)
        {
            var low = (ulong)x0 * 0xD2511F53;
            var high = (ulong)x2 * 0xCD9E8D57;
            (x0, x1, x2, x3) = ((uint)(high >> 32) ^ x1 ^ key0, (uint)high, (uint)(low >> 32) ^ x3 ^ key1, (uint)low);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        return (x0, x1, x2, x3);
    }

    /// <summary>The random value in [0, 1) at one position of a stream.</summary>
    public static float Uniform((ulong Seed, ulong Step) key, int stream, long index)
    {
        var (x0, x1, x2, x3) = Block(key, stream, index / 4);
        return ToUnit((index % 4) switch { 0 => x0, 1 => x1, 2 => x2, _ => x3 });
    }

    /// <summary>The four random words of one block of a stream.</summary>
    /// <remarks>
    /// The counter has 32 bits for the block. The higher bits of a block's number go to the upper half of the word of the stream. So all blocks differ while
    /// a graph has at most 2¹⁶ random ops and an op draws at most 2⁵⁰ values for a batch.
    /// </remarks>
    public static (uint X0, uint X1, uint X2, uint X3) Block((ulong Seed, ulong Step) key, int stream, long block)
    {
        var x1 = (uint)stream ^ BitOperations.RotateLeft((uint)(block >> 32), 16);
        return Block((uint)block, x1, (uint)key.Step, (uint)(key.Step >> 32), (uint)key.Seed, (uint)(key.Seed >> 32));
    }

    /// <summary>Converts a word to a value in [0, 1), a multiple of 2⁻²⁴.</summary>
    public static float ToUnit(uint word) => (word >> 8) * (1f / (1 << 24));
}

/// <summary>Uniform random numbers, four from each block of the generator.</summary>
/// <param name="count">The number of values.</param>
/// <param name="stream">The stream.</param>
/// <param name="valuesPerSample">The number of values before the output for each sample before the batch.</param>
internal sealed unsafe class RandomUniformKernel(int count, int stream, int valuesPerSample) : Kernel
{
    private const int ValuesPerUnit = 8192;

    public override int Units(int phase) => (int)((count + (long)ValuesPerUnit - 1) / ValuesPerUnit);

    /// <summary>The values of a unit begin and end anywhere within a block; only these two blocks are used in part.</summary>
    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var words = new ReadOnlySpan<float>(buffers.Input(0), RandomKey.Shape.Count);
        var key = RandomKey.Read(words);
        long start = (long)unit * ValuesPerUnit, end = Math.Min(count, start + ValuesPerUnit);
        var (block, used) = Math.DivRem(RandomKey.FirstIndex(words, valuesPerSample) + start, 4);
        for (var i = start; i < end; block++, used = 0)
        {
            var (x0, x1, x2, x3) = Philox.Block(key, stream, block);
            ReadOnlySpan<float> values = [Philox.ToUnit(x0), Philox.ToUnit(x1), Philox.ToUnit(x2), Philox.ToUnit(x3)];
            var length = (int)Math.Min(4 - used, end - i);
            values.Slice((int)used, length).CopyTo(new Span<float>(buffers.Output + i, length));
            i += length;
        }
    }
}
