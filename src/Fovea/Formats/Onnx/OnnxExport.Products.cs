using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Formats.Onnx;

/// <content>Convolutions and matrix products, with their bias.</content>
internal sealed partial class OnnxExport
{
    private static (string, OnnxAttribute)[] Geometry(Window2D window) =>
    [
        ("kernel_shape", Integers(window.KernelHeight, window.KernelWidth)),
        ("strides", Integers(window.StrideHeight, window.StrideWidth)),
        ("pads", Integers(window.PadTop, window.PadLeft,
            Math.Max(
                0, ((window.OutputHeight - 1) * window.StrideHeight) + ((window.KernelHeight - 1) * window.DilationHeight)
                + 1 - window.InputHeight - window.PadTop),
            Math.Max(
                0, ((window.OutputWidth - 1) * window.StrideWidth) + ((window.KernelWidth - 1) * window.DilationWidth)
                + 1 - window.InputWidth - window.PadLeft))),
    ];

    private static (string, OnnxAttribute) Dilations(Window2D window) => ("dilations", Integers(window.DilationHeight, window.DilationWidth));

    private ExportedValue Convolution(Node node, Window2D window, int groups, int[] order)
    {
        RequireConstant(node, 1, "has a kernel that is computed from the input");
        return WithBias(
            node, "Conv", [First(node.Inputs[0]), Weight(node.Inputs[1], order)], [.. Geometry(window), Dilations(window), ("group", Integer(groups))]);
    }

    /// <summary>A depthwise convolution. The kernel (rows, columns, channel, multiplier) is (channel · multiplier, 1, rows, columns) in ONNX.</summary>
    private ExportedValue Depthwise(Node node, Window2D window)
    {
        RequireConstant(node, 1, "has a kernel that is computed from the input");
        var kernel = node.Inputs[1].Shape;
        var weight = Weight(node.Inputs[1], [2, 3, 0, 1], new Shape(kernel[2] * kernel[3], 1, kernel[0], kernel[1]));
        return WithBias(node, "Conv", [First(node.Inputs[0]), weight], [.. Geometry(window), Dilations(window), ("group", Integer(kernel[2]))]);
    }

    /// <summary>
    /// A transposed convolution, which is the gradient of a convolution. The kernel (rows, columns, channels out, channels in) is (in, out, rows, columns) in
    /// ONNX.
    /// </summary>
    private ExportedValue Transposed(Node node, Conv2DInputGradientOp op)
    {
        RequireConstant(node, 1, "has a kernel that is computed from the input");
        if (op.Groups != 1) throw Refused(node, "has a transposed convolution in groups");
        var window = op.Window;

        // Rows that no kernel covers are added as output_padding.
        var (bottom, right) = (
            More(window.InputHeight, window.OutputHeight, window.StrideHeight, window.KernelHeight, window.DilationHeight, window.PadTop),
            More(window.InputWidth, window.OutputWidth, window.StrideWidth, window.KernelWidth, window.DilationWidth, window.PadLeft));
        return WithBias(node, "ConvTranspose", [First(node.Inputs[0]), Weight(node.Inputs[1], [3, 2, 0, 1])],
        [
            ("kernel_shape", Integers(window.KernelHeight, window.KernelWidth)), ("strides", Integers(window.StrideHeight, window.StrideWidth)),
                Dilations(window),
            ("pads", Integers(window.PadTop, window.PadLeft, Math.Max(0, -bottom), Math.Max(0, -right))),
                ("output_padding", Integers(Math.Max(0, bottom), Math.Max(0, right))),
        ]);

        static long More(int size, int outputs, int stride, int kernel, int dilation, int before) =>
            size - (((outputs - 1) * stride) + ((kernel - 1) * dilation) + 1 - before);
    }

    private ExportedValue WithBias(Node node, string type, string[] inputs, (string, OnnxAttribute)[] attributes)
    {
        if (BiasOf(node) is not var (vector, sum)) return new(Add(type, NameOf(node), inputs, attributes), true, 0);
        var value = new ExportedValue(Add(type, NameOf(sum), [.. inputs, Weight(vector)], attributes), true, 0);
        values[sum] = value;
        return value;
    }

    private void RequireConstant(Node node, int input, string what)
    {
        if (!IsConstant(node.Inputs[input])) throw Refused(node, what);
    }

    private ExportedValue Product(Node node, MatMulOp op)
    {
        var (left, right) = (node.Inputs[0], node.Inputs[1]);
        if (IsConstant(left)) throw Refused(node, "multiplies weights by a value");
        if (!IsConstant(right))
        {
            var a = op.TransposeLeft ? Add("Transpose", Unique($"{Near(node)}left"), [Plain(left)], ("perm", Integers(1, 0))) : Plain(left);
            var b = op.TransposeRight ? Add("Transpose", Unique($"{Near(node)}right"), [Plain(right)], ("perm", Integers(1, 0))) : Plain(right);
            return new(Add("MatMul", NameOf(node), [a, b]), false, 0);
        }

        string matrix;
        var channels = op.TransposeLeft ? 0 : values[left].FlattenedChannels;
        if (channels > 0)
        {
            // The rows are permuted from (pixel, channel) to (channel, pixel) order.
            var (rows, columns) = op.TransposeRight ? (right.Shape[1], right.Shape[0]) : (right.Shape[0], right.Shape[1]);
            long pixels = rows / channels;
            var shape = right.Shape;
            matrix = Constant(NameOfConstant(right), shape, () => op.TransposeRight
                ? OnnxConstant.Transpose(Numbers(right), [columns, pixels, channels], [0, 2, 1])
                : OnnxConstant.Transpose(Numbers(right), [pixels, channels, columns], [1, 0, 2]));
        }
        else
        {
            matrix = Weight(right);
        }

        var input = channels > 0 ? values[left].Name : Plain(left);
        (string, OnnxAttribute)[] transposes = [("transA", Integer(op.TransposeLeft ? 1 : 0)), ("transB", Integer(op.TransposeRight ? 1 : 0))];
        if (BiasOf(node) is not var (vector, sum)) return new(Add("Gemm", NameOf(node), [input, matrix], transposes), false, 0);
        var value = new ExportedValue(Add("Gemm", NameOf(sum), [input, matrix, Weight(vector)], transposes), false, 0);
        values[sum] = value;
        return value;
    }
}
