using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Transforms a convolution's kernel for Winograd tiles: G is applied to the columns and the rows of the 3 × 3 taps; lanes hold filters. For the gradient of
/// the image, the kernel is first transposed tap by tap in scratch, and its taps are then read in reverse order, which flips it.
/// </summary>
internal sealed unsafe class WinogradKernelKernel<TTransform> : Kernel
    where TTransform : struct, IWinogradTransform
{
    private const int Taps = 9;
    private const int UnitFloats = 4 * 1024;  // of the kernel's taps

    private static readonly int Size = TTransform.Outputs + 2;

    private readonly int channels;
    private readonly int filters;
    private readonly bool transposed;
    private readonly WinogradPanels panels;
    private readonly int unitChannels;

    /// <param name="channels">Channels of the image that the transformed kernel is for.</param>
    /// <param name="filters">Channels of the output.</param>
    /// <param name="transposed">Whether the kernel is stored as (3, 3, filters, channels) and its taps are read in reverse order.</param>
    public WinogradKernelKernel(int channels, int filters, bool transposed)
    {
        this.channels = channels;
        this.filters = filters;
        this.transposed = transposed;
        panels = new WinogradPanels(Size * Size, channels, filters);
        unitChannels = Math.Clamp(UnitFloats / (Taps * WinogradPanels.Width), 1, channels);
    }

    public override int Phases => transposed ? 2 : 1;

    public override int ScratchFloats => transposed ? Taps * channels * filters : 0;

    public override int WorkerScratchFloats => Size * 3 * WinogradPanels.Width;

    private int TapUnits => Transposition.Units(filters, channels);

    private int ChannelBlocks => (channels + unitChannels - 1) / unitChannels;

    public override int Units(int phase) => phase < Phases - 1 ? Taps * TapUnits : panels.Count * ChannelBlocks;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase < Phases - 1)
        {
            var tap = (nint)(unit / TapUnits) * channels * filters;
            Transposition.Run(unit % TapUnits, buffers.Input(0) + tap, buffers.Scratch + tap, filters, channels);
            return;
        }

        var first = unit / ChannelBlocks * WinogradPanels.Width;
        var width = panels.FiltersOf(first);
        var firstChannel = unit % ChannelBlocks * unitChannels;
        var endChannel = Math.Min(channels, firstChannel + unitChannels);
        var tapStep = (nint)channels * filters;
        var taps = transposed ? buffers.Scratch + ((Taps - 1) * tapStep) : buffers.Input(0);
        var pass = new Pass
        {
            TapStep = transposed ? -tapStep : tapStep,
            PointStep = (nint)channels * width,
            Scratch = buffers.WorkerScratch,
        };
        for (var channel = firstChannel; channel < endChannel; channel++)
        {
            pass.Source = taps + ((nint)channel * filters);
            pass.Target = buffers.Output + panels.Start(first) + ((nint)channel * width) - first;
            Columns.Sweep(first, first + width, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public float* Source;
        public float* Target;
        public float* Scratch;
        public nint TapStep;
        public nint PointStep;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            nint lanes = TSimd.Count;
            for (var vector = 0; vector < TVectors.Value; vector++, column += (int)lanes)
                WinogradSquare<WinogradKernelStep<TTransform>>.Run<TVector, TSimd>(Source + column, 3 * TapStep, TapStep, Target + column, PointStep, Scratch);
        }
    }
}
