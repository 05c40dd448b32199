namespace Fovea.Formats.Onnx;

/// <content>Pooling and reductions.</content>
internal sealed partial class OnnxImport
{
    private static readonly Dictionary<string, string> Reductions = new()
    {
        ["ReduceSum"] = "sum",
        ["ReduceMean"] = "mean",
        ["ReduceMax"] = "max",
        ["ReduceMin"] = "min",
        ["ReduceL1"] = "l1",
        ["ReduceL2"] = "l2",
        ["ReduceSumSquare"] = "sum_square",
        ["ReduceLogSum"] = "log_sum",
        ["ReduceLogSumExp"] = "log_sum_exp",
    };

    private TensorOperand Pooled(OnnxNodeReader node) => Pooled(node, TensorOf(node), node.OpType == "MaxPool");

    private TensorOperand Pooled(OnnxNodeReader node, TensorOperand x, bool isMaximum)
    {
        if (node.Integers("kernel_shape") is not { Length: 1 or 2 } kernel)
            throw Refused(node, "pools other than one or two dimensions, which is not supported");
        if (isMaximum && node.Outputs.Count > 1 && node.Outputs[1].Length > 0)
            throw Refused(node, "also returns the indices of its maxima, which is not supported");
        var isRow = kernel.Length == 1;
        var image = isRow
            ? AsRow(x.Rank == 3 ? x : throw Refused(node, $"has an input of the shape {Print(x.Dimensions)}; expected a batch of sequences")).Tensor
            : AsImage(node, x).Tensor;
        if (isMaximum) node.Ignore("storage_order");
        Size2D size = isRow ? (1, checked((int)kernel[0])) : (checked((int)kernel[0]), checked((int)kernel[1]));
        var strides = isRow ? new Size2D(1, Single(node, "strides")) : Pair(node, "strides");
        var dilation = isMaximum || opset >= 19 ? isRow ? new Size2D(1, Single(node, "dilations")) : Pair(node, "dilations") : 1;
        var pads = PadsOf(node, image, size, strides, dilation);
        var countsPadding = !isMaximum && node.Integer("count_include_pad", 0) != 0;
        var auto = AutoPad(node);
        var ceilMode = opset >= 10 && node.Integer("ceil_mode", 0) != 0 && auto is not ("SAME_UPPER" or "SAME_LOWER");
        var result = Pooling(node, image, isMaximum, size, strides, dilation, pads, countsPadding, ceilMode);
        return isRow ? new TensorOperand(Apply(new Reshape(result.Shape[1], result.Shape[2]), result), [0, 2, 1]) : TensorOperand.ImageOf(result);
    }

    private SymbolicTensor Pooling(
        OnnxNodeReader node, SymbolicTensor image, bool isMaximum, Size2D size, Size2D strides, Size2D dilation, long[] pads, bool countsPadding, bool ceilMode)
    {
        var same = SamePads(image, size, strides, dilation);
        if (countsPadding && pads.Any(pad => pad > 0))
        {
            image = Apply(new ZeroPadding2D(((int)pads[0], (int)pads[2]), ((int)pads[1], (int)pads[3])), image);
            pads = [0, 0, 0, 0];
        }

        var (height, width) = (image.Shape[0], image.Shape[1]);
        var given = pads;
        if (ceilMode)
            pads = [pads[0], pads[1], pads[2] + More(height, 0, size.Height, strides.Height, dilation.Height),
                pads[3] + More(width, 1, size.Width, strides.Width, dilation.Width)];
        var isSame = !countsPadding && IsSame(node, pads, same, strides);
        if (dilation != 1 || (pads.Any(pad => pad > 0) && !(isSame && image.Shape[0] == height)))
            return Add(
                new Pooling2D(isMaximum, size, strides, (((int)pads[0], (int)pads[2]), ((int)pads[1], (int)pads[3]))) { DilationRate = dilation }, node,
                null, image);
        var padding = isSame ? Padding.Same : Padding.Valid;
        return Add(isMaximum ? new MaxPooling2D(size, strides, padding) : new AveragePooling2D(size, strides, padding), node, null, image);

        // Up to the end of the last window that begins in the image or in the padding before it.
        long More(long length, int axis, int taps, int stride, int step)
        {
            var (before, after, reach) = (given[axis], given[axis + 2], ((taps - 1L) * step) + 1);
            var whole = length + before + after;
            if (whole < reach) return 0;
            var windows = ((whole - reach + stride - 1) / stride) + 1;
            if ((windows - 1) * stride >= length + before) windows--;
            return Math.Max(0, ((windows - 1) * stride) + reach - whole);
        }
    }

    private TensorOperand GloballyPooled(OnnxNodeReader node) => GloballyPooled(node, TensorOf(node), node.OpType == "GlobalMaxPool");

    private TensorOperand GloballyPooled(OnnxNodeReader node, TensorOperand given, bool isMaximum)
    {
        var isRow = given.Rank == 3;
        var x = isRow ? AsRow(given) : AsImage(node, given);
        var result = Add(isMaximum ? new GlobalMaxPooling2D(keepDimensions: true) : new GlobalAveragePooling2D(keepDimensions: true), node, null, x.Tensor);
        return isRow ? new TensorOperand(Apply(new Reshape(1, result.Shape[2]), result), [0, 2, 1]) : TensorOperand.ImageOf(result);
    }

    /// <summary>A mean or maximum over both dimensions of an image is global pooling.</summary>
    private TensorOperand Reduced(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var keeps = node.Integer("keepdims", 1) != 0;
        var given = IntegersOf(node, "axes", 1, node.OpType == "ReduceSum" ? 13 : 18) ?? [];
        var keepsAll = opset >= (node.OpType == "ReduceSum" ? 13 : 18) && node.Integer("noop_with_empty_axes", 0) != 0;
        if (given.Length == 0 && keepsAll && node.OpType is "ReduceSum" or "ReduceMean" or "ReduceMax" or "ReduceMin") return x;
        if (given.Length == 0) throw Refused(node, "reduces all dimensions, the batch too, which is not supported");
        return Reduced(node, x, Reductions[node.OpType], [.. given.Select(axis => OnnxFolding.Axis(axis, x.Rank)).Order()], keeps);
    }

    private TensorOperand Reduced(OnnxNodeReader node, TensorOperand x, string function, int[] axes, bool keeps)
    {
        int[] positions = [.. axes.Select(axis => x.Order[axis])];
        if (positions.Contains(0)) throw Refused(node, "reduces the batch, which is not supported");
        if (x.Rank == 4 && positions.Order().SequenceEqual([1, 2]) && function is "mean" or "max")
        {
            var isMean = function == "mean";
            if (keeps)
                return x with
                {
                    Tensor = Add(
                        isMean ? new GlobalAveragePooling2D(keepDimensions: true) : new GlobalMaxPooling2D(keepDimensions: true), node, null, x.Tensor),
                };
            return TensorOperand.Plain(Add(isMean ? new GlobalAveragePooling2D() : new GlobalMaxPooling2D(), node, null, x.Tensor));
        }

        // A sequence of features, such as the tokens of an image: the mean over its length.
        if (x.Rank == 3 && positions is [1] && function == "mean")
            return keeps
                ? x with { Tensor = Add(new GlobalAveragePooling1D(keepDimensions: true), node, null, x.Tensor) }
                : TensorOperand.Plain(Add(new GlobalAveragePooling1D(), node, null, x.Tensor));
        var tensor = Add(new Reduction(function, positions, keeps), node, null, x.Tensor);
        if (keeps) return x with { Tensor = tensor };
        int[] left = [.. x.Order.Where((_, axis) => !axes.Contains(axis))];
        return new TensorOperand(tensor, [.. left.Select(position => left.Count(other => other < position))]);
    }

    /// <summary>The index of the maximum or minimum along a dimension.</summary>
    private TensorOperand IndexOfExtremum(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var function = (node.OpType == "ArgMax" ? "argmax" : "argmin") + (opset >= 12 && node.Integer("select_last_index", 0) != 0 ? "_last" : "");
        return Reduced(node, x, function, [OnnxFolding.Axis(node.Integer("axis", 0), x.Rank)], node.Integer("keepdims", 1) != 0) with { IsWhole = true };
    }
}
