using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>Clips the taps of a window, or the output positions, of one axis to the image.</summary>
internal static class Taps
{
    /// <summary>The taps t in [First, End) of a window for which 0 ≤ start + t·dilation &lt; size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int End) Inside(int start, int taps, int dilation, int size) =>
        start >= 0 && start + ((taps - 1) * dilation) < size ? (0, taps) : Clipped(start, taps, dilation, size);

    /// <summary>The outputs o in [First, End) whose tap <paramref name="tap"/> is inside the image: 0 ≤ o·stride + tap·dilation − pad &lt; size.</summary>
    public static (int First, int End) Outputs(int tap, int outputs, int stride, int dilation, int pad, int size) =>
        Inside((tap * dilation) - pad, outputs, stride, size);

    private static (int First, int End) Clipped(int start, int taps, int dilation, int size)
    {
        var first = start >= 0 ? 0 : Math.Min(taps, (-start + dilation - 1) / dilation);
        var end = start >= size ? 0 : Math.Min(taps, ((size - 1 - start) / dilation) + 1);
        return (first, Math.Max(first, end));
    }
}
