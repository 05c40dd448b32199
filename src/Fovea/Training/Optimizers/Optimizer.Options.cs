namespace Fovea;

/// <content>Options of every optimizer besides its formula, with Keras' names and meaning: <c>new Sgd(0.1) { ClipNorm = 1 }</c>.</content>
public abstract partial class Optimizer
{
    private float? weightDecay;
    private IReadOnlyList<string> excludeFromWeightDecay = [];
    private float? clipValue;
    private float? clipNorm;
    private float? globalClipNorm;
    private bool useEma;
    private float emaMomentum = 0.99f;
    private int? emaOverwriteFrequency;
    private int? gradientAccumulationSteps;

    /// <summary>
    /// λ of a decay that is not part of the gradient: before each step w ← w − η·λ·w (Loshchilov and Hutter 2019); Keras' <c>weight_decay</c>.
    /// <see langword="null"/>, no decay, by default.
    /// </summary>
    /// <exception cref="ArgumentException">It is negative, infinite or NaN.</exception>
    public double? WeightDecay { get => Config.Shortest(weightDecay); init => weightDecay = CheckDecay((float?)value); }

    /// <summary>
    /// The weights that do not decay. As in Keras' <c>exclude_from_weight_decay</c>, a part of the name is enough: <c>["bias", "gamma", "beta"]</c>. A name
    /// that begins with the layer's, <c>dense/kernel</c>, is that weight alone.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public IReadOnlyList<string> ExcludeFromWeightDecay { get => excludeFromWeightDecay; init => excludeFromWeightDecay = CheckExcluded(value); }

    /// <summary>c: each element of a gradient is clipped to −c … c; Keras' <c>clipvalue</c>.</summary>
    /// <exception cref="ArgumentException">It is not above 0 or not finite, or another clip is set.</exception>
    public double? ClipValue
    {
        get => Config.Shortest(clipValue);
        init => clipValue = CheckClip((float?)value, nameof(ClipValue), clipNorm ?? globalClipNorm);
    }

    /// <summary>c: the gradient of each weight that is longer than c is scaled to the length c, g·c / max(‖g‖₂, c); Keras' <c>clipnorm</c>.</summary>
    /// <exception cref="ArgumentException">It is not above 0 or not finite, or another clip is set.</exception>
    public double? ClipNorm
    {
        get => Config.Shortest(clipNorm);
        init => clipNorm = CheckClip((float?)value, nameof(ClipNorm), clipValue ?? globalClipNorm);
    }

    /// <summary>
    /// c: if the gradients of all weights together are longer than c, they are scaled to the length c (Pascanu et al. 2013); Keras' <c>global_clipnorm</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is not above 0 or not finite, or another clip is set.</exception>
    public double? GlobalClipNorm
    {
        get => Config.Shortest(globalClipNorm);
        init => globalClipNorm = CheckClip((float?)value, nameof(GlobalClipNorm), clipValue ?? clipNorm);
    }

    /// <summary>
    /// Whether a moving average of each weight is kept: a ← m·a + (1 − m)·w after each step. It starts as the weight after the first step. When
    /// <see cref="Model.Fit"/> ends, the averages become the weights; validation after an epoch uses the weights themselves. Keras' <c>use_ema</c>.
    /// </summary>
    public bool UseEma { get => useEma; init => useEma = value; }

    /// <summary>m, how slowly the averages change, from 0 to 1; 0.99 by default, Keras' <c>ema_momentum</c>.</summary>
    /// <exception cref="ArgumentException">It is outside that range.</exception>
    public double EmaMomentum { get => Config.Shortest(emaMomentum); init => emaMomentum = CheckMomentum((float)value); }

    /// <summary>The number of updates after which the averages become the weights during training; <see langword="null"/>, never, by default.</summary>
    /// <exception cref="ArgumentException">It is below 1.</exception>
    public int? EmaOverwriteFrequency { get => emaOverwriteFrequency; init => emaOverwriteFrequency = CheckFrequency(value); }

    /// <summary>Whether the averages become the weights at the end of a training.</summary>
    internal bool EndsWithAverages => UseEma && EmaOverwriteFrequency is null;

    /// <summary>
    /// N: the weights are updated once in N batches, with the mean of their gradients, as if the batches were one of N times the size;
    /// <see langword="null"/>, each time, by default. Clipping and decay are part of the update; schedules count batches. Keras'
    /// <c>gradient_accumulation_steps</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is below 2.</exception>
    public int? GradientAccumulationSteps { get => gradientAccumulationSteps; init => gradientAccumulationSteps = CheckSteps(value); }

    /// <summary>The number of updates after a number of batches.</summary>
    internal long Updates(long iterations) => iterations / (GradientAccumulationSteps ?? 1);

    private float? CheckDecay(float? value) => value?.AtLeast(0, Subject, nameof(WeightDecay));

    private IReadOnlyList<string> CheckExcluded(IReadOnlyList<string> value) =>
        value.NotNull(Subject, nameof(ExcludeFromWeightDecay)).All(name => !string.IsNullOrEmpty(name))
            ? value
            : throw ArgumentRules.Wrong(Subject, nameof(ExcludeFromWeightDecay), $"parts of names", "an empty one");

    private float? CheckClip(float? value, string name, float? other) => value is null || other is null
        ? value?.AboveZero(Subject, name)
        : throw new ArgumentException(
            $"{Subject}: only one of {nameof(ClipValue)}, {nameof(ClipNorm)} and {nameof(GlobalClipNorm)} can be set; received {name} after another.", name);

    private float CheckMomentum(float value) => value.Within(0, 1, Subject, nameof(EmaMomentum));

    private int? CheckFrequency(int? value) => value?.AtLeast(1, Subject, nameof(EmaOverwriteFrequency));

    private int? CheckSteps(int? value) => value?.AtLeast(2, Subject, nameof(GradientAccumulationSteps));
}
