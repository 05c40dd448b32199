namespace Fovea.Engine.Ops;

/// <summary>
/// Equalizes the histogram of each channel of each image (n, h, w, c), with values from 0 to 255; values outside are clipped. The value x belongs to the bin
/// ⌊x · (bins − 1) / 255⌋. Its new value is round(255 · (C − C₀) / (C₁ − C₀)), where C counts the pixels up to its bin, C₀ those of the lowest bin that is not
/// empty, and C₁ all. A channel whose values are all in one bin is not changed.
/// </summary>
/// <remarks>The output is constant between the bounds of bins, so its derivative is 0, and the input has no gradient.</remarks>
/// <param name="Bins">The number of bins, at least 2.</param>
/// <param name="PerBatch">Whether one histogram counts the pixels of all images.</param>
internal sealed record EqualizeOp(int Bins, bool PerBatch = false) : Op
{
    public const double Largest = 255;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank == 4
        ? inputs[0]
        : throw new ShapeException(Name, $"expected images (batch, height, width, channels); received {inputs[0]}.");

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (images, channels) = (PerBatch ? 1 : call.OutputShape[0], call.OutputShape[3]);
        var length = call.Output.Length / images;
        for (var n = 0; n < images; n++)
        {
            for (var c = 0; c < channels; c++)
            {
                var histogram = new long[Bins];
                for (var i = (n * length) + c; i < (n + 1) * length; i += channels) histogram[Bin(call.Inputs[0][i])]++;
                var table = new double[Bins];
                var isEqualized = WriteTable(histogram, table);
                for (var i = (n * length) + c; i < (n + 1) * length; i += channels)
                    call.Output[i] = isEqualized ? table[Bin(call.Inputs[0][i])] : call.Inputs[0][i];
            }
        }

        int Bin(double x) => (int)Math.Clamp(x * (Bins - 1) / Largest, 0, Bins - 1);
    }

    /// <summary>Computes the new value of each bin.</summary>
    /// <returns>False if at most one bin is not empty, so that there is nothing to equalize.</returns>
    internal static bool WriteTable(ReadOnlySpan<long> histogram, Span<double> table)
    {
        var (total, lowest) = (0L, 0L);
        foreach (var count in histogram)
        {
            total += count;
            if (lowest == 0) lowest = count;
        }

        if (lowest == total) return false;
        for (var (bin, below) = (0, 0L); bin < table.Length; bin++)
        {
            below += histogram[bin];
            table[bin] = Math.Max(0, Math.Round(Largest * (below - lowest) / (total - lowest), MidpointRounding.ToEven));
        }

        return true;
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new EqualizeKernel(output, Bins, PerBatch);
}
