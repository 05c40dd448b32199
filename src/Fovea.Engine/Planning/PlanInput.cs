using System.Globalization;

namespace Fovea.Engine.Planning;

/// <summary>
/// An input of a plan. It is stored outside the arena; the producer of the value may supply the memory, so that nothing is copied.
/// </summary>
/// <remarks>
/// A value that begins within a cache line, as a shard of a batch may, is copied at the start of each run. Kernels would compute the same bits without the
/// copy: their loads need no alignment, and no kernel looks at the address of an input. But half of the vectors of 32 bytes and all of 64 bytes could lie
/// across two cache lines, and <see cref="KernelBuffers"/> promises every kernel aligned addresses.
/// </remarks>
/// <param name="addresses">The addresses of the plan.</param>
/// <param name="uses">The addresses that point into the value.</param>
/// <param name="count">The number of elements of the value.</param>
internal sealed class PlanInput(AlignedBuffer.Addresses addresses, SourceUse[] uses, int count)
{
    private AlignedBuffer? buffer;
    private AlignedBuffer? copy;
    private long start;
    private bool isLent;

    /// <summary>The value, in the supplied memory or in memory of the plan.</summary>
    public Span<float> Span
    {
        get
        {
            if (buffer is null) Bind(new AlignedBuffer(count), 0);
            return buffer!.Slice(start, count);
        }
    }

    private bool IsAligned => start % AlignedBuffer.FloatsPerLine == 0;

    /// <summary>Makes the next runs read the value in other memory, which may be larger than the value.</summary>
    /// <param name="place">The memory.</param>
    /// <param name="offset">The element of the memory at which the value begins.</param>
    public void Bind(AlignedBuffer place, long offset)
    {
        if (buffer == place && start == offset) return;
        if (offset < 0 || offset > place.Count - count)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The input has {count} elements; the memory for it has {place.Count}")
                    + (offset == 0 ? "." : string.Create(CultureInfo.InvariantCulture, $", and the input begins at element {offset}.")),
                nameof(place));
        (buffer, start) = (place, offset);
        PointToValue();
    }

    /// <summary>Makes the next run read the value in an array of the caller.</summary>
    public void Lend(float[] array)
    {
        if (array.Length < count)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The input has {count} elements; the array for it has {array.Length}."), nameof(array));
        isLent = true;
        foreach (var use in uses) addresses.Lend(use.Address, array, use.Offset);
    }

    /// <summary>Makes the next runs read the value where it was before <see cref="Lend"/>.</summary>
    public void EndLending()
    {
        if (!isLent) return;
        isLent = false;
        if (buffer is not null) PointToValue();
    }

    /// <summary>Allocates memory if none was supplied and the value was never written; copies a value that is not aligned.</summary>
    public void BeginRun()
    {
        if (isLent) return;
        var value = Span;
        if (!IsAligned) value.CopyTo(copy!.Span);
    }

    private void PointToValue()
    {
        if (IsAligned) Point(buffer!, start);
        else Point(copy ??= new AlignedBuffer(count), 0);
    }

    private void Point(AlignedBuffer place, long offset)
    {
        foreach (var use in uses) addresses.Set(use.Address, place, offset + use.Offset);
    }
}
