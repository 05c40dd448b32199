using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Tests.Engine;

namespace Fovea.Tests.Layers;

/// <summary>
/// The second derivatives of every layer with respect to its inputs and its weights, in training and inference. A critic with a gradient penalty
/// (WGAN-GP) needs them.
/// </summary>
public class LayerDerivativeTests
{
    private const int Batch = 3;

    /// <summary>All but the policies of augmentation, which have no gradient.</summary>
    public static IEnumerable<TheoryDataRow<LayerCase>> Cases =>
        LayerTests.CasesBehindAnInput.Where(row => row.Data.Create() is not (TrivialAugment or AutoAugment or RandAugment or AugMix));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_second_derivative_equals_central_differences_of_the_gradient(LayerCase row)
    {
        foreach (var training in new[] { false, true }) Check(row, training);
    }

    /// <summary>
    /// The penalty of WGAN-GP, Σ (‖∇ critic(x)‖ − 1)², whose gradient with respect to the weights contains second derivatives of every layer, also of two
    /// normalizations in a row, where the gradient that one receives depends on its own input.
    /// </summary>
    [Theory]
    [InlineData("layer")]
    [InlineData("batch")]
    [InlineData("group")]
    public void The_gradient_penalty_of_a_critic_with_normalization_has_a_gradient(string normalization)
    {
        var (context, random) = (new CallContext(training: true), new RandomNumbers(23));
        Layer[] layers = [new Conv2D(4, 3, 2, Padding.Same), Normalization(), new LeakyReLU(0.2), Normalization(), new Flatten(), new Dense(1)];
        var images = new Node(new InputOp("images", [Batch, 5, 5, 2]));
        var values = new Dictionary<Node, double[]> { [images] = PlanChecks.Fill(images.Shape, () => random.NextNormal()) };
        var critic = images;
        foreach (var layer in layers)
        {
            layer.EnsureBuilt([critic.Shape[1..]]);
            critic = layer.Trace([critic], context);
            foreach (var variable in layer.TrainableWeights.Select(weight => weight.Variable))
            {
                variable.Write([.. Enumerable.Range(0, variable.Shape.Count).Select(_ => 0.5f + (0.25f * random.NextNormal()))]);
                values[context.Read(variable)] = Array.ConvertAll(variable.Values.ToArray(), value => (double)value);
            }
        }

        var gradient = Differentiation.Gradients(critic.Sum(), [images])[0];
        var penalty = ((gradient.Square().SumRange(1, 3) + 1e-6f).Sqrt() - 1).Square().Sum();
        SecondDerivatives.Check(penalty, [.. values.Keys], values, sums: 1000);

        Layer Normalization() => normalization switch
        {
            "layer" => new LayerNormalization(),
            "batch" => new BatchNormalization(),
            _ => new GroupNormalization(2),
        };
    }

    private static void Check(LayerCase row, bool training)
    {
        var (layer, context, random) = (row.Create(), new CallContext(training), new RandomNumbers(11));
        layer.EnsureBuilt([.. Enumerable.Repeat(row.Input, row.Inputs)]);
        var inputs = Enumerable.Range(0, row.Inputs).Select(i => new Node(new InputOp($"x{i}", row.Input.Prepend(Batch)))).ToArray();
        var output = layer.Trace(inputs, context);
        var factors = new Node(new InputOp("factors", output.Shape));
        var loss = context.Losses.Aggregate((output * factors).Sum(), (sum, penalty) => sum + penalty);
        var weights = layer.Weights.Select(weight => context.Read(weight.Variable)).ToArray();
        Node[] targets = [.. inputs, factors, .. weights.Where((_, i) => layer.Weights[i].Trainable)];

        var values = targets.ToDictionary(target => target, target => PlanChecks.Fill(target.Shape, () => random.NextNormal()));
        foreach (var (weight, node) in layer.Weights.Zip(weights))
        {
            weight.Initializer.Fill(weight.Variable.Overwrite(), weight.Variable.Shape, 7);
            if (weight.Trainable) weight.Variable.Write(Array.ConvertAll(values[node], value => 0.5f + (0.25f * (float)value)));
            values[node] = Array.ConvertAll(weight.Variable.Values.ToArray(), value => (double)value);
        }

        if (context.RandomKey is { } key)
        {
            var words = new float[key.Shape.Count];
            RandomKey.Write(seed: 5, step: 1, words);
            values[key] = Array.ConvertAll(words, word => (double)word);
        }

        SecondDerivatives.Check(loss, targets, values, sums: Batch * Math.Max(row.Input.Count, row.Output.Count));
    }
}
