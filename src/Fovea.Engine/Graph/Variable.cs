namespace Fovea.Engine;

/// <summary>
/// A named tensor that lives between runs: a weight, a moving statistic, an optimizer's slot. Graphs refer to it, plans read and
/// update it in place.
/// </summary>
public sealed class Variable
{
    // Taken when first needed: a file that asks for huge weights is refused before they cost memory.
    private readonly Lazy<AlignedBuffer> buffer;

    /// <summary>Creates a variable of zeros.</summary>
    public Variable(string name, Shape shape)
    {
        Name = name;
        Shape = shape;
        buffer = new Lazy<AlignedBuffer>(() => new AlignedBuffer(shape.Count));
    }

    /// <summary>The name, unique among the weights of one layer: <c>kernel</c>, <c>bias</c>.</summary>
    public string Name { get; }

    /// <summary>The shape, which never changes.</summary>
    public Shape Shape { get; }

    /// <summary>The values, row-major, to read and to write.</summary>
    public Span<float> Values => buffer.Value.Span;

    internal unsafe float* Pointer => buffer.Value.Pointer;

    /// <summary>The name and the shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
