using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Packs kernels of convolutions that are constant between runs into the order in which they are read, once for all runs. Rows of a wide
/// kernel are kilobytes apart, which suits neither the prefetcher nor the caches. <see cref="Conv2DKernel"/> packs the other kernels in each run
/// where this is faster.
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
