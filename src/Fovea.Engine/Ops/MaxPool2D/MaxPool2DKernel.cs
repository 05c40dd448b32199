using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Max-pooling of images (n, h, w, c): the maximum of each window and channel. Lanes hold channels. Padding counts as −∞. A window with a NaN gives NaN, at
/// any vector width.
/// </summary>
internal sealed unsafe class MaxPool2DKernel(int batch, Window2D window, int channels) : Kernel
{
    private readonly PoolUnits units = PoolUnits.Create(batch, window, channels);

    public override int Units(int phase) => units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var part = units[unit];
        MaxPoolPass pass = default;
        for (var i = part.FirstRow; i < part.EndRow; i++)
        {
            pass.Row = new PoolRow(window, channels, buffers.Input(0) + ((nint)part.Image * window.InputHeight * window.InputWidth * channels), i);
            pass.Output = buffers.Output + ((((nint)part.Image * window.OutputHeight) + i) * window.OutputWidth * channels);
            Columns.Sweep(part.FirstChannel, part.EndChannel, ref pass);
        }
    }
}
