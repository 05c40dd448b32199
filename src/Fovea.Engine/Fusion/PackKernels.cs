using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Packs the kernels of convolutions that are constant between runs, once, into the order in which tiles read them. Rows of a wide kernel are kilobytes apart,
/// which defeats the hardware prefetcher and conflicts in the caches. Kernels that change are packed by <see cref="Conv2DKernel"/> if it pays.
/// </summary>
internal static class PackKernels
{
    public static Graph Apply(Graph graph)
    {
        var invariant = graph.FindInvariant();
        return graph.Rewrite((original, node) => node switch
        {
            { Op: BiasActivationOp { Product: Conv2DOp { Groups: var groups }, IsPacked: false } op, Inputs: [var image, var kernel, ..] }
                when invariant.Contains(original.Inputs[1]) && Panels.Suit(kernel.Shape[^1], groups)
                => new Node(op with { IsPacked = true }, [image, new Node(new PackKernelOp(), kernel), .. node.Inputs.Skip(2)]),
            _ => node,
        });
    }
}
