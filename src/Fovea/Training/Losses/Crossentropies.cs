using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>−ln p of the target's class, the target being a class number; <c>keras.losses.SparseCategoricalCrossentropy</c>.</summary>
public sealed class SparseCategoricalCrossentropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "sparse_categorical_crossentropy";

    /// <inheritdoc/>
    public override Node Call(Node prediction, Node target)
    {
        var classes = prediction.Shape[^1];
        return new CategoricalCrossentropy { FromLogits = FromLogits }.Call(prediction, target.Reshape(prediction.Shape[..^1]).OneHot(classes));
    }

    /// <inheritdoc/>
    public override Shape TargetShape(Shape prediction) => prediction[..^1];

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction)
    {
        foreach (var label in target)
        {
            if (!(label >= 0 && label < prediction[^1]) || label != MathF.Floor(label))
                return $"expected a class from 0 to {prediction[^1] - 1}, since the model has {prediction[^1]} outputs; received {label}";
        }

        return null;
    }
}

/// <summary>−Σ t·ln p over the classes, the target being a probability for each; <c>keras.losses.CategoricalCrossentropy</c>.</summary>
public sealed class CategoricalCrossentropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "categorical_crossentropy";

    /// <inheritdoc/>
    public override Node Call(Node prediction, Node target)
    {
        // The softmax's own input gives the exact logarithm, as Keras does when it sees a softmax; other outputs are divided by their sum.
        var logarithms = FromLogits ? prediction.LogSoftmax()
            : prediction.Op is SoftmaxOp ? prediction.Inputs[0].LogSoftmax()
            : (prediction / prediction.SumTo([.. prediction.Shape.Dimensions[..^1], 1])).Clip(Epsilon, 1 - Epsilon).Log();
        var perClass = -(target * logarithms);
        var classes = prediction.Shape[^1];
        return perClass.Reshape([prediction.Shape[0], perClass.Shape.Count / prediction.Shape[0]]).Sum(1, 1) / (prediction.Shape.Count / classes / prediction.Shape[0]);
    }
}

/// <summary>−t·ln p − (1 − t)·ln(1 − p), averaged over the outputs; <c>keras.losses.BinaryCrossentropy</c>.</summary>
public sealed class BinaryCrossentropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "binary_crossentropy";

    /// <inheritdoc/>
    public override Node Call(Node prediction, Node target)
    {
        target = target.Reshape(prediction.Shape);
        if (FromLogits || prediction.Op is SigmoidOp)
        {
            // −t·ln σ(x) − (1 − t)·ln(1 − σ(x)) = softplus(x) − t·x
            var logits = FromLogits ? prediction : prediction.Inputs[0];
            return MeanPerSample(logits.Softplus() - (target * logits));
        }

        var p = prediction.Clip(Epsilon, 1 - Epsilon);
        return MeanPerSample(-((target * p.Log()) + ((1 - target) * (1 - p).Log())));
    }

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction)
    {
        foreach (var label in target)
        {
            if (label is not (>= 0 and <= 1)) return $"expected a target from 0 to 1; received {label}";
        }

        return null;
    }
}

/// <summary>(p − t)², averaged over the outputs; <c>keras.losses.MeanSquaredError</c>.</summary>
public sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean_squared_error";

    /// <inheritdoc/>
    public override Node Call(Node prediction, Node target) => MeanPerSample((prediction - target.Reshape(prediction.Shape)).Square());
}
