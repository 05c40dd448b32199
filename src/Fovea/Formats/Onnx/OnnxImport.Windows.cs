namespace Fovea.Formats.Onnx;

/// <content>The windows of convolutions and pooling: kernel sizes, strides and pads.</content>
internal sealed partial class OnnxImport
{
    private static Size2D Pair(OnnxNodeReader node, string attribute) => node.Integers(attribute) switch
    {
        null => 1,
        { Length: 2 } pair => (checked((int)pair[0]), checked((int)pair[1])),
        var other => throw new InvalidDataException($"expected 2 {attribute}; received ({string.Join(", ", other)})"),
    };

    private static int Single(OnnxNodeReader node, string attribute) => node.Integers(attribute) switch
    {
        null => 1,
        { Length: 1 } one => checked((int)one[0]),
        var other => throw new InvalidDataException($"expected one of {attribute}; received ({string.Join(", ", other)})"),
    };

    /// <summary>Requires the attribute <c>kernel_shape</c>, if there is one, to match the shape of the kernel.</summary>
    private static void RequireKernel(OnnxNodeReader node, OnnxConstant weight)
    {
        if (node.Integers("kernel_shape") is { } given && !given.SequenceEqual(weight.Dimensions.Skip(2)))
            throw new InvalidDataException(
                $"its kernel_shape is ({string.Join(", ", given)}); its kernel has the shape ({string.Join(", ", weight.Dimensions)})");
    }

    private static string AutoPad(OnnxNodeReader node) => node.Text("auto_pad", "NOTSET") switch
    {
        "" => "NOTSET",
        "NOTSET" or "SAME_UPPER" or "SAME_LOWER" or "VALID" => node.Text("auto_pad", "NOTSET"),
        var other => throw new InvalidDataException($"its auto_pad {other} is not known"),
    };

    /// <summary>The padded image and the padding of the layer. If the pads are those of Keras' "same", the layer pads.</summary>
    private (SymbolicTensor Image, Padding Padding) Padded(OnnxNodeReader node, SymbolicTensor image, Size2D kernel, Size2D strides, Size2D dilation)
    {
        var pads = PadsOf(node, image, kernel, strides, dilation);
        if (IsSame(node, pads, SamePads(image, kernel, strides, dilation), strides)) return (image, Padding.Same);
        if (pads.All(pad => pad == 0)) return (image, Padding.Valid);
        return (Apply(new ZeroPadding2D(((int)pads[0], (int)pads[2]), ((int)pads[1], (int)pads[3])), image), Padding.Valid);
    }

    /// <summary>
    /// Whether the padding is that of Keras' "same". With strides, the pads of "same" depend on the size of the image. If the file leaves it open, equal pads
    /// at one size therefore do not suffice.
    /// </summary>
    private bool IsSame(OnnxNodeReader node, long[] pads, long[] same, Size2D strides)
    {
        if (report.OpenInput is not null && AutoPad(node) == "SAME_UPPER") return true;
        return pads.Any(pad => pad > 0) && pads.SequenceEqual(same) && (report.OpenInput is null || strides == 1);
    }

    /// <summary>Rows above, columns to the left, rows below, columns to the right.</summary>
    private long[] PadsOf(OnnxNodeReader node, SymbolicTensor image, Size2D kernel, Size2D strides, Size2D dilation)
    {
        var given = node.Integers("pads");
        switch (AutoPad(node))
        {
            case "SAME_UPPER":
                return SamePads(image, kernel, strides, dilation);
            case "SAME_LOWER":
                var pads = SamePads(image, kernel, strides, dilation);
                return [pads[2], pads[3], pads[0], pads[1]];
            case "VALID":
                return [0, 0, 0, 0];
        }

        given ??= [0, 0, 0, 0];
        if (given.Length == 2 && image.Shape[0] == 1 && kernel.Height == 1) given = [0, given[0], 0, given[1]];
        if (given.Length != 4) throw Refused(node, $"has {given.Length} pads; expected 4");
        if (given.Any(pad => pad is < 0 or > 1 << 16)) throw Refused(node, $"has the pads ({string.Join(", ", given)}), which are not supported");
        return given;
    }

    private static long[] SamePads(SymbolicTensor image, Size2D kernel, Size2D strides, Size2D dilation)
    {
        var (rows, columns) = (
            Total(image.Shape[0], kernel.Height, strides.Height, dilation.Height),
            Total(image.Shape[1], kernel.Width, strides.Width, dilation.Width));
        return [rows / 2, columns / 2, rows - (rows / 2), columns - (columns / 2)];

        static long Total(int size, int kernel, int stride, int dilation) =>
            Math.Max(0, ((((size + stride - 1) / stride) - 1) * stride) + ((kernel - 1) * dilation) + 1 - size);
    }
}
