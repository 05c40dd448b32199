namespace Fovea.Engine.Ops;

/// <summary>Pads an image (n, h, w, c) with rows and columns of zeros.</summary>
public sealed record PadOp(int Top, int Bottom, int Left, int Right) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        Margins.Check(Name, inputs[0], Top, Bottom, Left, Right);
        return [inputs[0][0], Top + inputs[0][1] + Bottom, Left + inputs[0][2] + Right, inputs[0][3]];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [new Node(new CropOp(Top, Bottom, Left, Right), outputGradient)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) =>
        Margins.ForEachPair(call.InputShapes[0], call.OutputShape, Top, Left, (inner, outer) => call.Output[outer] = call.Inputs[0][inner]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new MarginKernel(inputs[0], output, Top, Left, crops: false);
}

/// <summary>Removes the outer rows and columns of an image (n, h, w, c). It is the gradient of <see cref="PadOp"/>.</summary>
public sealed record CropOp(int Top, int Bottom, int Left, int Right) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var image = inputs[0];
        Margins.Check(Name, image, Top, Bottom, Left, Right);
        if (image[1] <= Top + Bottom || image[2] <= Left + Right)
            throw new ShapeException(Name, $"expected an image larger than its margins, {Top} + {Bottom} rows and {Left} + {Right} columns; received {image}.");
        return [image[0], image[1] - Top - Bottom, image[2] - Left - Right, image[3]];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [new Node(new PadOp(Top, Bottom, Left, Right), outputGradient)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) =>
        Margins.ForEachPair(call.OutputShape, call.InputShapes[0], Top, Left, (inner, outer) => call.Output[inner] = call.Inputs[0][outer]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new MarginKernel(output, inputs[0], Top, Left, crops: true);
}

/// <summary>The checks and positions that padding and cropping share.</summary>
internal static class Margins
{
    public static void Check(string name, Shape image, int top, int bottom, int left, int right)
    {
        if (image.Rank != 4) throw new ShapeException(name, $"expected an image (batch, height, width, channels); received {image}.");
        if (top < 0 || bottom < 0 || left < 0 || right < 0)
            throw new ShapeException(name, $"expected margins of at least 0; received top {top}, bottom {bottom}, left {left}, right {right}.");
    }

    /// <summary>Visits every position of the inner image with its position in the outer one.</summary>
    public static void ForEachPair(Shape inner, Shape outer, int top, int left, Action<int, int> visit)
    {
        for (var position = 0; position < inner.Count; position++)
        {
            var (c, rest) = (position % inner[3], position / inner[3]);
            var (x, y, n) = (rest % inner[2], rest / inner[2] % inner[1], rest / inner[2] / inner[1]);
            visit(position, (((((n * outer[1]) + y + top) * outer[2]) + x + left) * outer[3]) + c);
        }
    }
}

/// <summary>Padding of nodes.</summary>
public static class PaddingWithZeros
{
    extension(Node image)
    {
        /// <summary>The image padded with rows and columns of zeros.</summary>
        /// <exception cref="ShapeException">The node is not an image, or a margin is below 0.</exception>
        public Node Pad(int top, int bottom, int left, int right) => new(new PadOp(top, bottom, left, right), image);

        /// <summary>The image without its outer rows and columns.</summary>
        /// <exception cref="ShapeException">The node is not an image, a margin is below 0, or nothing would be left.</exception>
        public Node Crop(int top, int bottom, int left, int right) => new(new CropOp(top, bottom, left, right), image);
    }
}
