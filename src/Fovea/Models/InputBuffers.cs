using Fovea.Engine;

namespace Fovea;

/// <summary>The memory of a model's inputs, as large as the largest batch so far. Plans of all sizes read it.</summary>
internal sealed class InputBuffers(int inputs)
{
    private readonly AlignedBuffer[] buffers = [.. Enumerable.Range(0, inputs).Select(_ => new AlignedBuffer(0))];

    public AlignedBuffer this[int input] => buffers[input];

    /// <summary>Makes the memory large enough for a batch.</summary>
    /// <returns>Whether it is other memory than before.</returns>
    public bool Grow(int batchSize, IReadOnlyList<Shape> samples)
    {
        var isNew = false;
        for (var i = 0; i < buffers.Length; i++)
        {
            var needed = (long)batchSize * samples[i].Count;
            if (needed <= buffers[i].Count) continue;
            buffers[i] = new AlignedBuffer(needed);
            isNew = true;
        }

        return isNew;
    }
}
