using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses a convolution (with its bias and activation) with the max-pooling of its output, so that the convolution's output, one of the largest
/// tensors of a convnet, is never stored. In training, the gradients of both ops are computed from the argmax of each pooling window; the
/// gradient of the convolution's output is stored only where a dense image gradient is faster (<see cref="PooledConvolution.IsSparse"/>).
/// Grouped convolutions are not fused.
/// </summary>
internal static class FuseMaxPool
{
    public static Graph Apply(Graph graph)
    {
        var users = graph.FindUsers();
        var pools = graph.Nodes.Where(node => node.Op is MaxPool2DOp).Select(pool => Match(pool, users, graph)).OfType<Pooled>().ToList();
        if (pools.Count == 0) return graph;
        var forward = pools.ToDictionary(pooled => pooled.Pool);
        var gradients = pools.SelectMany(pooled => pooled.GradientUses.Select(use => (use, pooled))).ToDictionary(pair => pair.use, pair => pair.pooled);
        var fused = new Dictionary<Pooled, Node>();
        return graph.Rewrite((original, node) =>
        {
            if (forward.TryGetValue(original, out var pooled))
            {
                var whole = Fuse(pooled, node.Inputs[0]);
                return whole.Op is Conv2DMaxPoolOp { KeepsArgMax: true } op ? op.Pooled(whole) : whole;
            }

            if (!gradients.TryGetValue(original, out pooled)) return node;
            var masked = node.Op is Conv2DKernelGradientOp ? node.Inputs[1] : node.Inputs[0];
            var scattered = pooled.Relu ? masked.Inputs[0] : masked;
            return Gradient(node, scattered.Inputs[1], pooled, Fuse(pooled, scattered.Inputs[0]));
        });

        // The pooling and its gradients share one fused node; the first of them to be rebuilt creates it.
        Node Fuse(Pooled pooled, Node convolution)
        {
            if (fused.TryGetValue(pooled, out var node)) return node;
            var epilogue = convolution.Op is BiasActivationOp affine ? affine.Epilogue : Epilogue.None;
            return fused[pooled] = new Node(
                new Conv2DMaxPoolOp(pooled.Geometry, epilogue, KeepsArgMax: pooled.GradientUses.Count > 0), [.. convolution.Inputs]);
        }
    }

    /// <summary>A max-pooling of a convolution, if only the pooling and the gradients of both use the convolution's output; otherwise null.</summary>
    private static Pooled? Match(Node pool, Dictionary<Node, List<Node>> users, Graph graph)
    {
        var convolution = pool.Inputs[0];
        var (op, epilogue) = convolution.Op is BiasActivationOp { HasResidual: false } affine
            ? (affine.Product, affine.Epilogue)
            : (convolution.Op, Epilogue.None);
        if (op is not Conv2DOp { Window: var window, Groups: 1 } || graph.Outputs.Contains(convolution)) return null;
        var geometry = PooledConvolution.Create(window, ((MaxPool2DOp)pool.Op).Window);
        if (users[convolution] is [var only] && only == pool) return new Pooled(pool, geometry, epilogue == Epilogue.Relu, []);

        // In training, the gradient of the pooling and the mask of the relu may use the output too. Their result must have known users only.
        if (epilogue is not (Epilogue.None or Epilogue.Relu)) return null;
        if (users[convolution].Where(user => user.Op is MaxPool2DGradientOp && user.Inputs[0] == convolution).ToList() is not [var scattered]) return null;
        var relu = epilogue == Epilogue.Relu;
        var masked = relu ? users[scattered] is [{ Op: MaskOp } mask] && mask.Inputs[1] == convolution ? mask : null : scattered;
        if (masked is null || users[convolution].Any(user => user != pool && user != scattered && user != masked)) return null;
        var uses = users[masked];
        var known = uses.All(use => use.Op is SumOp { FirstAxis: 0, AxisCount: 3 } or Conv2DInputGradientOp or Conv2DKernelGradientOp
            && (use.Op is not Conv2DInputGradientOp || use.Inputs[0] == masked) && (use.Op is not Conv2DKernelGradientOp || use.Inputs[1] == masked));
        return known && !graph.Outputs.Contains(masked) && !graph.Outputs.Contains(scattered)
            ? new Pooled(pool, geometry, relu, uses)
            : null;
    }

    /// <summary>The replacement of a gradient of the convolution, computed from the gradient of the pooled output.</summary>
    /// <param name="node">The gradient of the bias, the kernel or the image.</param>
    /// <param name="gradient">The gradient of the pooled output.</param>
    /// <param name="pooled">The match.</param>
    /// <param name="convolution">The fused node.</param>
    private static Node Gradient(Node node, Node gradient, Pooled pooled, Node convolution)
    {
        var op = (Conv2DMaxPoolOp)convolution.Op;
        Node values = op.Pooled(convolution), argMax = op.ArgMax(convolution);
        if (node.Op is SumOp sum) return new Node(sum, pooled.Relu ? gradient.Mask(values) : gradient);

        if (node.Op is Conv2DKernelGradientOp)
            return new Node(new Conv2DMaxPoolKernelGradientOp(pooled.Geometry, pooled.Relu), node.Inputs[0], values, argMax, gradient);
        if (pooled.Geometry.IsSparse(convolution.Inputs[1].Shape[2]))
            return new Node(new Conv2DMaxPoolInputGradientOp(pooled.Geometry, pooled.Relu), node.Inputs[1], values, argMax, gradient);
        var dense = new Node(new MaxPool2DScatterOp(pooled.Geometry, pooled.Relu), values, argMax, gradient);
        return new Node(new Conv2DInputGradientOp(pooled.Geometry.Convolution), dense, node.Inputs[1]);
    }

    /// <param name="Pool">The max-pooling.</param>
    /// <param name="Geometry">The windows of both ops.</param>
    /// <param name="Relu">Whether a relu is between them.</param>
    /// <param name="GradientUses">The gradients of the convolution, computed from the gradient of its output; none in inference.</param>
    private sealed record Pooled(Node Pool, PooledConvolution Geometry, bool Relu, IReadOnlyList<Node> GradientUses);
}
