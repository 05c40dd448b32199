using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// An affine transform of each image: the pixel (x, y) of the output is read at (A·x + B·y + C, D·x + E·y + F). The origin is the center of the first pixel.
/// Each number is a node (batch, 1); null is 0.
/// </summary>
internal sealed record AffineMap(Node A, Node? B, Node? C, Node? D, Node E, Node? F)
{
    /// <summary>Transforms images, and boxes and masks with them. Masks are read at the nearest pixel.</summary>
    public ImageNodes ApplyTo(ImageNodes nodes, FillMode fillMode, Interpolation interpolation, double fillValue = 0)
    {
        var moved = nodes with { Images = Sample(nodes.Images, fillMode, interpolation, (float)fillValue) };
        if (nodes.Masks is { } masks)
        {
            var images = masks.Shape.Rank == 4 ? masks : masks.Reshape([.. masks.Shape.Dimensions, 1]);
            moved = moved with { Masks = Sample(images, fillMode, Interpolation.Nearest, (float)fillValue).Reshape(masks.Shape) };
        }

        return nodes.Boxes is { } boxes ? moved with { Boxes = Move(boxes) } : moved;
    }

    private Node Sample(Node images, FillMode fillMode, Interpolation interpolation, float fillValue) =>
        AffineAugmentation.Transform(images, fillMode, interpolation, fillValue, A, B, C, D, E, F);

    /// <summary>
    /// The smallest boxes around the moved corners. The map leads from the output to the input, so corners are moved by its inverse. Edges are half a pixel away
    /// from the centers of pixels.
    /// </summary>
    private Node Move(Node boxes)
    {
        var (batch, count) = (boxes.Shape[0], boxes.Shape[1]);
        Node zero = Arithmetic.Constant(0).BroadcastTo([batch, 1]);
        var (b, d) = (B ?? zero, D ?? zero);
        var determinant = (A * E) - (b * d);
        Node[] xs = [Edge(0) - 0.5f - (C ?? zero), Edge(2) - 0.5f - (C ?? zero)], ys = [Edge(1) - 0.5f - (F ?? zero), Edge(3) - 0.5f - (F ?? zero)];
        Node[] movedX = [.. from x in xs from y in ys select (((E * x) - (b * y)) / determinant) + 0.5f];
        Node[] movedY = [.. from x in xs from y in ys select (((A * y) - (d * x)) / determinant) + 0.5f];
        return Concatenation.Concatenate(2, Lowest(movedX), Lowest(movedY), Highest(movedX), Highest(movedY));

        Node Edge(int index) => boxes.Slice(2, index, 1).Reshape([batch, count]);
        Node Lowest(Node[] values) => values.Aggregate((p, q) => p.Minimum(q)).Reshape([batch, count, 1]);
        Node Highest(Node[] values) => values.Aggregate((p, q) => p.Maximum(q)).Reshape([batch, count, 1]);
    }
}
