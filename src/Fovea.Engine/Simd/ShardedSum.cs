namespace Fovea.Engine.Simd;

/// <summary>
/// A sum over many items, such as the gradient of a kernel over the images of a batch, that several units compute. Items are cut into shards. Each
/// shard has a partial sum in the kernel's shared scratch, and a second phase adds the partial sums in the order of the shards, so that the bits do
/// not depend on the threads. A single shard is summed straight into the output.
/// </summary>
/// <param name="shards">The shards of the items.</param>
/// <param name="size">The floats of one partial sum.</param>
internal readonly unsafe struct ShardedSum(Cut shards, int size)
{
    private const int MaxPartialFloats = 4 * 1024 * 1024;

    private readonly Cut blocks = Cut.Into(Granularity.OfFloats((long)shards.Parts * size), size, Columns.MaxBlock);

    /// <summary>The number of shards.</summary>
    public int Count => shards.Parts;

    /// <summary>The phases of a kernel that computes nothing else.</summary>
    public int Phases => Count > 1 ? 2 : 1;

    /// <summary>The shared scratch of all partial sums.</summary>
    public int ScratchFloats => Count > 1 ? Count * size : 0;

    /// <summary>The units of the phase that adds the partial sums.</summary>
    public int AddUnits => blocks.Parts;

    /// <summary>The largest number of shards whose partial sums take a reasonable amount of memory.</summary>
    public static int MaxShards(int size) => Math.Max(1, MaxPartialFloats / size);

    /// <summary>The first item of a shard; the shard ends where the next one begins.</summary>
    public int Start(int shard) => shards.Start(shard);

    /// <summary>Where a shard is summed.</summary>
    public float* Target(int shard, in KernelBuffers buffers) => (Count > 1 ? buffers.Scratch : buffers.Output) + ((nint)shard * size);

    /// <summary>Runs a unit of the phase that adds the partial sums.</summary>
    public void Add(int unit, float* partials, float* total) => PartialSums.Add(partials, Count, size, total, blocks.Start(unit), blocks.Start(unit + 1));
}
