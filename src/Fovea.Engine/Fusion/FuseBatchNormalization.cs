using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses a batch normalization in training with the residual that is added to its output and with the relu or relu6 that follows, so that one
/// pass computes them. Without a residual, the passes of the gradient recompute the mask of the activation from the normalization's input,
/// so the masked gradient is never stored.
/// </summary>
internal static class FuseBatchNormalization
{
    public static Graph Apply(Graph graph)
    {
        var uses = graph.CountUses();
        return graph.Rewrite((original, node) => node switch
        {
            { Op: AddOp, Inputs: [var residual, { Op: BatchNormalizationOp { Epilogue: Epilogue.None, HasResidual: false } op } normalized] }
                when uses[original.Inputs[1]] == 1 && residual.Shape == normalized.Shape
                => new Node(op with { HasResidual = true }, [.. normalized.Inputs, residual]),
            { Op: AddOp, Inputs: [{ Op: BatchNormalizationOp { Epilogue: Epilogue.None, HasResidual: false } op } normalized, var residual] }
                when uses[original.Inputs[0]] == 1 && residual.Shape == normalized.Shape
                => new Node(op with { HasResidual = true }, [.. normalized.Inputs, residual]),
            { Op: ReluOp or ClipOp { Low: 0, High: 6 }, Inputs: [{ Op: BatchNormalizationOp { Epilogue: Epilogue.None } op } normalized] }
                when uses[original.Inputs[0]] == 1
                => new Node(op with { Epilogue = node.Op is ReluOp ? Epilogue.Relu : Epilogue.Relu6 }, [.. normalized.Inputs]),
            { Op: BatchNormalizationSumsOp { Epilogue: Epilogue.None } op } when Unmasked(node) is var (gradient, epilogue)
                => new Node(op with { Epilogue = epilogue }, [gradient, .. node.Inputs.Skip(1)]),
            { Op: BatchNormalizationInputGradientOp { Epilogue: Epilogue.None } op } when Unmasked(node) is var (gradient, epilogue)
                => new Node(op with { Epilogue = epilogue }, [gradient, .. node.Inputs.Skip(1)]),
            _ => node,
        });
    }

    /// <summary>
    /// The gradient before the mask of the activation, and this activation, if the node's gradient is masked by the activation that follows
    /// the same normalization; otherwise null.
    /// </summary>
    private static (Node Gradient, Epilogue Epilogue)? Unmasked(Node node)
    {
        var (gradient, output, epilogue) = node.Inputs[0] switch
        {
            { Op: MaskOp, Inputs: [var g, { Op: BatchNormalizationOp { Epilogue: Epilogue.Relu } } y] } => (g, y, Epilogue.Relu),
            {
                Op: MaskOp,
                Inputs: [{ Op: MaskOp, Inputs: [var g, { Op: SubtractOp, Inputs: [var y, { Op: ConstantOp { Value: 0 } }] }] },
                { Op: SubtractOp, Inputs: [{ Op: ConstantOp { Value: 6 } }, { Op: BatchNormalizationOp { Epilogue: Epilogue.Relu6 } } z] }]
            }
                when y == z => (g, y, Epilogue.Relu6),
            _ => (node, node, Epilogue.None),
        };
        return output.Op is BatchNormalizationOp { HasResidual: false } && output.Inputs.SequenceEqual(node.Inputs.Skip(1).Take(4))
            ? (gradient, epilogue)
            : null;
    }
}
