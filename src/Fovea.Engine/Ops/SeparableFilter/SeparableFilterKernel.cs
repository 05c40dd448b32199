using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Computes each output row in two steps: the weighted sum of the rows above and below, into a row of scratch with margins, then the weighted sum along this
/// row. In both, lanes hold adjacent floats of a row. A unit is a band of rows of one image. Weights of 0 at the ends are left out, so that an image whose
/// only weight is 1 is copied.
/// </summary>
internal sealed unsafe class SeparableFilterKernel : Kernel
{
    private readonly int height;
    private readonly int width;
    private readonly int channels;
    private readonly int downSize;
    private readonly int acrossSize;
    private readonly FillMode fillMode;
    private readonly Cut bands;
    private readonly int batch;

    public SeparableFilterKernel(Shape images, int downSize, int acrossSize, FillMode fillMode)
    {
        (batch, height, width, channels) = (images[0], images[1], images[2], images[3]);
        (this.downSize, this.acrossSize, this.fillMode) = (downSize, acrossSize, fillMode);
        var units = Math.Max(Granularity.OfFloats(2L * images.Count), Granularity.OfProducts((long)images.Count * (downSize + acrossSize)));
        bands = Cut.Into(Cut.Ceiling(units, Math.Max(1, batch)), height);
    }

    public override int WorkerScratchFloats => (width + acrossSize) * channels;

    public override int Units(int phase) => batch * bands.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (n, band) = Math.DivRem(unit, bands.Parts);
        var rowLength = width * channels;
        var image = buffers.Input(0) + ((nint)n * height * rowLength);
        var output = buffers.Output + ((nint)n * height * rowLength);
        var down = new Taps(buffers.Input(1) + (n * downSize), downSize);
        var across = new Taps(buffers.Input(2) + (n * acrossSize), acrossSize);
        var sources = stackalloc float*[Math.Max(downSize, acrossSize)];
        var weights = stackalloc float[Math.Max(downSize, acrossSize)];
        var margin = Math.Max(-across.First, 0);
        var middle = buffers.WorkerScratch + (margin * channels);
        for (var i = bands.Start(band); i < bands.Start(band + 1); i++)
        {
            var isCopied = across is { First: 0, Count: 1 };
            var sum = new Sum { Sources = sources, Weights = weights, Target = isCopied ? output + ((nint)i * rowLength) : middle };
            for (var u = 0; u < down.Count; u++)
            {
                var row = fillMode.Inside(i + down.First + u, height);
                if (row < 0) continue;
                sources[sum.Count] = image + ((nint)row * rowLength);
                weights[sum.Count++] = down.Weights[u] * (isCopied ? across.Weights[0] : 1);
            }

            Columns.Sweep(0, rowLength, ref sum);
            if (isCopied) continue;
            FillMargins(middle, margin, Math.Max(across.First + across.Count - 1, 0));
            sum = new Sum { Sources = sources, Weights = across.Weights, Count = across.Count, Target = output + ((nint)i * rowLength) };
            for (var v = 0; v < across.Count; v++) sources[v] = middle + ((across.First + v) * channels);
            Columns.Sweep(0, rowLength, ref sum);
        }
    }

    /// <summary>The weights without zeros at the ends.</summary>
    private readonly ref struct Taps
    {
        public readonly float* Weights;
        public readonly int First;  // its distance from the center
        public readonly int Count;

        public Taps(float* weights, int size)
        {
            var (first, end) = (0, size);
            while (first < end - 1 && weights[first] == 0) first++;
            while (first < end - 1 && weights[end - 1] == 0) end--;
            Weights = weights + first;
            First = first - (size / 2);
            Count = end - first;
        }
    }

    /// <summary>Continues a row of pixels to the left and to the right.</summary>
    private void FillMargins(float* row, int left, int right)
    {
        for (var x = -left; x < width + right; x++)
        {
            if (x == 0) x = width;
            if (x == width + right) break;
            var source = fillMode.Inside(x, width);
            for (var c = 0; c < channels; c++) row[(x * channels) + c] = source < 0 ? 0 : row[(source * channels) + c];
        }
    }

    /// <summary>A weighted sum of rows; 0 without any.</summary>
    private struct Sum : IColumnPass
    {
        public float** Sources;
        public float* Weights;
        public int Count;
        public float* Target;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            TVector sum0 = default, sum1 = default;
            for (var t = 0; t < Count; t++)
            {
                var weight = TSimd.Broadcast(Weights[t]);
                var source = Sources[t] + column;
                sum0 = TSimd.MultiplyAdd(TSimd.Load(source), weight, sum0);
                if (TVectors.Value > 1) sum1 = TSimd.MultiplyAdd(TSimd.Load(source + TSimd.Count), weight, sum1);
            }

            TSimd.Store(sum0, Target + column);
            if (TVectors.Value > 1) TSimd.Store(sum1, Target + column + TSimd.Count);
        }
    }
}
