using System.Numerics.Tensors;
using Fovea.Engine;

namespace Fovea;

/// <summary>A weight of a layer.</summary>
/// <param name="Variable">The variable that holds the values.</param>
/// <param name="Initializer">Computes the first values.</param>
/// <param name="Trainable">
/// Whether an optimizer may change the weight; not so for moving averages. It stays true while the layer is frozen: <see cref="Layer.TrainableWeights"/> are
/// those that training changes now.
/// </param>
public sealed record Weight(Variable Variable, Initializer Initializer, bool Trainable)
{
    /// <summary>The name, unique within the layer: <c>kernel</c>, <c>bias</c>.</summary>
    public string Name => Variable.Name;

    /// <summary>The shape, which never changes.</summary>
    public Shape Shape => Variable.Shape;

    /// <summary>The penalty on the weight that is added to the loss, if any.</summary>
    public Regularizer? Regularizer { get; init; }

    /// <summary>The constraint applied to the weight after each training step, if any.</summary>
    public Constraint? Constraint { get; init; }

    /// <summary>The values, row-major.</summary>
    public ReadOnlySpan<float> Values => Variable.Values;

    /// <summary>The values as a read-only span of several dimensions for <c>System.Numerics.Tensors</c>. They are not copied.</summary>
    public ReadOnlyTensorSpan<float> AsReadOnlyTensorSpan() => new(Values, Tensor.LengthsOf(Shape));

    /// <summary>A copy of the values as a tensor.</summary>
    public Tensor ToTensor() => new(Shape, Values.ToArray());

    /// <summary>Whether the weight has been initialized or loaded. A layer that becomes part of a second model keeps its values.</summary>
    internal bool IsFilled { get; set; }

    /// <summary>Whether the optimizer changes it now: it is trainable, and its layer is not frozen.</summary>
    internal bool IsTrained => Trainable && Layer is not { Trainable: false };

    /// <summary>The layer that the weight belongs to.</summary>
    internal Layer? Layer { get; init; }

    /// <summary>Replaces all values. It may be called on any thread: a prediction or training step uses either all old or all new values.</summary>
    /// <param name="values">The new values, row-major.</param>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        using var pass = WeightLock.Enter(Layer?.WeightLock is { } own ? [own] : [], writes: true);
        Variable.Write(values);
        IsFilled = true;
    }

    /// <summary>Fills the weights that have no values yet. The caller holds the lock of first uses.</summary>
    internal static void Initialize(IReadOnlyList<Weight> weights, long seed)
    {
        for (var i = 0; i < weights.Count; i++)
        {
            var weight = weights[i];
            if (weight.IsFilled) continue;

            // Each weight has its own random sequence, so that changing one layer leaves the others as they were.
            weight.Initializer.Fill(weight.Variable.Overwrite(), weight.Shape, unchecked((seed * (long)0x9E3779B97F4A7C15) + i + 1));
            weight.IsFilled = true;
        }
    }

    /// <summary>Writes all values in place without waiting for other threads, while a model is loaded.</summary>
    internal void Fill(Action<Span<float>> write)
    {
        write(Variable.Overwrite());
        Variable.CountChange();  // after the values, so that a prediction which reads them now reads them again
        IsFilled = true;
    }
}
