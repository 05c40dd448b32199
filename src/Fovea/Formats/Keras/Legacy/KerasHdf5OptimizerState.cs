using System.Text.RegularExpressions;

namespace Fovea.Formats.Keras;

/// <summary>
/// Reads the optimizer's state, <c>optimizer_weights</c> of a Keras 2 file: the count of steps, then one array for each slot of each trained weight, in the
/// order of the weights. The name of an array contains the slot: <c>Adam/conv2d/kernel/m:0</c> until Keras 2.10, <c>Adam/m/conv2d/kernel:0</c> until 2.15,
/// <c>conv2d_kernel_momentum</c> in Keras 3.
/// </summary>
internal static partial class KerasHdf5OptimizerState
{
    private static readonly Dictionary<string, string> SlotNames = new()
    {
        ["m"] = "momentum",
        ["v"] = "velocity",
        ["u"] = "norm",
        ["vhat"] = "velocity_hat",
        ["rms"] = "velocity",
        ["mg"] = "average_gradient",
        ["accum_grad"] = "accumulated_grad",
        ["accum_var"] = "accumulated_delta_var",
    };

    /// <summary>Reads the state if all of it fits; otherwise the report notes that training starts without it.</summary>
    public static void Read(Trainer trainer, IReadOnlyList<StoredArray> stored, WeightFilling filling, LoadReport report)
    {
        if (stored.Count == 0) return;
        var steps = stored.FirstOrDefault(array => array.Shape.Count == 1 && LastPart(array) is "iter" or "iteration" or "iterations");
        List<string> needed = [.. trainer.Optimizer.Slots.Select(slot => slot.Name)];
        List<string> slots = [.. needed, .. trainer.Weights.Take(1).SelectMany(weight => weight.Slots).Select(slot => slot.Name).Except(needed)];
        var names = KerasOptimizers.NamesOfWeights(trainer);
        if (steps is not null && KerasOptimizers.StepsOf(steps) is { } begun && stored.All(array => array == steps || LastPart(array) is "learning_rate"))
        {
            trainer.Steps = begun;  // a model that was compiled and never trained has no slots
            foreach (var array in stored) filling.Took(array, SourceOf(array), $"{OptimizerVariables.Path}/{LastPart(array)}");
            return;
        }

        var found = slots.ConvertAll(slot => InOrder([.. stored.Where(array => array != steps && SlotOf(slots, array) == slot)], names));
        if (steps is null || KerasOptimizers.StepsOf(steps) is not { } count || !found.Take(needed.Count).All(Fit))
        {
            foreach (var array in stored)
                report.Ignored(SourceOf(array), array.Shape, WeightFilling.NameOf(array.Type), "state of the optimizer in an unknown form");
            report.Note(
                $"the state of the optimizer {trainer.Optimizer.ClassName} does not fit the {names.Count} weights that are trained. Training starts "
                + "without it.");
            return;
        }

        trainer.Steps = count;
        filling.Took(steps, SourceOf(steps), $"{OptimizerVariables.Path}/{OptimizerVariables.Iteration}");
        foreach (var (slot, arrays) in slots.Zip(found).Where(entry => Fit(entry.Second)))
        {
            foreach (var ((weight, name), array) in trainer.Weights.Zip(names).Zip(arrays))
            {
                array.Read(weight.Slots.First(variable => variable.Name == slot).Overwrite());
                filling.Took(array, SourceOf(array), $"{OptimizerVariables.Path}/{name.Replace('/', '_')}_{slot}");
            }
        }

        foreach (var rest in stored.Where(array => !filling.Has(array)))
            report.Ignored(SourceOf(rest), rest.Shape, WeightFilling.NameOf(rest.Type), "state of the optimizer that is not used");

        bool Fit(List<StoredArray> arrays) =>
            arrays.Count == names.Count && arrays.Zip(trainer.Weights).All(pair => pair.First.Shape == pair.Second.Variable.Shape);
    }

    private static string SourceOf(StoredArray array) => $"optimizer_weights/{array.Name}";

    /// <summary>The arrays of one slot, in the order of the weights if their names contain those of the weights; else in the order of the file.</summary>
    private static List<StoredArray> InOrder(List<StoredArray> arrays, IReadOnlyList<string> names)
    {
        var byWeight = arrays.GroupBy(array => names.FirstOrDefault(name => $"/{array.Name.Split(':')[0]}/".Contains($"/{name}/", StringComparison.Ordinal)
            || $"/{array.Name}".Contains($"/{name.Replace('/', '_')}_", StringComparison.Ordinal)) ?? "")
                .ToDictionary(group => group.Key, group => group.ToList());
        return names.All(name => byWeight.TryGetValue(name, out var own) && own.Count == 1) ? [.. names.Select(name => byWeight[name][0])] : arrays;
    }

    private static string? SlotOf(List<string> slots, StoredArray array)
    {
        var parts = array.Name.Split(':')[0].Split('/');
        string[] candidates = [Numbered().Replace(parts[^1], ""), parts.Length > 2 ? parts[1] : ""];
        foreach (var candidate in candidates)
        {
            var name = SlotNames.GetValueOrDefault(candidate, candidate);
            if (candidate == "v" && !slots.Contains(name)) name = "norm";  // of Adamax
            if (slots.Contains(name)) return name;
        }

        return slots.OrderByDescending(name => name.Length)
            .FirstOrDefault(name => candidates.Append(parts[^1]).Any(candidate => candidate.EndsWith($"_{name}", StringComparison.Ordinal)));
    }

    private static string LastPart(StoredArray array) => array.Name.Split(':')[0].Split('/')[^1];

    [GeneratedRegex("_[0-9]+$")]
    private static partial Regex Numbered();
}
