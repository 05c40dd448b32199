namespace Fovea.Formats.Tflite;

/// <content>Pooling, reductions, padding and resizing.</content>
internal sealed partial class TfliteImport
{
    private void Pooled(TfliteNode node)
    {
        var x = Image(node);
        var (padding, strides, size) = (PaddingOf(node), Pair(node, 2, 1, "strides"), Pair(node, 4, 3, "window"));
        if (padding == Padding.Valid && (size.Height > x.Shape[0] || size.Width > x.Shape[1]))
            throw Refused(node, $"has a window of {size} in {SymbolicTensor.Print(x.Shape)}");
        if (node.Name == "L2_POOL_2D")
        {
            var squares = Apply(new AveragePooling2D(size, strides, padding), Squared(node, x));
            PassActivated(node, Add(new Elementwise("sqrt"), node, squares), 5);
            return;
        }

        Layer layer = node.Name == "MAX_POOL_2D" ? new MaxPooling2D(size, strides, padding) : new AveragePooling2D(size, strides, padding);
        PassActivated(node, Add(layer, node, x), 5);
    }

    /// <summary>Like <see cref="Pass"/>, with the activation of the operator.</summary>
    private void PassActivated(TfliteNode node, SymbolicTensor value, int field)
    {
        if (ActivationOf(node, field) is not { } activation) Pass(node, value);
        else GiveActivated(node, Apply(new ActivationLayer(activation.Function), value), activation);
    }

    /// <summary>MEAN, SUM, REDUCE_MAX and REDUCE_MIN, as pooling along each dimension in turn.</summary>
    private void Reduced(TfliteNode node)
    {
        var x = TensorOf(node);
        var keeps = node.Options.Flag(0);
        int[] axes = [.. Whole(node, 1).Select(axis => Axis(node, x, axis)).Distinct().Order()];
        if (axes.Length == 0)
        {
            Pass(node, x);
            return;
        }

        var shape = x.Shape.Dimensions.ToArray();
        var count = axes.Aggregate(1, (product, axis) => product * shape[axis - 1]);
        var isMin = node.Name == "REDUCE_MIN";
        if (isMin) x = Apply(new Rescaling(-1), x);
        if (axes is [1, 2] && shape.Length == 3)
        {
            x = Add(node.Name is "MEAN" or "SUM" ? new GlobalAveragePooling2D(keeps) : new GlobalMaxPooling2D(keeps), node, x);
        }
        else
        {
            for (var i = axes.Length - 1; i >= 0; i--)
            {
                var (axis, now) = (axes[i], x.Shape.Dimensions.ToArray());
                Size2D window = (1, now[axis - 1]);
                var rows = Apply(new Reshape(Product(now[..(axis - 1)]), now[axis - 1], Product(now[axis..])), x);
                now[axis - 1] = 1;
                x = Apply(new Reshape(now), Add(node.Name is "MEAN" or "SUM" ? new AveragePooling2D(window) : new MaxPooling2D(window), node, rows));
            }

            if (!keeps) x = Shaped(x, [.. shape.Where((_, i) => !axes.Contains(i + 1))], node);
        }

        if (isMin) x = Apply(new Rescaling(-1), x);
        if (node.Name == "SUM") x = Apply(new Rescaling(count), x);
        if (node.Name == "SUM") Give(node, x);
        else Pass(node, x);
    }

    private static int Product(int[] sizes) => sizes.Aggregate(1, (product, size) => product * size);

    private void Padded(TfliteNode node)
    {
        var x = TensorOf(node);
        var pads = Whole(node, 1);
        if (pads.Length != 2 * (x.Shape.Rank + 1) || pads.Any(pad => pad is < 0 or > 1 << 16))
            throw Refused(node, $"pads {SymbolicTensor.Print(x.Shape)} by ({string.Join(", ", pads)})");
        if (pads[0] + pads[1] > 0) throw Refused(node, "pads the batch, which is not supported");
        var value = node.Name == "PADV2" ? Constant(node, 2).Floats is [var number] ? number : throw Refused(node, "pads with several numbers") : 0;
        for (var axis = 1; axis <= x.Shape.Rank; axis++)
        {
            (int Before, int After) pad = ((int)pads[2 * axis], (int)pads[(2 * axis) + 1]);
            if (pad == default) continue;
            if (x.Shape.Rank == 3 && axis == 1)
            {
                x = Add(Border(value, pad, ((int)pads[4], (int)pads[5])), node, x);
                axis++;
            }
            else if (x.Shape.Rank == 3 && axis == 2)
            {
                x = Add(Border(value, (0, 0), pad), node, x);
            }
            else
            {
                // Reshaped to an image: the dimensions before it are the rows, it is the columns, and the dimensions after it are the channels.
                var shape = x.Shape.Dimensions.ToArray();
                var image = Apply(new Reshape(Product(shape[..(axis - 1)]), shape[axis - 1], Product(shape[axis..])), x);
                var padded = Add(Border(value, (0, 0), pad), node, image);
                shape[axis - 1] += pad.Before + pad.After;
                x = Apply(new Reshape(shape), padded);
            }
        }

        var (min, max) = bounds.GetValueOrDefault(node.Inputs[0], (-Unbounded, Unbounded));
        Give(node, x, Math.Min(min, value), Math.Max(max, value));
    }

    private static Layer Border(float value, (int, int) rows, (int, int) columns) => value == 0
        ? new ZeroPadding2D(rows, columns)
        : new BorderPadding2D(value, (rows, columns));

    /// <summary>MIRROR_PAD, without the border pixel (mode 0, REFLECT) or with it (mode 1, SYMMETRIC).</summary>
    private void Mirrored(TfliteNode node)
    {
        var x = TensorOf(node);
        var (pads, skip) = (Whole(node, 1), 1 - node.Options.Byte(0));
        if (skip is not (0 or 1) || pads.Length != 2 * (x.Shape.Rank + 1) || pads[0] != 0 || pads[1] != 0)
            throw Refused(node, $"mirrors {SymbolicTensor.Print(x.Shape)} by ({string.Join(", ", pads)}), which is not supported");
        for (var axis = 1; axis <= x.Shape.Rank; axis++)
        {
            var (size, before, after) = (x.Shape[axis - 1], pads[2 * axis], pads[(2 * axis) + 1]);
            if (before < 0 || after < 0 || before > size - skip || after > size - skip) throw Refused(node, $"mirrors {before} and {after} of {size}");
            if (before + after == 0) continue;
            var positions = Enumerable.Range(-(int)before, size + (int)(before + after))
                .Select(position => position < 0 ? -position - 1 + skip : position >= size ? (2 * size) - 1 - skip - position : position);
            x = Add(new Selection(axis, [.. positions]), node, x);
        }

        Pass(node, x);
    }

    private void Resized(TfliteNode node)
    {
        var x = Image(node);
        var isBilinear = node.Name == "RESIZE_BILINEAR";
        if (isBilinear) node.Options.Ignore(0, 1);
        var (alignsCorners, isHalfPixel) = (node.Options.Flag(isBilinear ? 2 : 0), node.Options.Flag(isBilinear ? 3 : 1));
        if (Whole(node, 1) is not [>= 1 and <= 1 << 16 and var height, >= 1 and <= 1 << 16 and var width]) throw Refused(node, "resizes to an empty image");
        var (rows, columns) = (x.Shape[0], x.Shape[1]);
        var coordinates = (alignsCorners, isHalfPixel) switch
        {
            (true, true) => throw Refused(node, "has both align_corners and half_pixel_centers"),
            (true, _) => "align_corners",
            (_, true) => isBilinear ? "half_pixel" : "tf_half_pixel_for_nn",
            _ => "asymmetric",
        };
        var isWhole = height % rows == 0 && width % columns == 0;
        Size2D factor = ((int)height / rows, (int)width / columns);
        Layer? layer = (isBilinear, alignsCorners, isHalfPixel) switch
        {
            _ when (height, width) == (rows, columns) => null,
            (false, false, _) when isWhole => new UpSampling2D(factor),
            (false, false, true) => new Resizing((int)height, (int)width, ResizeInterpolation.Nearest),
            (true, false, true) => isWhole ? new UpSampling2D(factor, ResizeInterpolation.Bilinear) : new Resizing((int)height, (int)width),
            (true, _, false) when (rows, columns) == (1, 1) => new UpSampling2D(factor),
            _ => new Resampling2D(Axis(height, rows), Axis(width, columns)),
        };
        Pass(node, layer is null ? x : Add(layer, node, x));

        AxisResize Axis(long size, int from) =>
            new((int)size, (float)size / from, isBilinear
            ? ResizeMode.Linear
            : ResizeMode.Nearest, coordinates)
            {
                Rounding = alignsCorners
            ? "round_prefer_ceil"
            : "floor"
            };
    }

    private void DepthAndSpaceMoved(TfliteNode node)
    {
        var x = Image(node);
        var block = node.Options.Int(0);
        var (height, width, channels) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var isToSpace = node.Name == "DEPTH_TO_SPACE";
        if (block < 1 || (isToSpace ? channels % ((long)block * block) != 0 : height % block != 0 || width % block != 0))
            throw Refused(node, $"has blocks of {block} in {SymbolicTensor.Print(x.Shape)}");
        if (isToSpace)
        {
            var depth = channels / (block * block);
            var cut = Apply(new Reshape(height, width, block, block, depth), x);
            Pass(node, Add(new Reshape(height * block, width * block, depth), node, Apply(new Permute(1, 3, 2, 4, 5), cut)));
        }
        else
        {
            var parts = Apply(new Reshape(height / block, block, width / block, block, channels), x);
            Pass(node, Add(new Reshape(height / block, width / block, channels * block * block), node, Apply(new Permute(1, 3, 2, 4, 5), parts)));
        }
    }
}
