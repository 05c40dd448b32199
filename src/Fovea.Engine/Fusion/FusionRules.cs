namespace Fovea.Engine.Fusion;

/// <summary>The rewrites that every graph goes through before it is planned, in order. Each is exact.</summary>
internal static class FusionRules
{
    public static Graph Apply(Graph graph)
    {
        graph = SimplifyArithmetic.Apply(graph);
        graph = ShareEqualNodes.Apply(graph);
        graph = FoldBatchNormalization.Apply(graph);
        graph = FuseBiasActivation.Apply(graph);
        graph = FuseMaxPool.Apply(graph);
        graph = FuseBatchNormalization.Apply(graph);
        graph = PackKernels.Apply(graph);
        return FuseElementwise.Apply(graph);
    }
}
