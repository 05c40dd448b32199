using System.Diagnostics;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Benchmarks;

/// <summary>
/// Measures single ops, forward and both gradients. Each is a graph that is compiled like any other, so that the choice of the algorithm is
/// measured too. Operands stay in the caches as far as they fit.
/// </summary>
internal sealed class KernelBenchmark(double limitGflops)
{
    private const int Slices = 15;
    private const double SliceSeconds = 0.01;
    private const double WarmUpSeconds = 0.1;

    public IEnumerable<KernelRow> Measure(KernelShape shape, int? batchSize)
    {
        var batch = batchSize ?? shape.BatchSize;
        var forward = shape.Build(batch);
        yield return Measure(shape, batch, "forward", forward);
        var gradients = forward.Op.Gradient(forward, new Node(new InputOp("gradient", forward.Shape)));
        if (!shape.IsFirstLayer) yield return Measure(shape, batch, "input gradient", gradients[0]!);
        yield return Measure(shape, batch, "kernel gradient", gradients[1]!);
    }

    private KernelRow Measure(KernelShape shape, int batch, string pass, Node node)
    {
        var plan = Plan.Compile(new Graph([node]));
        var random = new Random(1);
        foreach (var input in node.Inputs)
        {
            foreach (ref var value in input.Op is VariableOp variable ? variable.Variable.Overwrite() : plan.Input(input)) value = random.NextSingle() - 0.5f;
        }

        SecondsOfRun(plan, WarmUpSeconds);
        var seconds = Spread.Of(Enumerable.Range(0, Slices).Select(_ => SecondsOfRun(plan, SliceSeconds))).Median;
        var operations = 2.0 * node.Op.MultiplyAdds([.. node.Inputs.Select(input => input.Shape)], node.Shape);
        return new KernelRow(shape.Name, pass, batch, Cpu.Threads, seconds * 1e6, operations / seconds / 1e9, limitGflops);
    }

    private static double SecondsOfRun(Plan plan, double duration)
    {
        var watch = Stopwatch.StartNew();
        var runs = 0;
        do
        {
            plan.Run();
            runs++;
        }
        while (watch.Elapsed.TotalSeconds < duration);
        return watch.Elapsed.TotalSeconds / runs;
    }
}
