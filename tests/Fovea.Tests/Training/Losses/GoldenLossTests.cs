using System.Text.Json;
using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;
using Fovea.Tests.Engine;

namespace Fovea.Tests.Training;

/// <summary>Losses and their gradients against PyTorch's in float64 (tests/Golden/make_losses.py), and the plans against the reference.</summary>
public class GoldenLossTests
{
    private static readonly List<GoldenLoss> All = Read();

    public static IEnumerable<TheoryDataRow<int>> Cases => All.Select((golden, i) => new TheoryDataRow<int>(i) { TestDisplayName = golden.ToString() });

    /// <summary>Constants of a graph are float32, so that LogCosh's ln 2 is right to 2e-9; all others are within 5e-12.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_are_those_of_PyTorch(int index)
    {
        var golden = All[index];
        var graph = new LossGraph(golden);
        var received = ReferenceInterpreter.Run(new Graph([graph.PerSample, graph.Reduced, graph.Gradient]), graph.Values);
        AssertClose(golden.Losses, received[0], 2e-9);
        AssertClose([golden.Loss], received[1], 2e-9);
        AssertClose(golden.Gradient, received[2], 2e-9);
    }

    /// <summary>(f(x + h) − f(x − h)) / 2h in float64, h = 1e-5: right to h² = 1e-10 times the third derivative, which is below 1e3 here.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_central_differences(int index)
    {
        var graph = new LossGraph(All[index]);
        var gradient = ReferenceInterpreter.Run(new Graph([graph.Gradient]), graph.Values)[0];
        var expected = new double[gradient.Length];
        for (var i = 0; i < expected.Length; i++) expected[i] = (graph.LossAt(i, 1e-5) - graph.LossAt(i, -1e-5)) / 2e-5;
        AssertClose(expected, gradient, 1e-7);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Second_derivatives_are_central_differences_of_the_gradient(int index)
    {
        var graph = new LossGraph(All[index]);
        SecondDerivatives.Check(graph.Reduced, [graph.Prediction], graph.Values, sums: graph.Values.Values.First().Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plans_compute_what_the_reference_does(int index)
    {
        var graph = new LossGraph(All[index]);
        PlanChecks.Compare(new Graph([graph.PerSample, graph.Reduced, graph.Gradient]), graph.Values, sums: graph.Values.Values.First().Length);
    }

    [Fact]
    public void Every_loss_of_the_catalog_has_a_row() =>
        Assert.Equal([], LossCatalog.Known.ClassNames.Except(All.Select(golden => LossCatalog.Known.Read(golden.Name, [], null, "loss").GetType().Name)));

    private static List<GoldenLoss> Read()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "losses.json")));
        return
        [
            .. json.RootElement.EnumerateArray().Select(row => new GoldenLoss(
                row.GetProperty("name").GetString()!, JsonNode.Parse(row.GetProperty("config").GetRawText())!.AsObject(),
                new Shape([.. Numbers(row, "shape").Select(size => (int)size)]), Numbers(row, "predictions"), Numbers(row, "targets"),
                Numbers(row, "losses"), row.GetProperty("loss").GetDouble(), Numbers(row, "gradient"))),
        ];
    }

    private static double[] Numbers(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static void AssertClose(double[] expected, double[] received, double tolerance)
    {
        var scale = Math.Max(1, expected.Max(Math.Abs));
        Assert.Equal(expected, received, (a, b) => Math.Abs(a - b) <= tolerance * scale);
    }

    private sealed record GoldenLoss(
        string Name, JsonObject Config, Shape Shape, double[] Predictions, double[] Targets, double[] Losses, double Loss, double[] Gradient)
    {
        public override string ToString() => $"{Name} {Config.ToJsonString()} {Shape}";
    }

    private sealed class LossGraph
    {
        public LossGraph(GoldenLoss golden)
        {
            var loss = LossCatalog.Known.Read(golden.Name, golden.Config, null, "loss");
            Prediction = new Node(new InputOp("prediction", golden.Shape));
            var target = new Node(new InputOp("target", loss.TargetShape(golden.Shape[1..]).Prepend(golden.Shape[0])));
            PerSample = loss.Call(target, Prediction);
            Assert.Equal([golden.Shape[0]], PerSample.Shape);
            Reduced = loss.Reduce(PerSample);
            Gradient = Differentiation.Gradients(Reduced, [Prediction])[0];
            Values = new Dictionary<Node, double[]> { [Prediction] = [.. golden.Predictions], [target] = golden.Targets };
        }

        public Node Prediction { get; }

        public Node PerSample { get; }

        public Node Reduced { get; }

        public Node Gradient { get; }

        public Dictionary<Node, double[]> Values { get; }

        /// <summary>The loss with one prediction moved.</summary>
        public double LossAt(int place, double step)
        {
            var original = Values[Prediction][place];
            Values[Prediction][place] += step;
            var loss = ReferenceInterpreter.Run(new Graph([Reduced]), Values)[0][0];
            Values[Prediction][place] = original;
            return loss;
        }
    }
}
