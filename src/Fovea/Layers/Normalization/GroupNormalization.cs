using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Gives each group of channels of each sample mean 0 and variance 1 over all places, then each channel a scale gamma and an offset beta that are
/// learned; <c>keras.layers.GroupNormalization</c>; Wu and He 2018. In one group it is a <see cref="LayerNormalization"/> of the whole sample, in
/// as many as channels, −1, the instance normalization of Ulyanov et al. 2016.
/// </summary>
/// <param name="groups">Into how many groups the channels (the innermost dimension) are dealt out, in order; −1 for a group each.</param>
/// <param name="epsilon">What is added to the variance before its root is taken.</param>
public sealed class GroupNormalization(int groups = 32, float epsilon = 1e-3f) : Layer
{
    private Variable? gamma;
    private Variable? beta;

    /// <summary>Into how many groups the channels are dealt out; −1 for a group each.</summary>
    public int Groups { get; } = groups is >= 1 or -1
        ? groups
        : throw ArgumentRules.Wrong("GroupNormalization", nameof(groups), $"at least 1, or -1 for a group for each channel", groups);

    /// <summary>What is added to the variance before its root is taken.</summary>
    public float Epsilon { get; } = epsilon.AtLeast(0, "GroupNormalization", nameof(epsilon));

    /// <summary>Whether an offset, beta, is learned.</summary>
    public bool Center { get; init; } = true;

    /// <summary>Whether a scale, gamma, is learned.</summary>
    public bool Scale { get; init; } = true;

    /// <summary>How beta starts.</summary>
    public Initializer BetaInitializer { get; init => field = value.NotNull("GroupNormalization", nameof(BetaInitializer)); } = Initializer.Zeros;

    /// <summary>How gamma starts.</summary>
    public Initializer GammaInitializer { get; init => field = value.NotNull("GroupNormalization", nameof(GammaInitializer)); } = Initializer.Ones;

    /// <summary>A penalty on the offset that is added to the loss; none by default.</summary>
    public Regularizer? BetaRegularizer { get; init; }

    /// <summary>What the offset is made to be after each step of training; nothing by default.</summary>
    public Constraint? BetaConstraint { get; init; }

    /// <summary>A penalty on the scale that is added to the loss; none by default.</summary>
    public Regularizer? GammaRegularizer { get; init; }

    /// <summary>What the scale is made to be after each step of training; nothing by default.</summary>
    public Constraint? GammaConstraint { get; init; }

    /// <summary>The axis that a file asks for, counted with the batch; only the last is supported.</summary>
    internal int Axis { get; init; } = -1;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank < 1) throw new ShapeException(Subject, "expected inputs of at least one dimension beside the batch; received (None).");
        if (Axis != -1 && Axis != inputs[0].Rank)
            throw new ShapeException(Subject, $"expected the last axis, -1 or {inputs[0].Rank}, to be normalized; received {Axis}.");
        var channels = inputs[0][^1];
        if (Groups > 0 && channels % Groups != 0)
            throw new ShapeException(Subject, $"channels must be divisible by groups; received {channels} channels and {Groups} groups.");
        if (Scale) gamma = AddWeight("gamma", [channels], GammaInitializer, regularizer: GammaRegularizer, constraint: GammaConstraint);
        if (Center) beta = AddWeight("beta", [channels], BetaInitializer, regularizer: BetaRegularizer, constraint: BetaConstraint);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var (batch, channels) = (input.Shape[0], input.Shape[^1]);
        if (Groups > 0 && channels % Groups != 0)
            throw new ShapeException(Subject, $"channels must be divisible by groups; received {channels} channels and {Groups} groups.");
        var groups = Groups > 0 ? Groups : channels;
        var x = input.Reshape([batch, input.Shape.Count / batch / channels, channels]);
        var centered = x - Mean(x);
        var factor = Arithmetic.Constant(1) / (Mean(centered.Square()) + Epsilon).Sqrt();
        if (gamma is not null) factor *= context.Read(gamma);
        x = centered * factor;
        return (beta is null ? x : x + context.Read(beta)).Reshape(input.Shape);

        // Channel by channel over the places first, which is quick; then over the channels of a group, for each of which the mean stands again.
        Node Mean(Node values)
        {
            var sums = values.Sum(1, 1).Reshape([batch, groups, channels / groups]).Sum(2, 1).Reshape([batch, groups, 1]);
            return (sums / (values.Shape[1] * (channels / groups))).BroadcastTo([batch, groups, channels / groups]).Reshape([batch, 1, channels]);
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("groups", Groups);
        config.Set("axis", -1);
        config.Set("epsilon", Epsilon);
        config.Set("center", Center);
        config.Set("scale", Scale);
        config.Set("beta_initializer", BetaInitializer);
        config.Set("gamma_initializer", GammaInitializer);
        config.Set("beta_regularizer", BetaRegularizer);
        config.Set("gamma_regularizer", GammaRegularizer);
        config.Set("beta_constraint", BetaConstraint);
        config.Set("gamma_constraint", GammaConstraint);
    }

    internal static GroupNormalization FromConfig(Config config) => new(config.GetInt("groups", 32), config.GetFloat("epsilon", 1e-3f))
    {
        Axis = config.GetAxis("axis", -1),
        Center = config.GetBool("center", true),
        Scale = config.GetBool("scale", true),
        BetaInitializer = config.GetInitializer("beta_initializer", Initializer.Zeros),
        GammaInitializer = config.GetInitializer("gamma_initializer", Initializer.Ones),
        BetaRegularizer = config.GetRegularizer("beta_regularizer"),
        BetaConstraint = config.GetConstraint("beta_constraint"),
        GammaRegularizer = config.GetRegularizer("gamma_regularizer"),
        GammaConstraint = config.GetConstraint("gamma_constraint"),
    };
}
