using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Formulas that several losses share.</summary>
internal static class LossFormulas
{
    /// <summary>Keras' epsilon: probabilities whose logits are not known are clipped this far from 0 and 1, and divisors are at least this large.</summary>
    public const float Epsilon = 1e-7f;

    extension(Node x)
    {
        /// <summary>|x|; at 0 the gradient is 0.</summary>
        public Node Absolute() => x.Relu() + (-x).Relu();

        /// <summary>max(x, low).</summary>
        public Node AtLeast(float low) => x.Clip(low, float.PositiveInfinity);

        /// <summary>x^exponent for x ≥ 0. Values below 1e-7 count as 1e-7, so that the gradient is finite.</summary>
        public Node Power(float exponent) => exponent switch
        {
            1 => x,
            2 => x.Square(),
            _ => (exponent * x.AtLeast(Epsilon).Log()).Exp(),
        };

        /// <summary>1 if x is not 0, else 0.</summary>
        public Node IsNotZero() => Arithmetic.Constant(1).Mask(x.Square());

        /// <summary>Smoothed targets: (1 − rate)·t + rate·mean.</summary>
        public Node Smooth(float rate, float mean) => rate == 0 ? x : ((1 - rate) * x) + (rate * mean);

        /// <summary>ln p of each class, the innermost dimension.</summary>
        public Node ClassLogarithms(bool fromLogits)
        {
            // If x is a softmax, its input gives the exact logarithm, as in Keras. Other outputs are divided by their sum.
            if (fromLogits) return x.LogSoftmax();
            if (x.Op is SoftmaxOp) return x.Inputs[0].LogSoftmax();
            return (x / x.SumTo([.. x.Shape.Dimensions[..^1], 1])).Clip(Epsilon, 1 - Epsilon).Log();
        }

        /// <summary>−t·ln p − (1 − t)·ln(1 − p) of each output.</summary>
        public Node BinaryCrossentropy(Node target, bool fromLogits)
        {
            if (fromLogits || x.Op is SigmoidOp)
            {
                // −t·ln σ(x) − (1 − t)·ln(1 − σ(x)) = softplus(x) − t·x
                var logits = fromLogits ? x : x.Inputs[0];
                return logits.Softplus() - (target * logits);
            }

            var p = x.Clip(Epsilon, 1 - Epsilon);
            return -((target * p.Log()) + ((1 - target) * (1 - p).Log()));
        }
    }
}
