namespace Fovea;

/// <summary>One use of a layer: what it is connected to and what it gives. Most layers give one value; a model may give several.</summary>
internal sealed class LayerCall
{
    public LayerCall(Layer layer, IReadOnlyList<SymbolicTensor> inputs, IReadOnlyList<Shape> outputs, bool? training = null)
    {
        Layer = layer;
        Inputs = inputs;
        Training = training;
        Outputs = [.. outputs.Select((shape, index) => new SymbolicTensor(this, index, shape))];
    }

    public Layer Layer { get; }

    public IReadOnlyList<SymbolicTensor> Inputs { get; }

    /// <summary>Whether this use of the layer trains; as around it where null.</summary>
    public bool? Training { get; }

    public IReadOnlyList<SymbolicTensor> Outputs { get; }
}
