namespace Fovea.Engine.Ops;

/// <summary>
/// Transforms images pixel by pixel. Positions are computed in float64, as in the reference, so that both read the same pixels; values are computed
/// in float32. A unit is up to <see cref="RowsPerUnit"/> rows of one image.
/// </summary>
internal sealed unsafe class AffineTransformKernel(int batch, int channels, AffineSampling sampling, float fillValue) : Kernel
{
    private const int RowsPerUnit = 16;

    private readonly int unitsPerImage = (sampling.Height + RowsPerUnit - 1) / RowsPerUnit;

    public override int Units(int phase) => batch * unitsPerImage;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (n, part) = Math.DivRem(unit, unitsPerImage);
        var (height, width) = (sampling.Height, sampling.Width);
        var p = buffers.Input(1) + (n * AffineSampling.Parameters);
        var image = buffers.Input(0) + ((nint)n * height * width * channels);
        for (var y = part * RowsPerUnit; y < Math.Min(height, (part + 1) * RowsPerUnit); y++)
        {
            var output = buffers.Output + ((((nint)n * height) + y) * width * channels);
            for (var x = 0; x < width; x++, output += channels)
            {
                var sample = sampling.At(((double)p[0] * x) + ((double)p[1] * y) + p[2], ((double)p[3] * x) + ((double)p[4] * y) + p[5]);
                var (v, u) = ((float)sample.Row1Weight, (float)sample.Column1Weight);
                var (row0, row1) = ((nint)sample.Row0 * width, (nint)sample.Row1 * width);
                var (w00, w01, w10, w11) = ((1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u);
                for (var channel = 0; channel < channels; channel++)
                {
                    var (p00, p01, p10, p11) = (fillValue, fillValue, fillValue, fillValue);
                    if (sample.Row0 >= 0 && sample.Column0 >= 0) p00 = image[((row0 + sample.Column0) * channels) + channel];
                    if (sample.Row0 >= 0 && sample.Column1 >= 0) p01 = image[((row0 + sample.Column1) * channels) + channel];
                    if (sample.Row1 >= 0 && sample.Column0 >= 0) p10 = image[((row1 + sample.Column0) * channels) + channel];
                    if (sample.Row1 >= 0 && sample.Column1 >= 0) p11 = image[((row1 + sample.Column1) * channels) + channel];
                    output[channel] = (w00 * p00) + (w01 * p01) + (w10 * p10) + (w11 * p11);
                }
            }
        }
    }
}

/// <summary>The gradient with respect to the images. Several outputs may read the same pixel, so a unit is a whole image.</summary>
internal sealed unsafe class AffineTransformGradientKernel(int batch, int channels, AffineSampling sampling) : Kernel
{
    public override int Units(int phase) => batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (height, width) = (sampling.Height, sampling.Width);
        var p = buffers.Input(1) + (unit * AffineSampling.Parameters);
        var gradient = buffers.Input(0) + ((nint)unit * height * width * channels);
        var image = buffers.Output + ((nint)unit * height * width * channels);
        new Span<float>(image, height * width * channels).Clear();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++, gradient += channels)
            {
                var sample = sampling.At(((double)p[0] * x) + ((double)p[1] * y) + p[2], ((double)p[3] * x) + ((double)p[4] * y) + p[5]);
                var (v, u) = ((float)sample.Row1Weight, (float)sample.Column1Weight);
                Add(image, sample.Row0, sample.Column0, (1 - v) * (1 - u), gradient);
                Add(image, sample.Row0, sample.Column1, (1 - v) * u, gradient);
                Add(image, sample.Row1, sample.Column0, v * (1 - u), gradient);
                Add(image, sample.Row1, sample.Column1, v * u, gradient);
            }
        }
    }

    private void Add(float* image, int row, int column, float weight, float* gradient)
    {
        if (row < 0 || column < 0) return;
        var pixel = image + ((((nint)row * sampling.Width) + column) * channels);
        for (var channel = 0; channel < channels; channel++) pixel[channel] += weight * gradient[channel];
    }
}
