using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Scatters the gradients of pooled rows over the pixels of their windows: each gradient to the position of its maximum, zeros elsewhere. Lanes hold
/// channels.
/// </summary>
internal unsafe struct MaxPoolExpansion : IColumnPass
{
    private readonly Window2D pool;
    private readonly int channels;
    private readonly bool relu;
    private readonly bool tiles;
    private PooledOperands operands;
    private float* image;
    private int row;

    public MaxPoolExpansion(PooledConvolution geometry, int channels, bool relu)
    {
        pool = geometry.Pool;
        this.channels = channels;
        this.relu = relu;

        // Windows without gap and overlap write each pixel once; others add to zeros.
        tiles = !pool.IsPadded && (pool.StrideHeight, pool.StrideWidth, 1, 1) == (pool.KernelHeight, pool.KernelWidth, pool.DilationHeight, pool.DilationWidth);
    }

    /// <summary>Writes the dense gradient of the pooled rows from <paramref name="firstRow"/> up to <paramref name="endRow"/>.</summary>
    /// <param name="pooled">The operands of the pooled image.</param>
    /// <param name="firstRow">The first pooled row.</param>
    /// <param name="endRow">The pooled row after the last.</param>
    /// <param name="dense">The address of row 0 of the dense image.</param>
    /// <param name="top">The first row of the dense image to write.</param>
    /// <param name="bottom">The row after the last to write.</param>
    public void Run(PooledOperands pooled, int firstRow, int endRow, float* dense, int top, int bottom)
    {
        image = dense;
        if (!tiles) new Span<float>(dense + ((nint)top * pool.InputWidth * channels), (bottom - top) * pool.InputWidth * channels).Clear();
        for (row = firstRow; row < endRow; row++)
        {
            operands = pooled.At((nint)row * pool.OutputWidth * channels);
            Columns.Sweep(0, channels, ref this);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TVector, TSimd, TVectors>(int column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        var (firstTapRow, endTapRow) = Taps.Inside((row * pool.StrideHeight) - pool.PadTop, pool.KernelHeight, pool.DilationHeight, pool.InputHeight);
        for (var j = 0; j < pool.OutputWidth; j++)
        {
            var (firstTap, endTap) = Taps.Inside((j * pool.StrideWidth) - pool.PadLeft, pool.KernelWidth, pool.DilationWidth, pool.InputWidth);
            var at = operands.At(((nint)j * channels) + column);
            for (var vector = 0; vector < TVectors.Value; vector++, at = at.At(TSimd.Count))
            {
                var value = TSimd.Load(at.Gradient);
                if (relu) value = TSimd.SelectAbove(TSimd.Load(at.Pooled), default, value, default);
                var argMax = TSimd.Load(at.ArgMax);
                for (var u = firstTapRow; u < endTapRow; u++)
                {
                    nint y = (row * pool.StrideHeight) - pool.PadTop + (u * pool.DilationHeight), x = (j * pool.StrideWidth) - pool.PadLeft;
                    var pixel = image + (((y * pool.InputWidth) + x + (firstTap * pool.DilationWidth)) * channels) + column + (vector * TSimd.Count);
                    for (var v = firstTap; v < endTap; v++, pixel += pool.DilationWidth * channels)
                    {
                        var share = TSimd.SelectEqual(argMax, TSimd.Broadcast((u * pool.KernelWidth) + v), value, default);
                        TSimd.Store(tiles ? share : TSimd.Add(TSimd.Load(pixel), share), pixel);
                    }
                }
            }
        }
    }
}
