using Fovea.Engine.Ops;

namespace Fovea.Tests.Engine.Kernels;

/// <summary>The definitions, as plain loops in float64.</summary>
internal static class Naive
{
    /// <summary>Calls <paramref name="visit"/> with (output pixel, image pixel, tap) for all taps inside the image.</summary>
    public static void Visit(int batch, Window2D w, Action<int, int, int> visit)
    {
        for (var n = 0; n < batch; n++)
            for (var i = 0; i < w.OutputHeight; i++)
                for (var j = 0; j < w.OutputWidth; j++)
                    for (var u = 0; u < w.KernelHeight; u++)
                        for (var v = 0; v < w.KernelWidth; v++)
                        {
                            var y = (i * w.StrideHeight) + (u * w.DilationHeight) - w.PadTop;
                            var x = (j * w.StrideWidth) + (v * w.DilationWidth) - w.PadLeft;
                            if (y < 0 || x < 0 || y >= w.InputHeight || x >= w.InputWidth) continue;
                            visit((((n * w.OutputHeight) + i) * w.OutputWidth) + j, (((n * w.InputHeight) + y) * w.InputWidth) + x, (u * w.KernelWidth) + v);
                        }
    }

    /// <summary>Calls <paramref name="visit"/> with (output element, image element, kernel element) for all products of a convolution in groups.</summary>
    private static void VisitChannels(int batch, Window2D w, int ci, int co, int groups, Action<int, int, int> visit)
    {
        var (inputs, outputs) = (ci / groups, co / groups);
        Visit(batch, w, (o, p, tap) =>
        {
            for (var c = 0; c < inputs; c++)
                for (var d = 0; d < co; d++)
                    visit((o * co) + d, (p * ci) + (d / outputs * inputs) + c, (((tap * inputs) + c) * co) + d);
        });
    }

    public static double[] Conv2D(int batch, Window2D w, int ci, int co, float[] image, float[] kernel, float[]? bias, int groups = 1)
    {
        var output = new double[batch * w.OutputHeight * w.OutputWidth * co];
        for (var i = 0; i < output.Length && bias is not null; i++) output[i] = bias[i % co];
        VisitChannels(batch, w, ci, co, groups, (o, p, k) => output[o] += (double)image[p] * kernel[k]);
        return output;
    }

    public static double[] Conv2DInputGradient(int batch, Window2D w, int ci, int co, float[] gradient, float[] kernel, int groups = 1)
    {
        var output = new double[batch * w.InputHeight * w.InputWidth * ci];
        VisitChannels(batch, w, ci, co, groups, (o, p, k) => output[p] += (double)gradient[o] * kernel[k]);
        return output;
    }

    public static double[] Conv2DKernelGradient(int batch, Window2D w, int ci, int co, float[] image, float[] gradient, int groups = 1)
    {
        var output = new double[w.KernelHeight * w.KernelWidth * (ci / groups) * co];
        VisitChannels(batch, w, ci, co, groups, (o, p, k) => output[k] += (double)gradient[o] * image[p]);
        return output;
    }

    public static double[] MatMul(int m, int k, int n, bool transposeA, bool transposeB, float[] a, float[] b, float[]? bias)
    {
        var output = new double[m * n];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
            {
                double sum = bias?[j] ?? 0;
                for (var l = 0; l < k; l++) sum += (double)a[transposeA ? (l * m) + i : (i * k) + l] * b[transposeB ? (j * k) + l : (l * n) + j];
                output[(i * n) + j] = sum;
            }

        return output;
    }

    public static double[] MaxPool2D(int batch, Window2D w, int channels, float[] image)
    {
        var output = new double[batch * w.OutputHeight * w.OutputWidth * channels];
        Array.Fill(output, double.NegativeInfinity);
        Visit(batch, w, (o, p, _) =>
        {
            for (var c = 0; c < channels; c++) output[(o * channels) + c] = Math.Max(output[(o * channels) + c], image[(p * channels) + c]);
        });
        return output;
    }

    public static double[] MaxPool2DGradient(int batch, Window2D w, int channels, float[] image, float[] gradient)
    {
        var first = new int[batch * w.OutputHeight * w.OutputWidth * channels];
        Array.Fill(first, -1);
        Visit(batch, w, (o, p, _) =>
        {
            for (var c = 0; c < channels; c++)
            {
                ref var best = ref first[(o * channels) + c];
                if (best < 0 || image[(p * channels) + c] > image[best]) best = (p * channels) + c;
            }
        });
        var output = new double[image.Length];
        for (var o = 0; o < first.Length; o++)
        {
            if (first[o] >= 0) output[first[o]] += gradient[o];
        }

        return output;
    }

    public static double[] AveragePool2D(int batch, Window2D w, int channels, float[] image)
    {
        var counts = Counts(batch, w);
        var output = new double[counts.Length * channels];
        Visit(batch, w, (o, p, _) =>
        {
            for (var c = 0; c < channels; c++) output[(o * channels) + c] += image[(p * channels) + c] / (double)counts[o];
        });
        return output;
    }

    public static double[] AveragePool2DGradient(int batch, Window2D w, int channels, float[] gradient)
    {
        var counts = Counts(batch, w);
        var output = new double[batch * w.InputHeight * w.InputWidth * channels];
        Visit(batch, w, (o, p, _) =>
        {
            for (var c = 0; c < channels; c++) output[(p * channels) + c] += gradient[(o * channels) + c] / (double)counts[o];
        });
        return output;
    }

    private static int[] Counts(int batch, Window2D w)
    {
        var counts = new int[batch * w.OutputHeight * w.OutputWidth];
        Visit(batch, w, (o, _, _) => counts[o]++);
        return counts;
    }
}
