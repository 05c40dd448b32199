using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// dW[tap][channel][filter…] += Σ gradient · x[argmax + tap][channel] over windows of a max-pooling. The image pixels under a window, at most 4 × 4, fit one
/// vector. Lanes hold filters, and a vector permute gives each lane the pixel under its own maximum. The sums of up to nine taps by three channels stay in
/// registers.
/// </summary>
internal unsafe struct PermuteSum
{
    public const int MaxTaps = 9;
    public const int MaxChannels = 3;

    /// <summary>Sixteen pixels (four rows of four) for each window and channel. <see cref="PatchStep"/> is the distance of two windows in floats.</summary>
    public float* Patches;
    public int PatchStep;

    public int Windows;
    public int Filters;
    public bool Relu;

    /// <summary>For each tap of the pooling, the lane of the patch at which the convolution's window for that tap begins.</summary>
    public Vector512<int> TapLanes;

    /// <summary>For each tap of the convolution, a vector whose lanes all hold the tap's offset in lanes.</summary>
    public int* Shifts;

    public int Taps;

    /// <summary>
    /// The sums of the first tap. <see cref="TapStep"/> is the distance of two taps in floats; that of two channels is the number of filters.
    /// </summary>
    public float* Sums;
    public int TapStep;

    /// <summary>Adds the windows for the sixteen filters from <paramref name="filter"/> on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TChannels>(PooledOperands operands, int filter, int channel)
        where TChannels : struct, IExtent
    {
        operands = operands.At(filter);
        var patch = Patches + (channel * SparseLists.Block);
        var shifts = Shifts;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default, b8 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default, c8 = default;
        for (var window = Windows; window > 0; window--, patch += PatchStep, operands = operands.At(Filters))
        {
            var gradient = SparseLanes.Masked(operands, Relu);
            var first = Avx512F.PermuteVar16x32(TapLanes, Avx512F.ConvertToVector512Int32WithTruncation(Vector512.Load(operands.ArgMax)));
            Vector512<float> patch0 = Vector512.Load(patch), patch1 = default, patch2 = default;
            if (TChannels.Value > 1) patch1 = Vector512.Load(patch + SparseLists.Block);
            if (TChannels.Value > 2) patch2 = Vector512.Load(patch + (2 * SparseLists.Block));
            Tap<TChannels>(first + Vector512.Load(shifts + (0 * 16)), gradient, patch0, patch1, patch2, ref a0, ref b0, ref c0);
            Tap<TChannels>(first + Vector512.Load(shifts + (1 * 16)), gradient, patch0, patch1, patch2, ref a1, ref b1, ref c1);
            Tap<TChannels>(first + Vector512.Load(shifts + (2 * 16)), gradient, patch0, patch1, patch2, ref a2, ref b2, ref c2);
            Tap<TChannels>(first + Vector512.Load(shifts + (3 * 16)), gradient, patch0, patch1, patch2, ref a3, ref b3, ref c3);
            Tap<TChannels>(first + Vector512.Load(shifts + (4 * 16)), gradient, patch0, patch1, patch2, ref a4, ref b4, ref c4);
            Tap<TChannels>(first + Vector512.Load(shifts + (5 * 16)), gradient, patch0, patch1, patch2, ref a5, ref b5, ref c5);
            Tap<TChannels>(first + Vector512.Load(shifts + (6 * 16)), gradient, patch0, patch1, patch2, ref a6, ref b6, ref c6);
            Tap<TChannels>(first + Vector512.Load(shifts + (7 * 16)), gradient, patch0, patch1, patch2, ref a7, ref b7, ref c7);
            Tap<TChannels>(first + Vector512.Load(shifts + (8 * 16)), gradient, patch0, patch1, patch2, ref a8, ref b8, ref c8);
        }

        var target = Sums + (channel * Filters) + filter;
        if (Taps > 0) Add<TChannels>(a0, b0, c0, target + (0 * TapStep));
        if (Taps > 1) Add<TChannels>(a1, b1, c1, target + (1 * TapStep));
        if (Taps > 2) Add<TChannels>(a2, b2, c2, target + (2 * TapStep));
        if (Taps > 3) Add<TChannels>(a3, b3, c3, target + (3 * TapStep));
        if (Taps > 4) Add<TChannels>(a4, b4, c4, target + (4 * TapStep));
        if (Taps > 5) Add<TChannels>(a5, b5, c5, target + (5 * TapStep));
        if (Taps > 6) Add<TChannels>(a6, b6, c6, target + (6 * TapStep));
        if (Taps > 7) Add<TChannels>(a7, b7, c7, target + (7 * TapStep));
        if (Taps > 8) Add<TChannels>(a8, b8, c8, target + (8 * TapStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tap<TChannels>(
        Vector512<int> lanes, Vector512<float> gradient, Vector512<float> patch0, Vector512<float> patch1, Vector512<float> patch2,
        ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c)
        where TChannels : struct, IExtent
    {
        a = Vector512.FusedMultiplyAdd(Avx512F.PermuteVar16x32(patch0, lanes), gradient, a);
        if (TChannels.Value > 1) b = Vector512.FusedMultiplyAdd(Avx512F.PermuteVar16x32(patch1, lanes), gradient, b);
        if (TChannels.Value > 2) c = Vector512.FusedMultiplyAdd(Avx512F.PermuteVar16x32(patch2, lanes), gradient, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Add<TChannels>(Vector512<float> a, Vector512<float> b, Vector512<float> c, float* target)
        where TChannels : struct, IExtent
    {
        Vector512.Store(Vector512.Load(target) + a, target);
        if (TChannels.Value > 1) Vector512.Store(Vector512.Load(target + Filters) + b, target + Filters);
        if (TChannels.Value > 2) Vector512.Store(Vector512.Load(target + (2 * Filters)) + c, target + (2 * Filters));
    }
}
