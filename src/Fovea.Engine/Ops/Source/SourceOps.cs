using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>
/// A value that the caller supplies before each run: a batch of images, a learning rate. Each is itself alone, whatever its label.
/// </summary>
/// <param name="Label">The name under which it is listed.</param>
/// <param name="Shape">Its shape, the batch included.</param>
public sealed record InputOp(string Label, Shape Shape) : SourceOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Shape;

    /// <inheritdoc/>
    public bool Equals(InputOp? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>The present value of a variable.</summary>
public sealed record VariableOp(Variable Variable) : SourceOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Variable.Shape;
}

/// <summary>A number known when the graph is built; broadcasting spreads it.</summary>
public sealed record ConstantOp(float Value) : SourceOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Shape.Scalar;

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) => call.Output[0] = Value;
}

/// <summary>A node without inputs. It has no gradient rule, since there is nothing to pass the gradient to.</summary>
public abstract record SourceOp : Op
{
    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [];

    /// <summary>The interpreter is given the values of inputs and variables.</summary>
    /// <exception cref="InvalidOperationException">Always: a source is supplied, not computed.</exception>
    public override void Reference(ReferenceCall call) => throw new InvalidOperationException($"{Name}: no value was supplied.");
}
