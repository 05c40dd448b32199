using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>
/// One step of an optimizer on all weights, as nodes of the graph that computes their gradients: accumulation, clipping, decay, the formula,
/// moving averages, constraints. Values that depend on the number of the step are scalar inputs, computed in float64.
/// </summary>
internal sealed class WeightUpdates
{
    private readonly List<(Node Input, Func<long, double> Value)> scalars = [];
    private readonly Optimizer optimizer;
    private readonly Func<Variable, Node> read;
    private readonly Dictionary<float, (Node[] Factors, Node Decay)> rates = [];
    private readonly (Node Old, Node New) averaging;
    private readonly Choice isUpdate;
    private readonly Choice isOverwrite;

    /// <param name="optimizer">The optimizer.</param>
    /// <param name="read">Returns the node of a variable's present value.</param>
    public WeightUpdates(Optimizer optimizer, Func<Variable, Node> read)
    {
        this.optimizer = optimizer;
        this.read = read;
        averaging = (Scalar("old average", EmaMomentum), Scalar("new average", step => 1 - EmaMomentum(step)));
        isUpdate = new Choice(this, step => (step + 1) % optimizer.GradientAccumulationSteps!.Value == 0);
        isOverwrite = new Choice(this, step => (optimizer.Updates(step) + 1) % optimizer.EmaOverwriteFrequency!.Value == 0);
    }

    /// <summary>The updates of all weights and of the tensors that are kept for them.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="gradients">The gradients of the loss with respect to them.</param>
    public IEnumerable<Update> Of(IReadOnlyList<TrainedWeight> weights, IReadOnlyList<Node> gradients)
    {
        var sums = weights.Zip(gradients, (weight, gradient) => weight.Accumulator is null ? gradient : read(weight.Accumulator) + gradient).ToList();
        var means = optimizer.GradientAccumulationSteps is { } steps ? [.. sums.Select(sum => sum / steps)] : sums;
        return weights.Zip(sums, Clip(means)).SelectMany(each => Of(each.First, each.Second, each.Third));
    }

    /// <summary>Sets the scalars of a step.</summary>
    /// <param name="plan">The compiled graph.</param>
    /// <param name="step">The number of batches trained on before.</param>
    public void Prepare(Plan plan, long step)
    {
        foreach (var (input, value) in scalars)
        {
            if (plan.Has(input)) plan.Input(input)[0] = (float)value(step);
        }
    }

    private IEnumerable<Update> Of(TrainedWeight weight, Node sum, Node gradient)
    {
        var value = read(weight.Variable);
        var (factors, decay) = RatesFor(weight.LearningRateMultiplier);
        var slots = optimizer.Slots.Zip(weight.Slots, (_, slot) => read(slot)).ToArray();
        var (next, nextSlots) = optimizer.Step(weight.Decays ? value - (decay * value) : value, gradient, slots, factors);
        if (nextSlots.Length != slots.Length)
            throw new InvalidOperationException(
                $"{optimizer.GetType().Name}: Step must return one value for each of the {slots.Length} Slots; it returned {nextSlots.Length}.");
        if (weight.Accumulator is not null)
        {
            (next, nextSlots) = (isUpdate.Between(next, value), [.. nextSlots.Zip(slots, isUpdate.Between)]);
            yield return new Update(weight.Accumulator, sum.Mask(isUpdate.No));
        }

        if (weight.Average is not null)
        {
            var average = (averaging.Old * read(weight.Average)) + (averaging.New * next);
            if (optimizer.EmaOverwriteFrequency is not null) next = isOverwrite.Between(average, next);
            yield return new Update(weight.Average, average);
        }

        yield return new Update(weight.Variable, weight.Constraint?.Apply(next) ?? next);
        for (var k = 0; k < slots.Length; k++) yield return new Update(weight.Slots[k], nextSlots[k]);
    }

    private List<Node> Clip(List<Node> gradients)
    {
        if (optimizer.ClipValue is { } bound) return [.. gradients.Select(gradient => gradient.Clip(-(float)bound, (float)bound))];
        if (optimizer.ClipNorm is { } norm) return [.. gradients.Select(gradient => gradient * Shortening(SquaredNorm(gradient), (float)norm))];
        if (optimizer.GlobalClipNorm is not { } globalNorm || gradients.Count == 0) return gradients;
        var shortening = Shortening(gradients.Select(SquaredNorm).Aggregate((left, right) => left + right), (float)globalNorm);
        return [.. gradients.Select(gradient => gradient * shortening)];
    }

    /// <summary>c / max(‖g‖, c).</summary>
    private static Node Shortening(Node squaredNorm, float norm) => Arithmetic.Constant(norm) / squaredNorm.Sqrt().Maximum(Arithmetic.Constant(norm));

    /// <summary>‖g‖², summed in up to 256 columns first: faster and more accurate than one sum.</summary>
    private static Node SquaredNorm(Node gradient)
    {
        var count = gradient.Shape.Count;
        var columns = Math.Min(256, count & -count);
        return gradient.Square().Reshape([count / columns, columns]).SumRange(0, 1).Sum();
    }

    /// <summary>The factors and the decay, which depend on the learning rate. Weights with the same multiplier share them.</summary>
    private (Node[] Factors, Node Decay) RatesFor(float multiplier)
    {
        if (rates.TryGetValue(multiplier, out var known)) return known;
        var factors = optimizer.Factors.Select(factor => Scalar("factor", step => factor(multiplier * optimizer.RateOf(step), optimizer.Updates(step) + 1)));
        return rates[multiplier] = ([.. factors], Scalar("decay", step => (float)optimizer.WeightDecay!.Value * multiplier * optimizer.RateOf(step)));
    }

    /// <summary>The momentum of the average. It is 0 in the first update, so that the average starts with the weight's first new value.</summary>
    private double EmaMomentum(long step) => optimizer.Updates(step) == 0 ? 0 : (float)optimizer.EmaMomentum;

    private Node Scalar(string label, Func<long, double> value)
    {
        var input = new Node(new InputOp(label, Shape.Scalar));
        scalars.Add((input, value));
        return input;
    }

    /// <summary>Selects one of two values by the number of the step. A NaN in the other has no effect.</summary>
    private sealed class Choice(WeightUpdates updates, Func<long, bool> isYes)
    {
        private readonly Node yes = updates.Scalar("yes", step => isYes(step) ? 1 : 0);

        public Node No { get; } = updates.Scalar("no", step => isYes(step) ? 0 : 1);

        public Node Between(Node first, Node second) => first.Mask(yes) + second.Mask(No);
    }
}
