namespace Fovea.Engine.Planning;

/// <summary>What a plan is compiled for. It never changes: any threads may use it.</summary>
public sealed record PlanOptions
{
    /// <summary>
    /// Whether the plan only predicts: its variables seldom change between runs, and convolutions may be computed by the fast
    /// algorithms that <see cref="Cpu.FastConvolution"/> describes. Off unless set.
    /// </summary>
    public bool IsInference { get; init; }

    /// <summary>
    /// How many bytes the arena may take: activations, gradients and scratch. Where it would take more, values that wait for the gradients are
    /// computed again when these need them: the same bits, more time. No limit unless set.
    /// </summary>
    public long? MemoryLimit { get; init; }
}
