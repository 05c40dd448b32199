using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>A loss compiled to be computed from tensors: a plan for each of the last shapes. Callers take turns.</summary>
/// <param name="loss">The loss.</param>
internal sealed class LossComputation(Loss loss)
{
    private const int MaxPlans = 8;

    private readonly Lock gate = new();
    private readonly RecentlyUsed<(Shape Expected, Shape Predicted, Shape? Weights), Compiled> plans = new(MaxPlans);

    public float Run(Tensor expected, Tensor predicted, Tensor? sampleWeights)
    {
        lock (gate)
        {
            var key = (expected.Shape, predicted.Shape, sampleWeights?.Shape);
            if (!plans.TryGet(key, out var compiled)) plans.Add(key, compiled = Compile(key));
            RequirePossible(expected, predicted.Shape);
            Write(compiled, 0, expected);
            Write(compiled, 1, predicted);
            if (sampleWeights is not null) Write(compiled, 2, sampleWeights);
            compiled.Plan.Run();
            return compiled.Plan.Output(0)[0];
        }
    }

    private Compiled Compile((Shape Expected, Shape Predicted, Shape? Weights) key)
    {
        Shape[] shapes = [key.Expected, key.Predicted, .. key.Weights is { } given ? [given] : Array.Empty<Shape>()];
        Node[] inputs = [.. shapes.Select((shape, i) => new Node(new InputOp($"input {i}", shape)))];
        var result = loss.Compute(inputs[0], inputs[1], inputs.Length > 2 ? inputs[2] : null);
        if (result.Shape.Count != 1)
            throw new ShapeException(loss.Name, $"the loss of a batch must be one number; for predictions {key.Predicted} it was {result.Shape}.");
        return new Compiled(Plan.Compile(new Graph([result])), inputs);
    }

    private void RequirePossible(Tensor expected, Shape predicted)
    {
        var length = expected.Values.Length / predicted[0];
        for (var i = 0; i < predicted[0]; i++)
        {
            if (loss.FindFault(expected.Values.AsSpan(i * length, length), predicted[1..]) is { } fault)
                throw new ArgumentException($"{loss.Name}: sample {i}: {fault}.", nameof(expected));
        }
    }

    private static void Write(Compiled compiled, int input, Tensor values)
    {
        if (compiled.Plan.Has(compiled.Inputs[input])) values.Values.CopyTo(compiled.Plan.Input(compiled.Inputs[input]));
    }

    private sealed record Compiled(Plan Plan, Node[] Inputs);
}
