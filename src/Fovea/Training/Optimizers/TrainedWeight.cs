using Fovea.Engine;

namespace Fovea.Extending;

/// <summary>A weight that training changes, with the tensors that are kept for it.</summary>
/// <param name="Variable">The weight.</param>
/// <param name="Slots">The optimizer's slots, then <see cref="Average"/> and <see cref="Accumulator"/> if its options need them.</param>
internal sealed record TrainedWeight(Variable Variable, IReadOnlyList<Variable> Slots)
{
    public const string AverageName = "average";
    public const string AccumulatorName = "gradient_accumulator";

    /// <summary>Whether weight decay applies to it.</summary>
    public bool Decays { get; private init; }

    /// <summary>The constraint applied to the weight after each update; its average is not constrained.</summary>
    public Constraint? Constraint { get; private init; }

    /// <summary>The factor of the learning rate.</summary>
    public float LearningRateMultiplier { get; private init; } = 1;

    /// <summary>The moving average of the weight. Its first value is the weight when training begins.</summary>
    public Variable? Average { get; private init; }

    /// <summary>The sum of the gradients since the last update.</summary>
    public Variable? Accumulator { get; private init; }

    public static TrainedWeight Of(Optimizer optimizer, Layer layer, Weight weight)
    {
        var shape = weight.Shape;
        var average = optimizer.UseEma ? new Variable(AverageName, shape) : null;
        average?.Write(weight.Values);
        var accumulator = optimizer.GradientAccumulationSteps is null ? null : new Variable(AccumulatorName, shape);
        var slots = optimizer.Slots.Select(slot => Create(slot, shape)).Concat(new[] { average, accumulator }.OfType<Variable>());
        return new TrainedWeight(weight.Variable, [.. slots])
        {
            Decays = optimizer.WeightDecay > 0 && !optimizer.ExcludeFromWeightDecay.Any(name => name.Contains('/', StringComparison.Ordinal)
                ? name == $"{layer.Name}/{weight.Name}"
                : weight.Name.Contains(name, StringComparison.Ordinal)),
            Constraint = weight.Constraint,
            LearningRateMultiplier = (float)layer.LearningRateMultiplier,
            Average = average,
            Accumulator = accumulator,
        };
    }

    /// <summary>The same weight and slots with another factor of the learning rate.</summary>
    public TrainedWeight At(float multiplier) => multiplier == LearningRateMultiplier ? this : this with { LearningRateMultiplier = multiplier };

    /// <summary>Sets the weight to its moving average, if there is one.</summary>
    public void TakeAverage()
    {
        if (Average is not null) Variable.Write(Average.Values);
    }

    private static Variable Create(Slot slot, Shape shape)
    {
        var variable = new Variable(slot.Name, shape);
        if (slot.InitialValue != 0) variable.Overwrite().Fill((float)slot.InitialValue);
        return variable;
    }
}
