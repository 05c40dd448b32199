using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>
/// A value that the caller supplies before each run: a batch of images, a learning rate. Two inputs are never equal, even with the same label.
/// </summary>
/// <param name="Label">The name in messages.</param>
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

/// <summary>A scalar known when the graph is built.</summary>
public sealed record ConstantOp(float Value) : SourceOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Shape.Scalar;

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) => call.Output[0] = Value;
}

/// <summary>An op without inputs. It has no gradients, since it has no inputs.</summary>
public abstract record SourceOp : Op
{
    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [];

    /// <summary>Not called: the interpreter receives the values of inputs and variables.</summary>
    /// <exception cref="InvalidOperationException">Always: a source is supplied, not computed.</exception>
    public override void Reference(ReferenceCall call) => throw new InvalidOperationException($"{Name}: no value was supplied.");
}
