namespace Fovea.Engine.Planning;

/// <summary>
/// A value that a plan is given. It lies outside the arena, in memory that whoever makes the value may bring along: then nothing is copied.
/// </summary>
/// <param name="count">How many numbers the value has.</param>
internal sealed unsafe class PlanInput(int count)
{
    private readonly List<(nint[] Pointers, int Index, int Offset)> uses = [];
    private AlignedBuffer? buffer;

    /// <summary>The value, in memory of the plan's own unless other was brought along.</summary>
    public Span<float> Span
    {
        get
        {
            if (buffer is null) Bind(new AlignedBuffer(count));
            return buffer!.Span[..count];
        }
    }

    /// <summary>Notes a pointer that leads to the value, or to the part of it from <paramref name="offset"/> on.</summary>
    public void AddUse(nint[] pointers, int index, int offset) => uses.Add((pointers, index, offset));

    /// <summary>Has all pointers lead to other memory, which may be larger than the value.</summary>
    public void Bind(AlignedBuffer place)
    {
        if (buffer == place) return;
        if (place.Count < count) throw new ArgumentException($"The input has {count} numbers; the memory for it holds {place.Count}.", nameof(place));
        buffer = place;
        foreach (var (pointers, index, offset) in uses) pointers[index] = (nint)(place.Pointer + offset);
    }

    /// <summary>Takes memory where none was brought along and nobody wrote the value yet.</summary>
    public void EnsureBound() => _ = Span;
}
