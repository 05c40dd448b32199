using System.Collections;

namespace Fovea;

/// <summary>
/// A model of layers one after the other; <c>keras.Sequential</c>:
/// <code>var model = new Sequential { new Input(28, 28, 1), new Conv2D(32, 3, activation: Activation.Relu), new Flatten(), new Dense(10) };</code>
/// </summary>
public sealed class Sequential : Model, IEnumerable<Layer>
{
    private readonly List<Layer> layers = [];
    private readonly SymbolicTensor? output;
    private bool connected;

    /// <summary>Creates an empty model, to be filled with <see cref="Add"/> or a collection initializer.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="seed">The source of all randomness: initial weights, the order of samples, dropout.</param>
    public Sequential(string? name = null, long seed = 0)
        : base(name, seed)
    {
    }

    /// <summary>Creates a model of layers that are already connected, one after the other.</summary>
    internal Sequential(string? name, long seed, SymbolicTensor input, SymbolicTensor output)
        : base(name, seed)
    {
        this.output = output;
        for (var value = output; value != input; value = value.Inputs[0]) layers.Insert(0, value.Layer);
        layers.Insert(0, input.Layer);
        connected = true;
    }

    /// <summary>The name of the Keras class.</summary>
    public override string ClassName => "Sequential";

    private protected override IReadOnlyList<Layer> Parts
    {
        get
        {
            lock (FirstUse) return [.. layers];
        }
    }

    /// <summary>
    /// Adds a layer at the end. The first layer is an <see cref="Input"/>, or a model, whose input is used. Any thread may call it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model has been used, so that its layers are connected.</exception>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        lock (FirstUse)
        {
            if (connected) throw new InvalidOperationException($"{Name}: layers cannot be added any more, since the model has been used.");
            layers.Add(layer);
        }
    }

    /// <summary>Enumerates the layers that were added so far.</summary>
    public IEnumerator<Layer> GetEnumerator() => Parts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private protected override Topology Connect()
    {
        if (output is not null) return new Topology([layers[0].Output], [output]);
        if (layers is [Model first, ..]) layers.Insert(0, new Input(first.InputShape.Dimensions));
        if (layers is not [Input input, ..])
            throw new ShapeException(
                Subject, "expected an Input first, as in new Sequential { new Input(28, 28, 1), … }; "
                + $"received {(layers.Count == 0 ? "no layer" : layers[0].ClassName)}.");
        NameLayers(layers);
        SymbolicTensor end = input;
        foreach (var layer in layers.Skip(1)) end = layer.Call(end);
        connected = true;
        return new Topology([input], [end]);
    }
}
