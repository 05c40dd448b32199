using System.Globalization;
using System.Text;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>One layer in a summary.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="ClassName">Its class in Keras.</param>
/// <param name="OutputShape">The shape of its (first) output for one sample.</param>
/// <param name="Parameters">The number of values of its weights. Weights that a layer above has too are not counted again.</param>
/// <param name="ReceptiveField">The part of the image that one output depends on.</param>
/// <param name="MultiplyAdds">The multiply-adds for one sample.</param>
/// <param name="ActivationBytes">The memory of its output for one sample, in bytes.</param>
public sealed record LayerSummary(
    string Name, string ClassName, Shape OutputShape, long Parameters, ReceptiveField? ReceptiveField, long MultiplyAdds, long ActivationBytes);

/// <summary>The layers of a model: what Keras' summary shows and, for one sample, receptive fields, multiply-adds and memory.</summary>
public sealed class ModelSummary
{
    private ModelSummary(string name, string inputShape, IReadOnlyList<LayerSummary> layers, long parameters, long trainable)
    {
        Parameters = parameters;
        Name = name;
        InputShape = inputShape;
        Layers = layers;
        TrainableParameters = trainable;
    }

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>The shapes of the inputs, as in <c>(None, 28, 28, 1)</c>.</summary>
    public string InputShape { get; }

    /// <summary>The layers without the input.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>The number of values of all weights. Those of a layer that is used several times count once.</summary>
    public long Parameters { get; }

    /// <summary>The number of values that training changes.</summary>
    public long TrainableParameters { get; }

    /// <summary>The multiply-adds for one sample.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>The memory of the outputs of all layers for one sample, in bytes.</summary>
    public long ActivationBytes => Layers.Sum(layer => layer.ActivationBytes);

    internal static ModelSummary Of(Model model)
    {
        var topology = model.Topology;
        var inputs = topology.InputNodes(1);
        var values = topology.Trace(inputs, new CallContext(training: false));
        var fields = ReceptiveField.Trace([.. topology.Outputs.Select(output => values[output])], inputs[0]);
        var counted = new HashSet<Layer>();
        var lines = new List<LayerSummary>();
        foreach (var call in topology.Calls.Where(call => call.Layer is not Input))
        {
            var between = NodesBetween([.. call.Outputs.Select(tensor => values[tensor])], [.. call.Inputs.Select(tensor => values[tensor])]);
            lines.Add(new LayerSummary(
                call.Layer.Name, call.Layer.ClassName, call.Outputs[0].Shape,
                call.Layer.Leaves.Where(counted.Add).ToList().SelectMany(layer => layer.OwnWeights).Sum(weight => (long)weight.Shape.Count),
                fields.GetValueOrDefault(values[call.Outputs[0]]),
                between.Sum(node => node.Op.MultiplyAdds([.. node.Inputs.Select(operand => operand.Shape)], node.Shape)),
                between.Any(node => node.Op is not ReshapeOp) ? call.Outputs.Sum(tensor => (long)tensor.Shape.Count) * sizeof(float) : 0));
        }

        var trainable = model.TrainableWeights.Sum(weight => (long)weight.Shape.Count);
        return new ModelSummary(model.Name, string.Join(" and ", topology.Inputs), lines, model.Parameters, trainable);
    }

    /// <summary>The summary as a table of plain text.</summary>
    public override string ToString()
    {
        string[] header = ["Layer (class)", "Output shape", "Parameters", "Receptive field", "Multiply-adds", "Memory"];
        var rows = Layers.Select(layer => new[]
        {
            $"{layer.Name} ({layer.ClassName})", SymbolicTensor.Print(layer.OutputShape), Number(layer.Parameters),
            layer.ReceptiveField?.ToString() ?? "", Number(layer.MultiplyAdds), Bytes(layer.ActivationBytes),
        }).ToList();
        string[] total = ["Total", "", Number(Parameters), "", Number(MultiplyAdds), Bytes(ActivationBytes)];
        var widths = Enumerable.Range(0, header.Length).Select(i => rows.Append(header).Append(total).Max(row => row[i].Length)).ToArray();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Name}: input {InputShape}");
        var rule = new string('─', widths.Sum() + (2 * (widths.Length - 1)));
        foreach (var line in (string[][])[header, [], .. rows, [], total])
            text.AppendLine(line.Length == 0 ? rule : string.Join("  ", line.Select((cell, i) => i < 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))));
        text.Append(
            CultureInfo.InvariantCulture, $"Trainable parameters: {TrainableParameters:N0} of {Parameters:N0}. Multiply-adds and memory are for one sample.");
        return text.ToString();
    }

    /// <summary>Prints a size in bytes with a unit, as in <c>86.5 KB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        0 => "0",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB"),
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static HashSet<Node> NodesBetween(IReadOnlyList<Node> outputs, IReadOnlyList<Node> inputs)
    {
        var found = new HashSet<Node>();
        var open = new Stack<Node>(outputs);
        while (open.TryPop(out var node))
        {
            if (inputs.Contains(node) || !found.Add(node)) continue;
            foreach (var input in node.Inputs) open.Push(input);
        }

        return found;
    }
}
