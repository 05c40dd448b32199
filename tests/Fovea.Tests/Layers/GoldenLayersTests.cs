using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;
using Fovea.Tests.Engine;

namespace Fovea.Tests.Layers;

/// <summary>
/// Layers as files name them against what PyTorch computed in float64 (<c>tests/Golden/make_layers_b.py</c>): outputs, and gradients with
/// respect to the input and every weight, of the reference and of the plan.
/// </summary>
public class GoldenLayersTests
{
    public static IEnumerable<TheoryDataRow<string, int>> Cases =>
        from file in (string[])["convolution", "pooling", "normalization", "resizing"]
        from number in Enumerable.Range(0, Read(file).Count)
        let row = Read(file)[number]!
        select new TheoryDataRow<string, int>(file, number) { TestDisplayName = $"{row["layer"]} {row["arguments"]!.ToJsonString()} on {row["input"]!.ToJsonString()}" };

    /// <summary>The file has nine digits, so the reference agrees within 5e-9 of a number; sums of gradients are a few such numbers' size.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_and_its_gradients_equal_PyTorch(string file, int number)
    {
        var row = Read(file)[number]!;
        var layer = LayerCatalog.Create((string)row["layer"]!, new LayerConfig((string)row["layer"]!, "layer", (JsonObject)row["arguments"]!.DeepClone()));
        var input = new Node(new InputOp("x", new Shape(Ints(row["input"]!))));
        layer.EnsureBuilt([input.Shape[1..]]);
        foreach (var (weight, values) in layer.Weights.Zip((JsonArray)row["weights"]!)) weight.Write(Floats(values!));

        var context = new CallContext(training: false);
        var output = layer.Trace([input], context);
        Assert.Equal(new Shape(Ints(row["output"]!)), output.Shape);
        var weighing = new Node(new InputOp("g", output.Shape));
        Node[] targets = [input, .. layer.Weights.Where(weight => weight.Trainable).Select(weight => context.Read(weight.Variable))];
        var graph = new Graph([output, .. Differentiation.Gradients((output * weighing).Sum(), targets)]);
        var inputs = new Dictionary<Node, double[]> { [input] = Doubles(row["x"]!), [weighing] = Doubles(row["g"]!) };

        double[][] expected = [Doubles(row["y"]!), Doubles(row["x_gradient"]!), .. ((JsonArray)row["weight_gradients"]!).Select(values => Doubles(values!))];
        var actual = ReferenceInterpreter.Run(graph, inputs);
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
        {
            var scale = Math.Max(1, expected[k].Max(Math.Abs));
            Assert.Equal(expected[k], actual[k], (left, right) => Math.Abs(left - right) <= 1e-8 * scale);
        }

        PlanChecks.Compare(graph, inputs, sums: Math.Max(input.Shape.Count, output.Shape.Count));
    }

    private static JsonArray Read(string file) => (JsonArray)JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", $"layers_{file}.json")))!;

    private static int[] Ints(JsonNode values) => [.. ((JsonArray)values).Select(value => (int)value!)];

    private static double[] Doubles(JsonNode values) => [.. ((JsonArray)values).Select(value => (double)value!)];

    private static float[] Floats(JsonNode values) => Array.ConvertAll(Doubles(values), value => (float)value);
}
