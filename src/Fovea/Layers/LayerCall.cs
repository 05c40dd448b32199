namespace Fovea;

/// <summary>One use of a layer: its inputs and outputs. Most layers have one output; a model may have several.</summary>
internal sealed class LayerCall
{
    public LayerCall(Layer layer, IReadOnlyList<SymbolicTensor> inputs, IReadOnlyList<Shape> outputs, bool? training = null)
    {
        Layer = layer;
        Inputs = inputs;
        Training = training;
        Outputs = [.. outputs.Select((shape, index) => new SymbolicTensor(this, index, shape))];
    }

    /// <summary>A use of a layer whose outputs may have open sizes.</summary>
    public LayerCall(Layer layer, IReadOnlyList<SymbolicTensor> inputs, IReadOnlyList<OpenShape> outputs, bool? training = null)
    {
        Layer = layer;
        Inputs = inputs;
        Training = training;
        Outputs = [.. outputs.Select((open, index) => new SymbolicTensor(this, index, open.Shape, open.Shape.IsOpen ? open : null))];
    }

    public Layer Layer { get; }

    public IReadOnlyList<SymbolicTensor> Inputs { get; }

    /// <summary>The uses of layers that the inputs come from.</summary>
    public IReadOnlyList<LayerCall> Sources => [.. Inputs.Select(input => input.Call)];

    /// <summary>Whether this use of the layer is training; null for the same as the layers around it.</summary>
    public bool? Training { get; }

    public IReadOnlyList<SymbolicTensor> Outputs { get; }
}
