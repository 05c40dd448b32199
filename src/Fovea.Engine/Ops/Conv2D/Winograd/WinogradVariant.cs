namespace Fovea.Engine.Ops;

/// <summary>The outputs of a 3 × 3 convolution that one Winograd tile computes.</summary>
internal enum WinogradVariant
{
    /// <summary>F(2×2, 3×3): 16 products instead of 36; points 0, ±1, ∞.</summary>
    Two,

    /// <summary>F(3×3, 3×3): 25 products instead of 81; points 0, ±3/4, 2, ∞.</summary>
    Three,

    /// <summary>F(4×4, 3×3): 36 products instead of 144; points 0, ±3/4, ±3/2, ∞.</summary>
    Four,
}

/// <summary>The size of a variant's tiles.</summary>
internal static class WinogradTileSize
{
    extension(WinogradVariant variant)
    {
        /// <summary>m, the outputs of a tile in each direction.</summary>
        public int Outputs => (int)variant + 2;
    }
}

/// <summary>
/// The matrices of Winograd's minimal filtering F(m, 3), by the construction of Toom and Cook: two polynomials are multiplied by multiplying their values
/// at n = m + 2 points, the last of which is ∞ (Lavin and Gray 2015, section 4; Barabasz et al. 2020, section 3). For an image tile d, n × n, and a
/// kernel g, 3 × 3, the m × m outputs are Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A.
/// </summary>
/// <remarks>
/// The points determine the rounding error. ±3/4, ±3/2 and 2 were the best of a grid of eighths: their powers are exact in float32, and their powers vary
/// less than those of the usual points 1 and 2, which have four times the error.
/// </remarks>
internal sealed class WinogradMatrices
{
    private WinogradMatrices(double[] points)
    {
        var n = points.Length + 1;
        Size = n;
        Image = new double[n, n];
        Kernel = new double[n, 3];
        Output = new double[n - 2, n];
        for (var j = 0; j < n; j++)
        {
            // Row j of Bᵀ: the coefficients of Π (x − p) over the other points. Column j of Aᵀ and row j of G: the powers of the point.
            var others = points.Where((_, i) => i != j).ToArray();
            var product = Polynomial(others);
            for (var k = 0; k < product.Length; k++) Image[j, k] = product[k];
            var scale = j < n - 1 ? others.Aggregate(1.0, (value, other) => value * (points[j] - other)) : 1;
            for (var k = 0; k < 3; k++) Kernel[j, k] = Power(j, k, 2) / scale;
            for (var k = 0; k < n - 2; k++) Output[k, j] = Power(j, k, n - 3);
        }

        // At ∞ only the highest power is nonzero.
        double Power(int point, int exponent, int highest) =>
            point < n - 1 ? Math.Pow(points[point], exponent) : exponent == highest ? 1 : 0;
    }

    /// <summary>n, the size of an image tile and the number of points.</summary>
    public int Size { get; }

    /// <summary>Bᵀ, n × n.</summary>
    public double[,] Image { get; }

    /// <summary>G, n × 3.</summary>
    public double[,] Kernel { get; }

    /// <summary>Aᵀ, m × n.</summary>
    public double[,] Output { get; }

    public static WinogradMatrices Of(WinogradVariant variant) => new(variant switch
    {
        WinogradVariant.Two => [0, 1, -1],
        WinogradVariant.Three => [0, 0.75, -0.75, 2],
        _ => [0, 0.75, -0.75, 1.5, -1.5],
    });

    /// <summary>t · x · tᵀ.</summary>
    public static double[,] Both(double[,] t, double[,] x)
    {
        var (rows, inner) = (t.GetLength(0), t.GetLength(1));
        var y = new double[rows, rows];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < rows; j++)
            {
                for (var k = 0; k < inner; k++)
                {
                    for (var l = 0; l < inner; l++) y[i, j] += t[i, k] * x[k, l] * t[j, l];
                }
            }
        }

        return y;
    }

    public static double[,] Transpose(double[,] t)
    {
        var transposed = new double[t.GetLength(1), t.GetLength(0)];
        for (var i = 0; i < t.GetLength(0); i++)
        {
            for (var j = 0; j < t.GetLength(1); j++) transposed[j, i] = t[i, j];
        }

        return transposed;
    }

    /// <summary>A square of channel c of an image that begins at (top, left); zero outside the image.</summary>
    public static double[,] Tile(double[] images, Shape shape, int n, int top, int left, int c, int size)
    {
        var tile = new double[size, size];
        for (var i = Math.Max(0, -top); i < Math.Min(size, shape[1] - top); i++)
        {
            for (var j = Math.Max(0, -left); j < Math.Min(size, shape[2] - left); j++)
                tile[i, j] = images[(((((n * shape[1]) + top + i) * shape[2]) + left + j) * shape[3]) + c];
        }

        return tile;
    }

    private static double[] Polynomial(double[] roots)
    {
        double[] product = [1];
        foreach (var root in roots)
        {
            var next = new double[product.Length + 1];
            for (var k = 0; k < product.Length; k++)
            {
                next[k + 1] += product[k];
                next[k] -= root * product[k];
            }

            product = next;
        }

        return product;
    }
}
