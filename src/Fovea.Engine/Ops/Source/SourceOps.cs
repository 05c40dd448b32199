using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>
/// A value that the caller supplies for each run, such as a batch of images or a learning rate. Two inputs are never equal, whatever their labels.
/// </summary>
/// <param name="Label">The name in listings.</param>
/// <param name="Shape">The shape, including the batch.</param>
public sealed record InputOp(string Label, Shape Shape) : SourceOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Shape;

    /// <inheritdoc/>
    public bool Equals(InputOp? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>The current value of a variable.</summary>
public sealed record VariableOp(Variable Variable) : SourceOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Variable.Shape;
}

/// <summary>A scalar that is known when the graph is built.</summary>
public sealed record ConstantOp(float Value) : SourceOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Shape.Scalar;

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) => call.Output[0] = Value;
}

/// <summary>An op without inputs, and therefore without gradients.</summary>
public abstract record SourceOp : Op
{
    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [];

    /// <summary>Throws, unless it is overridden: the values of inputs and variables are supplied, not computed.</summary>
    /// <exception cref="InvalidOperationException">No value was supplied.</exception>
    public override void Reference(ReferenceCall call) => throw new InvalidOperationException($"{Name}: no value was supplied.");
}
