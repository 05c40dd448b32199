namespace Fovea.Engine;

/// <summary>
/// A named tensor that lives between runs: a weight, a moving statistic, an optimizer's slot. Graphs refer to it, plans read and
/// update it in place. Any thread may read and write it at any time; a run that is under way while it is written, or a reader, may see some of the new values
/// beside old ones, later runs see the new ones alone.
/// </summary>
public sealed class Variable
{
    // Taken when first needed: a file that asks for huge weights is refused before they cost memory.
    private readonly Lazy<AlignedBuffer> buffer;
    private long version;

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

    /// <summary>The values, row-major.</summary>
    public ReadOnlySpan<float> Values => buffer.Value.Span;

    /// <summary>
    /// How often the values have been changed. A plan computes what depends on variables alone again only when this number is another.
    /// </summary>
    internal long Version => Volatile.Read(ref version);

    /// <summary>Whether the values are known when the graph is built and never change: equal ones are the same value.</summary>
    internal bool IsConstant { get; private init; }

    internal AlignedBuffer Buffer => buffer.Value;

    /// <summary>A vector of numbers that are known when a graph is built.</summary>
    internal static Variable Constant(string name, params ReadOnlySpan<float> values)
    {
        var variable = new Variable(name, [values.Length]) { IsConstant = true };
        variable.Write(values);
        return variable;
    }

    /// <summary>Replaces all values, row-major.</summary>
    /// <exception cref="ArgumentException">There are more or fewer of them than the shape has elements.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        if (values.Length != Shape.Count)
            throw new ArgumentException($"Variable '{Name}': expected {Shape.Count} values for the shape {Shape}; received {values.Length}.", nameof(values));
        values.CopyTo(buffer.Value.Span);
        CountChange();  // behind the copy: what a plan computes meanwhile is computed again
    }

    /// <summary>The place of the values, to be written at once: it counts as a change. Where plans may run meanwhile, count another one afterwards.</summary>
    internal Span<float> Overwrite()
    {
        CountChange();
        return buffer.Value.Span;
    }

    /// <summary>Tells that the values were changed where they lie.</summary>
    internal void CountChange() => Interlocked.Increment(ref version);

    /// <summary>The name and the shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
