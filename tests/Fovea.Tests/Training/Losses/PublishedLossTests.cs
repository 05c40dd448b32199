using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Training;

/// <summary>Losses, their reductions and their sample weights against the numbers in Keras' tests (keras/src/losses/losses_test.py) and docstrings.</summary>
public class PublishedLossTests
{
    private static readonly double[] Errors = [4, 8, 12, 8, 1, 3];
    private static readonly double[] ErrorTargets = [1, 9, 2, -5, -2, 6];
    private static readonly double[] Halves = [0.6, 0.4, 0.4, 0.6];
    private static readonly double[] HalfTargets = [0, 1, 0, 0];
    private static readonly double[] Classes = [0.9, 0.05, 0.05, 0.5, 0.89, 0.6, 0.05, 0.01, 0.94];
    private static readonly double[] ClassLogits = [8, 1, 1, 0, 9, 1, 2, 3, 5];
    private static readonly double[] Diagonal = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    private static readonly double[] Masks = [0, 1, 0, 1, 0.4, 0, 0, 0.9];
    private static readonly double[] MaskTargets = [1, 1, 0, 0, 1, 1, 0, 0];
    private static readonly double[] Checks = [0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1];
    private static readonly double[] CheckTargets = [1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1];

    /// <summary>What is reduced to one number: the mean, or as the configuration says.</summary>
    public static TheoryData<string, string, Shape, double[], double[], double[]?, double> Reduced => new()
    {
        { "mse", "{}", [2, 3], Errors, ErrorTargets, null, 49.5 },
        { "mse", "{}", [2, 3], Errors, ErrorTargets, [1.2, 3.4], 767.8 / 6 },
        { "mse", "{}", [2, 3], Errors, ErrorTargets, [0, 0], 0 },
        { "mse", """{"reduction":"sum"}""", [2, 3], Errors, ErrorTargets, [2.3, 2.3], 227.7 },
        { "mse", """{"reduction":"mean_with_sample_weight"}""", [2, 3], Errors, ErrorTargets, [1.2, 3.4], ((110 / 3.0 * 1.2) + (187 / 3.0 * 3.4)) / 4.6 },
        { "mae", "{}", [2, 3], Errors, ErrorTargets, null, 5.5 },
        { "mae", "{}", [2, 3], Errors, ErrorTargets, [1.2, 3.4], 81.4 / 6 },
        { "mae", """{"reduction":"sum"}""", [2, 3], Errors, ErrorTargets, [2.3, 2.3], 25.3 },
        { "mape", "{}", [2, 3], Errors, ErrorTargets, null, 211.8518 },
        { "mape", """{"reduction":"mean_with_sample_weight"}""", [2, 3], Errors, ErrorTargets, [1.2, 3.4], 183.865 },
        { "msle", "{}", [2, 3], Errors, ErrorTargets, null, 1.4370 },
        { "msle", """{"reduction":"mean_with_sample_weight"}""", [2, 3], Errors, ErrorTargets, [1.2, 3.4], 1.646 },
        { "huber", "{}", [2, 2], Halves, HalfTargets, null, 0.155 },
        { "hinge", "{}", [2, 2], Halves, HalfTargets, null, 1.3 },
        { "hinge", """{"reduction":"sum"}""", [2, 2], Halves, HalfTargets, [1, 0], 1.1 },
        { "squared_hinge", "{}", [2, 2], Halves, HalfTargets, null, 1.86 },
        { "squared_hinge", """{"reduction":"sum"}""", [2, 2], Halves, HalfTargets, null, 3.72 },
        { "categorical_hinge", "{}", [2, 2], Halves, HalfTargets, null, 1.4 },
        { "categorical_hinge", """{"reduction":"sum"}""", [2, 2], Halves, HalfTargets, [1, 0], 1.2 },
        { "binary_crossentropy", "{}", [3, 3], [0.9, 0.1, 0.2, 0.3, 0.8, 0.1, 0.1, 0.2, 0.7], Diagonal, null, 0.20046903 },
        { "binary_crossentropy", "{}", [2, 2], [1, 1, 1, 0], [1, 0, 1, 0], null, 3.98559 },
        { "binary_crossentropy", "{}", [2, 2], [1, 1, 1, 0], [1, 0, 1, 0], [1.2, 3.4], 4.7827 },
        { "binary_crossentropy", """{"from_logits":true}""", [2, 3], [10, -10, 10, 10, 10, -10], [1, 0, 1, 0, 1, 1], [4, 3], 10 },
        { "categorical_crossentropy", "{}", [3, 3], Classes, Diagonal, null, 0.3239 },
        { "categorical_crossentropy", "{}", [3, 3], Classes, Diagonal, [1.2, 3.4, 5.6], 1.0696 },
        { "categorical_crossentropy", """{"from_logits":true}""", [3, 3], ClassLogits, Diagonal, null, 0.0573 },
        { "categorical_crossentropy", """{"from_logits":true}""", [3, 3], ClassLogits, Diagonal, [1.2, 3.4, 5.6], 0.31829 },
        { "categorical_focal_crossentropy", "{}", [3, 3], Classes, Diagonal, null, 0.02059 },
        { "categorical_focal_crossentropy", """{"from_logits":true}""", [3, 3], ClassLogits, Diagonal, null, 0.000345 },
        { "categorical_focal_crossentropy", """{"from_logits":true,"label_smoothing":0.1}""", [1, 3], [4.9, -0.5, 2.05], [1, 0, 0], null, 0.06685 },
        { "dice", "{}", [2, 2], [4, 1, 6, 1], [1, 2, 1, 2], null, -0.55555546 },
        { "dice", "{}", [4, 4], Checks, CheckTargets, null, 0.77777773 },
        { "dice", """{"reduction":"sum"}""", [4, 4], Checks, CheckTargets, null, 0.77777773 },
        { "dice", "{}", [2, 2, 2, 1], Masks, MaskTargets, null, 0.6164384 },
        { "tversky", "{}", [2, 2], [4, 1, 6, 1], [1, 2, 1, 2], null, -0.55555558 },
        { "tversky", """{"alpha":0.2,"beta":0.8}""", [2, 2], [4, 1, 6, 1], [1, 2, 1, 2], null, -0.94444442 },
        { "tversky", """{"alpha":0.2,"beta":0.8}""", [4, 4], Checks, CheckTargets, null, 0.76190472 },
    };

    /// <summary>What Keras gives without reduction.</summary>
    public static TheoryData<string, string, Shape, double[], double[], double[], double> PerSample => new()
    {
        { "categorical_crossentropy", """{"from_logits":true}""", [3, 3], ClassLogits, Diagonal, [0.001822, 0.000459, 0.169846], 5e-7 },
        { "sparse_categorical_crossentropy", """{"from_logits":true}""", [3, 3], ClassLogits, [0, 1, 2], [0.001822, 0.000459, 0.169846], 5e-7 },
        { "sparse_categorical_crossentropy", """{"from_logits":true,"ignore_class":-1}""", [1, 2, 3], [0.854, 0.698, 0.598, 0.088, 0.86, 0.018], [-1, 2],
            [1.480129], 5e-7 },
        { "binary_focal_crossentropy", "{}", [2, 2], Halves, HalfTargets, [0.330, 0.206], 5e-4 },
        { "categorical_focal_crossentropy", "{}", [2, 3], [0.05, 0.9, 0.05, 0.1, 0.85, 0.05], [0, 1, 0, 0, 0, 1], [2.63401289e-04, 6.75912094e-01], 5e-7 },
        { "categorical_focal_crossentropy", """{"from_logits":true}""", [3, 3], ClassLogits, Diagonal, [1.5096224e-09, 2.4136547e-11, 1.0360638e-03], 1e-9 },
        { "cosine_similarity", "{}", [3, 2], [1, 0, 1, 1, -1, -1], [0, 1, 1, 1, 1, 1], [0, -0.99999994, 0.99999994], 5e-7 },
        { "cosine_similarity", "{}", [2, 2], [0, 0, 1, 1], [1, 1, 0, 0], [0, 0], 5e-7 },
        { "dice", """{"axis":[1,2,3]}""", [2, 2, 2, 1], Masks, MaskTargets, [0.5, 0.75757575], 5e-7 },
        { "tversky", """{"axis":[1,2,3]}""", [2, 2, 2, 1], Masks, MaskTargets, [0.5, 0.75757575], 5e-7 },
        { "tversky", """{"alpha":0.2,"beta":0.8,"axis":[1,2,3]}""", [2, 2, 2, 1], Masks, MaskTargets, [0.5, 0.78494626], 5e-7 },
    };

    /// <summary>Keras' numbers show four decimals, or seven digits.</summary>
    [Theory]
    [MemberData(nameof(Reduced))]
    public void The_reduced_loss_is_that_of_Keras(
        string name, string config, Shape shape, double[] predictions, double[] targets, double[]? weights, double expected)
    {
        var received = Run(name, config, shape, predictions, targets, weights).Reduced;
        Assert.True(Math.Abs(received - expected) <= 1e-4 * Math.Max(1, Math.Abs(expected) / 5), $"{received} instead of {expected}");
    }

    [Theory]
    [MemberData(nameof(PerSample))]
    public void The_losses_of_samples_are_those_of_Keras(
        string name, string config, Shape shape, double[] predictions, double[] targets, double[] expected, double tolerance) =>
        Assert.Equal(expected, Run(name, config, shape, predictions, targets, null).PerSample, (a, b) => Math.Abs(a - b) <= tolerance);

    private static (double[] PerSample, double Reduced) Run(string name, string config, Shape shape, double[] predictions, double[] targets, double[]? weights)
    {
        var loss = LossCatalog.Known.Read(name, JsonNode.Parse(config)!.AsObject(), null, "loss");
        var prediction = new Node(new InputOp("prediction", shape));
        var target = new Node(new InputOp("target", loss.TargetShape(shape[1..]).Prepend(shape[0])));
        var weight = new Node(new InputOp("weights", [shape[0]]));
        var perSample = loss.Call(target, prediction);
        var values = new Dictionary<Node, double[]> { [prediction] = predictions, [target] = targets };
        if (weights is not null) values[weight] = weights;
        var results = ReferenceInterpreter.Run(new Graph([perSample, loss.Reduce(perSample, weights is null ? null : weight)]), values);
        return (results[0], results[1][0]);
    }
}
