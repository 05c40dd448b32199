using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine;

public class PlanTests
{
    [Fact]
    public void Softmax_of_a_dense_layer_equals_the_reference()
    {
        var x = new Node(new InputOp("x", [7, 5]));
        var w = new Node(new InputOp("w", [5, 10]));
        var b = new Node(new InputOp("b", [10]));
        var t = new Node(new InputOp("t", [7]));
        var z = (x.MatMul(w) + b).Relu();
        Check([z, z.Softmax(), z.LogSoftmax(), t.OneHot(10), (-(t.OneHot(10) * z.LogSoftmax())).Sum(1, 1), (-(t.OneHot(10) * z.LogSoftmax())).Sum(1, 1).Mean()], x, w, b, t);
    }

    private static void Check(Node[] outputs, params Node[] inputs)
    {
        var random = new RandomNumbers(1);
        var graph = new Graph(outputs);
        var plan = Plan.Compile(graph);
        var values = new Dictionary<Node, double[]>();
        foreach (var input in inputs)
        {
            var span = plan.Input(input);
            for (var i = 0; i < span.Length; i++) span[i] = input.Shape.Rank == 1 ? i : random.NextNormal();
            values[input] = Array.ConvertAll(span.ToArray(), v => (double)v);
        }

        var expected = ReferenceInterpreter.Run(graph, values);
        plan.Run();
        for (var k = 0; k < outputs.Length; k++)
        {
            for (var i = 0; i < expected[k].Length; i++) Assert.True(Math.Abs(plan.Output(k)[i] - expected[k][i]) < 1e-5 * Math.Max(1, Math.Abs(expected[k][i])), $"output {k} [{i}]: {plan.Output(k)[i]} instead of {expected[k][i]}");
        }
    }
}
