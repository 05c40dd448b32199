using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The function that training minimizes: a number for each sample from its prediction and its target. A custom loss is a formula, <see cref="From"/>, or a
/// class that overrides <see cref="Call"/> with the ops of <c>Fovea.Engine.Ops</c>; the class is saved with the model once it is registered
/// (<see cref="CustomObjects"/>).
/// </summary>
/// <remarks>
/// As in Keras, predictions have any rank. The innermost dimension is the classes or outputs; the dimensions between it and the batch are positions, such as
/// the pixels of a segmentation. The loss of a sample is the mean over its positions.
/// </remarks>
public abstract partial class Loss : IConfigurable
{
    private LossReduction reduction;

    /// <summary>−ln p of the target's class; targets are class numbers.</summary>
    public static Loss SparseCategoricalCrossentropy { get; } = new SparseCategoricalCrossentropy();

    /// <summary>−Σ t·ln p over the classes, with a target probability for each class.</summary>
    public static Loss CategoricalCrossentropy { get; } = new CategoricalCrossentropy();

    /// <summary>−t·ln p − (1 − t)·ln(1 − p), averaged over the outputs.</summary>
    public static Loss BinaryCrossentropy { get; } = new BinaryCrossentropy();

    /// <summary>(p − t)², averaged over the outputs.</summary>
    public static Loss MeanSquaredError { get; } = new MeanSquaredError();

    /// <summary>The name in Keras: <c>sparse_categorical_crossentropy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether predictions are logits, before softmax or sigmoid. Only cross-entropies use it.</summary>
    public bool FromLogits { get; init; }

    /// <summary>How the losses of a batch are reduced to one number; the mean by default.</summary>
    public LossReduction Reduction { get => reduction; init => reduction = value.Defined(GetType().Name, nameof(Reduction)); }

    /// <summary>
    /// A loss from a formula, as in <c>Loss.From((expected, predicted) => (predicted - expected).Square())</c>. The parameters are in
    /// Keras' order, first the targets, then the predictions. A custom class can be saved with the model, a formula cannot.
    /// </summary>
    /// <param name="function">
    /// Computes from targets (batch, …) and predictions of the same shape the loss of each sample, (batch), or of each of its outputs, which are averaged.
    /// </param>
    /// <param name="name">A name for messages.</param>
    public static Loss From(LossFunction function, string name = "loss") => new FunctionLoss(function.NotNull("Loss.From", nameof(function)), name);

    /// <summary>
    /// Computes the loss of each sample: the mean over its positions, or their sum if <see cref="Reduction"/> sums. The parameters have the order of Keras'
    /// <c>call(y_true, y_pred)</c>.
    /// </summary>
    /// <param name="expected">The targets, a batch of <see cref="TargetShape"/>.</param>
    /// <param name="predicted">The predictions of the model, (batch, …).</param>
    /// <returns>The losses, (batch). Losses of outputs or positions, (batch, …), are averaged; a single number for the batch is refused.</returns>
    public abstract Node Call(Node expected, Node predicted);

    /// <summary>
    /// Computes the number that training minimizes. <see cref="Reduction"/> decides: Σ wᵢ·lᵢ / batch, Σ wᵢ·lᵢ, or Σ wᵢ·lᵢ / Σ wᵢ (0 if all weights are 0);
    /// Keras' <c>reduce_weighted_values</c>.
    /// </summary>
    /// <param name="perSample">The losses l of <see cref="Call"/>, of shape (batch).</param>
    /// <param name="weights">The sample weights w, at least 0, of shape (batch); null if all are 1.</param>
    public virtual Node Reduce(Node perSample, Node? weights = null)
    {
        var weighted = weights is null ? perSample : perSample * weights;
        return (Reduction, weights) switch
        {
            (LossReduction.Sum, _) => weighted.Sum(),
            (LossReduction.MeanWithSampleWeight, not null) => weighted.Sum() / weights.Sum().AtLeast(1e-30f),
            _ => weighted.Mean(),
        };
    }

    /// <summary>The shape of one target for predictions of one shape.</summary>
    public virtual Shape TargetShape(Shape prediction) => prediction;

    /// <summary>Describes what is wrong with a target, such as a class number that the model does not have; null if nothing is.</summary>
    public virtual string? FindFault(ReadOnlySpan<float> target, Shape prediction) => null;

    /// <summary>Whether the loss of a sample is the mean of the losses of its positions, so that positions can have weights.</summary>
    internal virtual bool IsByPosition => true;

    /// <summary>The kind of outputs that the loss takes; null if it takes several kinds, so that the model's last ops decide.</summary>
    internal virtual OutputKind? ModelOutputs => FromLogits ? OutputKind.Logits : null;

    /// <summary>The same loss with another reduction.</summary>
    internal Loss With(LossReduction other)
    {
        var copy = (Loss)MemberwiseClone();
        (copy.reduction, copy.computation) = (other, null);
        return copy;
    }

    /// <summary>
    /// Writes the settings of the loss for the factory that is registered for its class (<see cref="CustomObjects"/>): <c>config.Set("delta", Delta)</c>. The
    /// name and the reduction are saved without it.
    /// </summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    string IConfigurable.ClassName => GetType().Name;

    void IConfigurable.WriteSettings(Config config)
    {
        config.Set("name", Name);
        config.Set("reduction", SnakeCase.Of(Reduction.ToString()));
        WriteConfig(config);
    }

    void IConfigurable.ReadSettings(Config config) => reduction = config.GetText("reduction", "sum_over_batch_size") switch
    {
        "sum_over_batch_size" or "mean" or "auto" => LossReduction.SumOverBatchSize,
        "sum" => LossReduction.Sum,
        "mean_with_sample_weight" => LossReduction.MeanWithSampleWeight,
        _ => throw config.Wrong("reduction", "'sum_over_batch_size', 'sum' or 'mean_with_sample_weight'", config.Find("reduction")),
    };

    /// <summary>The sum over the innermost dimension, averaged over the positions.</summary>
    private protected Node SumOutputs(Node x) => PerSample(x, x.Shape.Count / x.Shape[^1] / x.Shape[0], 1);

    /// <summary>The mean over the innermost dimension, averaged over the positions.</summary>
    private protected Node MeanOutputs(Node x) => PerSample(x, x.Shape.Count / x.Shape[0], x.Shape[^1]);

    /// <summary>The targets in the shape that the loss needs for the predictions.</summary>
    /// <exception cref="ShapeException">The number of targets is wrong, for example because targets and predictions are exchanged.</exception>
    private protected Node Matching(Node expected, Node predicted)
    {
        if (predicted.Shape.Rank >= 2)
        {
            var wanted = TargetShape(predicted.Shape[1..]).Prepend(predicted.Shape[0]);
            if (expected.Shape.Count == wanted.Count) return expected.Reshape(wanted);
        }

        throw new ShapeException(
            Name, $"the targets {expected.Shape} do not fit the predictions {predicted.Shape}. The targets come first, then the predictions.");
    }

    private Node PerSample(Node x, int count, int outputs) =>
        x.Reshape([x.Shape[0], x.Shape.Count / x.Shape[0]]).SumRange(1, 1) / (Reduction == LossReduction.Sum ? outputs : count);

    private protected static string? FindOutside(ReadOnlySpan<float> target, float low, float high)
    {
        foreach (var value in target)
        {
            if (!(value >= low && value <= high))
                return high < float.PositiveInfinity
                    ? $"expected a target from {low} to {high}; received {value}"
                    : $"expected a target of at least {low}; received {value}";
        }

        return null;
    }

    private sealed class FunctionLoss(LossFunction function, string name) : Loss
    {
        public override string Name { get; } = name;

        internal override bool IsByPosition => false;

        public override Node Call(Node expected, Node predicted) => Averaged(function(expected, predicted), predicted);
    }
}
