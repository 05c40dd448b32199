using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>Creates the kernels of one variant of Winograd's algorithm. Only here a variant, known at run time, becomes a type argument.</summary>
internal abstract class WinogradKernels
{
    private static readonly WinogradKernels[] All = [new Kernels<WinogradTwo>(), new Kernels<WinogradThree>(), new Kernels<WinogradFour>()];

    public static WinogradKernels Of(WinogradVariant variant) => All[(int)variant];

    /// <summary>See <see cref="WinogradKernelOp"/>.</summary>
    public abstract Kernel TransformKernel(int channels, int filters, bool transposed);

    /// <summary>See <see cref="WinogradConv2DOp"/>.</summary>
    public abstract Kernel Convolve(int batch, Window2D window, int channels, int filters, bool hasBias, Epilogue epilogue);

    /// <summary>See <see cref="WinogradKernelGradientOp"/>.</summary>
    public abstract Kernel KernelGradient(int batch, Window2D window, int channels, int filters);

    /// <summary>The convolution of single bands.</summary>
    public abstract IBandConvolution Bands(Window2D window, int channels, int filters);

    private sealed class Kernels<TTransform> : WinogradKernels
        where TTransform : struct, IWinogradTransform
    {
        public override Kernel TransformKernel(int channels, int filters, bool transposed) =>
            new WinogradKernelKernel<TTransform>(channels, filters, transposed);

        public override Kernel Convolve(int batch, Window2D window, int channels, int filters, bool hasBias, Epilogue epilogue) =>
            new WinogradConv2DKernel<TTransform>(batch, window, channels, filters, hasBias, epilogue);

        public override Kernel KernelGradient(int batch, Window2D window, int channels, int filters) =>
            new WinogradKernelGradientKernel<TTransform>(batch, window, channels, filters);

        public override IBandConvolution Bands(Window2D window, int channels, int filters) =>
            new WinogradConvolution<TTransform>(window, channels, filters, Epilogue.None);
    }
}
