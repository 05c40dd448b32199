using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A projective transform of each image: the pixel (x, y) of the output is read at ((A·x + B·y + C) / q, (D·x + E·y + F) / q) with q = G·x + H·y + 1. The
/// origin is the center of the first pixel. Each number is a node (batch, 1); null is 0. The transform is affine where G and H are null.
/// </summary>
internal sealed record ProjectiveMap(Node A, Node? B, Node? C, Node? D, Node E, Node? F)
{
    public Node? G { get; init; }

    public Node? H { get; init; }

    /// <summary>Transforms images, and boxes and masks with them. Masks are read at the nearest pixel.</summary>
    /// <param name="nodes">The images and what belongs to them.</param>
    /// <param name="fillMode">How images and masks are continued beyond their border.</param>
    /// <param name="interpolation">How values between pixels of images are computed.</param>
    /// <param name="fillValue">The value of images beyond the border for <see cref="FillMode.Constant"/>.</param>
    /// <param name="size">The size of the output; null for that of the images.</param>
    /// <param name="antialias">Whether an output pixel is the mean of several positions where the transform shrinks the image.</param>
    public ImageNodes ApplyTo(
        ImageNodes nodes, FillMode fillMode, Interpolation interpolation, double fillValue = 0, Size2D? size = null, bool antialias = false)
    {
        var output = size ?? (nodes.Images.Shape[1], nodes.Images.Shape[2]);
        var (rule, parameters) = (G is null && H is null ? PositionRule.Affine : PositionRule.Projective, Parameters());
        var moved = nodes with { Images = nodes.Images.Sample(rule, output, parameters, fillMode, interpolation, fillValue, antialias) };
        if (nodes.Boxes is { } boxes) moved = Move(boxes).In(moved, output);
        return nodes.MapMasks(moved, masks => masks.Sample(rule, output, parameters, fillMode, Interpolation.Nearest, nodes.MaskFillValue));
    }

    private Node Parameters()
    {
        Node?[] numbers = G is null && H is null ? [A, B, C, D, E, F] : [A, B, C, D, E, F, G, H];
        Node? parameters = null;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] is not { } number) continue;
            var column = number * Arithmetic.Constant(i).Reshape([1]).OneHot(numbers.Length);
            parameters = parameters is null ? column : parameters + column;
        }

        return parameters!;
    }

    /// <summary>
    /// The smallest boxes around the moved corners. The map leads from the output to the input, so corners are moved by its inverse. Edges are half a pixel
    /// away from the centers of pixels.
    /// </summary>
    private MovedBoxes Move(Node boxes)
    {
        var (left, top, right, bottom) = MovedBoxes.Edges(boxes);
        var zero = (0 * A).BroadcastTo([boxes.Shape[0], boxes.Shape[1]]);
        Node[] xs = [left - 0.5f, right - 0.5f], ys = [top - 0.5f, bottom - 0.5f];
        (Node X, Node Y, Node? Depth)[] corners = [.. from x in xs from y in ys select Inverse(x, y, zero)];
        var depths = corners.Select(corner => corner.Depth).OfType<Node>().ToArray();
        return MovedBoxes.Around([.. corners.Select(corner => corner.X + 0.5f)], [.. corners.Select(corner => corner.Y + 0.5f)]) with
        {
            // A corner with a depth that is not positive is behind the viewer.
            IsSeen = depths.Length == 0 ? null : depths.Aggregate((p, q) => p.Minimum(q)),
        };
    }

    /// <summary>
    /// The output position (p, q) that is read at (x, y): (A − x·G)·p + (B − x·H)·q = x − C and (D − y·G)·p + (E − y·H)·q = y − F. The depth is G·p + H·q + 1.
    /// </summary>
    private (Node X, Node Y, Node? Depth) Inverse(Node x, Node y, Node zero)
    {
        var (a, b, d, e) = (Less(A, x, G), Less(B, x, H), Less(D, y, G), Less(E, y, H));
        var (u, v) = (C is null ? x : x - C, F is null ? y : y - F);
        var determinant = (a * e) - (b * d);
        var (p, q) = (((e * u) - (b * v)) / determinant, ((a * v) - (d * u)) / determinant);
        return (p, q, G is null && H is null ? null : 1 + ((G ?? zero) * p) + ((H ?? zero) * q));

        Node Less(Node? number, Node position, Node? slope) => slope is null ? number ?? zero : (number ?? zero) - (position * slope);
    }
}
