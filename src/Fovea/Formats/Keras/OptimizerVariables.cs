namespace Fovea.Formats.Keras;

/// <summary>One variable of an optimizer's state: <c>velocity</c> of the trainable variable 3.</summary>
/// <param name="Slot">Its content, in the words of Keras.</param>
/// <param name="Variable">The trainable variable of the model that it belongs to, from 0; −1 for a variable of the optimizer itself.</param>
internal sealed record OptimizerVariable(string Slot, int Variable)
{
    /// <summary>Whether the variable is one of <see cref="Optimizer.DerivedScalars"/>, which depend only on the number of updates.</summary>
    public bool IsDerived { get; init; }
}

/// <summary>
/// The order of the variables in <c>optimizer/vars</c> of a Keras 3 file. First <c>iteration</c>, a 64-bit integer (32-bit if JAX wrote it), then
/// <c>learning_rate</c>, a 32-bit float, unless a schedule computes it. Then the averages of <c>use_ema</c> for all trainable variables, then the sums of
/// <c>gradient_accumulation_steps</c> for all of them, then the optimizer's slots (<see cref="Optimizer.Slots"/>). Consecutive ungrouped slots are
/// written variable by variable; a grouped slot (<see cref="Slot.IsGrouped"/>) is written for all variables before the next slot. The scalars that depend
/// only on the number of updates are last. Trainable variables are in the order of the layers, and within a layer in the order of creation (kernel, bias;
/// gamma, beta).
/// </summary>
internal static class OptimizerVariables
{
    /// <summary>The path of the optimizer's group.</summary>
    public const string Path = "optimizer";

    /// <summary>The counter of steps.</summary>
    public const string Iteration = "iteration";

    /// <summary>The learning rate.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>The variables in their order.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="slots">Its slots, or those that files may have for it.</param>
    /// <param name="trainableVariables">The number of trainable variables of the model.</param>
    public static List<OptimizerVariable> Order(Optimizer optimizer, IReadOnlyList<Slot> slots, int trainableVariables)
    {
        var order = new List<OptimizerVariable> { new(Iteration, -1) };
        if (!ScheduleCatalog.Known.IsOfKeras(optimizer.Schedule)) order.Add(new(LearningRate, -1));
        if (optimizer.UseEma) AddGroup(TrainedWeight.AverageName);
        if (optimizer.GradientAccumulationSteps is not null) AddGroup(TrainedWeight.AccumulatorName);
        var neighbours = new List<string>();
        foreach (var slot in slots)
        {
            if (slot.IsGrouped)
            {
                AddGroup([.. neighbours]);
                neighbours.Clear();
                AddGroup(slot.Name);
            }
            else
            {
                neighbours.Add(slot.Name);
            }
        }

        AddGroup([.. neighbours]);
        order.AddRange(optimizer.DerivedScalars.Select(scalar => new OptimizerVariable(scalar.Name, -1) { IsDerived = true }));
        return order;

        void AddGroup(params ReadOnlySpan<string> names)
        {
            for (var variable = 0; variable < trainableVariables; variable++)
            {
                foreach (var name in names) order.Add(new(name, variable));
            }
        }
    }
}
