using System.Runtime.CompilerServices;

namespace Fovea;

/// <content>The same model for inputs of another size.</content>
public partial class Model
{
    /// <summary>
    /// The same layers for an input of another size: <c>pretrained.WithInput(150, 150, 3)</c>. Layers and weights are shared, not copied, so that training one
    /// model trains the other. The new model is not compiled.
    /// </summary>
    /// <remarks>
    /// A model of open size gets a fixed input this way, which <see cref="Flatten"/> before <see cref="Dense"/> needs. A model of fixed size gets another one,
    /// or an open one with <c>WithInput(null, null, 3)</c>, if no weight depends on the size. Layers keep their settings: <see cref="Resizing"/> gives the size
    /// that it was created with. Sizes that a graph of operators computes (ONNX, TensorFlow Lite) are computed when the file is read; for another size, load
    /// the file again with that size. Class names, preprocessing and the kind of the outputs are kept; the preprocessing gets the new height and width.
    /// </remarks>
    /// <param name="shape">The shape of one sample, without the batch; null for an open size.</param>
    /// <exception cref="ShapeException">A layer does not take values of that size, or one of its weights was built for another size.</exception>
    /// <exception cref="InvalidOperationException">The model has several inputs; see <see cref="WithInputs"/>.</exception>
    public Model WithInput(params ReadOnlySpan<int?> shape) => WithInput(Shape.WithOpen(shape));

    /// <inheritdoc cref="WithInput(ReadOnlySpan{int?})"/>
    /// <remarks>For F#, which cannot call the other overload with a list of arguments.</remarks>
    public Model WithInput(params int?[] shape) => WithInput(Shape.WithOpen(shape.NotNull(Name, nameof(shape))));

    /// <inheritdoc cref="WithInput(ReadOnlySpan{int?})"/>
    [OverloadResolutionPriority(1)]
    public Model WithInput(Shape shape)
    {
        _ = Input;
        return WithInputs([shape]);
    }

    /// <summary>The same layers for inputs of other sizes. See <see cref="WithInput(ReadOnlySpan{int?})"/>.</summary>
    /// <param name="shapes">The shape of one sample of each input.</param>
    /// <exception cref="ArgumentException">There are more or fewer shapes than inputs.</exception>
    /// <exception cref="ShapeException">A layer does not take values of that size, or one of its weights was built for another size.</exception>
    public Model WithInputs(IReadOnlyList<Shape> shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        if (shapes.Count != Inputs.Count)
            throw new ArgumentException($"{Name}: expected a shape for each of {Inputs.Count} inputs; received {shapes.Count}.", nameof(shapes));
        try
        {
            return Resized(shapes);
        }
        catch (ShapeException error)
        {
            throw new ShapeException(
                Subject, $"the layers do not take inputs {SymbolicTensor.Print(shapes)}; they were connected "
                    + $"for {SymbolicTensor.Print(Inputs)}. {error.Message}",
                error);
        }
    }

    /// <summary>The same layers as a model of another name. Layers and weights are shared, not copied.</summary>
    internal Model WithName(string name) => Resized([.. Inputs.Select(input => input.Shape)], name);

    private Model Resized(IReadOnlyList<Shape> shapes, string? name = null)
    {
        var topology = Initialized;
        var values = new Dictionary<SymbolicTensor, SymbolicTensor>();
        var inner = new Dictionary<Layer, Model>();
        for (var i = 0; i < shapes.Count; i++) values[topology.Inputs[i]] = Fovea.Input.Of(shapes[i], topology.Inputs[i].Layer.Name);
        foreach (var call in topology.Calls.Where(call => call.Layer is not Fovea.Input))
        {
            SymbolicTensor[] inputs = [.. call.Inputs.Select(tensor => values[tensor])];
            var layer = call.Layer;
            if (inner.TryGetValue(layer, out var known)) layer = known;
            else if (layer is Model model && !model.Topology.Accepts(inputs.Select(input => input.Shape)))
                layer = inner[layer] = model.Resized([.. inputs.Select(input => input.Shape)]);
            var outputs = layer.Connect(inputs, call.Training).Outputs;
            for (var i = 0; i < outputs.Count; i++) values[call.Outputs[i]] = outputs[i];
        }

        SymbolicTensor[] starts = [.. topology.Inputs.Select(input => values[input])], ends = [.. topology.Outputs.Select(output => values[output])];
        var resized = this is Sequential
            ? new Sequential(name ?? Name, Seed, starts[0], ends[0])
            : new Model(starts, ends, name ?? Name, Seed);
        (resized.outputKind, resized.Temperature) = (outputKind, Temperature);
        resized.ClassNames = ClassNames;
        resized.LabelThresholds = LabelThresholds;
        resized.ValueNames = ValueNames;
        resized.MemoryLimit = MemoryLimit;
        resized.Augmentation = Augmentation;
        if (ImageInput is { } images)
            resized.ImageInput = shapes is [{ Rank: 3, IsOpen: false } shape] ? images.WithSize(shape[0], shape[1]) : images;
        return resized;
    }
}
