namespace Fovea.Engine.Planning;

/// <summary>
/// An input of a plan. It is stored outside the arena; the producer of the value may supply the memory, so that nothing is copied.
/// </summary>
/// <param name="addresses">The addresses of the plan.</param>
/// <param name="uses">The addresses that point into the value.</param>
/// <param name="count">The number of elements of the value.</param>
internal sealed class PlanInput(AlignedBuffer.Addresses addresses, SourceUse[] uses, int count)
{
    private AlignedBuffer? buffer;

    /// <summary>The value, in the supplied memory or in memory of the plan.</summary>
    public Span<float> Span
    {
        get
        {
            if (buffer is null) Bind(new AlignedBuffer(count));
            return buffer!.Slice(0, count);
        }
    }

    /// <summary>Points all addresses to other memory, which may be larger than the value.</summary>
    public void Bind(AlignedBuffer place)
    {
        if (buffer == place) return;
        if (place.Count < count) throw new ArgumentException($"The input has {count} elements; the memory for it has {place.Count}.", nameof(place));
        buffer = place;
        foreach (var (address, offset) in uses) addresses.Set(address, place, offset);
    }

    /// <summary>Allocates memory if none was supplied and the value was never written.</summary>
    public void EnsureBound() => _ = Span;
}
