namespace Fovea.Engine;

/// <summary>
/// The definition of a computation on tensors: a shape rule, a gradient written as more nodes, and a float64 reference that reads like the formula. A kernel
/// makes it fast; an op without a kernel runs its reference. Ops are immutable records that any threads may use. Two equal ops on the same inputs are one
/// value, which is computed once.
/// </summary>
public abstract record Op
{
    /// <summary>The name in messages and profiles: the class name without <c>Op</c>.</summary>
    public virtual string Name => GetType().Name is var name && name.EndsWith("Op", StringComparison.Ordinal) ? name[..^2] : GetType().Name;

    /// <summary>The shape of the output for inputs of these shapes.</summary>
    /// <exception cref="ShapeException">The inputs do not fit; the message states what was expected and received.</exception>
    public abstract Shape InferShape(IReadOnlyList<Shape> inputs);

    /// <summary>
    /// The gradient of a loss with respect to each input, as nodes, from the gradient with respect to the output; <see langword="null"/> for an input that
    /// has none, such as class numbers or a random key.
    /// </summary>
    public abstract IReadOnlyList<Node?> Gradient(Node node, Node outputGradient);

    /// <summary>Computes the output in float64 by the definition of the op, against which kernels are tested.</summary>
    public abstract void Reference(ReferenceCall call);

    /// <summary>The kernel for these shapes, or <see langword="null"/> if there is none.</summary>
    internal virtual Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => null;

    /// <summary>
    /// Where the output begins in the memory of the input, in floats, if the op is a view: a plan computes nothing for it, and both share their memory.
    /// Null for all other ops.
    /// </summary>
    internal virtual int? ViewOffset => null;

    /// <summary>The number of multiply-adds of the definition for these shapes, or 0 if it is not made of products. Profiles print it.</summary>
    internal virtual long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => 0;
}

/// <summary>The operands of <see cref="Op.Reference"/>: inputs to read and an output to fill, initially zero; row-major.</summary>
public readonly record struct ReferenceCall(IReadOnlyList<double[]> Inputs, IReadOnlyList<Shape> InputShapes, double[] Output, Shape OutputShape);
