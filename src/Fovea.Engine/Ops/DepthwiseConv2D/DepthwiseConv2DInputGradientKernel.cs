using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a depthwise convolution with respect to its image: inputs [output gradient, kernel (u, v, c, 1)]. Each output position adds its gradient
/// times the kernel to the positions of its window inside the image. A unit is a band of rows of one image.
/// </summary>
internal sealed unsafe class DepthwiseConv2DInputGradientKernel : Kernel
{
    private const int BandFloats = 64 * 1024;  // stay in L2 while a band adds to them

    private readonly int batch;
    private readonly Window2D window;
    private readonly int channels;
    private readonly Cut bands;

    public DepthwiseConv2DInputGradientKernel(int batch, Window2D window, int channels)
    {
        this.batch = batch;
        this.window = window;
        this.channels = channels;
        var image = (long)window.InputHeight * window.InputWidth * channels;
        bands = Cut.Into(Math.Max(Cut.Ceiling(Granularity.OfFloats(batch * image), batch), image / BandFloats), window.InputHeight);
    }

    public override int Units(int phase) => batch * bands.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (image, band) = Math.DivRem(unit, bands.Parts);
        var (first, end) = (bands.Start(band), bands.Start(band + 1));
        var rowFloats = window.InputWidth * channels;
        var pass = new Pass
        {
            Window = window,
            Channels = channels,
            Kernel = buffers.Input(1),
            Band = buffers.Output + ((((nint)image * window.InputHeight) + first) * rowFloats),
        };
        new Span<float>(pass.Band, (end - first) * rowFloats).Clear();
        for (var i = 0; i < window.OutputHeight; i++)
        {
            pass.Top = (i * window.StrideHeight) - window.PadTop - first;
            (pass.FirstTap, pass.EndTap) = Taps.Inside(pass.Top, window.KernelHeight, window.DilationHeight, end - first);
            if (pass.FirstTap == pass.EndTap) continue;
            pass.OutputGradient = buffers.Input(0) + ((((nint)image * window.OutputHeight) + i) * window.OutputWidth * channels);
            Columns.Sweep(0, channels, ref pass);
        }
    }

    /// <summary>Adds one row of output gradients, clipped to the band.</summary>
    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public float* Band;
        public float* Kernel;
        public float* OutputGradient;
        public int Channels;
        public int Top;
        public int FirstTap;
        public int EndTap;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var gradient = OutputGradient + column;
            for (var j = 0; j < Window.OutputWidth; j++, gradient += Channels)
            {
                var left = (j * Window.StrideWidth) - Window.PadLeft;
                var (first, end) = Taps.Inside(left, Window.KernelWidth, Window.DilationWidth, Window.InputWidth);
                TVector g0 = TSimd.Load(gradient), g1 = default;
                if (TVectors.Value > 1) g1 = TSimd.Load(gradient + TSimd.Count);
                for (var u = FirstTap; u < EndTap; u++)
                {
                    var y = Top + (u * Window.DilationHeight);
                    var pixel = Band + ((((nint)y * Window.InputWidth) + left + (first * Window.DilationWidth)) * Channels) + column;
                    var weights = Kernel + ((((nint)u * Window.KernelWidth) + first) * Channels) + column;
                    for (var v = first; v < end; v++, pixel += Window.DilationWidth * Channels, weights += Channels)
                    {
                        TSimd.Store(TSimd.MultiplyAdd(g0, TSimd.Load(weights), TSimd.Load(pixel)), pixel);
                        if (TVectors.Value > 1)
                            TSimd.Store(TSimd.MultiplyAdd(g1, TSimd.Load(weights + TSimd.Count), TSimd.Load(pixel + TSimd.Count)), pixel + TSimd.Count);
                    }
                }
            }
        }
    }
}
