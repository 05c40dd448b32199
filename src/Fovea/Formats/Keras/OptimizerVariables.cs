using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>One variable of an optimizer: <c>velocity</c> of the trainable variable 3.</summary>
/// <param name="Slot">What it holds, in the words of Keras.</param>
/// <param name="Variable">Which trainable variable of the model it belongs to, from 0; −1 for one of the optimizer itself.</param>
internal sealed record OptimizerVariable(string Slot, int Variable);

/// <summary>
/// The order of the variables in <c>optimizer/vars</c> of a Keras 3 file. First <c>iteration</c>, a 64-bit integer (32-bit if JAX
/// wrote it), then <c>learning_rate</c>, a 32-bit float, missing where a schedule computes it; then, each for all trainable
/// variables: the averages of <c>use_ema</c>, the sums of <c>gradient_accumulation_steps</c>, and the slots:
/// <list type="table">
/// <item><term>SGD</term><description>momentum (none if momentum = 0)</description></item>
/// <item><term>RMSprop</term><description>velocity of all, then momentum of all (if momentum &gt; 0), then average_gradient of all (if
/// centered)</description></item>
/// <item><term>Adam, AdamW</term><description>momentum and velocity in turn, variable by variable; then velocity_hat of all (if amsgrad)</description></item>
/// <item><term>Adamax</term><description>momentum and norm in turn (m, u)</description></item>
/// <item><term>Nadam</term><description>momentum and velocity in turn; then u_product, a scalar (before Keras 3.10 it stood before them)</description></item>
/// <item><term>Adagrad</term><description>accumulator</description></item>
/// <item><term>Adadelta</term><description>accumulated_grad and accumulated_delta_var in turn</description></item>
/// <item><term>Ftrl</term><description>accumulator and linear in turn</description></item>
/// <item><term>Lion</term><description>momentum</description></item>
/// </list>
/// Trainable variables count in the order of layers, within a layer as it creates them (kernel, bias; gamma, beta).
/// </summary>
internal static class OptimizerVariables
{
    /// <summary>The path of the optimizer's group.</summary>
    public const string Path = "optimizer";

    /// <summary>The counter of steps.</summary>
    public const string Iteration = "iteration";

    /// <summary>The learning rate.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>Nadam's product of all momenta so far.</summary>
    public const string MomentumProduct = "u_product";

    /// <summary>The variables in their order, or null for an optimizer that is not in the table.</summary>
    /// <param name="optimizer">The optimizer with its configuration; a missing setting has its default of Keras 3.</param>
    /// <param name="trainableVariables">How many trainable variables the model has.</param>
    public static ImmutableArray<OptimizerVariable>? Order(KerasObject optimizer, int trainableVariables)
    {
        var config = optimizer.Config;
        var order = ImmutableArray.CreateBuilder<OptimizerVariable>();
        order.Add(new(Iteration, -1));
        if (config["learning_rate"] is not JsonObject) order.Add(new(LearningRate, -1));
        if (IsOn(config, "use_ema")) AddInTurn(TrainedWeight.AverageName);
        if (config["gradient_accumulation_steps"] is not null) AddInTurn(TrainedWeight.AccumulatorName);
        switch (optimizer.ClassName.ToLowerInvariant())
        {
            case "sgd":
                if (IsOn(config, "momentum")) AddInTurn("momentum");
                break;
            case "rmsprop":
                AddInTurn("velocity");
                if (IsOn(config, "momentum")) AddInTurn("momentum");
                if (IsOn(config, "centered")) AddInTurn("average_gradient");
                break;
            case "adam" or "adamw":
                AddInTurn("momentum", "velocity");
                if (IsOn(config, "amsgrad")) AddInTurn("velocity_hat");
                break;
            case "adamax":
                AddInTurn("momentum", "norm");
                break;
            case "adagrad":
                AddInTurn("accumulator");
                break;
            case "adadelta":
                AddInTurn("accumulated_grad", "accumulated_delta_var");
                break;
            case "nadam":
                AddInTurn("momentum", "velocity");
                order.Add(new(MomentumProduct, -1));
                break;
            case "ftrl":
                AddInTurn("accumulator", "linear");
                break;
            case "lion":
                AddInTurn("momentum");
                break;
            default:
                return null;
        }

        return order.ToImmutable();

        void AddInTurn(params ReadOnlySpan<string> slots)
        {
            for (var variable = 0; variable < trainableVariables; variable++)
            {
                foreach (var slot in slots) order.Add(new(slot, variable));
            }
        }
    }

    /// <summary>Whether a setting is true or a number other than zero.</summary>
    private static bool IsOn(JsonObject config, string setting) =>
        config.BoolOrNull(setting) ?? JsonReading.AsNumber(config[setting]) is not (null or 0);
}
