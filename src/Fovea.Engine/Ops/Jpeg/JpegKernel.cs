using System.Runtime.Intrinsics;

namespace Fovea.Engine.Ops;

/// <summary>Compresses an image in each unit. A vector holds a row of a block of 8 × 8 values; each transform is eight sums of such rows, twice.</summary>
internal sealed unsafe class JpegKernel : Kernel
{
    private static readonly float[] Cosines = [.. Enumerable.Range(0, 64).Select(i => (float)JpegTables.Cosine(i / 8, i % 8))];
    private static readonly float[] CosinesTransposed = [.. Enumerable.Range(0, 64).Select(i => (float)JpegTables.Cosine(i % 8, i / 8))];

    private readonly int batch;
    private readonly JpegLayout layout;
    private readonly (int Start, int Rows, int Columns, bool IsChrominance)[] planes;

    public JpegKernel(Shape images)
    {
        (batch, layout) = (images[0], new JpegLayout(images[1], images[2], images[3]));
        planes = [.. layout.Planes];
    }

    public override int WorkerScratchFloats => layout.PlanesLength;

    public override bool CanOverwrite(int input) => input == 0;

    public override int Units(int phase) => batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var first = (nint)unit * layout.ImageLength;
        layout.Split(new ReadOnlySpan<float>(buffers.Input(0) + first, layout.ImageLength), new Span<float>(buffers.WorkerScratch, layout.PlanesLength));
        Span<int> table = stackalloc int[64];
        var steps = stackalloc float[64];
        foreach (var (start, rows, columns, isChrominance) in planes)
        {
            JpegTables.WriteScaled(isChrominance, buffers.Input(1)[unit], table);
            for (var k = 0; k < 64; k++) steps[k] = table[k];
            for (var y = 0; y < rows; y += 8)
            {
                for (var x = 0; x < columns; x += 8) Quantize(buffers.WorkerScratch + start + (y * columns) + x, columns, steps);
            }
        }

        layout.Join(new ReadOnlySpan<float>(buffers.WorkerScratch, layout.PlanesLength), new Span<float>(buffers.Output + first, layout.ImageLength));
    }

    /// <summary>Replaces a block by its quantized values, with the rounding of <see cref="JpegOp"/>.</summary>
    private static void Quantize(float* block, int stride, float* steps)
    {
        var a = stackalloc float[64];
        var b = stackalloc float[64];
        for (var i = 0; i < 8; i++) (Vector256.Load(block + (i * stride)) - Vector256.Create(128f)).Store(b + (i * 8));
        fixed (float* forward = Cosines, backward = CosinesTransposed)
        {
            Transpose(b, a);
            Transform(forward, a, b, 4);
            Transpose(b, a);
            Transform(forward, a, b, 0.25f);
            for (var i = 0; i < 64; i += 8)
            {
                var (coefficients, step) = (Vector256.Load(b + i), Vector256.Load(steps + i));
                var multiple = Vector256.Floor((Vector256.Abs(coefficients) + (4 * step)) / (8 * step)) * step;
                Vector256.CopySign(multiple, coefficients).Store(a + i);
            }

            Transform(backward, a, b, 4);
            Transpose(b, a);
            Transform(backward, a, b, 1 / 32f);
            Transpose(b, a);
        }

        for (var i = 0; i < 8; i++)
        {
            var value = Vector256.Load(a + (i * 8)) + Vector256.Create(128f);
            Vector256.Min(Vector256.Max(value, Vector256<float>.Zero), Vector256.Create(255f)).Store(block + (i * stride));
        }
    }

    /// <summary>
    /// Each row of the output is the sum of the rows of the input, with the factors of a row of the matrix, scaled and rounded; halves are rounded up.
    /// </summary>
    private static void Transform(float* matrix, float* input, float* output, float scale)
    {
        for (var k = 0; k < 8; k++, matrix += 8)
        {
            var sum = Vector256.Load(input) * Vector256.Create(matrix[0]);
            for (var i = 1; i < 8; i++) sum = Vector256.MultiplyAddEstimate(Vector256.Load(input + (i * 8)), Vector256.Create(matrix[i]), sum);
            Vector256.Floor((sum * Vector256.Create(scale)) + Vector256.Create(0.5f)).Store(output + (k * 8));
        }
    }

    private static void Transpose(float* input, float* output)
    {
        for (var i = 0; i < 64; i++) output[i] = input[(i % 8 * 8) + (i / 8)];
    }
}
