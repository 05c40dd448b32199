namespace Fovea.Engine.Planning;

/// <summary>
/// A value that a plan is given. It lies outside the arena, in memory that whoever makes the value may bring along: then nothing is copied.
/// </summary>
/// <param name="addresses">Those of the plan.</param>
/// <param name="uses">Which of them lead into the value.</param>
/// <param name="count">How many numbers the value has.</param>
internal sealed class PlanInput(AlignedBuffer.Addresses addresses, SourceUse[] uses, int count)
{
    private AlignedBuffer? buffer;

    /// <summary>The value, in memory of the plan's own unless other was brought along.</summary>
    public Span<float> Span
    {
        get
        {
            if (buffer is null) Bind(new AlignedBuffer(count));
            return buffer!.Slice(0, count);
        }
    }

    /// <summary>Has all addresses lead to other memory, which may be larger than the value.</summary>
    public void Bind(AlignedBuffer place)
    {
        if (buffer == place) return;
        if (place.Count < count) throw new ArgumentException($"The input has {count} numbers; the memory for it holds {place.Count}.", nameof(place));
        buffer = place;
        foreach (var (address, offset) in uses) addresses.Set(address, place, offset);
    }

    /// <summary>Takes memory where none was brought along and nobody wrote the value yet.</summary>
    public void EnsureBound() => _ = Span;
}
