using System.Collections;

namespace Fovea;

/// <summary>
/// A model of layers one after the other; <c>keras.Sequential</c>:
/// <code>var model = new Sequential { new Input(28, 28, 1), new Conv2D(32, 3, activation: Activation.Relu), new Flatten(), new Dense(10) };</code>
/// </summary>
public sealed class Sequential : Model, IEnumerable<Layer>
{
    private readonly List<Layer> layers = [];

    /// <summary>The output of the last layer, if the layers are connected.</summary>
    private SymbolicTensor? end;

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
        end = output;
        for (var value = output; value != input; value = value.Inputs[0]) layers.Insert(0, value.Layer);
        layers.Insert(0, input.Layer);
    }

    /// <summary>The name of the Keras class.</summary>
    public override string ClassName => "Sequential";

    internal override IReadOnlyList<Layer> Parts
    {
        get
        {
            lock (FirstUse) return [.. layers];
        }
    }

    /// <summary>
    /// Adds a layer at the end; <c>add</c> in Keras. The first layer is an <see cref="Input"/>, or a model, whose input is used. The layers of a model are
    /// connected when it is first used, by <see cref="Model.Summary"/> for example. A layer that is added later is connected at once.
    /// </summary>
    /// <remarks>
    /// Weights keep their values. A compiled model must be compiled again, since its loss was prepared for the former output, and
    /// <see cref="Model.ClassNames"/> and <see cref="Model.OutputKind"/> must be set again. <see cref="Model.Output"/> as it was read before stays the output
    /// of the same layer. Any thread may call it; a prediction that another thread has begun computes the former output.
    /// </remarks>
    /// <exception cref="ArgumentException">The layer is this model, contains it, or has the name of another layer. The model is as before.</exception>
    /// <exception cref="ShapeException">The layer does not accept the output so far. The model is as before.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model is a layer of another model that is connected, or it is being trained or evaluated.
    /// </exception>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (IsWithin(layer)) throw new ArgumentException($"{Name}: a model cannot contain itself; {layer.Subject} does.", nameof(layer));
        lock (FirstUse)
        {
            if (end is null)
            {
                layers.Add(layer);
                return;
            }
        }

        Change(nameof(Add), last =>
        {
            Layer[] all = [.. layers, layer];
            NameLayers([.. all.Distinct()]);
            return (all, layer.Call(last));
        });
    }

    /// <summary>Removes the last layer; <c>pop</c> in Keras. The other layers keep their weights. See <see cref="Add"/> for a model that was used.</summary>
    /// <returns>The layer that was removed.</returns>
    /// <exception cref="InvalidOperationException">
    /// The model has no layer, or no layer but its input, or it is a layer of another model that is connected, or it is being trained or evaluated.
    /// </exception>
    public Layer Pop()
    {
        lock (FirstUse)
        {
            if (layers is [] or [Fovea.Input])
                throw new InvalidOperationException($"{Name}: there is no layer to remove{(layers is [] ? "" : " but the input")}.");
            if (end is null)
            {
                var last = layers[^1];
                layers.RemoveAt(layers.Count - 1);
                return last;
            }
        }

        Layer? removed = null;
        Change(nameof(Pop), last =>
        {
            if (layers is [_]) throw new InvalidOperationException($"{Name}: there is no layer to remove but the input.");
            removed = layers[^1];
            return ([.. layers[..^1]], last.Inputs[0]);
        });
        return removed!;
    }

    /// <summary>Enumerates the layers that were added so far.</summary>
    public IEnumerator<Layer> GetEnumerator() => Parts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A model without an <see cref="Input"/> takes the shape of the first value that it is applied to.</summary>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (end is null && inputs.Count == 1 && layers is [not (Fovea.Input or Model), ..]) layers.Insert(0, Fovea.Input.Of(inputs[0]));
    }

    private protected override Topology Connect()
    {
        if (end is not null) return new Topology([layers[0].Output], [end]);
        if (layers is [Model first, ..]) layers.Insert(0, Fovea.Input.Of(first.InputShape));
        if (layers is not [Input input, ..])
            throw new ShapeException(
                Subject, "expected an Input first, as in new Sequential { new Input(28, 28, 1), … }; "
                + $"received {(layers.Count == 0 ? "no layer" : layers[0].ClassName)}.");
        NameLayers(layers);
        SymbolicTensor value = input;
        foreach (var layer in layers.Skip(1)) value = layer.Call(value);
        var connected = new Topology([input], [value]);
        end = value;
        return connected;
    }

    /// <summary>Changes the layers of a model that was used. If it fails, the model is as before.</summary>
    /// <param name="member">The member that does it, for messages.</param>
    /// <param name="change">Computes the new layers and their output from the output so far.</param>
    private void Change(string member, Func<SymbolicTensor, (Layer[] Layers, SymbolicTensor End)> change)
    {
        if (IsConnected || Holder is not null)
            throw new InvalidOperationException(
                $"{Name}: {member} cannot change the model, since it is connected as a layer{(Holder is null ? "" : $" of {Holder.Subject}")}. "
                    + "Change it before "
                + $"it is connected, or connect it in a new model: new Sequential {{ {Name}, new Dense(10) }}.");
        using var claim = Begin(WeightUse.Compilation, member);
        lock (FirstUse)
        {
            var (next, value) = change(end!);
            Reconnect(new Topology([next[0].Output], [value]));
            end = value;
            layers.Clear();
            layers.AddRange(next);
        }

        DiscardTrainer();
    }

    /// <summary>Whether this model is a layer, or a layer within it.</summary>
    private bool IsWithin(Layer layer) => layer == this || (layer is Model model ? model.Parts : layer.Contained).Any(IsWithin);
}
