namespace Fovea.Engine.Fusion;

/// <summary>Applies the rewrites, in order, to a graph before it is planned. Each is exact up to rounding.</summary>
internal static class FusionRules
{
    /// <param name="graph">The graph.</param>
    /// <param name="isInference">Whether variables are constant between runs, and algorithms with slightly larger errors may be used.</param>
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
