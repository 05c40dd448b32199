namespace Fovea.Formats.Onnx;

/// <content>Resizing of images.</content>
internal sealed partial class OnnxImport
{
    private const int MaxSide = 1 << 16;

    private TensorOperand Resized(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        var isOld = node.OpType == "Upsample" || opset < 11;
        if (x.Rank == 3) x = AsRow(x);
        else if (x.Rank != 4) throw Refused(node, $"resizes {Print(x.Dimensions)}; only images are resized");
        else if (!x.IsImage && !x.IsPlain) x = AsImage(node, x);
        var isRow = TensorOf(node).Rank == 3;
        var resizes = isOld ? OlderScales(node, isRow) : Scales(node, x, isRow);
        var mode = node.Text("mode", "nearest") switch
        {
            "nearest" => ResizeMode.Nearest,
            "linear" or "bilinear" => ResizeMode.Linear,
            "cubic" when !isOld => ResizeMode.Cubic,
            var other => throw Refused(node, $"resizes by '{other}', which is not known"),
        };
        var coordinates = isOld ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        var rounding = isOld ? "simple" : node.Text("nearest_mode", "round_prefer_floor");
        if (!AxisResize.KnownCoordinates.Contains(coordinates))
            throw Refused(node, $"has the coordinate_transformation_mode '{coordinates}', which is not known");
        if (!AxisResize.KnownRoundings.Contains(rounding)) throw Refused(node, $"has the nearest_mode '{rounding}', which is not known");
        var crops = coordinates == "tf_crop_and_resize";
        var roi = crops && Constant(node, 1) is { Count: > 0 } given ? given.Floats : null;
        var axes = opset >= 18 ? node.Integers("axes") : null;
        var (cubic, excludes, antialias, outside) = isOld ? (-0.75f, false, false, 0)
            : (node.Number("cubic_coeff_a", -0.75f), node.Integer("exclude_outside", 0) != 0, opset >= 18
                && node.Integer("antialias", 0) != 0, node.Number("extrapolation_value", 0));
        _ = node.Input(1);
        var (rows, columns) = x.IsImage ? (2, 3) : (1, 2);
        foreach (var axis in Enumerable.Range(0, 4).Where(axis => axis != rows && axis != columns))
        {
            var (start, end) = Roi(axis);
            if (resizes[axis] is not (_, 1f) || start != 0 || end != 1)
                throw Refused(node, $"resizes {Print(x.Dimensions)} along the dimension {axis}; only rows and columns are resized");
        }

        AxisResize Of(int axis) => new(resizes[axis].Size ?? Length(node, x.Dimensions[axis], resizes[axis].Scale), resizes[axis].Scale, mode, coordinates)
        {
            Rounding = rounding,
            CubicCoefficient = cubic,
            ExcludesOutside = excludes,
            Antialias = antialias,
            Start = Roi(axis).Start,
            End = Roi(axis).End,
        };

        (float Start, float End) Roi(int axis)
        {
            if (roi is null) return (0, 1);
            var of = isRow ? axis == 3 ? 2 : axis == 2 ? -1 : axis : axis;
            var (position, count) = axes is null
                ? (of, roi.Length / 2)
                : (Array.FindIndex(axes, given => OnnxFolding.Axis(given, isRow ? 3 : 4) == of), axes.Length);
            if (position < 0) return (0, 1);
            return position + count < roi.Length ? (roi[position], roi[position + count]) : throw Refused(node, $"has {roi.Length} values of roi");
        }

        var (down, across) = (Of(rows), Of(columns));
        var image = Resampled(node, x.Tensor, down, across, outside);
        var result = x with { Tensor = image };
        return isRow ? new TensorOperand(Apply(new Reshape(image.Shape[1], image.Shape[2]), image), [0, 2, 1]) : result;
    }

    /// <summary>The layer that resizes, a layer of Keras if one computes the same.</summary>
    private SymbolicTensor Resampled(OnnxNodeReader node, SymbolicTensor image, AxisResize rows, AxisResize columns, float outside)
    {
        var (height, width) = (image.Shape[0], image.Shape[1]);
        var areRatios = rows.Scale == rows.Outputs / (float)height && columns.Scale == columns.Outputs / (float)width;
        var isWhole = areRatios && rows.Outputs % height == 0 && columns.Outputs % width == 0;
        var halfPixel = rows.Coordinates == "half_pixel" || (rows.Coordinates == "pytorch_half_pixel" && rows.Outputs > 1 && columns.Outputs > 1);
        var repeats = rows.Mode == ResizeMode.Nearest
            && ((halfPixel && rows.Rounding is "round_prefer_floor" or "round_prefer_ceil")
            || (rows.Coordinates == "asymmetric" && rows.Rounding is "floor" or "simple"));

        // As in ONNX Runtime, an image that keeps its size does not change, whatever the coordinates.
        if (rows.Outputs == height && columns.Outputs == width) return image;
        if (isWhole && repeats) return Add(new UpSampling2D((rows.Outputs / height, columns.Outputs / width)), node, null, image);
        if (areRatios && rows.Mode == ResizeMode.Linear && halfPixel && (!rows.Antialias || isWhole))
            return Add(isWhole
                ? new UpSampling2D((rows.Outputs / height, columns.Outputs / width), ResizeInterpolation.Bilinear)
                : new Resizing(rows.Outputs, columns.Outputs), node, null, image);
        return Add(new Resampling2D(rows, columns, rows.Coordinates == "tf_crop_and_resize" ? outside : 0), node, null, image);
    }

    private int Length(OnnxNodeReader node, long size, float scale)
    {
        if (size == OnnxConstant.Batch) return 1;
        var length = MathF.Floor(size * scale);
        return length is >= 1 and <= MaxSide
            ? (int)length
            : throw Refused(node, $"requires a length of {length.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
    }

    /// <summary>For each dimension of an image, the scale, and the size if the node has sizes.</summary>
    private (int? Size, float Scale)[] Scales(OnnxNodeReader node, TensorOperand x, bool isRow)
    {
        var policy = opset >= 18 ? node.Text("keep_aspect_ratio_policy", "stretch") : "stretch";
        var dimensions = isRow ? [x.Dimensions[0], x.Dimensions[1], x.Dimensions[3]] : x.Dimensions;
        var axes = (opset >= 18 ? node.Integers("axes") : null)?.Select(axis => OnnxFolding.Axis(axis, dimensions.Length)).ToArray()
            ?? [.. Enumerable.Range(0, dimensions.Length)];
        var result = dimensions.Select(_ => ((int?)null, 1f)).ToArray();
        if (Constant(node, 3) is { Count: > 0 } wanted)
        {
            var sizes = wanted.Integers;
            if (Constant(node, 2) is { Count: > 0 }) throw Refused(node, "has both sizes and scales");
            if (sizes.Length != axes.Length) throw Refused(node, $"has {sizes.Length} sizes for {axes.Length} dimensions");
            float[] factors = [.. axes.Select((axis, i) => dimensions[axis] == OnnxConstant.Batch ? 1 : sizes[i] / (float)dimensions[axis])];
            var flowing = axes.Index().Where(entry => dimensions[entry.Item] != OnnxConstant.Batch).Select(entry => factors[entry.Index]).ToList();
            float? common = policy switch
            {
                "stretch" => null,
                "not_larger" => flowing.Min(),
                "not_smaller" => flowing.Max(),
                _ => throw Refused(node, $"has the keep_aspect_ratio_policy '{policy}', which is not known"),
            };
            foreach (var (i, axis) in axes.Index())
            {
                if (dimensions[axis] == OnnxConstant.Batch) continue;
                var size = common is { } factor ? (long)MathF.Round(factor * dimensions[axis], MidpointRounding.AwayFromZero) : sizes[i];
                if (size is < 1 or > MaxSide) throw Refused(node, $"requires a length of {size}");
                result[axis] = ((int)size, common ?? factors[i]);
            }
        }
        else if (Constant(node, 2) is { Count: > 0 } given)
        {
            var scales = given.Floats;
            if (scales.Length != axes.Length) throw Refused(node, $"has {scales.Length} scales for {axes.Length} dimensions");
            foreach (var (i, axis) in axes.Index()) result[axis] = (null, scales[i]);
        }
        else
        {
            throw Refused(node, "has neither sizes nor scales");
        }

        return isRow ? [result[0], result[1], (null, 1), result[2]] : result;
    }

    private (int? Size, float Scale)[] OlderScales(OnnxNodeReader node, bool isRow)
    {
        var scales = node.OpType == "Upsample" && opset < 7 ? [1, 1, node.Number("height_scale", 1), node.Number("width_scale", 1)]
            : (node.OpType == "Upsample" && opset < 9 ? node.Numbers("scales") : Constant(node, 1)?.Floats)
                ?? throw Refused(node, "has neither sizes nor scales");
        if (scales.Length != (isRow ? 3 : 4)) throw Refused(node, $"has {scales.Length} scales for {(isRow ? 3 : 4)} dimensions");
        return isRow ? [(null, scales[0]), (null, scales[1]), (null, 1), (null, scales[2])] : [.. scales.Select(scale => ((int?)null, scale))];
    }

    /// <summary>A sequence (batch, channels, length) as an image of one row.</summary>
    private static TensorOperand AsRow(TensorOperand x)
    {
        if (x.Order[0] != 0) throw new InvalidDataException("the batch is not the first dimension");
        var tensor = x.Order.SequenceEqual([0, 2, 1]) ? x.Tensor : Apply(new Permute(x.Order[2], x.Order[1]), x.Tensor);
        return TensorOperand.ImageOf(Apply(new Reshape(1, tensor.Shape[0], tensor.Shape[1]), tensor));
    }

    private TensorOperand DepthAndSpaceMoved(OnnxNodeReader node)
    {
        var x = AsImage(node, TensorOf(node));
        var block = checked((int)(node.OptionalInteger("blocksize") ?? throw Refused(node, "lacks its blocksize")));
        var (height, width, channels) = (x.Tensor.Shape[0], x.Tensor.Shape[1], x.Tensor.Shape[2]);
        if (block < 1) throw Refused(node, $"has blocks of {block}");
        if (node.OpType == "SpaceToDepth")
        {
            if (height % block != 0 || width % block != 0) throw Refused(node, $"cuts {Print(x.Dimensions)} into blocks of {block}");
            var parts = Apply(new Reshape(height / block, block, width / block, block, channels), x.Tensor);
            return TensorOperand.ImageOf(
                Add(new Reshape(height / block, width / block, channels * block * block), node, null, Apply(new Permute(1, 3, 2, 4, 5), parts)));
        }

        var depth = channels / (block * block);
        if (depth * block * block != channels) throw Refused(node, $"makes blocks of {block} of {channels} channels");
        var mode = opset < 11 ? "DCR" : node.Text("mode", "DCR");
        if (mode is not ("DCR" or "CRD")) throw Refused(node, $"has the mode '{mode}', which is not known");
        var isColumnFirst = mode == "CRD";
        var cut = Apply(isColumnFirst ? new Reshape(height, width, depth, block, block) : new Reshape(height, width, block, block, depth), x.Tensor);
        var moved = Apply(isColumnFirst ? new Permute(1, 4, 2, 5, 3) : new Permute(1, 3, 2, 4, 5), cut);
        return TensorOperand.ImageOf(Add(new Reshape(height * block, width * block, depth), node, null, moved));
    }
}
