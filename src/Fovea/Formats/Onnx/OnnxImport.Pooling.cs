namespace Fovea.Formats.Onnx;

/// <content>Pooling, resizing and padding.</content>
internal sealed partial class OnnxImport
{
    private FlowingOperand Pooled(OnnxNodeReader node)
    {
        if (node.Integers("kernel_shape") is not { Length: 2 } kernel) throw Refused(node, "pools other than two dimensions, which is not supported");
        if (node.Outputs.Count > 1 && node.Outputs[1].Length > 0) throw Refused(node, "also gives where its maxima lie, which is not supported");
        var x = AsImage(node, Flowing(node));
        node.Ignore("storage_order");
        Size2D size = ((int)kernel[0], (int)kernel[1]), strides = Pair(node, "strides"), dilation = Pair(node, "dilations");
        if (dilation != 1) throw Refused(node, $"is dilated by {dilation}, which is not supported");
        var pads = PadsOf(node, x.Tensor, size, strides, 1);
        if (node.Integer("ceil_mode", 0) != 0)
        {
            // A window that begins in the picture or its padding before the end counts.
            pads[2] += More(x.Tensor.Shape[0] + pads[0] + pads[2], size.Height, strides.Height, x.Tensor.Shape[0] + pads[0]);
            pads[3] += More(x.Tensor.Shape[1] + pads[1] + pads[3], size.Width, strides.Width, x.Tensor.Shape[1] + pads[1]);
        }

        var same = SamePads(x.Tensor, size, strides, 1);
        var isMaximum = node.OpType == "MaxPool";
        var (image, padding) = (x.Tensor, Padding.Valid);
        if (pads.Any(pad => pad > 0))
        {
            var countsPadding = !isMaximum && node.Integer("count_include_pad", 0) != 0;
            if (pads.SequenceEqual(same) && !countsPadding) padding = Padding.Same;
            else if (countsPadding && node.Integer("ceil_mode", 0) != 0) throw Refused(node, "counts its padding and rounds its size up, which is not supported");
            else if (countsPadding || (isMaximum && IsNotNegative(image, 0))) image = Helper(new ZeroPadding2D(((int)pads[0], (int)pads[2]), ((int)pads[1], (int)pads[3])), image);
            else throw Refused(node, $"has the pads ({string.Join(", ", pads)}), where {(isMaximum ? "values may be negative" : "padding does not count")}: only none, or those of Keras' padding \"same\", ({string.Join(", ", same)}), are supported there");
        }

        Layer layer = isMaximum ? new MaxPooling2D(size, strides, padding) : new AveragePooling2D(size, strides, padding);
        return FlowingOperand.ImageOf(Add(layer, node, null, image));

        static long More(long size, int kernel, int stride, long lastStart)
        {
            if (size < kernel) return 0;
            var windows = ((size - kernel + stride - 1) / stride) + 1;
            if ((windows - 1) * stride >= lastStart) windows--;
            return Math.Max(0, ((windows - 1) * stride) + kernel - size);
        }
    }

    /// <summary>Whether no value can be below zero, so that zeros around an image change no maximum.</summary>
    private static bool IsNotNegative(SymbolicTensor tensor, int depth) => depth < 32 && tensor.Layer switch
    {
        ReLU { NegativeSlope: 0 } => true,
        ActivationLayer { Activation.Name: "relu" or "relu6" or "sigmoid" or "softplus" or "hard_sigmoid" or "softmax" or "exponential" } => true,
        Softmax => true,
        MaxPooling2D or AveragePooling2D or Concatenate or Fovea.Add or Dropout or Reshape or Flatten or Permute or Multiply or Maximum or UpSampling2D or ZeroPadding2D or Cropping2D or SpatialDropout2D =>
            tensor.Inputs.All(input => IsNotNegative(input, depth + 1)),
        _ => false,
    };

    private FlowingOperand GloballyPooled(OnnxNodeReader node)
    {
        var x = AsImage(node, Flowing(node));
        Layer layer = node.OpType == "GlobalAveragePool" ? new GlobalAveragePooling2D(keepDimensions: true) : new GlobalMaxPooling2D(keepDimensions: true);
        return FlowingOperand.ImageOf(Add(layer, node, null, x.Tensor));
    }

    /// <summary>A mean or maximum over both dimensions of an image is global pooling.</summary>
    private FlowingOperand Reduced(OnnxNodeReader node)
    {
        var x = Flowing(node);
        var axes = (IntegersOf(node, "axes", 1, 18) ?? [.. Enumerable.Range(1, x.Rank - 1)]).Select(axis => (int)(axis < 0 ? axis + x.Rank : axis)).Order().ToArray();
        var keeps = node.Integer("keepdims", 1) != 0;
        if (axes.Length == 0 && opset >= 18 && node.Integer("noop_with_empty_axes", 0) != 0) return x;
        if (x.Rank == 4 && x.FlattenedChannels == 0 && axes.Select(axis => x.Order[axis]).Order().SequenceEqual([1, 2]))
        {
            var isMean = node.OpType == "ReduceMean";
            if (keeps) return x with { Tensor = Add(isMean ? new GlobalAveragePooling2D(keepDimensions: true) : new GlobalMaxPooling2D(keepDimensions: true), node, null, x.Tensor) };
            return FlowingOperand.Plain(Add(isMean ? new GlobalAveragePooling2D() : new GlobalMaxPooling2D(), node, null, x.Tensor));
        }

        // A sequence of features, as tokens of a picture: the mean over its length.
        if (x.Rank == 3 && axes is [var one] && x.Order[one] == 1 && node.OpType == "ReduceMean")
            return keeps ? x with { Tensor = Add(new GlobalAveragePooling1D(keepDimensions: true), node, null, x.Tensor) } : FlowingOperand.Plain(Add(new GlobalAveragePooling1D(), node, null, x.Tensor));
        throw Refused(node, $"reduces the dimensions ({string.Join(", ", axes)}) of {Print(x.Dimensions)}; only both of an image can be");
    }

    private FlowingOperand Padded(OnnxNodeReader node)
    {
        var x = Flowing(node);
        var pads = (opset < 2 ? node.Integers("paddings") : IntegersOf(node, "pads", 1, 11)) ?? throw Refused(node, "has no pads");
        if (opset >= 18 && Constant(node, 3) is { } axes)
        {
            var all = new long[2 * x.Rank];
            foreach (var (i, axis) in axes.Integers.Index())
            {
                var place = axis < 0 ? axis + x.Rank : axis;
                (all[place], all[place + x.Rank]) = (pads[i], pads[i + axes.Count]);
            }

            pads = all;
        }

        var value = opset < 11 ? node.Number("value", 0) : Constant(node, 2) is { } given && given.Count == 1 ? given.Floats[0] : 0;
        var mode = node.Text("mode", "constant");
        if (pads.All(pad => pad == 0)) return x;
        if (mode != "constant") throw Refused(node, $"pads by '{mode}'; only 'constant' is supported");
        if (value != 0) throw Refused(node, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"pads with {value}; only zeros are supported"));
        if (x.Rank != 4 || pads.Length != 8) throw Refused(node, $"pads {Print(x.Dimensions)} by ({string.Join(", ", pads)}); only images are padded");
        if (pads[0] != 0 || pads[4] != 0) throw Refused(node, "pads the batch, which is not supported");
        var (rows, columns, channels) = (Around(1), Around(2), Around(3));
        var tensor = x.Tensor;
        if (channels != default)
        {
            // Rows and columns as one, channels as the other.
            var shape = tensor.Shape;
            tensor = Helper(new ZeroPadding2D((0, 0), channels), Helper(new Reshape(shape[0] * shape[1], shape[2], 1), tensor));
            tensor = Helper(new Reshape(shape[0], shape[1], shape[2] + channels.Item1 + channels.Item2), tensor);
        }

        if (rows != default || columns != default)
        {
            if (rows.Item1 < 0 || rows.Item2 < 0 || columns.Item1 < 0 || columns.Item2 < 0) tensor = Add(new Cropping2D((-Math.Min(0, rows.Item1), -Math.Min(0, rows.Item2)), (-Math.Min(0, columns.Item1), -Math.Min(0, columns.Item2))), node, null, tensor);
            if (rows.Item1 > 0 || rows.Item2 > 0 || columns.Item1 > 0 || columns.Item2 > 0) tensor = Add(new ZeroPadding2D((Math.Max(0, rows.Item1), Math.Max(0, rows.Item2)), (Math.Max(0, columns.Item1), Math.Max(0, columns.Item2))), node, null, tensor);
        }

        return x with { Tensor = tensor };

        (int, int) Around(int place)
        {
            var axis = x.Order.Index().First(entry => entry.Item == place).Index;
            return (checked((int)pads[axis]), checked((int)pads[axis + 4]));
        }
    }

    private FlowingOperand Resized(OnnxNodeReader node)
    {
        var x = Flowing(node);
        if (x.Rank != 4) throw Refused(node, $"resizes {Print(x.Dimensions)}; only images are resized");
        if (!x.IsImage && !x.IsPlain) x = AsImage(node, x);
        var (rows, columns) = x.IsImage ? (2, 3) : (1, 2);
        var isUpsample = node.OpType == "Upsample" || opset < 11;
        var scales = isUpsample ? node.Numbers("scales") ?? Constant(node, 1)?.Floats : Constant(node, 2) is { Count: > 0 } given ? given.Floats : null;
        var sizes = !isUpsample && Constant(node, 3) is { Count: > 0 } wanted ? wanted.Integers : null;
        if (node.Integers("axes") is { } axes)
        {
            if (scales is not null) scales = [.. Enumerable.Range(0, 4).Select(axis => Array.IndexOf(axes, axis) is var i and >= 0 ? scales[i] : 1)];
            if (sizes is not null) sizes = [.. Enumerable.Range(0, 4).Select(axis => Array.IndexOf(axes, axis) is var i and >= 0 ? sizes[i] : x.Dimensions[axis])];
        }

        var (height, width) = (x.Tensor.Shape[0], x.Tensor.Shape[1]);
        var (newHeight, newWidth) = sizes is not null ? ((int)sizes[rows], (int)sizes[columns])
            : scales is { Length: 4 } ? ((int)MathF.Floor(height * scales[rows]), (int)MathF.Floor(width * scales[columns])) : throw Refused(node, "says neither sizes nor scales");
        if (newHeight < 1 || newWidth < 1 || newHeight > 1 << 16 || newWidth > 1 << 16) throw Refused(node, $"asks for images of {newHeight} × {newWidth}");
        var mode = node.Text("mode", "nearest");
        if (mode != "cubic") node.Ignore("cubic_coeff_a", "exclude_outside");
        if (mode != "nearest") node.Ignore("nearest_mode");
        node.Ignore("extrapolation_value");
        _ = node.Input(1);
        node.Expect("antialias", 0);
        var coordinates = isUpsample ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        var isWhole = newHeight % height == 0 && newWidth % width == 0;
        switch (mode)
        {
            case "nearest" when isWhole && (isUpsample || (coordinates is "half_pixel" or "pytorch_half_pixel" && node.Text("nearest_mode", "round_prefer_floor") is "round_prefer_floor" or "round_prefer_ceil") || (coordinates == "asymmetric" && node.Text("nearest_mode", "round_prefer_floor") == "floor")):
                return x with { Tensor = Add(new UpSampling2D((newHeight / height, newWidth / width)), node, null, x.Tensor) };
            case "linear" or "bilinear" when coordinates is "half_pixel" || (coordinates == "pytorch_half_pixel" && newHeight > 1 && newWidth > 1):
                return x with { Tensor = Add(isWhole ? new UpSampling2D((newHeight / height, newWidth / width), ResizeInterpolation.Bilinear) : new Resizing(newHeight, newWidth), node, null, x.Tensor) };
            default:
                throw Refused(node, $"resizes by '{mode}' with coordinates '{coordinates}', which is not supported");
        }
    }

    private FlowingOperand BlocksMoved(OnnxNodeReader node)
    {
        var x = AsImage(node, Flowing(node));
        var block = checked((int)node.Integer("blocksize", 1));
        var (height, width, channels) = (x.Tensor.Shape[0], x.Tensor.Shape[1], x.Tensor.Shape[2]);
        if (node.OpType == "SpaceToDepth")
        {
            var parts = Helper(new Reshape(height / block, block, width / block, block, channels), x.Tensor);
            return FlowingOperand.ImageOf(Add(new Reshape(height / block, width / block, channels * block * block), node, null, Helper(new Permute(1, 3, 2, 4, 5), parts)));
        }

        var depth = channels / (block * block);
        var isColumnFirst = node.Text("mode", "DCR") == "CRD";
        var cut = Helper(isColumnFirst ? new Reshape(height, width, depth, block, block) : new Reshape(height, width, block, block, depth), x.Tensor);
        var moved = Helper(isColumnFirst ? new Permute(1, 4, 2, 5, 3) : new Permute(1, 3, 2, 4, 5), cut);
        return FlowingOperand.ImageOf(Add(new Reshape(height * block, width * block, depth), node, null, moved));
    }
}
