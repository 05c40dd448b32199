namespace Fovea.Engine.Ops;

/// <summary>Elementwise functions of nodes, with NumPy's broadcasting. The operators + − · / are members of <see cref="Node"/>.</summary>
public static class Arithmetic
{
    extension(Node x)
    {
        /// <summary>eˣ.</summary>
        public Node Exp() => new(new ExpOp(), x);

        /// <summary>eˣ − 1, accurate near 0 too.</summary>
        public Node ExpMinusOne() => new(new ExpMinusOneOp(), x);

        /// <summary>ln x.</summary>
        public Node Log() => new(new LogOp(), x);

        /// <summary>√x.</summary>
        public Node Sqrt() => new(new SqrtOp(), x);

        /// <summary>x².</summary>
        public Node Square() => new(new SquareOp(), x);

        /// <summary>|x|.</summary>
        public Node Abs() => new(new AbsOp(), x);

        /// <summary>max(x, y). If both are equal, the gradient goes to x alone.</summary>
        public Node Maximum(Node other) => new(new MaximumOp(), x, other);

        /// <summary>max(x, y) for a number y.</summary>
        public Node Maximum(double number) => x.Maximum(Constant(number));

        /// <summary>min(x, y). If both are equal, the gradient goes to x alone.</summary>
        public Node Minimum(Node other) => new(new MinimumOp(), x, other);

        /// <summary>min(x, y) for a number y.</summary>
        public Node Minimum(double number) => x.Minimum(Constant(number));

        /// <summary>max(x, 0).</summary>
        public Node Relu() => new(new ReluOp(), x);

        /// <summary>1 / (1 + e⁻ˣ).</summary>
        public Node Sigmoid() => new(new SigmoidOp(), x);

        /// <summary>tanh x.</summary>
        public Node Tanh() => new(new TanhOp(), x);

        /// <summary>sin x, x in radians.</summary>
        public Node Sin() => new(new SinOp(), x);

        /// <summary>cos x, x in radians.</summary>
        public Node Cos() => new(new CosOp(), x);

        /// <summary>ln(1 + eˣ).</summary>
        public Node Softplus() => new(new SoftplusOp(), x);

        /// <summary>Φ(x), the cumulative distribution function of the standard normal distribution.</summary>
        public Node NormalCdf() => new(new NormalCdfOp(), x);

        /// <summary>min(max(x, low), high).</summary>
        public Node Clip(double low, double high) => new(new ClipOp((float)low, (float)high), x);

        /// <summary>x where <paramref name="mask"/> is above 0, otherwise 0.</summary>
        public Node Mask(Node mask) => new(new MaskOp(), x, mask);

        /// <summary>The values broadcast to a larger shape.</summary>
        /// <exception cref="ShapeException">The node does not broadcast to this shape.</exception>
        public Node BroadcastTo(Shape shape) => x.Shape == shape ? x : new Node(new BroadcastOp(shape), x);
    }

    /// <summary>A constant, rounded to float32, as a scalar node. Ops broadcast it to the shape of their other operand.</summary>
    public static Node Constant(double value) => new(new ConstantOp((float)value));
}
