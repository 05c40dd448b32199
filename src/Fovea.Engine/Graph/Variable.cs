namespace Fovea.Engine;

/// <summary>
/// A named tensor that keeps its value between runs: a weight, a moving statistic, an optimizer's slot. Graphs refer to it; plans read it and update it in
/// place. Any thread may read or write it at any time. A run or a reader concurrent with a write may see a mixture of old and new values; later runs see the
/// new values.
/// </summary>
public sealed class Variable
{
    // Allocated at first use: a file with huge weights can be refused before they take memory.
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
    /// Counts the changes of the values. A plan recomputes values that depend on variables only when this number has changed.
    /// </summary>
    internal long Version => Volatile.Read(ref version);

    /// <summary>Whether the values are known when the graph is built and never change. Constants with equal values are the same value.</summary>
    internal bool IsConstant { get; private init; }

    internal AlignedBuffer Buffer => buffer.Value;

    /// <summary>A constant vector, known when a graph is built.</summary>
    internal static Variable Constant(string name, params ReadOnlySpan<float> values)
    {
        var variable = new Variable(name, [values.Length]) { IsConstant = true };
        variable.Write(values);
        return variable;
    }

    /// <summary>Replaces all values, row-major.</summary>
    /// <exception cref="ArgumentException">The number of values is not the number of the shape's elements.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        if (values.Length != Shape.Count)
            throw new ArgumentException($"Variable '{Name}': expected {Shape.Count} values for the shape {Shape}; received {values.Length}.", nameof(values));
        values.CopyTo(buffer.Value.Span);
        CountChange();  // after the copy, so that values computed from a mixture are recomputed
    }

    /// <summary>
    /// The memory of the values, to be written at once. This counts as a change; if plans may run meanwhile, call <see cref="CountChange"/> afterwards.
    /// </summary>
    internal Span<float> Overwrite()
    {
        CountChange();
        return buffer.Value.Span;
    }

    /// <summary>Counts a change of the values in place.</summary>
    internal void CountChange() => Interlocked.Increment(ref version);

    /// <summary>The name and the shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
