using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>
/// The part of the input image that one element of a layer's output depends on: its size, and how far it moves from one output to
/// the next, in input pixels (Araujo et al. 2019, "Computing receptive fields of convolutional neural networks"). An output that
/// depends on the whole image has a stride of 0.
/// </summary>
public sealed record ReceptiveField(int Height, int Width, int StrideHeight, int StrideWidth)
{
    /// <summary>The first row that output (0, 0) sees; negative where it sees padding above the image.</summary>
    public int Top { get; init; }

    /// <summary>The first column that output (0, 0) sees; negative where it sees padding left of the image.</summary>
    public int Left { get; init; }

    /// <summary>The field of the output at a position. It may reach over the border of the image, where there is padding.</summary>
    public ImageRegion At(int row, int column) => new(Top + (row * StrideHeight), Left + (column * StrideWidth), Height, Width);

    /// <summary>As in <c>18×18 /4</c>: 18 by 18 pixels, 4 pixels from one output to the next; or <c>whole image</c>.</summary>
    public override string ToString() => StrideHeight == 0 && StrideWidth == 0 ? "whole image"
        : StrideHeight == StrideWidth ? $"{Height}×{Width} /{StrideHeight}"
        : $"{Height}×{Width} /{StrideHeight}×{StrideWidth}";

    /// <summary>Computes the receptive fields of all nodes that some outputs depend on.</summary>
    /// <param name="outputs">The outputs.</param>
    /// <param name="image">The image, (1, height, width, channels).</param>
    /// <returns>The field of each node; null for a node that does not depend on the image.</returns>
    internal static Dictionary<Node, ReceptiveField?> Trace(IReadOnlyList<Node> outputs, Node image)
    {
        var fields = new Dictionary<Node, ReceptiveField?>();
        if (image.Shape.Rank != 4) return fields;
        var all = new ReceptiveField(image.Shape[1], image.Shape[2], 0, 0);
        fields[image] = new ReceptiveField(1, 1, 1, 1);
        foreach (var node in new Graph(outputs).Nodes)
        {
            if (node == image) continue;
            var inputs = node.Inputs.Select(input => fields.GetValueOrDefault(input)).OfType<ReceptiveField>().ToList();
            var field = inputs.Count == 0 ? null : Step(node, inputs, all);
            fields[node] = field?.CoversFromOnePosition(node.Shape, all) == true ? all : field;
        }

        return fields;
    }

    private static ReceptiveField? Step(Node node, List<ReceptiveField> inputs, ReceptiveField all)
    {
        var widest = inputs.Aggregate((left, right) => left.Or(right));
        return node.Op switch
        {
            PadOp margin => widest.Moved(-margin.Top, -margin.Left),
            CropOp margin => widest.Moved(margin.Top, margin.Left),
            DepthwiseConv2DOp convolution => widest.Under(convolution.Window),
            Conv2DOp convolution => widest.Under(convolution.Window),
            Conv2DInputGradientOp transposed => widest.Above(transposed.Window),
            MaxPool2DOp pooling => widest.Under(pooling.Window),
            AveragePool2DOp pooling => widest.Under(pooling.Window),
            ResampleOp { IsTransposed: false } resampling => widest.Through(resampling.Rows.Taps(), resampling.Columns.Taps()),
            ElementwiseOp or ReshapeOp or RowOp => widest,
            NormalizeRowsOp { Length: var length } when length == node.Shape[^1] => widest,
            SumOp { FirstAxis: >= 3 } => widest,
            ConcatenateOp { Axis: 3 } or SliceOp { Axis: 3 } => widest,
            SliceOp { Axis: 1 } slice => widest.Moved(slice.Start, 0),
            SliceOp { Axis: 2 } slice => widest.Moved(0, slice.Start),

            // A dense layer on an image treats each position separately: its rows are positions, not samples.
            MatMulOp when node.Inputs[0].Shape[0] > 1 => widest,
            _ => all,
        };
    }

    /// <summary>Whether the node has a single position, which depends on every pixel: the output of a global pooling, for instance.</summary>
    private bool CoversFromOnePosition(Shape shape, ReceptiveField image) => shape is { Rank: 4 } && shape[1] == 1 && shape[2] == 1
        && Top <= 0 && Left <= 0 && Top + Height >= image.Height && Left + Width >= image.Width;

    /// <summary>r' = r + (k − 1)·d·s, s' = s·stride and t' = t − p·s, where p is the padding before the image (eqs. 1 to 3).</summary>
    private ReceptiveField Under(Window2D window) => new(
        Height + ((window.KernelHeight - 1) * window.DilationHeight * StrideHeight),
        Width + ((window.KernelWidth - 1) * window.DilationWidth * StrideWidth),
        StrideHeight * window.StrideHeight,
        StrideWidth * window.StrideWidth)
    {
        Top = Top - (window.PadTop * StrideHeight),
        Left = Left - (window.PadLeft * StrideWidth),
    };

    /// <summary>
    /// The field of the outputs of a transposed convolution. Output o reads the inputs from (o + p − (k − 1)·d) / stride to (o + p) / stride, so the smallest
    /// rectangle that moves by a constant stride and covers them all has r' = r + (k − 1)·d·s / stride and s' = s / stride; unknown if s' is not an integer.
    /// </summary>
    private ReceptiveField? Above(Window2D window)
    {
        if (StrideHeight % window.StrideHeight != 0 || StrideWidth % window.StrideWidth != 0) return null;
        var (height, width) = (StrideHeight / window.StrideHeight, StrideWidth / window.StrideWidth);
        var (reachHeight, reachWidth) = ((window.KernelHeight - 1) * window.DilationHeight, (window.KernelWidth - 1) * window.DilationWidth);
        return new ReceptiveField(Height + (reachHeight * height), Width + (reachWidth * width), height, width)
        {
            Top = Top + ((window.PadTop - reachHeight) * height),
            Left = Left + ((window.PadLeft - reachWidth) * width),
        };
    }

    /// <summary>The field behind a resampling: the smallest rectangle that moves by a constant stride and covers everything that the outputs read.</summary>
    private ReceptiveField? Through(AxisTaps rows, AxisTaps columns)
    {
        var (height, width) = (Along(rows, Top, Height, StrideHeight), Along(columns, Left, Width, StrideWidth));
        return height is var (top, rowsSeen, rowStride) && width is var (left, columnsSeen, columnStride)
            ? new ReceptiveField(rowsSeen, columnsSeen, rowStride, columnStride) { Top = top, Left = left }
            : null;

        static (int Start, int Size, int Stride)? Along(AxisTaps taps, int start, int size, int stride)
        {
            if (stride * (long)taps.Inputs % taps.Outputs != 0) return null;
            var step = (int)(stride * (long)taps.Inputs / taps.Outputs);
            var (first, end) = (int.MaxValue, int.MinValue);
            for (var output = 0; output < taps.Outputs; output++)
            {
                first = Math.Min(first, (taps[output].First * stride) - (output * step));
                end = Math.Max(end, ((taps[output].First + taps[output].Weights.Length - 1) * stride) - (output * step));
            }

            return (start + first, size + end - first, step);
        }
    }

    /// <summary>The field of a value whose positions are shifted relative to this one.</summary>
    private ReceptiveField Moved(int rows, int columns) => this with { Top = Top + (rows * StrideHeight), Left = Left + (columns * StrideWidth) };

    /// <summary>The field of a value that is computed from two values, position by position: the rectangle around both fields.</summary>
    private ReceptiveField Or(ReceptiveField other)
    {
        if ((StrideHeight, StrideWidth) != (other.StrideHeight, other.StrideWidth))
            return StrideHeight == 0 || (other.StrideHeight != 0 && (long)Height * Width >= (long)other.Height * other.Width) ? this : other;
        var (top, left) = (Math.Min(Top, other.Top), Math.Min(Left, other.Left));
        var (bottom, right) = (Math.Max(Top + Height, other.Top + other.Height), Math.Max(Left + Width, other.Left + other.Width));
        return new ReceptiveField(bottom - top, right - left, StrideHeight, StrideWidth) { Top = top, Left = left };
    }
}
