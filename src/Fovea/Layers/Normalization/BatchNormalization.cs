using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Normalizes each channel (the innermost dimension) to mean 0 and variance 1, then multiplies it by a learned scale, gamma, and adds a learned offset, beta.
/// <c>keras.layers.BatchNormalization</c>; Ioffe and Szegedy 2015. In training, mean and variance are those of the batch, and moving averages of them are
/// updated. In inference, and in training if the layer is not <see cref="Layer.Trainable"/>, the moving averages are used.
/// </summary>
/// <param name="momentum">The share of the moving averages that each step keeps, from 0 to 1.</param>
/// <param name="epsilon">The number added to the variance before the square root, so that it is never 0.</param>
public sealed class BatchNormalization(double momentum = 0.99, double epsilon = 1e-3) : ScaledNormalization
{
    private Variable? gamma;
    private Variable? beta;
    private Variable? movingMean;
    private Variable? movingVariance;

    /// <summary>The share of the moving averages that each step keeps, from 0 to 1.</summary>
    public double Momentum { get; } = momentum.Within(0, 1, nameof(BatchNormalization), nameof(momentum));

    /// <summary>The number added to the variance before the square root, so that it is never 0.</summary>
    public double Epsilon { get; } = epsilon.AtLeast(0, nameof(BatchNormalization), nameof(epsilon));

    /// <summary>The initializer of the moving mean; zeros by default.</summary>
    public Initializer MovingMeanInitializer { get; init => field = value.NotNull(ClassName, nameof(MovingMeanInitializer)); } = Initializer.Zeros;

    /// <summary>The initializer of the moving variance; ones by default.</summary>
    public Initializer MovingVarianceInitializer { get; init => field = value.NotNull(ClassName, nameof(MovingVarianceInitializer)); } =
        Initializer.Ones;

    /// <summary>The axis that a file names; the batch is 0. Only the last one is supported.</summary>
    internal int Axis { get; init; } = -1;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank < 1) throw new ShapeException(Subject, "expected inputs of at least one dimension besides the batch; received (None).");
        if (Axis != -1 && Axis != inputs[0].Rank)
            throw new ShapeException(Subject, $"expected the last axis, -1 or {inputs[0].Rank}, to be normalized; received {Axis}.");
        Shape channels = [inputs[0][^1]];
        if (Scale) gamma = AddWeight("gamma", channels, Gamma);
        if (Center) beta = AddWeight("beta", channels, Beta);
        movingMean = AddWeight("moving_mean", channels, MovingMeanInitializer, trainable: false);
        movingVariance = AddWeight("moving_variance", channels, MovingVarianceInitializer, trainable: false);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        if (input.Shape[^1] != movingMean!.Shape[0])
            throw new ShapeException(Subject, $"expected {movingMean.Shape[0]} channels; the input {input.Shape} has {input.Shape[^1]}.");
        if (context.Training && Trainable) return Normalize(input, context);

        // One factor and one offset per channel: fusion can fold them into the convolution before.
        Node mean = context.Read(movingMean), variance = context.Read(movingVariance!);
        var factor = Scaled(Arithmetic.Constant(1) / (variance + (float)Epsilon).Sqrt(), context);
        var offset = beta is null ? -(mean * factor) : context.Read(beta) - (mean * factor);
        return (input * factor) + offset;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("axis", -1);
        config.Set("momentum", Momentum);
        config.Set("epsilon", Epsilon);
        config.Set("center", Center);
        config.Set("scale", Scale);
        config.SetInitializers(Beta, Gamma);
        config.Set("moving_mean_initializer", MovingMeanInitializer);
        config.Set("moving_variance_initializer", MovingVarianceInitializer);
        config.SetRegularizers(Beta, Gamma);
        config.SetConstraints(Beta, Gamma);
        config.Set("synchronized", false);
    }

    internal static BatchNormalization FromConfig(Config config)
    {
        return new BatchNormalization(config.GetFloat("momentum", 0.99f), config.GetFloat("epsilon", 1e-3f))
        {
            Axis = config.GetAxis("axis", -1),
            Center = config.GetBool("center", true),
            Scale = config.GetBool("scale", true),
            MovingMeanInitializer = config.GetInitializer("moving_mean_initializer", Initializer.Zeros),
            MovingVarianceInitializer = config.GetInitializer("moving_variance_initializer", Initializer.Ones),
            Beta = config.GetWeight(WeightSpec.Beta),
            Gamma = config.GetWeight(WeightSpec.Gamma),
        };
    }

    private Node Normalize(Node input, CallContext context)
    {
        var (output, mean, variance) = input.BatchNormalization(
            gamma is null ? Arithmetic.Constant(1).BroadcastTo(movingMean!.Shape) : context.Read(gamma),
            beta is null ? Arithmetic.Constant(0).BroadcastTo(movingMean!.Shape) : context.Read(beta),
            (float)Epsilon);
        context.Write(movingMean!, ((float)Momentum * context.ReadWritten(movingMean!)) + ((1 - (float)Momentum) * mean));
        context.Write(movingVariance!, ((float)Momentum * context.ReadWritten(movingVariance!)) + ((1 - (float)Momentum) * variance));
        return output;
    }

    private Node Scaled(Node factor, CallContext context) => gamma is null ? factor : context.Read(gamma) * factor;
}
