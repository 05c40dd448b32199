namespace Fovea.Engine.Planning;

/// <summary>Options for compiling a plan. Immutable; any threads may use it.</summary>
public sealed record PlanOptions
{
    /// <summary>
    /// Whether the plan is for prediction. Variables then rarely change between runs, and convolutions may use the fast algorithms that
    /// <see cref="Cpu.FastConvolution"/> describes. False by default.
    /// </summary>
    public bool IsInference { get; init; }

    /// <summary>
    /// The maximum size in bytes of the arena: activations, gradients and scratch. If it would be larger, activations are freed and recomputed when gradients
    /// need them. Results are bit-identical; a run takes longer. By default there is no limit.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// Whether the caller lends an array for each output that is computed in memory of its size: <see cref="Plan.TryLendOutput"/>.
    /// </summary>
    internal bool LendsOutputs { get; init; }

    /// <summary>
    /// The number of outputs that are results of the forward part; the outputs after them are gradients, for which activations may be recomputed. By default
    /// all outputs are results, and only updates read gradients.
    /// </summary>
    internal int? Results { get; init; }
}
