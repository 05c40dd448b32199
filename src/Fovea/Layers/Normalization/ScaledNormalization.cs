namespace Fovea;

/// <summary>
/// A normalization whose result is multiplied by a learned scale, gamma, and added to a learned offset, beta: <see cref="BatchNormalization"/>,
/// <see cref="GroupNormalization"/> and <see cref="LayerNormalization"/>.
/// </summary>
public abstract class ScaledNormalization : Layer
{
    private protected ScaledNormalization()
    {
    }

    /// <summary>Whether an offset, beta, is learned.</summary>
    public bool Center { get; init; } = true;

    /// <summary>Whether a scale, gamma, is learned.</summary>
    public bool Scale { get; init; } = true;

    /// <summary>The initializer of beta; zeros by default.</summary>
    public Initializer BetaInitializer
    {
        get => Beta.Initializer;
        init => Beta = Beta with { Initializer = value.NotNull(ClassName, nameof(BetaInitializer)) };
    }

    /// <summary>The penalty on beta that is added to the loss; none by default.</summary>
    public Regularizer? BetaRegularizer { get => Beta.Regularizer; init => Beta = Beta with { Regularizer = value }; }

    /// <summary>The constraint applied to beta after each training step; none by default.</summary>
    public Constraint? BetaConstraint { get => Beta.Constraint; init => Beta = Beta with { Constraint = value }; }

    /// <summary>The initializer of gamma; ones by default.</summary>
    public Initializer GammaInitializer
    {
        get => Gamma.Initializer;
        init => Gamma = Gamma with { Initializer = value.NotNull(ClassName, nameof(GammaInitializer)) };
    }

    /// <summary>The penalty on gamma that is added to the loss; none by default.</summary>
    public Regularizer? GammaRegularizer { get => Gamma.Regularizer; init => Gamma = Gamma with { Regularizer = value }; }

    /// <summary>The constraint applied to gamma after each training step; none by default.</summary>
    public Constraint? GammaConstraint { get => Gamma.Constraint; init => Gamma = Gamma with { Constraint = value }; }

    private protected WeightSpec Beta { get; init; } = WeightSpec.Beta;

    private protected WeightSpec Gamma { get; init; } = WeightSpec.Gamma;
}
