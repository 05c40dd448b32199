namespace Fovea.Engine.Ops;

/// <summary>
/// Activation functions, with Keras' names and defaults. Overflow of an intermediate value never affects a finite result or gradient. At a kink, the
/// gradient is TensorFlow's.
/// </summary>
public static class ActivationFunctions
{
    private const float SeluAlpha = 1.67326324f;
    private const float SeluScale = 1.05070098f;

    extension(Node x)
    {
        /// <summary>x above 0, slope · x below.</summary>
        public Node LeakyRelu(double negativeSlope = 0.2) => x.Relu() + (negativeSlope * x.Minimum(Arithmetic.Constant(0)));

        /// <summary>x above 0, α (eˣ − 1) below: Clevert et al. 2016, eq. 15.</summary>
        public Node Elu(double alpha = 1) => x.Relu() + (alpha * x.Minimum(Arithmetic.Constant(0)).ExpMinusOne());

        /// <summary>x above 0, α (e^(x/α) − 1) below, smooth for every α: Barron 2017.</summary>
        public Node Celu(double alpha = 1) => x.Relu() + (alpha * (x.Minimum(Arithmetic.Constant(0)) / alpha).ExpMinusOne());

        /// <summary>λ·elu(x, α) with the λ and α that keep mean 0 and variance 1: Klambauer et al. 2017, eq. 2.</summary>
        public Node Selu() => SeluScale * x.Elu(SeluAlpha);

        /// <summary>
        /// x·Φ(x), where Φ is the cumulative distribution function of the normal distribution, or approximately ½x (1 + tanh(√(2/π) (x + 0.044715 x³))):
        /// Hendrycks and Gimpel 2016, section 2.
        /// </summary>
        public Node Gelu(bool approximate = false)
        {
            if (!approximate) return x * x.NormalCdf();

            // Beyond ±10 the hyperbolic tangent is ±1. Clipping there keeps the cube from overflowing.
            var c = x.Clip(-10, 10);
            return 0.5f * x * ((0.797884561f * (c + (0.044715f * c * c.Square()))).Tanh() + 1);
        }

        /// <summary>x·sigmoid(x), also called swish: Ramachandran et al. 2017.</summary>
        public Node Silu() => x * x.Sigmoid();

        /// <summary>relu6(x + 3) / 6, a piecewise linear sigmoid.</summary>
        public Node HardSigmoid() => (x + 3).Clip(0, 6) / 6;

        /// <summary>x·hard sigmoid(x), also called hard swish: Howard et al. 2019.</summary>
        public Node HardSilu() => x * x.HardSigmoid();

        /// <summary>min(max(x, −1), 1).</summary>
        public Node HardTanh() => x.Clip(-1, 1);

        /// <summary>x·tanh(softplus(x)): Misra 2019.</summary>
        public Node Mish() => x * x.Softplus().Tanh();

        /// <summary>x / (1 + |x|).</summary>
        public Node Softsign() => x / (x.Abs() + 1);

        /// <summary>ln sigmoid(x) = −softplus(−x).</summary>
        public Node LogSigmoid() => -(-x).Softplus();

        /// <summary>x if |x| is above the threshold, otherwise 0.</summary>
        public Node HardShrink(double threshold = 0.5) => x.Mask(x.Abs() - threshold);

        /// <summary>x − threshold above the threshold, x + threshold below −threshold, otherwise 0.</summary>
        public Node SoftShrink(double threshold = 0.5) => (x - threshold).Relu() - (-x - threshold).Relu();

        /// <summary>x − tanh x.</summary>
        public Node TanhShrink() => x - x.Tanh();

        /// <summary>x where it is above the threshold, else <paramref name="value"/>.</summary>
        public Node Threshold(double threshold, double value)
        {
            var difference = x - threshold;
            return x.Mask(difference) + (value - Arithmetic.Constant(value).Mask(difference));
        }

        /// <summary>
        /// ½ (x + √(x² + b)), a smooth relu without exponentials: Barron 2021. Computed as ½ (x + |x|) + ½ b / (√(x² + b) + |x|), which avoids
        /// cancellation below 0 and stays correct if x² overflows.
        /// </summary>
        public Node Squareplus(double b = 4)
        {
            var size = x.Abs();
            return (0.5f * x) + (0.5f * size) + (Arithmetic.Constant(0.5 * b) / (((size * size) + b).Sqrt() + size));
        }

        /// <summary>0 below −1, ¼ (x + 1)² from −1 to 1, and x above 1.</summary>
        public Node SparsePlus() => (0.25f * (x.Clip(-1, 1) + 1).Square()) + (x.Maximum(Arithmetic.Constant(1)) - 1);

        /// <summary>min(max(½ (x + 1), 0), 1).</summary>
        public Node SparseSigmoid() => (0.5f * (x + 1)).Clip(0, 1);

        /// <summary>The first half of a dimension times the sigmoid of the second: Dauphin et al. 2017, eq. 1.</summary>
        /// <exception cref="ShapeException">The size of the dimension is odd.</exception>
        public Node Glu(int axis)
        {
            var size = x.Shape[axis];
            if (size % 2 != 0) throw new ShapeException("Glu", $"expected an even number of positions in dimension {axis}; received {x.Shape}.");
            return x.Slice(axis, 0, size / 2) * x.Slice(axis, size / 2, size / 2).Sigmoid();
        }
    }
}
