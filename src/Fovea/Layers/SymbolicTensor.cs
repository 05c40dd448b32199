namespace Fovea;

/// <summary>
/// A value in a network that is being put together: the output of a layer connected to others. Its shape leaves the batch out;
/// printed, the batch is None, as in Keras.
/// </summary>
public sealed class SymbolicTensor
{
    internal SymbolicTensor(Layer layer, IReadOnlyList<SymbolicTensor> inputs, Shape shape)
    {
        Layer = layer;
        Inputs = inputs;
        Shape = shape;
    }

    /// <summary>The layer that computes the value.</summary>
    public Layer Layer { get; }

    /// <summary>What the layer computes it from.</summary>
    public IReadOnlyList<SymbolicTensor> Inputs { get; }

    /// <summary>The shape of one sample.</summary>
    public Shape Shape { get; }

    /// <summary>Whether this use of the layer trains; as around it where null.</summary>
    internal bool? Training { get; init; }

    /// <summary>The output of an input layer.</summary>
    public static implicit operator SymbolicTensor(Input input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Output;
    }

    /// <summary>The shape with its batch, as in <c>(None, 26, 26, 32)</c>.</summary>
    public override string ToString() => Print(Shape);

    internal static string Print(Shape shape) => shape.Rank == 0 ? "(None)" : $"(None, {string.Join(", ", shape.Dimensions.ToArray())})";
}
