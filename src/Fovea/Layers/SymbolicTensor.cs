namespace Fovea;

/// <summary>
/// A value in a network that is being put together: the output of a layer connected to others. Its shape leaves the batch out;
/// printed, the batch is None, as in Keras.
/// </summary>
public sealed class SymbolicTensor
{
    internal SymbolicTensor(LayerCall call, int index, Shape shape)
    {
        Call = call;
        Index = index;
        Shape = shape;
    }

    /// <summary>The layer that computes the value.</summary>
    public Layer Layer => Call.Layer;

    /// <summary>What the layer computes it from.</summary>
    public IReadOnlyList<SymbolicTensor> Inputs => Call.Inputs;

    /// <summary>The shape of one sample.</summary>
    public Shape Shape { get; }

    /// <summary>The use of the layer that gives the value.</summary>
    internal LayerCall Call { get; }

    /// <summary>Which of the values that it gives, from 0.</summary>
    internal int Index { get; }

    /// <summary>The output of an input layer.</summary>
    public static implicit operator SymbolicTensor(Input input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Output;
    }

    /// <summary>The sum of two values, an <see cref="Add"/> layer: <c>x + shortcut</c>.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator +(SymbolicTensor left, SymbolicTensor right) => new Add().Call(left, right);

    /// <summary>The difference of two values, a <see cref="Subtract"/> layer.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator -(SymbolicTensor left, SymbolicTensor right) => new Subtract().Call(left, right);

    /// <summary>The product of two values, element by element, a <see cref="Multiply"/> layer: <c>x * weights</c>.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator *(SymbolicTensor left, SymbolicTensor right) => new Multiply().Call(left, right);

    /// <summary>The shape with its batch, as in <c>(None, 26, 26, 32)</c>.</summary>
    public override string ToString() => Print(Shape);

    internal static string Print(Shape shape) => shape.Rank == 0 ? "(None)" : $"(None, {string.Join(", ", shape.Dimensions.ToArray())})";

    internal static string Print(IEnumerable<Shape> shapes) => string.Join(" and ", shapes.Select(Print));
}
