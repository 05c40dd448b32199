using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Optimizers as Keras files describe them, with the optimizer's state.</summary>
internal static class KerasOptimizers
{
    /// <summary>Settings that Fovea's optimizers do not have: where a file turns one on, the model is loaded without its training.</summary>
    private static readonly string[] Unsupported =
        ["weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "use_ema", "loss_scale_factor", "gradient_accumulation_steps", "centered", "amsgrad"];

    public static CompileDescription Describe(Trainer trainer)
    {
        var optimizer = trainer.Optimizer;
        var config = new JsonObject
        {
            ["name"] = WeightPaths.SnakeCase(optimizer.ClassName),
            ["learning_rate"] = LayerConfig.Shortest(optimizer.LearningRate),
            ["weight_decay"] = null,
            ["clipnorm"] = null,
            ["global_clipnorm"] = null,
            ["clipvalue"] = null,
            ["use_ema"] = false,
            ["ema_momentum"] = 0.99,
            ["ema_overwrite_frequency"] = null,
            ["loss_scale_factor"] = null,
            ["gradient_accumulation_steps"] = null,
        };
        optimizer.WriteConfig(config);
        return new CompileDescription(
            new KerasObject(optimizer.ClassName, config) { Module = "keras.optimizers" },
            ForEach(trainer, objective => KerasLosses.Describe(objective.Loss)), ForEach(trainer, objective => KerasMetrics.Describe(objective.Metrics)))
        {
            Others = new JsonObject { ["loss_weights"] = trainer.Objectives.All(objective => objective.Weight == 1) ? null : ForEach(trainer, objective => LayerConfig.Shortest(objective.Weight)), ["weighted_metrics"] = null, ["run_eagerly"] = false, ["steps_per_execution"] = 1, ["jit_compile"] = false },
        };
    }

    /// <summary>What is said of each output: alone where the model has one, else under the outputs' names.</summary>
    private static JsonNode ForEach(Trainer trainer, Func<OutputObjective, JsonNode> describe) => trainer.Objectives is [{ Prefix: "" } only]
        ? describe(only)
        : new JsonObject(trainer.Objectives.Select(objective => KeyValuePair.Create(objective.Prefix[..^1], (JsonNode?)describe(objective))));

    /// <summary>Builds the optimizer, or null where the file asks for one that is not supported.</summary>
    public static Optimizer? Create(KerasObject described)
    {
        if (Unsupported.Any(key => described.Config[key] is { } value && value.ToJsonString() is not "false")) return null;
        if (described.Config["learning_rate"] is JsonObject) return null;
        var config = new LayerConfig(described.ClassName, "optimizer", described.Config);
        return described.ClassName.ToLowerInvariant() switch
        {
            "sgd" => new Sgd(config.GetFloat("learning_rate", 0.01f), config.GetFloat("momentum", 0), config.GetBool("nesterov", false)),
            "rmsprop" => new RmsProp(config.GetFloat("learning_rate", 1e-3f), config.GetFloat("rho", 0.9f), config.GetFloat("momentum", 0), config.GetFloat("epsilon", 1e-7f)),
            "adam" => new Adam(config.GetFloat("learning_rate", 1e-3f), config.GetFloat("beta_1", 0.9f), config.GetFloat("beta_2", 0.999f), config.GetFloat("epsilon", 1e-7f)),
            _ => null,
        };
    }

    /// <summary>The optimizer's state in Keras' order.</summary>
    public static WeightGroup StoreState(Trainer trainer)
    {
        var order = Order(trainer);
        var arrays = order.Select((variable, i) => variable.Slot switch
        {
            OptimizerVariables.Iteration => StoredArray.From(Name(i), trainer.Steps),
            OptimizerVariables.LearningRate => StoredArray.From(Name(i), Shape.Scalar, [trainer.Optimizer.LearningRate]),
            var slot => KerasSaving.Store(i, SlotOf(trainer, slot, variable.Variable)),
        });
        return new WeightGroup(OptimizerVariables.Path, WeightPaths.SnakeCase(trainer.Optimizer.ClassName), [.. arrays]);
    }

    /// <summary>Reads the optimizer's state, whole or not at all.</summary>
    /// <exception cref="ModelFormatException">The file has another number of variables, or one of another shape.</exception>
    public static void ReadState(Trainer trainer, WeightGroup group, string file)
    {
        var order = Order(trainer);
        if (group.Variables.Count == 0) return;
        if (group.Variables.Count != order.Count)
            throw ModelFormatException.About(file, $"expected {order.Count} variables of the optimizer {trainer.Optimizer.ClassName}; received {group.Variables.Count}.");
        foreach (var (variable, stored) in order.Zip(group.Variables))
        {
            switch (variable.Slot)
            {
                case OptimizerVariables.Iteration:
                    trainer.Steps = stored.ReadIntegers()[0];
                    break;
                case OptimizerVariables.LearningRate:
                    trainer.Optimizer.LearningRate = stored.ReadFloats()[0];
                    break;
                case var slot:
                    KerasLoading.Fill(SlotOf(trainer, slot, variable.Variable), stored, $"the optimizer's {slot}", file);
                    break;
            }
        }
    }

    private static IReadOnlyList<OptimizerVariable> Order(Trainer trainer)
    {
        var config = new JsonObject();
        trainer.Optimizer.WriteConfig(config);
        return OptimizerVariables.Order(new KerasObject(trainer.Optimizer.ClassName, config), trainer.Weights.Count)!;
    }

    private static Engine.Variable SlotOf(Trainer trainer, string slot, int weight) => trainer.Weights[weight].Slots[trainer.Optimizer.Slots.ToList().IndexOf(slot)];

    private static string Name(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
