using System.Numerics;

namespace Fovea.Engine.Ops;

/// <summary>
/// Multiplies each pixel by a matrix of its image: the color i of the output is Σⱼ m[i,j] · color j. Inputs: images (n, h, w, 3) and matrices (n, 3, 3), which
/// have no gradient.
/// </summary>
/// <param name="IsTransposed">Whether the transposed matrices are used, as the gradient needs them.</param>
internal sealed record ColorMatrixOp(bool IsTransposed = false) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank != 4 || inputs[0][3] != 3) throw new ShapeException(Name, $"expected images (batch, height, width, 3); received {inputs[0]}.");
        Shape expected = [inputs[0][0], 3, 3];
        return inputs[1] == expected ? inputs[0] : throw new ShapeException(Name, $"expected matrices {expected}; received {inputs[1]}.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(new ColorMatrixOp(!IsTransposed), outputGradient, node.Inputs[1]), null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var pixels = call.OutputShape[1] * call.OutputShape[2];
        for (var element = 0; element < call.Output.Length; element++)
        {
            var (pixel, i) = (element / 3, element % 3);
            for (var j = 0; j < 3; j++)
                call.Output[element] += call.Inputs[1][(pixel / pixels * 9) + (IsTransposed ? (3 * j) + i : (3 * i) + j)] * call.Inputs[0][(3 * pixel) + j];
        }
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => 3L * output.Count;

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new ColorMatrixKernel(output, IsTransposed);
}

/// <summary>Multiplies vectors of pixels.</summary>
internal sealed unsafe class ColorMatrixKernel(Shape images, bool isTransposed) : PixelBlockKernel(images)
{
    protected override void Change(float* colors, int length, int image, in KernelBuffers buffers)
    {
        var matrix = buffers.Input(1) + (image * 9);
        var (row, column) = isTransposed ? (1, 3) : (3, 1);
        for (var color = colors; color < colors + length; color += Vector<float>.Count)
        {
            var (red, green, blue) = (Vector.Load(color), Vector.Load(color + Block), Vector.Load(color + (2 * Block)));
            for (var i = 0; i < 3; i++)
            {
                var factors = matrix + (i * row);
                ((red * factors[0]) + (green * factors[column]) + (blue * factors[2 * column])).Store(color + (i * Block));
            }
        }
    }
}
