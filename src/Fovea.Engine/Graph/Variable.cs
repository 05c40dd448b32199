namespace Fovea.Engine;

/// <summary>
/// A named tensor that lives between runs: a weight, a moving statistic, an optimizer's slot. Graphs refer to it, plans read and
/// update it in place.
/// </summary>
public sealed class Variable
{
    private readonly AlignedBuffer buffer;

    /// <summary>Creates a variable of zeros.</summary>
    public Variable(string name, Shape shape)
    {
        Name = name;
        Shape = shape;
        buffer = new AlignedBuffer(shape.Count);
    }

    /// <summary>The name, unique among the weights of one layer: <c>kernel</c>, <c>bias</c>.</summary>
    public string Name { get; }

    /// <summary>The shape, which never changes.</summary>
    public Shape Shape { get; }

    /// <summary>The values, row-major, to read and to write.</summary>
    public Span<float> Values => buffer.Span;

    internal unsafe float* Pointer => buffer.Pointer;

    /// <summary>The name and the shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
