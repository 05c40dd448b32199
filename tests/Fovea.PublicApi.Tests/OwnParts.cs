using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Extending;

namespace Fovea.PublicApi.Tests;

/// <summary>Custom parts that can be saved, as a user writes them.</summary>
internal static class OwnParts
{
    public static Activation Bend { get; } = new("bend", x => x.LeakyRelu(0.3f));

    public static void Register()
    {
        CustomObjects.Register("MyPackage>Scale", config => new Scale(config.GetFloat("start", 1), config.GetText("axis", "last")));
        CustomObjects.Register("MyPackage>ResidualBlock", config => new ResidualBlock(config.GetInt("filters"), config.GetActivation("activation")));
        CustomObjects.Register("MyPackage>Sparse", config => new Sparse(config.GetFloat("factor")));
        CustomObjects.Register("MyPackage>Box", config => new Box(config.GetFloat("limit")));
        CustomObjects.Register("MyPackage>Stairs", config => new Stairs(config.GetFloat("step")));
        CustomObjects.Register("MyPackage>bend", Bend);
    }

    /// <summary>Two blocks, a layer, and a built-in layer with a custom activation, penalty, constraint and initializer.</summary>
    public static Sequential Net(long seed = 5) => new(seed: seed)
    {
        new Input(6, 6, 2),
        new ResidualBlock(4, Bend) { Name = "block" },
        new ResidualBlock(4, Activation.Relu) { ActivityRegularizer = new Sparse(1e-5f) },
        new GlobalAveragePooling2D(),
        new Scale(1.5f, "last"),
        new Dense(3, Bend) { Name = "head", KernelRegularizer = new Sparse(0.01f), KernelConstraint = new Box(0.15f), KernelInitializer = new Stairs(0.02f) },
    };

    public static Model Compiled(this Model model)
    {
        model.Compile(new Adam(0.01f), Loss.MeanSquaredError);
        return model;
    }

    public static History FitOnce(this Model model) => model.Fit(new Pictures(), epochs: 1, batchSize: 4, shuffle: false);

    public static Tensor Inputs()
    {
        var (data, values) = (new Pictures(), new float[12 * 72]);
        for (var i = 0; i < 12; i++) data.Read(i, values.AsSpan(i * 72, 72), new float[3]);
        return new Tensor([12, 6, 6, 2], values);
    }

    public static float[] Predictions(this Model model) => model.Predict(Inputs()).Values.ToArray();

    public static float[] Numbers(this Model model) => [.. model.Weights.SelectMany(weight => weight.Values.ToArray())];
}

/// <summary>A learned factor for each feature.</summary>
internal sealed class Scale(float start, string axis) : Layer
{
    private Variable? factors;

    protected override void Build(IReadOnlyList<Shape> inputs) => factors = AddWeight("factors", [inputs[0][^1]], new ConstantInitializer(start));

    protected override Node Call(Node input, CallContext context) => input * context.Read(factors!);

    protected override void WriteConfig(Config config)
    {
        config.Set("start", start);
        config.Set("axis", axis);
    }
}

/// <summary>x + gain · conv(act(norm(conv(x)))), with a convolution of one pixel on x where the channels differ (He et al. 2016).</summary>
internal sealed class ResidualBlock : Layer
{
    private readonly int filters;
    private readonly Activation activation;
    private readonly Conv2D first;
    private readonly BatchNormalization normalization;
    private readonly Conv2D second;
    private readonly Add add;
    private Conv2D? shortcut;
    private Variable? gain;

    public ResidualBlock(int filters, Activation activation)
    {
        (this.filters, this.activation) = (filters, activation);
        first = Contain(new Conv2D(filters, 3, padding: Padding.Same) { Name = "first" });
        normalization = Contain(new BatchNormalization(momentum: 0.9) { Name = "normalization" });
        second = Contain(new Conv2D(filters, 3, padding: Padding.Same) { Name = "second", KernelRegularizer = new L2(0.01f) });
        add = Contain(new Add());
    }

    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0][^1] != filters) shortcut = Contain(new Conv2D(filters, 1) { Name = "shortcut" });
        gain = AddWeight("gain", [filters], new ConstantInitializer(0.5f));
    }

    protected override Node Call(Node input, CallContext context)
    {
        var x = activation.Apply(context.Call(normalization, context.Call(first, input)));
        return context.Call(add, [shortcut is null ? input : context.Call(shortcut, input), context.Read(gain!) * context.Call(second, x)]);
    }

    protected override void WriteConfig(Config config)
    {
        config.Set("filters", filters);
        config.Set("activation", activation);
    }
}

/// <summary>factor · Σ|x|.</summary>
internal sealed record Sparse(float Factor) : Regularizer
{
    public override Node Penalty(Node x) => Factor * x.Abs().Sum();

    protected override void WriteConfig(Config config) => config.Set("factor", Factor);
}

/// <summary>Numbers between ± limit.</summary>
internal sealed record Box(float Limit) : Constraint
{
    public override Node Apply(Node weight) => weight.Clip(-Limit, Limit);

    protected override void WriteConfig(Config config) => config.Set("limit", Limit);
}

/// <summary>0, step, 2 · step, … 4 · step, 0, …</summary>
internal sealed record Stairs(float Step) : Initializer
{
    public override void Fill(Span<float> values, Shape shape, long seed)
    {
        for (var i = 0; i < values.Length; i++) values[i] = Step * (i % 5);
    }

    protected override void WriteConfig(Config config) => config.Set("step", Step);
}

internal sealed class Pictures : Dataset
{
    public override int Count => 12;

    public override Shape InputShape => [6, 6, 2];

    public override Shape TargetShape => [3];

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        for (var i = 0; i < input.Length; i++) input[i] = ((index * 37) + (i * 11)) % 17 / 16f;
        for (var i = 0; i < 3; i++) target[i] = (index + i) % 3 / 2f;
    }
}
