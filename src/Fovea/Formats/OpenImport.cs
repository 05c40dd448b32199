using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fovea.Formats;

/// <summary>
/// Imports a graph of operators whose file leaves sizes of the input open. Converters compute sizes within such graphs: of a reshape, of a resize, of a
/// border. The graph is imported at several sizes. If all give the same layers with the same settings and weights, they fit every size, and the model gets
/// an open input. Otherwise the user gives the size.
/// </summary>
internal static partial class OpenImport
{
    /// <summary>Sizes that most networks take. The second pair is for those that need larger images.</summary>
    private static readonly int[][] EvenSizes = [[256, 320], [572, 588]];

    /// <summary>
    /// Heights and widths that are no multiples of anything. Halved again and again and rounded up or down, they give odd sizes at every stage, so that a
    /// resize to twice the size differs from one to the size of an earlier value.
    /// </summary>
    private static readonly int[][] OddSizes = [[253, 319], [227, 211]];

    /// <summary>Imports a model.</summary>
    /// <param name="report">Receives the outcome.</param>
    /// <param name="import">Imports the graph. It is called more than once if sizes are open.</param>
    /// <exception cref="ModelFormatException">The graph cannot be imported, or it depends on a size that is open.</exception>
    public static Model Run(LoadReport report, Func<LoadReport, Model> import)
    {
        if (report.InputShape is not null) return import(report);
        Exception? fault = null;
        foreach (var sizes in EvenSizes)
        {
            var one = new LoadReport(report.FilePath) { ExampleSizes = [sizes[0]] };
            try
            {
                var model = import(one);
                if (one.OpenInput is null)
                {
                    report.Take(one, one.Notes);
                    return model;
                }

                if (Opened(model, one, import, sizes[1], out var notes) is { } opened)
                {
                    report.Take(one, notes);
                    return opened;
                }
            }
            catch (ArgumentException error) when (one.OpenInput is not null)
            {
                fault ??= error;
            }
            catch (ModelFormatException error) when (one.OpenInput is not null)
            {
                fault ??= error;
            }

            report.OpenInput = one.OpenInput;
        }

        var reason = fault is ModelFormatException known ? known.Sentence : fault?.Message ?? "the layers depend on the size of the input.";
        throw ModelFormatException.About(report.FilePath, $"{reason} {char.ToUpperInvariant(report.OpenInput![0])}{report.OpenInput[1..]}.", fault);
    }

    /// <summary>The model with open inputs; null if another size gives other layers.</summary>
    private static Model? Opened(Model model, LoadReport report, Func<LoadReport, Model> import, int other, out IEnumerable<string> notes)
    {
        var two = new LoadReport(report.FilePath) { ExampleSizes = [other] };
        var isEqual = AreEqual(model, import(two));
        notes = report.Notes.Zip(two.Notes, WithoutSizes);
        if (!isEqual) return null;
        var opened = model.WithInputs(report.InputShapes);
        return Array.TrueForAll(OddSizes, sizes => Agree(opened, model, import, report, sizes)) ? opened : null;
    }

    /// <summary>Whether an import at other sizes gives the same layers, or neither the import nor the model takes these sizes.</summary>
    private static bool Agree(Model opened, Model model, Func<LoadReport, Model> import, LoadReport report, int[] sizes)
    {
        try
        {
            return AreEqual(model, import(new LoadReport(report.FilePath) { ExampleSizes = sizes }));
        }
        catch (Exception error) when (error is ModelFormatException or ArgumentException)
        {
            return !Takes(opened, [.. report.InputShapes.Select(shape => OpenSizes.At(shape, sizes))]);
        }
    }

    private static bool Takes(Model model, Shape[] shapes)
    {
        try
        {
            return model.Topology.At(shapes) is not null;
        }
        catch (ShapeException)
        {
            return false;
        }
    }

    /// <summary>Whether two models have the same layers, settings, connections and weights.</summary>
    private static bool AreEqual(Model one, Model two)
    {
        var (calls, others) = (one.Topology.Calls, two.Topology.Calls);
        if (calls.Count != others.Count) return false;
        for (var i = 0; i < calls.Count; i++)
        {
            var (call, other) = (calls[i], others[i]);
            if (call.Layer.ClassName != other.Layer.ClassName || call.Layer.Name != other.Layer.Name || call.Training != other.Training
                || !call.Inputs.Select(input => Place(calls, input)).SequenceEqual(other.Inputs.Select(input => Place(others, input)))) return false;
            if (call.Layer is not Input && !JsonNode.DeepEquals(Settings(call.Layer), Settings(other.Layer))) return false;
        }

        return one.Outputs.Select(output => Place(calls, output)).SequenceEqual(two.Outputs.Select(output => Place(others, output)))
            && one.Weights.Count == two.Weights.Count
            && one.Weights.Zip(two.Weights).All(pair => pair.First.Shape == pair.Second.Shape && pair.First.Values.SequenceEqual(pair.Second.Values));
    }

    private static (int Call, int Output) Place(IReadOnlyList<LayerCall> calls, SymbolicTensor tensor) =>
        (calls.TakeWhile(call => call != tensor.Call).Count(), tensor.Index);

    private static JsonObject Settings(Layer layer)
    {
        var settings = new JsonObject();
        layer.WriteConfig(new Config(layer.ClassName, layer.Name, settings));
        return settings;
    }

    /// <summary>A note in which numbers that differ between two sizes are <c>None</c>.</summary>
    private static string WithoutSizes(string one, string two)
    {
        var others = Number().Matches(two);
        var place = 0;
        return Number().Replace(one, match => place < others.Count && others[place++].Value != match.Value ? "None" : match.Value);
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
