namespace Fovea;

/// <content>What every optimizer can do beside its formula, with Keras' names and meaning: set it as in <c>new Sgd(0.1f) { ClipNorm = 1 }</c>.</content>
public abstract partial class Optimizer
{
    /// <summary>
    /// λ of a decay that is no part of the gradient: before each step w ← w − η·λ·w (Loshchilov and Hutter 2019); Keras' <c>weight_decay</c>.
    /// <see langword="null"/>, none, by default.
    /// </summary>
    /// <exception cref="ArgumentException">It is negative, infinite or NaN.</exception>
    public float? WeightDecay
    {
        get;
        init => field = value?.AtLeast(0, Subject, nameof(WeightDecay));
    }

    /// <summary>
    /// The weights that do not decay. As in Keras' <c>exclude_from_weight_decay</c> a part of the name is enough: <c>["bias", "gamma", "beta"]</c>. A
    /// name with the layer's before it, <c>dense/kernel</c>, is that weight alone.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public IReadOnlyList<string> ExcludeFromWeightDecay
    {
        get;
        init => field = value.NotNull(Subject, nameof(ExcludeFromWeightDecay)).All(name => !string.IsNullOrEmpty(name))
            ? value
            : throw ArgumentRules.Wrong(Subject, nameof(ExcludeFromWeightDecay), $"parts of names", "an empty one");
    } = [];

    /// <summary>c: each element of a gradient is cut to −c … c; Keras' <c>clipvalue</c>.</summary>
    /// <exception cref="ArgumentException">It is not above 0 or not finite, or another clip is set.</exception>
    public float? ClipValue
    {
        get;
        init => field = CheckClip(value, nameof(ClipValue), ClipNorm ?? GlobalClipNorm);
    }

    /// <summary>c: the gradient of each weight is shortened to the length c where it is longer, g·c / max(‖g‖₂, c); Keras' <c>clipnorm</c>.</summary>
    /// <exception cref="ArgumentException">It is not above 0 or not finite, or another clip is set.</exception>
    public float? ClipNorm
    {
        get;
        init => field = CheckClip(value, nameof(ClipNorm), ClipValue ?? GlobalClipNorm);
    }

    /// <summary>
    /// c: the gradients of all weights together are shortened to the length c where they are longer (Pascanu et al. 2013); Keras'
    /// <c>global_clipnorm</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is not above 0 or not finite, or another clip is set.</exception>
    public float? GlobalClipNorm
    {
        get;
        init => field = CheckClip(value, nameof(GlobalClipNorm), ClipValue ?? ClipNorm);
    }

    /// <summary>
    /// Whether a moving average of each weight is kept, a ← m·a + (1 − m)·w after each step, which starts as the weight after the first. When
    /// <see cref="Model.Fit"/> ends, the averages become the weights; validation after an epoch is of the weights as they are. Keras' <c>use_ema</c>.
    /// </summary>
    public bool UseEma { get; init; }

    /// <summary>m, how slowly the averages move, from 0 to 1; 0.99 by default, Keras' <c>ema_momentum</c>.</summary>
    /// <exception cref="ArgumentException">It is outside that range.</exception>
    public float EmaMomentum
    {
        get;
        init => field = value.Within(0, 1, Subject, nameof(EmaMomentum));
    } = 0.99f;

    /// <summary>After how many updates the averages become the weights in the midst of training; <see langword="null"/>, never, by default.</summary>
    /// <exception cref="ArgumentException">It is below 1.</exception>
    public int? EmaOverwriteFrequency
    {
        get;
        init => field = value?.AtLeast(1, Subject, nameof(EmaOverwriteFrequency));
    }

    /// <summary>
    /// N: the weights are updated once in N batches, with the mean of their gradients, as if the batches were one of N times the size;
    /// <see langword="null"/>, each time, by default. Clipping and decay are part of the update; schedules count batches. Keras'
    /// <c>gradient_accumulation_steps</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is below 2.</exception>
    public int? GradientAccumulationSteps
    {
        get;
        init => field = value?.AtLeast(2, Subject, nameof(GradientAccumulationSteps));
    }

    /// <summary>Sets the options that a file has.</summary>
    internal Config Options
    {
        init
        {
            WeightDecay = value.GetOptionalFloat("weight_decay") ?? WeightDecay;
            ExcludeFromWeightDecay = value.GetTexts("exclude_from_weight_decay");
            ClipNorm = value.GetOptionalFloat("clipnorm");
            GlobalClipNorm = value.GetOptionalFloat("global_clipnorm");
            ClipValue = value.GetOptionalFloat("clipvalue");
            UseEma = value.GetBool("use_ema", false);
            EmaMomentum = value.GetFloat("ema_momentum", 0.99f);
            EmaOverwriteFrequency = value.GetOptionalInt("ema_overwrite_frequency");
            GradientAccumulationSteps = value.GetOptionalInt("gradient_accumulation_steps");
        }
    }

    /// <summary>How many updates there have been after some batches.</summary>
    internal long Updates(long iterations) => iterations / (GradientAccumulationSteps ?? 1);

    private float? CheckClip(float? value, string name, float? other) => value is null || other is null
        ? value?.AboveZero(Subject, name)
        : throw new ArgumentException(
            $"{Subject}: only one of {nameof(ClipValue)}, {nameof(ClipNorm)} and {nameof(GlobalClipNorm)} can be set; received {name} after another.", name);
}
