using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// What training makes small: a number for each sample from its prediction and its target. A loss of your own overrides
/// <see cref="Call"/> with the ops of <c>Fovea.Engine.Ops</c>. Training minimises the mean over the batch.
/// </summary>
public abstract class Loss
{
    /// <summary>−ln p of the target's class, the target being a class number.</summary>
    public static Loss SparseCategoricalCrossentropy { get; } = new SparseCategoricalCrossentropy();

    /// <summary>−Σ t·ln p over the classes, the target being a probability for each.</summary>
    public static Loss CategoricalCrossentropy { get; } = new CategoricalCrossentropy();

    /// <summary>−t·ln p − (1 − t)·ln(1 − p), averaged over the outputs.</summary>
    public static Loss BinaryCrossentropy { get; } = new BinaryCrossentropy();

    /// <summary>(p − t)², averaged over the outputs.</summary>
    public static Loss MeanSquaredError { get; } = new MeanSquaredError();

    /// <summary>The name in Keras: <c>sparse_categorical_crossentropy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether predictions are logits, before softmax or sigmoid.</summary>
    public bool FromLogits { get; init; }

    /// <summary>The loss of each sample, of shape (batch).</summary>
    public abstract Node Call(Node prediction, Node target);

    /// <summary>The shape of one target for predictions of one shape.</summary>
    public virtual Shape TargetShape(Shape prediction) => prediction;

    /// <summary>Says what is wrong with a target, or nothing: a class number outside the classes, for instance.</summary>
    public virtual string? FindFault(ReadOnlySpan<float> target, Shape prediction) => null;

    /// <summary>As Keras: probabilities are kept this far from 0 and 1 where their logits are not known.</summary>
    private protected const float Epsilon = 1e-7f;

    /// <summary>The mean over all dimensions but the batch.</summary>
    private protected static Node MeanPerSample(Node x)
    {
        var perSample = x.Shape.Count / x.Shape[0];
        return x.Reshape([x.Shape[0], perSample]).Sum(1, 1) / perSample;
    }

    internal static Loss FromName(string name, bool fromLogits) => name switch
    {
        "sparse_categorical_crossentropy" or "SparseCategoricalCrossentropy" => new SparseCategoricalCrossentropy { FromLogits = fromLogits },
        "categorical_crossentropy" or "CategoricalCrossentropy" => new CategoricalCrossentropy { FromLogits = fromLogits },
        "binary_crossentropy" or "BinaryCrossentropy" => new BinaryCrossentropy { FromLogits = fromLogits },
        "mean_squared_error" or "MeanSquaredError" or "mse" => new MeanSquaredError(),
        _ => throw new ModelFormatException($"the loss '{name}' is not known."),
    };
}
