using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Layers;

/// <summary>Batch normalization in training, in inference and frozen, as Keras documents it.</summary>
public class BatchNormalizationTests
{
    private static readonly float[] Pairs = [1, 10, 3, 30];

    /// <summary>The batch has means 2 and 20 and population variances 1 and 100: (x − mean) / √(variance + ε).</summary>
    [Fact]
    public void In_training_a_channel_gets_mean_0_and_variance_1()
    {
        var output = LayerRunner.Run(new BatchNormalization(epsilon: 0), [2], Pairs, training: true);
        Assert.Equal([-1, -1, 1, 1], output, (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Inference_uses_the_moving_averages_gamma_and_beta()
    {
        var layer = new BatchNormalization(epsilon: 0);
        layer.EnsureBuilt([[2]]);
        Assert.Equal(["gamma", "beta", "moving_mean", "moving_variance"], layer.Weights.Select(weight => weight.Variable.Name));
        Assert.Equal([true, true, false, false], layer.Weights.Select(weight => weight.Trainable));
        foreach (var (weight, values) in layer.Weights.Zip<Weight, float[]>([[2, 3], [5, 7], [1, 10], [4, 25]])) weight.Write(values);
        float[] expected = [5, 7, 5 + (2 * 2 / 2f), 7 + (3 * 20 / 5f)];
        Assert.Equal(expected, LayerRunner.Run(layer, [2], Pairs));
        layer.Trainable = false;
        Assert.Equal(expected, LayerRunner.Run(layer, [2], Pairs, training: true));
    }

    [Fact]
    public void Training_moves_the_averages_by_one_minus_momentum_and_a_frozen_layer_does_not()
    {
        var layer = new BatchNormalization(momentum: 0.75f);
        layer.EnsureBuilt([[2]]);
        foreach (var weight in layer.Weights) weight.Initializer.Fill(weight.Variable.Overwrite(), weight.Variable.Shape, 7);
        Train(layer);
        Assert.Equal([0.5f, 5], layer.Weights[2].Variable.Values.ToArray());
        Assert.Equal([0.75f + 0.25f, 0.75f + 25], layer.Weights[3].Variable.Values.ToArray());
        layer.Trainable = false;
        Train(layer);
        Assert.Equal([0.5f, 5], layer.Weights[2].Variable.Values.ToArray());
    }

    [Fact]
    public void An_axis_other_than_the_last_is_refused()
    {
        var json = new System.Text.Json.Nodes.JsonObject { ["axis"] = new System.Text.Json.Nodes.JsonArray(1) };
        var layer = LayerCatalog.Create("BatchNormalization", new Config("BatchNormalization", "bn", json));
        var error = Assert.Throws<ShapeException>(() => layer.Call(new Input(4, 4, 3)));
        Assert.Contains("expected the last axis, -1 or 3, to be normalized; received 1", error.Message, StringComparison.Ordinal);
    }

    private static void Train(BatchNormalization layer)
    {
        var input = new Node(new InputOp("input", [2, 2]));
        var context = new CallContext(training: true);
        var plan = Plan.Compile(new Graph([layer.Trace([input], context)], context.Updates));
        Pairs.CopyTo(plan.Input(input));
        plan.Run();
    }
}
