using System.Text.Json;
using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;
using Fovea.Tests.Engine;

namespace Fovea.Tests.Layers;

/// <summary>
/// Layers as Keras configures them, forward and backward, against what <c>make_layers_a.py</c> and <c>make_layers_b.py</c> in <c>tests/Golden</c>
/// computed with PyTorch in float64.
/// </summary>
public class GoldenLayerTests
{
    private static readonly JsonElement[] Golden =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Golden"), "layers_*.json").Order(StringComparer.Ordinal)
            .SelectMany(file => JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.EnumerateArray())];

    public static IEnumerable<TheoryDataRow<int>> Cases => Golden.Select((golden, i) => new TheoryDataRow<int>(i)
    {
        TestDisplayName = $"{golden.GetProperty("class").GetString()} {golden.GetProperty("config").GetRawText()}",
    });

    /// <summary>Constants of formulas are float32 and golden values have nine digits: 1e-7 of a value of about 1 is what both can differ by.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Reference_and_plan_equal_PyTorch(int index)
    {
        var golden = Golden[index];
        var className = golden.GetProperty("class").GetString()!;
        var layer = LayerCatalog.Create(className, new Config(className, "layer", (JsonObject)JsonNode.Parse(golden.GetProperty("config").GetRawText())!));
        var values = new Dictionary<Node, double[]>();
        var inputs = golden.GetProperty("inputs").EnumerateArray().Select(input =>
        {
            var node = new Node(new InputOp("x", new Shape([.. input.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())])));
            values[node] = Numbers(input.GetProperty("values"));
            return node;
        }).ToArray();

        layer.EnsureBuilt([.. inputs.Select(input => input.Shape[1..])]);
        var weights = golden.GetProperty("weights").EnumerateArray().Select(Numbers).ToArray();
        Assert.Equal(weights.Length, layer.Weights.Count);
        for (var i = 0; i < weights.Length; i++) layer.Weights[i].Write(Array.ConvertAll(weights[i], value => (float)value));

        var context = new CallContext(training: false);
        var y = layer.Trace(inputs, context);
        var dy = new Node(new InputOp("dy", y.Shape));
        values[dy] = Numbers(golden.GetProperty("dy"));
        var graph = new Graph([y, .. Differentiation.Gradients((y * dy).Sum(), [.. inputs, .. layer.Weights.Select(weight => context.Read(weight.Variable))])]);
        var computed = ReferenceInterpreter.Run(graph, values);
        var expected = new[] { Numbers(golden.GetProperty("y")) }.Concat(golden.GetProperty("gradients").EnumerateArray().Select(Numbers)).ToArray();
        Assert.Equal(expected.Length, computed.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], computed[i], (a, b) => Math.Abs(a - b) <= 1e-7 * Math.Max(1, Math.Abs(a)));
        PlanChecks.Compare(graph, values, sums: 64);
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
