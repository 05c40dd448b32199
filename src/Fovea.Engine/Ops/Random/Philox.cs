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
    public static float Uniform((ulong Seed, ulong Step) key, int stream, int index)
    {
        var (x0, x1, x2, x3) = Block(key, stream, index / 4);
        return ToUnit((index % 4) switch { 0 => x0, 1 => x1, 2 => x2, _ => x3 });
    }

    /// <summary>The four random words of one block of a stream.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block((ulong Seed, ulong Step) key, int stream, int block) =>
        Block((uint)block, (uint)stream, (uint)key.Step, (uint)(key.Step >> 32), (uint)key.Seed, (uint)(key.Seed >> 32));

    /// <summary>Converts a word to a value in [0, 1), a multiple of 2⁻²⁴.</summary>
    public static float ToUnit(uint word) => (word >> 8) * (1f / (1 << 24));
}

/// <summary>Uniform random numbers, four from each block of the generator.</summary>
internal sealed unsafe class RandomUniformKernel(int count, int stream) : Kernel
{
    private const int BlocksPerUnit = 2048;

    public override int Units(int phase) => (count + (4 * BlocksPerUnit) - 1) / (4 * BlocksPerUnit);

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var key = RandomKey.Read(new ReadOnlySpan<float>(buffers.Input(0), RandomKey.Shape.Count));
        for (var block = unit * BlocksPerUnit; block < (unit + 1) * BlocksPerUnit; block++)
        {
            var (x0, x1, x2, x3) = Philox.Block(key, stream, block);
            ReadOnlySpan<float> values = [Philox.ToUnit(x0), Philox.ToUnit(x1), Philox.ToUnit(x2), Philox.ToUnit(x3)];
            var left = count - (4 * block);
            if (left <= 0) return;
            values[..Math.Min(4, left)].CopyTo(new Span<float>(buffers.Output + (4L * block), Math.Min(4, left)));
        }
    }
}
