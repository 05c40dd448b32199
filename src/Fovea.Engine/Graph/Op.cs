namespace Fovea.Engine;

/// <summary>
/// A definition of a computation on tensors: a shape rule, a gradient written as more nodes, and a float64 reference that reads
/// like the formula. A kernel may make it fast; without one the reference runs. Ops are records: two ops with equal attributes
/// applied to the same inputs are the same value and are computed once. They never change: any threads may use them, and those of one's own must allow it.
/// </summary>
public abstract record Op
{
    /// <summary>The name in messages and listings: the class without its <c>Op</c>.</summary>
    public virtual string Name => GetType().Name is var name && name.EndsWith("Op", StringComparison.Ordinal) ? name[..^2] : GetType().Name;

    /// <summary>The shape of the output for inputs of these shapes.</summary>
    /// <exception cref="ShapeException">The inputs do not fit; the message says what was expected and received.</exception>
    public abstract Shape InferShape(IReadOnlyList<Shape> inputs);

    /// <summary>
    /// The gradient of a loss with respect to each input, as nodes, given its gradient with respect to the output;
    /// <see langword="null"/> for an input that has none (class numbers, a random key).
    /// </summary>
    public abstract IReadOnlyList<Node?> Gradient(Node node, Node outputGradient);

    /// <summary>Computes the output in float64, slowly and obviously: the definition that kernels are checked against.</summary>
    public abstract void Reference(ReferenceCall call);

    /// <summary>The fast form for these shapes, or <see langword="null"/> where there is none.</summary>
    internal virtual Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => null;

    /// <summary>
    /// Where the output begins in the memory of the input, in floats, if the op is a view: a plan computes nothing for it, and both share their memory.
    /// Null for all other ops.
    /// </summary>
    internal virtual int? ViewOffset => null;

    /// <summary>How many products the definition has for these shapes; 0 where it is not made of products. For profiles.</summary>
    internal virtual long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => 0;
}

/// <summary>The operands of <see cref="Op.Reference"/>: inputs to read and an output, zero at first, to fill; row-major.</summary>
public readonly record struct ReferenceCall(IReadOnlyList<double[]> Inputs, IReadOnlyList<Shape> InputShapes, double[] Output, Shape OutputShape);
