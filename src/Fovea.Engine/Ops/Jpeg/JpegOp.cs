namespace Fovea.Engine.Ops;

/// <summary>
/// Compresses each image as a baseline JPEG file does (ITU-T T.81) and decodes it, with the rounding of libjpeg: luminance and chrominance as in JFIF, the
/// chrominance at half the height and width, 8 × 8 discrete cosine transforms, the quantization tables of Annex K scaled by the quality, and linear
/// interpolation of the chrominance. Inputs: images (n, h, w, 1 or 3), with values from 0 to 255, which are rounded, and qualities (n, 1) from 1 to 100.
/// </summary>
/// <remarks>The output is rounded, so its derivative is 0, and the inputs have no gradient.</remarks>
internal sealed record JpegOp : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank != 4 || inputs[0][3] is not (1 or 3))
            throw new ShapeException(Name, $"expected images (batch, height, width, 1 or 3); received {inputs[0]}.");
        Shape expected = [inputs[0][0], 1];
        return inputs[1] == expected ? inputs[0] : throw new ShapeException(Name, $"expected qualities {expected}; received {inputs[1]}.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [null, null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var layout = new JpegLayout(call.OutputShape[1], call.OutputShape[2], call.OutputShape[3]);
        var length = layout.ImageLength;
        for (var n = 0; n < call.OutputShape[0]; n++)
        {
            float[] image = [.. call.Inputs[0].Skip(n * length).Take(length).Select(value => (float)value)];
            var planes = new float[layout.PlanesLength];
            layout.Split(image, planes);
            foreach (var (start, rows, columns, isChrominance) in layout.Planes)
            {
                var table = JpegTables.Scaled(isChrominance, (float)call.Inputs[1][n]);
                for (var block = 0; block < rows * columns / 64; block++)
                {
                    var corner = start + (block / (columns / 8) * 8 * columns) + (block % (columns / 8) * 8);
                    Quantize(planes.AsSpan(corner), columns, table);
                }
            }

            layout.Join(planes, image);
            for (var i = 0; i < length; i++) call.Output[(n * length) + i] = image[i];
        }
    }

    /// <summary>
    /// Transforms a block of 8 × 8 values, rounds the coefficients to multiples of the table, and transforms back. As in libjpeg, which computes with whole
    /// numbers, the values between the two directions of a transform are rounded to quarters, and the coefficients times 8 to whole numbers.
    /// </summary>
    private static void Quantize(Span<float> block, int stride, int[] table)
    {
        Span<double> a = stackalloc double[64], b = stackalloc double[64];
        for (var i = 0; i < 64; i++) a[i] = block[(i / 8 * stride) + (i % 8)] - 128;
        Multiply(a, b, 4, (row, column, i) => ((row * 8) + i, JpegTables.Cosine(column, i)));
        Multiply(b, a, 0.25, (row, column, i) => ((i * 8) + column, JpegTables.Cosine(row, i)));
        for (var k = 0; k < 64; k++) a[k] = table[k] * Math.Sign(a[k]) * Math.Floor((Math.Abs(a[k]) + (4 * table[k])) / (8 * table[k]));
        Multiply(a, b, 4, (row, column, i) => ((i * 8) + column, JpegTables.Cosine(i, row)));
        Multiply(b, a, 1 / 32.0, (row, column, i) => ((row * 8) + i, JpegTables.Cosine(i, column)));
        for (var i = 0; i < 64; i++) block[(i / 8 * stride) + (i % 8)] = (float)Math.Clamp(a[i] + 128, 0, 255);
    }

    /// <summary>Multiplies blocks, with the terms of an element in eight steps, and rounds the scaled sums; halves are rounded up.</summary>
    private static void Multiply(ReadOnlySpan<double> input, Span<double> output, double scale, Func<int, int, int, (int Index, double Factor)> term)
    {
        for (var k = 0; k < 64; k++)
        {
            var sum = 0.0;
            for (var i = 0; i < 8; i++)
            {
                var (index, factor) = term(k / 8, k % 8, i);
                sum += factor * input[index];
            }

            output[k] = Math.Floor((sum * scale) + 0.5);
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new JpegKernel(output);
}
