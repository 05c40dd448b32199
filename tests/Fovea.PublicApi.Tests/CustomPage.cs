using Fovea;
using Fovea.Engine;       // Node
using Fovea.Engine.Ops;   // Mean, Square, Exp and all other operations
using Fovea.Extending;    // CallContext, MetricRow, Slot, CustomObjects

namespace Elsewhere.CustomParts;

/// <summary>The code of docs/custom.md and docs/custom-training.md, which CustomPageTests compares and runs.</summary>
internal static class CustomPage
{
    public static Loss Formula()
    {
        var loss = Loss.From((expected, predicted) => (predicted - expected).Abs().Mean(-1));
        return loss;
    }

    /// <summary>The column of formulas of the table.</summary>
    public static object[] Table(Loss loss, int count, Tensor[] images, Tensor labels) =>
    [
        new LossMetric(loss),
        new LearningRateScheduler((epoch, rate) => rate / epoch),
        new Lambda(x => x.Square()),
        new Activation("bend", x => x.LeakyRelu(0.3)),
        Regularizer.Create(w => 0.01 * w.Abs().Sum()),
        Constraint.Create(w => w.Clip(-1, 1)),
        new LambdaCallback(onEpochEnd: progress => Console.WriteLine(progress)),
        Dataset.From(count, i => (images[i], labels[i])),
    ];

    public static Optimizer[] Optimizers() => [new Momentum(0.01), new Momentum(new WarmUp(0.01, steps: 100)) { ClipNorm = 1 }];

    public static void Register()
    {
        CustomObjects.Register("Weather>Pinball", config => new Pinball(config.GetDouble("quantile")));
        CustomObjects.Register("Weather>Within", config => new Within(config.GetDouble("tolerance")));
        CustomObjects.Register("Weather>LargestError", config => new LargestError());
        CustomObjects.Register("Weather>Momentum", config => new Momentum(0.01, config.GetDouble("momentum")));
        CustomObjects.Register("Weather>WarmUp", config => new WarmUp(config.GetDouble("rate"), config.GetInt("steps")));
        CustomObjects.Register("Weather>ChannelScale", config => new ChannelScale(config.GetDouble("start")));
    }

    public static void Train(Model model, Dataset digits)
    {
        var step = new TrainingStep(new Adam(0.001), model, (step, images, labels) =>
            Loss.SparseCategoricalCrossentropy.Compute(labels, step.Call(model, images)));

        for (var epoch = 1; epoch <= 5; epoch++)
        {
            foreach (var (images, labels) in digits.Batches(64, shuffle: true, seed: epoch))
                Console.WriteLine(step.Run(images, labels).Loss);
        }
    }
}

/// <summary>The pinball loss, which learns a quantile: max(q·(t − p), (q − 1)·(t − p)).</summary>
internal sealed class Pinball(double quantile) : Loss
{
    public override string Name => "pinball";

    public override Node Call(Node expected, Node predicted)
    {
        var difference = expected - predicted;
        return (quantile * difference).Maximum((quantile - 1) * difference).Mean(-1);
    }

    protected override void WriteConfig(Config config) => config.Set("quantile", quantile);
}

/// <summary>The share of predictions that are off by at most a tolerance.</summary>
internal sealed class Within(double tolerance) : RowMean
{
    public override MonitorMode Direction => MonitorMode.Max;

    protected override double Of(MetricRow row) => Math.Abs(row.Prediction[0] - row.Target[0]) <= tolerance ? 1 : 0;

    protected override void WriteConfig(Config config) => config.Set("tolerance", tolerance);
}

/// <summary>The largest error of an output.</summary>
internal sealed class LargestError : RowMetric
{
    private double largest;

    public override double Value => largest;

    public override MonitorMode Direction => MonitorMode.Min;

    public override void Reset() => largest = 0;

    protected override void Add(MetricRow row)
    {
        for (var i = 0; i < row.Prediction.Length; i++) largest = Math.Max(largest, Math.Abs(row.Prediction[i] - row.TargetOf(i)));
    }
}

/// <summary>Gradient descent with momentum: v ← μ·v − η·g, w ← w + v.</summary>
internal sealed class Momentum(LearningRateSchedule learningRate, double momentum = 0.9) : Optimizer(learningRate)
{
    protected override IReadOnlyList<Slot> Slots => ["velocity"];

    protected override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var velocity = (momentum * slots[0]) - (factors[0] * gradient);
        return (weight + velocity, [velocity]);
    }

    protected override void WriteConfig(Config config) => config.Set("momentum", momentum);
}

/// <summary>A rate that rises linearly in the first steps.</summary>
internal sealed class WarmUp(double rate, int steps) : LearningRateSchedule
{
    public override double At(long step) => rate * Math.Min(1, (step + 1.0) / steps);

    protected override void WriteConfig(Config config)
    {
        config.Set("rate", rate);
        config.Set("steps", steps);
    }
}

/// <summary>A learned factor for each channel.</summary>
internal sealed class ChannelScale(double start) : Layer
{
    private Variable? factors;

    protected override void Build(IReadOnlyList<Shape> inputs) =>
        factors = AddWeight("factors", [inputs[0][^1]], new ConstantInitializer(start));

    protected override Node Call(Node input, CallContext context) => input * context.Read(factors!);

    protected override void WriteConfig(Config config) => config.Set("start", start);
}
