using System.Text.Json.Nodes;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Training;

/// <summary>The options of every optimizer, against the values in Keras' own tests.</summary>
public class OptimizerOptionsTests
{
    /// <summary>keras/src/optimizers/*_test.py, <c>test_weight_decay</c>: three steps without a gradient, of three optimizers there.</summary>
    [Theory]
    [InlineData("bias", 2)]
    [InlineData("ia", 2)]
    [InlineData("layer/bias", 2)]
    [InlineData("other/bias", 1.9760959)]
    [InlineData("layer", 1.9760959)]
    [InlineData("kernel", 1.9760959)]
    public void A_weight_decays_unless_it_is_excluded(string exclude, double expected)
    {
        var run = new OptimizerRun(new Sgd(1) { WeightDecay = 0.004f, ExcludeFromWeightDecay = [exclude] }, ("layer/bias", [2]));
        for (var i = 0; i < 3; i++) run.Step([0f]);
        Assert.Equal(expected, run.Value[0], 3e-7);
    }

    /// <summary><c>test_clip_norm</c>, <c>test_clip_value</c> and <c>test_global_clip_norm</c> of keras/src/optimizers/optimizer_test.py.</summary>
    [Fact]
    public void Gradients_are_clipped()
    {
        var root = Math.Sqrt(0.5);
        Assert.Equal([root, root], Clipped(new Sgd(1) { ClipNorm = 1 }, [100, 100]), (a, b) => Math.Abs(a - b) < 1e-7);
        Assert.Equal([1, -1, 0.5], Clipped(new Sgd(1) { ClipValue = 1 }, [100, -100, 0.5f]));
        Assert.Equal([1 / Math.Sqrt(5), 2 / Math.Sqrt(5)], Clipped(new Sgd(1) { GlobalClipNorm = 1 }, [50, 100]), (a, b) => Math.Abs(a - b) < 1e-7);
    }

    [Fact]
    public void Short_gradients_stay_as_they_are_to_the_bit()
    {
        foreach (var optimizer in (Optimizer[])[new Sgd(1) { ClipNorm = 7 }, new Sgd(1) { GlobalClipNorm = 7 }, new Sgd(1) { ClipValue = 7 }])
            Assert.Equal([-0.3f, 1.7f, 0, 1e-30f], Clipped(optimizer, [-0.3f, 1.7f, 0, 1e-30f]).Select(value => (float)value));
    }

    /// <summary>keras/src/optimizers/optimizer_test.py, <c>test_ema</c>.</summary>
    [Fact]
    public void Averages_move_and_overwrite_as_in_Keras_tests()
    {
        var run = new OptimizerRun(new Sgd(1) { UseEma = true, EmaMomentum = 0.9f, EmaOverwriteFrequency = 3 }, 3, 4, 5, 6);
        foreach (var (weights, averages) in new[] { (2.0, 2.0), (1.0, 1.9), (1.71, 1.71) })
        {
            run.Step([1, 1, 1, 1]);
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(weights + i, run.Values[i], 1e-6);
                Assert.Equal(averages + i, run.Averages[i], 1e-6);
            }
        }
    }

    /// <summary>keras/src/optimizers/optimizer_test.py, <c>test_ema_with_model_fit</c>.</summary>
    [Fact]
    public void When_training_ends_the_averages_are_the_weights()
    {
        var model = new Sequential { new Input(1), new Dense(2) { UseBias = false, KernelInitializer = Initializer.Ones } };
        model.Compile(new Sgd(0.1f) { UseEma = true, EmaMomentum = 0.9f }, Loss.MeanSquaredError);
        model.Fit(new ArrayDataset([1], [1], [0, 0], [2]), epochs: 2, batchSize: 1);
        Assert.Equal(0.891, model.Weights[0].Values[0], 1e-6);
        Assert.Equal(model.Weights[0].Values[0], model.Trainer!.Weights[0].Average!.Values[0]);
    }

    [Fact]
    public void A_training_without_a_step_leaves_the_weights()
    {
        var model = new Sequential { new Input(1), new Dense(2) { UseBias = false, KernelInitializer = Initializer.Ones } };
        model.Compile(new Sgd(0.1f) { UseEma = true }, Loss.MeanSquaredError);
        model.Fit(new ArrayDataset([1], [1], [0, 0], [2]), epochs: 0);
        Assert.Equal([1, 1], model.Weights[0].Values);
    }

    /// <summary>keras/src/optimizers/optimizer_test.py, <c>test_gradient_accumulation</c>.</summary>
    [Fact]
    public void Gradients_are_accumulated_as_in_Keras_tests()
    {
        var run = new OptimizerRun(new Sgd(1) { GradientAccumulationSteps = 3 }, 1, 2, 3, 4);
        foreach (var (weight, sum) in new[] { (1f, 1f), (1, 2), (0, 0), (0, 1) })
        {
            run.Step([1, 1, 1, 1]);
            Assert.Equal([weight, weight + 1, weight + 2, weight + 3], run.Value);
            Assert.Equal([sum, sum, sum, sum], run.Weights[0].Accumulator!.Values);
        }
    }

    /// <summary>What <c>test_gradient_accumulation_with_weigth_decay</c> in Keras' tests says: as one step with the mean of the gradients.</summary>
    [Theory]
    [MemberData(nameof(OptimizerTests.Names), MemberType = typeof(OptimizerTests))]
    public void Accumulated_batches_are_one_batch(string name)
    {
        var once = new OptimizerRun(OptimizerTests.Create(name), 0.9f, 0.5f);
        var thrice = new OptimizerRun(Accumulating(name), 0.9f, 0.5f);
        var random = new RandomNumbers(7);
        for (var update = 0; update < 8; update++)
        {
            var gradients = Enumerable.Range(0, 3)
                .Select(_ => new[] { (float)Math.Round(random.NextNormal() * 64) / 64, (float)Math.Round(random.NextNormal() * 64) / 64 }).ToList();
            foreach (var gradient in gradients) thrice.Step(gradient);
            once.Step([(gradients[0][0] + gradients[1][0] + gradients[2][0]) / 3, (gradients[0][1] + gradients[1][1] + gradients[2][1]) / 3]);
            Assert.Equal(once.Value, thrice.Value);
        }
    }

    /// <summary>The update of a batch that only accumulates is computed and thrown away: not even a NaN in it may remain.</summary>
    [Fact]
    public void What_is_thrown_away_may_be_infinite()
    {
        var run = new OptimizerRun(new Sgd(1, 0.5f) { GradientAccumulationSteps = 2 }, 3);
        run.Step([float.MaxValue]);
        run.Step([-float.MaxValue]);
        Assert.Equal([3], run.Value);
        run.Step([float.PositiveInfinity]);
        Assert.Equal([3], run.Value);
        Assert.Equal([0], run.Weights[0].Slots[0].Values);
    }

    /// <summary>All options but norms, which need all gradients first, are part of the one pass over memory.</summary>
    [Theory]
    [MemberData(nameof(OptimizerTests.Names), MemberType = typeof(OptimizerTests))]
    public void With_all_options_an_optimizer_is_one_pass(string name)
    {
        var graph = FusionRules.Apply(new OptimizerRun(Accumulating(name), ("a/kernel", new float[12]), ("b/kernel", new float[4])).Graph);
        Assert.Equal(2, Assert.IsType<UpdateOp>(Assert.Single(graph.Nodes, node => node.Op is UpdateOp).Op).Shapes.Count);
        Assert.DoesNotContain(graph.Nodes, node => node.Op is ElementwiseOp or FusedElementwiseOp);
    }

    private static Optimizer Accumulating(string name) => KerasOptimizers.Create(new PartDescription(name, (JsonObject)JsonNode.Parse(
        """{"gradient_accumulation_steps":3,"clipvalue":4,"use_ema":true,"ema_overwrite_frequency":1000}""")!));

    /// <summary>The gradient that arrives: the step of plain descent with the rate 1.</summary>
    private static double[] Clipped(Optimizer optimizer, float[] gradient)
    {
        var run = new OptimizerRun(optimizer, new float[gradient.Length]);
        run.Step(gradient);
        return [.. run.Values.Select(value => -value)];
    }
}
