namespace Fovea.Engine.Ops;

/// <summary>The gradient with respect to the images. Several outputs may read the same pixel, so a unit is a whole image.</summary>
internal sealed unsafe class ImageSamplingGradientKernel(int batch, int channels, ImageSampling sampling) : Kernel
{
    public override int Units(int phase) => batch;

    public override int WorkerScratchFloats => 4 * sampling.OutputWidth;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (height, width) = (sampling.OutputHeight, sampling.OutputWidth);
        var parameters = buffers.Input(1) + ((nint)unit * sampling.Parameters);
        var gradient = buffers.Input(0) + ((nint)unit * height * width * channels);
        var image = buffers.Output + ((nint)unit * sampling.Height * sampling.Width * channels);
        new Span<float>(image, sampling.Height * sampling.Width * channels).Clear();
        Span<double> map = stackalloc double[8];
        if (sampling.Rule != PositionRule.Grid) ImageSamplingKernel.ReadMap(parameters, sampling.Parameters, map);
        var (across, down) = sampling.Samples(map);
        var columns = new Span<double>(buffers.WorkerScratch, width);
        var rows = new Span<double>(buffers.WorkerScratch + (2 * width), width);
        for (var y = 0; y < height; y++, gradient += width * channels)
        {
            for (var part = 0; part < across * down; part++)
            {
                if (sampling.Rule == PositionRule.Grid) ReadRow(parameters + (2 * (nint)y * width), columns, rows);
                else
                {
                    var (x, row) = (ImageSampling.Between(part % across, across), y + ImageSampling.Between(part / across, down));
                    sampling.Positions(map, x, row, columns, rows);
                }

                AddRow(columns, rows, gradient, image, 1f / (across * down));
            }
        }
    }

    private static void ReadRow(float* grid, Span<double> columns, Span<double> rows)
    {
        for (var x = 0; x < columns.Length; x++) (columns[x], rows[x]) = (grid[2 * x], grid[(2 * x) + 1]);
    }

    private void AddRow(Span<double> columns, Span<double> rows, float* gradient, float* image, float weight)
    {
        for (var x = 0; x < columns.Length; x++, gradient += channels)
        {
            var sample = sampling.At(columns[x], rows[x]);
            var (v, u) = ((float)sample.Row1Weight, (float)sample.Column1Weight);
            Add(image, sample.Row0, sample.Column0, weight * (1 - v) * (1 - u), gradient);
            Add(image, sample.Row0, sample.Column1, weight * (1 - v) * u, gradient);
            Add(image, sample.Row1, sample.Column0, weight * v * (1 - u), gradient);
            Add(image, sample.Row1, sample.Column1, weight * v * u, gradient);
        }
    }

    private void Add(float* image, int row, int column, float weight, float* gradient)
    {
        if (row < 0 || column < 0) return;
        var pixel = image + ((((nint)row * sampling.Width) + column) * channels);
        for (var channel = 0; channel < channels; channel++) pixel[channel] += weight * gradient[channel];
    }
}
