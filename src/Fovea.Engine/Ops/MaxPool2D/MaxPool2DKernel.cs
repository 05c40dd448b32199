using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Max-pooling of NHWC images: the greatest value of each window, channel by channel; lanes hold channels. Padding counts as
/// −∞. A NaN in the window gives NaN, at every width of lanes.
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
