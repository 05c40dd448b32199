namespace Fovea.Engine.Fusion;

/// <summary>The rewrites that every graph goes through before it is planned, in order. Each is exact up to rounding.</summary>
internal static class FusionRules
{
    /// <param name="graph">What to rewrite.</param>
    /// <param name="isInference">Whether variables stay from run to run, and algorithms of a somewhat larger error may be used.</param>
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
