namespace Fovea;

/// <content>The sizes of a model whose inputs have open sizes.</content>
internal sealed partial class Topology
{
    /// <summary>The number of sizes that are remembered.</summary>
    private const int MaxSizes = 64;

    private readonly List<ModelSize> sizes = [];
    private readonly ModelSize? only;

    /// <summary>The number of sizes that are remembered at present.</summary>
    public int KnownSizes
    {
        get
        {
            lock (sizes) return sizes.Count;
        }
    }

    /// <summary>The size of a model without open sizes.</summary>
    /// <exception cref="ShapeException">The model has open sizes.</exception>
    public ModelSize Only(string subject, string instead) => only
        ?? throw new ShapeException(subject, $"expected a fixed input; the model takes inputs {SymbolicTensor.Print(Inputs)} of any size. {instead}");

    /// <summary>The shapes of inputs and outputs for inputs of given shapes.</summary>
    /// <param name="inputs">The shape of one sample of each input; each fits the model's.</param>
    /// <exception cref="ShapeException">A layer does not take values of that size.</exception>
    public ModelSize At(IReadOnlyList<Shape> inputs)
    {
        if (only is not null) return only;
        lock (sizes)
        {
            var place = sizes.FindIndex(size => size.Inputs.SequenceEqual(inputs));
            var found = place < 0 ? Trace(inputs) : sizes[place];
            if (place >= 0) sizes.RemoveAt(place);
            else if (sizes.Count == MaxSizes) sizes.RemoveAt(MaxSizes - 1);
            sizes.Insert(0, found);
            return found;
        }
    }

    /// <summary>The size of some samples; null if the model does not take their shapes, or if their numbers differ.</summary>
    /// <exception cref="ShapeException">A layer does not take values of that size.</exception>
    public ModelSize? SizeOf(IReadOnlyList<Tensor> samples)
    {
        if (samples.Count != Inputs.Count || samples[0].Shape.Rank == 0) return null;
        for (var i = 0; i < samples.Count; i++)
        {
            var shape = samples[i].Shape;
            if (shape.Rank == 0 || shape[0] != samples[0].Shape[0] || !Inputs[i].Shape.Accepts(shape[1..])) return null;
        }

        return only ?? At([.. samples.Select(sample => sample.Shape[1..])]);
    }

    /// <summary>Some size that all layers take, for what does not depend on the size.</summary>
    public ModelSize Example() => Examples().First();

    /// <summary>The sizes that all layers take, of those at which the layers were connected: at least two for a model of open size.</summary>
    public IEnumerable<ModelSize> Examples() => only is not null ? [only] : Enumerable.Range(0, OpenShape.Examples)
        .Where(example => Calls.All(call => call.Outputs.All(output => output.Open is not { } open || open[example] is not null)))
        .Select(example => At([.. Inputs.Select(input => input.Open?[example] ?? input.Shape)]));

    /// <summary>Whether shapes are those of the inputs, or have known sizes where those are open.</summary>
    public bool Accepts(IEnumerable<Shape> shapes)
    {
        var place = 0;
        foreach (var shape in shapes)
        {
            if (place == Inputs.Count || !Inputs[place++].Shape.Accepts(shape)) return false;
        }

        return place == Inputs.Count;
    }

    /// <summary>Demands the shapes of the inputs of a data set.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="subject">The model, for messages.</param>
    /// <param name="name">The data, for messages.</param>
    /// <exception cref="ShapeException">The data have other shapes.</exception>
    public void RequireInputs(Dataset data, string subject, string name)
    {
        if (!Accepts(data.InputShapes))
            throw new ShapeException(subject, $"expected inputs {SymbolicTensor.Print(Inputs)}; {name} has {SymbolicTensor.Print(data.InputShapes)}.");
    }

    private ModelSize Trace(IReadOnlyList<Shape> inputs)
    {
        Shape[] shapes = [.. inputs];
        var nodes = InputNodes(1, new ModelSize(shapes, []));
        Shape[] outputs = [.. TraceOutputs(nodes, new CallContext(training: false)).Select(node => node.Shape[1..])];
        for (var i = 0; i < outputs.Length; i++)
        {
            if (!Outputs[i].Shape.Accepts(outputs[i]))
                throw new ShapeException(
                    Outputs[i].Layer.Subject, $"for inputs {SymbolicTensor.Print(shapes)} the output is {SymbolicTensor.Print(outputs[i])}; at other sizes it "
                    + $"is {Outputs[i]}. Give the model a fixed input: model.WithInput(…).");
        }

        return new ModelSize(shapes, outputs);
    }
}
