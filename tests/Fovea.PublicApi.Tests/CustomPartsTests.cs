using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Extending;

namespace Fovea.PublicApi.Tests;

/// <summary>What users write themselves, with the public surface alone: a layer, a loss, a data set, a callback.</summary>
public class CustomPartsTests
{
    [Fact]
    public void A_layer_and_a_loss_of_ones_own_train_like_any_other()
    {
        var model = new Sequential(seed: 3)
        {
            new Input(4),
            new Dense(8, Activation.Tanh),
            new Scale(),
            new Dense(1),
        };
        model.Compile(new Adam(0.02f), new AbsoluteError());
        var losses = new Losses();
        model.Fit(new Sums(), epochs: 30, batchSize: 16, callbacks: [losses]);
        Assert.Equal(30, losses.Values.Count);
        Assert.True(losses.Values[^1] < losses.Values[0] / 4, $"{losses.Values[0]} → {losses.Values[^1]}");
        Assert.NotEqual(1, model.Layers.OfType<Scale>().Single().Weights[0].Variable.Values[0]);
    }

    [Fact]
    public void An_optimizer_and_a_schedule_of_ones_own_have_all_options()
    {
        var model = new Sequential(seed: 3) { new Input(4), new Dense(8, Activation.Tanh), new Dense(1) };
        var optimizer = new Yogi(new Root(0.05f)) { WeightDecay = 1e-4f, ClipNorm = 1, GradientAccumulationSteps = 2 };
        model.Compile(optimizer, new AbsoluteError());
        var losses = new Losses();
        model.Fit(new Sums(), epochs: 30, batchSize: 16, callbacks: [losses]);
        Assert.True(losses.Values[^1] < losses.Values[0] / 4, $"{losses.Values[0]} → {losses.Values[^1]}");
        Assert.Equal(0.05f / (float)Math.Sqrt(1 + 480), optimizer.LearningRate, 1e-9);
    }

    /// <summary>Yogi (Zaheer et al. 2018, algorithm 2): Adam whose mean square moves by steps of the square's size.</summary>
    private sealed class Yogi(LearningRateSchedule learningRate) : Optimizer(learningRate)
    {
        protected override IReadOnlyList<Slot> Slots => ["mean", new("square", 1e-6f)];

        protected override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
        {
            var (mean, square) = ((0.9f * slots[0]) + (0.1f * gradient), gradient.Square());
            var next = slots[1] - (0.001f * (square.Mask(slots[1] - square) - square.Mask(square - slots[1])));
            return (weight - (factors[0] * mean / (next.Sqrt() + 1e-3f)), [mean, next]);
        }
    }

    /// <summary>η / √(1 + step).</summary>
    private sealed class Root(float first) : LearningRateSchedule
    {
        public override double At(long step) => first / Math.Sqrt(1 + step);
    }

    /// <summary>A learned factor for each feature.</summary>
    private sealed class Scale : Layer
    {
        private Variable? factors;

        protected override void Build(IReadOnlyList<Shape> inputs) => factors = AddWeight("factors", inputs[0], Initializer.Ones);

        protected override Node Call(Node input, CallContext context) => input * context.Read(factors!);
    }

    /// <summary>|p − t| as relu(p − t) + relu(t − p).</summary>
    private sealed class AbsoluteError : Loss
    {
        public override string Name => "absolute_error";

        public override Node Call(Node expected, Node predicted)
        {
            var difference = predicted - expected;
            return (difference.Relu() + (-difference).Relu()).Sum(1);
        }
    }

    private sealed class Sums : Dataset
    {
        public override int Count => 256;

        public override Shape InputShape => [4];

        public override Shape TargetShape => [1];

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            for (var i = 0; i < 4; i++) input[i] = ((index >> (2 * i)) & 3) / 3f;
            target[0] = input[0] - input[1] + (2 * input[2]);
        }
    }

    private sealed class Losses : Callback
    {
        public List<double> Values { get; } = [];

        public override void OnEpochEnd(TrainingProgress progress) => Values.Add(progress.Loss);
    }
}
