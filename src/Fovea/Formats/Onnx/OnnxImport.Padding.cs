using System.Globalization;

namespace Fovea.Formats.Onnx;

/// <content>Padding.</content>
internal sealed partial class OnnxImport
{
    private TensorOperand Padded(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var pads = (opset < 2 ? node.Integers("paddings") : IntegersOf(node, "pads", 1, 11)) ?? throw Refused(node, "has no pads");
        if (opset >= 18 && Constant(node, 3) is { } axes)
        {
            if (pads.Length != 2 * axes.Count) throw Refused(node, $"has {pads.Length} pads for {axes.Count} dimensions");
            var all = new long[2 * x.Rank];
            foreach (var (i, axis) in axes.Integers.Index())
            {
                var position = OnnxFolding.Axis(axis, x.Rank);
                (all[position], all[position + x.Rank]) = (pads[i], pads[i + axes.Count]);
            }

            pads = all;
        }

        var value = opset < 11 ? node.Number("value", 0) : Constant(node, 2) is { } given && given.Count == 1 ? given.Floats[0] : 0;
        var mode = node.Text("mode", "constant");
        if (pads.Length != 2 * x.Rank) throw Refused(node, $"pads {Print(x.Dimensions)} by ({string.Join(", ", pads)})");
        if (pads.All(pad => pad == 0)) return x;
        if (pads.Any(pad => Math.Abs(pad) > MaxSide)) throw Refused(node, $"pads {Print(x.Dimensions)} by ({string.Join(", ", pads)})");
        var batch = x.Order.Index().First(entry => entry.Item == 0).Index;
        if (pads[batch] != 0 || pads[batch + x.Rank] != 0) throw Refused(node, "pads the batch, which is not supported");
        if (mode is "reflect" or "edge" or "wrap") return Mirrored(node, x, pads, mode);
        if (mode != "constant") throw Refused(node, $"pads by '{mode}', which is not known");
        if (x.Rank != 4) throw Refused(node, $"pads {Print(x.Dimensions)} by ({string.Join(", ", pads)}); only images are padded");
        var (rows, columns, channels) = (Around(1), Around(2), Around(3));
        if (channels != default && value != 0)
            throw Refused(node, string.Create(CultureInfo.InvariantCulture, $"pads channels with {value}; only zeros are supported"));
        var tensor = x.Tensor;
        if (channels != default)
        {
            // Reshaped to an image whose rows are all pixels and whose columns are the channels.
            var shape = tensor.Shape;
            tensor = Apply(new Reshape(shape[0] * shape[1], shape[2], 1), tensor);
            if (channels.Before < 0 || channels.After < 0)
                tensor = Apply(new Cropping2D((0, 0), (-Math.Min(0, channels.Before), -Math.Min(0, channels.After))), tensor);
            if (channels.Before > 0 || channels.After > 0)
                tensor = Apply(new ZeroPadding2D((0, 0), (Math.Max(0, channels.Before), Math.Max(0, channels.After))), tensor);
            tensor = Apply(new Reshape(shape[0], shape[1], shape[2] + channels.Before + channels.After), tensor);
        }

        if (rows.Before < 0 || rows.After < 0 || columns.Before < 0 || columns.After < 0)
        {
            var cropping = new Cropping2D(
                (-Math.Min(0, rows.Before), -Math.Min(0, rows.After)), (-Math.Min(0, columns.Before), -Math.Min(0, columns.After)));
            tensor = Add(cropping, node, null, tensor);
        }

        var (top, bottom, left, right) = (Math.Max(0, rows.Before), Math.Max(0, rows.After), Math.Max(0, columns.Before), Math.Max(0, columns.After));
        if (top + bottom + left + right > 0)
        {
            Layer padding = value == 0 ? new ZeroPadding2D((top, bottom), (left, right)) : new BorderPadding2D(value, ((top, bottom), (left, right)));
            tensor = Add(padding, node, null, tensor);
        }

        return x with { Tensor = tensor };

        (int Before, int After) Around(int position)
        {
            var axis = x.Order.Index().First(entry => entry.Item == position).Index;
            return (checked((int)pads[axis]), checked((int)pads[axis + 4]));
        }
    }

    /// <summary>
    /// Padding that repeats the border pixel, mirrors the image at it, or continues from the opposite side, one dimension after the other. Negative pads crop.
    /// </summary>
    private TensorOperand Mirrored(OnnxNodeReader node, TensorOperand x, long[] pads, string mode)
    {
        for (var axis = 0; axis < x.Rank; axis++)
        {
            var (before, after) = ((int)pads[axis], (int)pads[axis + x.Rank]);
            if (before == 0 && after == 0) continue;
            var size = (int)x.Dimensions[axis];
            if (size + before + after < 1) throw Refused(node, "has an empty output");
            if (mode == "reflect" && Math.Max(before, after) >= size) throw Refused(node, $"mirrors {Math.Max(before, after)} of {size} elements");
            int[] indices = [.. Enumerable.Range(-before, size + before + after).Select(i => mode switch
            {
                "edge" => Math.Clamp(i, 0, size - 1),
                "wrap" => ((i % size) + size) % size,
                _ => i < 0 ? -i : i >= size ? (2 * (size - 1)) - i : i,
            })];
            x = x with { Tensor = Add(new Selection(x.Order[axis], indices), node, null, x.Tensor) };
        }

        return x;
    }
}
