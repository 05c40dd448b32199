namespace Fovea;

/// <summary>How the losses of a batch are reduced to the number that training minimizes; <c>reduction</c> in Keras.</summary>
public enum LossReduction
{
    /// <summary>Σ wᵢ·lᵢ / n: the mean over the batch, and over the positions of each sample.</summary>
    SumOverBatchSize,

    /// <summary>Σ wᵢ·lᵢ: the sum over the batch, and over the positions of each sample.</summary>
    Sum,

    /// <summary>Σ wᵢ·lᵢ / Σ wᵢ: the weighted mean.</summary>
    MeanWithSampleWeight,
}
