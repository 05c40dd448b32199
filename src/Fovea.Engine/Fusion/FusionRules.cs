namespace Fovea.Engine.Fusion;

/// <summary>Applies all rewrites to a graph, in order, before it is planned. Each is exact up to rounding.</summary>
internal static class FusionRules
{
    /// <param name="graph">The graph to rewrite.</param>
    /// <param name="isInference">
    /// Whether the plan is for inference: variables are constant between runs, and algorithms with a somewhat larger error are allowed.
    /// </param>
    public static Graph Apply(Graph graph, bool isInference = false)
    {
        graph = SimplifyArithmetic.Apply(graph);
        graph = ShareEqualNodes.Apply(graph);
        graph = FuseCrossentropy.Apply(graph);
        graph = FoldBatchNormalization.Apply(graph);
        graph = FuseBiasActivation.Apply(graph);
        graph = FuseMaxPool.Apply(graph);
        graph = FuseBatchNormalization.Apply(graph);
        graph = UseWinograd.Apply(graph, isInference);
        graph = PackKernels.Apply(graph);
        graph = FuseMaskedSums.Apply(graph);
        graph = FuseUpdates.Apply(graph);
        return FuseElementwise.Apply(graph);
    }
}
