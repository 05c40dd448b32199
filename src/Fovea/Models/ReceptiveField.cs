using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The part of the input image that one element of a layer's output depends on: its size, and how far it moves from one output to
/// the next, in input pixels (Araujo et al. 2019, "Computing receptive fields of convolutional neural networks"). An output that
/// sees the whole image at once has a stride of 0.
/// </summary>
public sealed record ReceptiveField(int Height, int Width, int StrideHeight, int StrideWidth)
{
    /// <summary>As in <c>18×18 /4</c>: 18 by 18 pixels, 4 pixels from one output to the next.</summary>
    public override string ToString() => StrideHeight == 0 && StrideWidth == 0 ? $"{Height}×{Width} (all)"
        : StrideHeight == StrideWidth ? $"{Height}×{Width} /{StrideHeight}"
        : $"{Height}×{Width} /{StrideHeight}×{StrideWidth}";

    /// <summary>The receptive fields of all nodes behind an output that depend on an image (1, height, width, channels).</summary>
    internal static Dictionary<Node, ReceptiveField?> Trace(Node output, Node image)
    {
        var fields = new Dictionary<Node, ReceptiveField?>();
        if (image.Shape.Rank != 4) return fields;
        var all = new ReceptiveField(image.Shape[1], image.Shape[2], 0, 0);
        fields[image] = new ReceptiveField(1, 1, 1, 1);
        foreach (var node in new Graph([output]).Nodes)
        {
            if (node == image) continue;
            var inputs = node.Inputs.Select(input => fields.GetValueOrDefault(input)).OfType<ReceptiveField>().ToList();
            fields[node] = inputs.Count == 0 ? null : Step(node, inputs, all);
        }

        return fields;
    }

    private static ReceptiveField Step(Node node, List<ReceptiveField> inputs, ReceptiveField all)
    {
        var widest = inputs.MaxBy(field => (long)field.Height * field.Width)!;
        return node.Op switch
        {
            DepthwiseConv2DOp convolution => widest.Under(convolution.Window),
            Conv2DOp convolution => widest.Under(convolution.Window),
            MaxPool2DOp pooling => widest.Under(pooling.Window),
            AveragePool2DOp pooling => widest.Under(pooling.Window),
            ElementwiseOp or ReshapeOp or RowOp => widest,

            // A dense layer on an image treats each position by itself: its rows are positions, not samples.
            MatMulOp when node.Inputs[0].Shape[0] > 1 => widest,
            _ => all,
        };
    }

    /// <summary>r' = r + (k − 1)·d·s and s' = s·stride.</summary>
    private ReceptiveField Under(Window2D window) => new(
        Height + ((window.KernelHeight - 1) * window.DilationHeight * StrideHeight),
        Width + ((window.KernelWidth - 1) * window.DilationWidth * StrideWidth),
        StrideHeight * window.StrideHeight,
        StrideWidth * window.StrideWidth);
}
