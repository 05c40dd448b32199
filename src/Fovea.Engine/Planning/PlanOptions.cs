namespace Fovea.Engine.Planning;

/// <summary>What a plan is compiled for.</summary>
public sealed record PlanOptions
{
    /// <summary>
    /// Whether the plan only predicts: its variables seldom change between runs, and convolutions may be computed by the fast
    /// algorithms that <see cref="Cpu.FastConvolution"/> describes. Off unless set.
    /// </summary>
    public bool IsInference { get; init; }
}
