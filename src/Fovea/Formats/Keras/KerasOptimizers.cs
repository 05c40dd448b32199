using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Optimizers as Keras files describe them, with the optimizer's state.</summary>
internal static class KerasOptimizers
{
    /// <summary>Settings that concern only TensorFlow, or that only older versions wrote.</summary>
    private static readonly HashSet<string> Silent = ["name", "lr", "decay", "is_legacy_optimizer", "jit_compile", "dtype", "schedule_decay"];

    /// <summary>Whether files can name the optimizer and its schedule. Custom ones have to be registered.</summary>
    public static bool CanWrite(Optimizer optimizer) => OptimizerCatalog.Known.CanWrite(optimizer)
        && (optimizer.Schedule is ConstantLearningRate || ScheduleCatalog.Known.CanWrite(optimizer.Schedule));

    public static CompileDescription Describe(Trainer trainer, KerasNames names)
    {
        return new CompileDescription(
            OptimizerCatalog.Known.Write(trainer.Optimizer, "optimizer"),
            ForEach(trainer, names, objective => KerasLosses.Describe(objective.Loss)),
            ForEach(trainer, names, objective => KerasMetrics.Describe(objective.Metrics)))
        {
            Others =
                new JsonObject
                {
                    ["loss_weights"] = trainer.Objectives.All(objective => objective.Weight == 1)
                ? null
                : ForEach(trainer, names, objective => Config.Shortest(objective.Weight)),
                    ["weighted_metrics"] = null,
                    ["run_eagerly"] = false,
                    ["steps_per_execution"] = 1,
                    ["jit_compile"] = false
                },
        };
    }

    /// <summary>The description for each output, by its name; a single description if the model has one output.</summary>
    private static JsonNode ForEach(Trainer trainer, KerasNames names, Func<OutputObjective, JsonNode> describe) => trainer.Objectives is [{ Prefix: "" } only]
        ? describe(only)
        : new JsonObject(
            trainer.Objectives.Select(objective => KeyValuePair.Create(names[trainer.Model.Outputs[objective.Index].Layer], (JsonNode?)describe(objective))));

    /// <summary>Builds the optimizer.</summary>
    /// <param name="described">Keras' description.</param>
    /// <param name="rest">The settings that <see cref="Optimizer.WriteRest"/> wrote.</param>
    /// <param name="note">Receives a note for each setting that is not known.</param>
    /// <exception cref="ModelFormatException">The optimizer is not known, or its settings do not fit it.</exception>
    public static Optimizer Create(PartDescription described, JsonObject? rest = null, Action<string>? note = null)
    {
        var json = (JsonObject)described.Config.DeepClone();
        foreach (var (key, value) in rest ?? []) json[key] = value?.DeepClone();
        TakeOldNames(json);
        var config = new Config($"optimizer: {described.ClassName}", json);
        var created = OptimizerCatalog.Known.Create(described.ClassName, config, described.RegisteredName, owner: "optimizer");
        foreach (var (key, value) in config.Unread)
        {
            if (value is null || Silent.Contains(key) || JsonReading.AsBool(value) == false) continue;
            note?.Invoke($"the setting {key} = {value.ToJsonString()} of the optimizer {described.ClassName} is unknown and was ignored.");
        }

        return created;
    }

    /// <summary>Until Keras 2.2 the rate was called <c>lr</c>; until 2.10 it could decay with the steps: lr / (1 + decay · step).</summary>
    private static void TakeOldNames(JsonObject json)
    {
        if (json["learning_rate"] is null && json["lr"] is { } old) json["learning_rate"] = old.DeepClone();
        if (JsonReading.AsNumber(json["decay"]) is { } decay and > 0 && JsonReading.AsNumber(json["learning_rate"]) is { } initial)
        {
            json["learning_rate"] = new JsonObject
            {
                ["class_name"] = "InverseTimeDecay",
                ["config"] = new JsonObject { ["initial_learning_rate"] = initial, ["decay_steps"] = 1, ["decay_rate"] = decay },
            };
        }
    }

    /// <summary>The optimizer's state in Keras' order.</summary>
    public static WeightGroup StoreState(Trainer trainer)
    {
        var weights = trainer.WeightsNow();  // a file stores the state of the layers that are trained now, not when the model was compiled
        var order = Order(trainer, weights.Count);
        var arrays = order.Select((variable, i) => variable.Slot switch
        {
            OptimizerVariables.Iteration => StoredArray.From(Name(i), trainer.Steps),
            OptimizerVariables.LearningRate => StoredArray.From(Name(i), Shape.Scalar, [(float)trainer.Optimizer.LearningRate]),
            var name when variable.IsDerived => StoredArray.From(Name(i), Shape.Scalar, [trainer.Optimizer.DerivedScalar(name, trainer.Steps)]),
            var slot => WeightGroup.Entry(i, weights[variable.Variable].Slots.First(kept => kept.Name == slot)),
        });
        return new WeightGroup(OptimizerVariables.Path, SnakeCase.Of(trainer.Optimizer.ClassName), [.. arrays]);
    }

    /// <summary>The names of the variables of the optimizer's state in Keras, in its order: <c>conv2d_kernel_momentum</c>.</summary>
    public static IEnumerable<string> NamesOfState(Trainer trainer, KerasNames? inFile = null)
    {
        var names = NamesOfWeights(trainer, inFile);
        return Unique(
            Order(trainer, names.Count)
            .Select(variable => variable.Variable < 0 ? variable.Slot : $"{names[variable.Variable].Replace('/', '_')}_{variable.Slot}"));
    }

    /// <summary>The names of the trained weights with their layers: <c>conv2d/kernel</c>.</summary>
    public static IReadOnlyList<string> NamesOfWeights(Trainer trainer, KerasNames? inFile = null)
    {
        inFile ??= KerasNames.Unchanged;
        var names = trainer.Model.Leaves.SelectMany(layer => layer.OwnWeights.Select(weight => (weight.Variable, Name: $"{inFile[layer]}/{weight.Name}")))
            .ToDictionary(entry => entry.Variable, entry => entry.Name);
        return [.. trainer.WeightsNow().Select(weight => names[weight.Variable])];
    }

    /// <summary>
    /// Reads the optimizer's state completely or not at all. If it does not fit, the model is loaded nevertheless: the report notes it, and training starts
    /// without a state.
    /// </summary>
    public static void ReadState(Trainer trainer, WeightGroup group, WeightFilling filling, LoadReport report)
    {
        if (group.Variables.Count == 0) return;
        if (Fitting(trainer, group.Variables) is not { } places)
        {
            foreach (var stored in group.Variables)
                report.Ignored(
                    Keras3Weights.SourceOf(group.Path, stored), stored.Shape, WeightFilling.NameOf(stored.Type), "state of the optimizer that does not fit");
            report.Note(
                $"the state of the optimizer {trainer.Optimizer.ClassName} does not fit the {trainer.Weights.Count} weights that are trained: "
                + $"expected {Order(trainer, trainer.Weights.Count).Count} variables; the file has {group.Variables.Count}. Training starts without it.");
            return;
        }

        foreach (var (stored, place) in group.Variables.Zip(places))
        {
            switch (place.Variable.Slot)
            {
                case OptimizerVariables.Iteration:
                    trainer.Steps = StepsOf(stored)!.Value;
                    break;
                case OptimizerVariables.LearningRate:
                    trainer.Optimizer.RestoreLearningRate(stored.ReadFloats()[0]);
                    break;
                case var _ when place.Variable.IsDerived:
                    break;
                case var slot when place.Weight?.Slots.FirstOrDefault(variable => variable.Name == slot) is { } filled:
                    stored.Read(filled.Overwrite());
                    break;
                default:
                    report.Ignored(
                        Keras3Weights.SourceOf(group.Path, stored), stored.Shape, WeightFilling.NameOf(stored.Type),
                        "state of the optimizer for a weight that is not trained");
                    continue;
            }

            filling.Took(stored, Keras3Weights.SourceOf(group.Path, stored), $"{OptimizerVariables.Path}/{place.Name}");
        }
    }

    /// <summary>The number of batches trained on; null if the array is not a count.</summary>
    public static long? StepsOf(StoredArray stored)
    {
        var isCount = stored.Shape.Count == 1 && !stored.IsEmpty
            && stored.Type is not (StoredType.Float16 or StoredType.BFloat16 or StoredType.Float32 or StoredType.Float64);
        return isCount && stored.ReadIntegers()[0] is >= 0 and var steps ? steps : null;
    }

    /// <summary>
    /// Makes names unique: nested models may have layers of the same name. As in Keras 2, a repeated name gets a number.
    /// </summary>
    private static IEnumerable<string> Unique(IEnumerable<string> names)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var (unique, number) = (name, 0);
            while (!taken.Add(unique)) unique = $"{name}_{++number}";
            yield return unique;
        }
    }

    /// <summary>
    /// Assigns a variable of the optimizer to each array; null if they do not fit. Keras 2.12 to 2.15 stored no learning rate. A model that was compiled and
    /// never trained has no slots. A model that was frozen after it was compiled has slots of weights that are not trained now.
    /// </summary>
    private static List<StatePlace>? Fitting(Trainer trainer, IReadOnlyList<StoredArray> stored)
    {
        var all = (from layer in trainer.Model.Leaves from weight in layer.OwnWeights where weight.Trainable select (layer, weight)).ToList();
        var trained = trainer.Weights.ToDictionary(weight => weight.Variable);
        var learning = all.Where(entry => trained.ContainsKey(entry.weight.Variable)).ToList();
        foreach (var weights in new[] { learning, all, [] })
        {
            foreach (var slots in new[] { trainer.Optimizer.Slots, trainer.Optimizer.SlotsInFiles })
            {
                var order = OptimizerVariables.Order(trainer.Optimizer, slots, weights.Count);
                foreach (var variables in new[] { order, [.. order.Where(variable => variable.Slot != OptimizerVariables.LearningRate)] })
                {
                    var places = InStoredOrder([.. variables.Select(Place)], stored);
                    if (places.Count == stored.Count && places.Zip(stored).All(pair => Fits(pair.First, pair.Second, trainer.Optimizer))) return places;
                }
            }

            StatePlace Place(OptimizerVariable variable)
            {
                if (variable.Variable < 0) return new StatePlace(variable, null, null, variable.Slot);
                var (layer, weight) = weights[variable.Variable];
                return new StatePlace(variable, weight.Shape, trained.GetValueOrDefault(weight.Variable), $"{layer.Name}_{weight.Name}_{variable.Slot}");
            }
        }

        return null;
    }

    private static bool Fits(StatePlace place, StoredArray stored, Optimizer optimizer) => place.Variable.Slot switch
    {
        OptimizerVariables.Iteration => StepsOf(stored) is not null,
        OptimizerVariables.LearningRate => stored.Shape.Count == 1 && !stored.IsEmpty
            && (optimizer.Schedule is not ConstantLearningRate || stored.ReadFloats()[0] is >= 0 and < float.PositiveInfinity),
        _ when place.Variable.IsDerived => stored.Shape.Count == 1,
        _ => stored.Shape == place.Shape && !stored.IsEmpty,
    };

    /// <summary>A variable of the optimizer's state.</summary>
    /// <param name="Variable">Its name in Keras.</param>
    /// <param name="Shape">Its shape; null for a scalar.</param>
    /// <param name="Weight">The weight that it belongs to; null if that is not trained.</param>
    /// <param name="Name">Its name in reports.</param>
    private sealed record StatePlace(OptimizerVariable Variable, Shape? Shape, TrainedWeight? Weight, string Name);

    private static List<OptimizerVariable> Order(Trainer trainer, int weights) =>
        OptimizerVariables.Order(trainer.Optimizer, trainer.Optimizer.Slots, weights);

    /// <summary>Before Keras 3.10 the product of Nadam's momenta was stored before the slots.</summary>
    private static List<StatePlace> InStoredOrder(List<StatePlace> places, IReadOnlyList<StoredArray> stored)
    {
        if (places.Count != stored.Count || !places[^1].Variable.IsDerived || stored[^1].Shape == Shape.Scalar) return places;
        var first = places.FindIndex(place => place.Variable.Variable >= 0);
        return first < 0 ? places : [.. places[..first], places[^1], .. places[first..^1]];
    }

    private static string Name(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
