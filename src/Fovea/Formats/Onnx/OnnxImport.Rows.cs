namespace Fovea.Formats.Onnx;

/// <content>Values reshaped to (−1, features), as for a product with the features of each pixel: all dimensions except the last are one.</content>
internal sealed partial class OnnxImport
{
    private static readonly HashSet<string> OnEachElement =
    [
        "Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Exp", "Selu", "Mish", "HardSwish", "Gelu", "Celu", "ThresholdedRelu", "Neg",
        "HardSigmoid", "Swish", "Shrink", "Erf", "Clip", "Identity", "Dropout", "Cast", .. Functions.Keys,
    ];

    /// <summary>The output of a Reshape to rows; null for any other Reshape.</summary>
    private RowsOperand? RowsOf(OnnxNodeReader node)
    {
        if (node.Inputs.Count < 2 || opset < 5 || values[node.Inputs[1]] is not ConstantOperand { Constant: { Count: 2 } constant }
            || values[node.Inputs[0]] is not TensorOperand { Rank: > 2, Order: [0, ..] } x) return null;
        var (wanted, features, count) = (constant.Integers, x.Dimensions[^1], x.Tensor.Shape.Count);
        if (wanted[1] != features || count == features || (wanted[0] != -1 && (declaredBatch is not { } batch || wanted[0] != batch * (count / features))))
            return null;
        _ = (node.Input(0), node.Input(1));
        node.Ignore("allowzero");
        return new RowsOperand(InOnnxOrder(InStoredUnits(x)));
    }

    /// <summary>Applies an operator on rows to the value before its reshape, which is possible if the operator treats all rows alike.</summary>
    private OnnxOperand OnRows(OnnxNodeReader node)
    {
        if (node.OpType == "Reshape") return Whole(node);
        var rows = node.Inputs.Where(input => values.GetValueOrDefault(input) is RowsOperand).Distinct()
            .ToDictionary(input => input, input => (RowsOperand)values[input]);
        var whole = rows.Values.First().Whole;
        var isProduct = node.OpType is "Gemm" or "MatMul";
        var combines = node.OpType is "Add" or "Sub" or "Mul" or "Div" or "Max" or "Min" or "Sum" or "Pow";
        var isSoftmax = node.OpType is "Softmax" or "LogSoftmax";
        if (!isProduct && !combines && !isSoftmax && !OnEachElement.Contains(node.OpType))
            throw Refused(node, $"takes rows of {Print(whole.Dimensions)}, batch and dimensions in one, which is not supported");
        if (isProduct && (values[node.Inputs[0]] is not RowsOperand || values[node.Inputs[1]] is not ConstantOperand))
            throw Refused(node, $"takes rows of {Print(whole.Dimensions)}, batch and dimensions in one; a product with a constant is supported");
        if (rows.Values.Any(other => !other.Whole.Dimensions.SequenceEqual(whole.Dimensions))
            || (combines && node.Inputs.Any(input => values[input] is TensorOperand
                || (values[input] is ConstantOperand { Constant: var constant } && constant.Dimensions.SkipLast(1).Any(size => size != 1)))))
            throw Refused(node, $"combines rows of {Print(whole.Dimensions)}, batch and dimensions in one, with something of another shape");
        if (isSoftmax && OnnxFolding.Axis(node.Integer("axis", opset < 13 ? 1 : -1), 2) != 1)
            throw Refused(node, "is taken over the batch, which is not supported");
        foreach (var (name, operand) in rows) values[name] = operand.Whole;
        try
        {
            _ = node.Input(0);
            var result = isSoftmax ? whole with { Tensor = Add(SoftmaxLayer(node), node, null, whole.Tensor) } : (TensorOperand)Import(node);

            // The sum with a bias may be part of the product.
            if (isProduct && consumers.GetValueOrDefault(node.Outputs[0]) is [{ OpType: "Add" } add]
                && values.GetValueOrDefault(add.Outputs[0]) is TensorOperand sum) values[add.Outputs[0]] = new RowsOperand(sum);
            return new RowsOperand(result);
        }
        finally
        {
            foreach (var (name, operand) in rows) values[name] = operand;
        }
    }

    /// <summary>The value before the reshape to rows, whose number of features may have changed.</summary>
    private TensorOperand Whole(OnnxNodeReader node)
    {
        node.Ignore("allowzero");
        var (whole, wanted) = (((RowsOperand)values[node.Input(0)!]).Whole, RequireConstant(node, 1).Integers);
        var dimensions = whole.Dimensions;
        var isBatch = wanted.Length > 0 && (wanted[0] is -1 or OnnxConstant.Batch || wanted[0] == declaredBatch);
        if (wanted.Length != dimensions.Length || !isBatch || wanted.Zip(dimensions).Skip(1).Any(pair => pair.First != pair.Second && pair.First != -1)
            || wanted.Count(size => size == -1) > 1)
            throw Refused(node, $"reshapes rows of {Print(dimensions)} to {Print(wanted)}, which is not supported");
        return whole;
    }
}

/// <summary>A value reshaped to rows: its last dimension, and all others in one.</summary>
/// <param name="Whole">The value before the reshape, with its dimensions in ONNX's order.</param>
internal sealed record RowsOperand(TensorOperand Whole) : OnnxOperand;
