using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Batch normalization in training, Ioffe and Szegedy 2015, algorithm 1: y = γ·(x − mean) / √(variance + ε) + β for each channel. Inputs:
/// [x, moments, gamma, beta]. The moments must be those of x (<see cref="BatchMomentsOp"/>), because the gradient with respect to x includes their
/// dependence on x. Fusion may add a residual of x's shape as the fifth input, and a relu or relu6.
/// </summary>
internal sealed record BatchNormalizationOp(float Epsilon, Epilogue Epilogue = Epilogue.None, bool HasResidual = false) : Op
{
    public override string Name => $"BatchNormalization{(HasResidual ? "+Residual" : "")}{(Epilogue == Epilogue.None ? "" : $"+{Epilogue}")}";

    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        BatchChannels.Check(Name, inputs[0], inputs[1], inputs[2], inputs[3]);
        return inputs[0];
    }

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        if (HasResidual || Epilogue != Epilogue.None) throw FusedOp.HasNoGradient(Name);
        var (x, moments, gamma, beta) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Inputs[3]);
        var sums = new Node(new BatchNormalizationSumsOp(Epsilon), outputGradient, x, moments, gamma, beta);
        return
        [
            new Node(new BatchNormalizationInputGradientOp(Epsilon), outputGradient, x, moments, gamma, beta, sums),
            null,
            new Node(new PartOp(0, gamma.Shape), sums),
            new Node(new PartOp(gamma.Shape.Count, beta.Shape), sums),
        ];
    }

    public override void Reference(ReferenceCall call)
    {
        for (var i = 0; i < call.Output.Length; i++)
            call.Output[i] = EpilogueReference.Evaluate(Epilogue, BatchChannels.Output(call.Inputs, 0, i, Epsilon) + (HasResidual ? call.Inputs[4][i] : 0));
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new BatchNormalizationKernel(ChannelRows.Of(output), Epsilon, Epilogue, HasResidual);
}

/// <summary>
/// The gradients of a batch normalization with respect to gamma, Σ g·(x − mean) / √(variance + ε), and beta, Σ g, packed into one vector.
/// Inputs: [g, x, moments, gamma, beta]. With an activation, g is the gradient of its output.
/// </summary>
internal sealed record BatchNormalizationSumsOp(float Epsilon, Epilogue Epilogue = Epilogue.None) : CompositeOp
{
    public override string Name => $"BatchNormalizationSums{(Epilogue == Epilogue.None ? "" : $"+{Epilogue}")}";

    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        BatchChannels.Check(Name, inputs[1], inputs[2], inputs[3], inputs[4]);
        return inputs[2];
    }

    public override Node Compose(IReadOnlyList<Node> inputs)
    {
        if (Epilogue != Epilogue.None) throw FusedOp.HasNoGradient(Name);
        var (g, batch) = (inputs[0], BatchChannels.Normalize(inputs[1], Epsilon));
        return Concatenation.Concatenate(0, [BatchChannels.Sum(g * batch.Normalized), BatchChannels.Sum(g)]);
    }

    public override void Reference(ReferenceCall call)
    {
        var channels = call.OutputShape[0] / 2;
        for (var i = 0; i < call.Inputs[0].Length; i++)
        {
            var g = BatchChannels.Passed(Epilogue, call.Inputs, i, Epsilon);
            call.Output[i % channels] += g * BatchChannels.Normalized(call.Inputs, 1, i, Epsilon);
            call.Output[channels + (i % channels)] += g;
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new BatchNormalizationSumsKernel(ChannelRows.Of(inputs[1]), Epsilon, Epilogue);
}

/// <summary>
/// The gradient of a batch normalization with respect to x, γ/σ · (g − Σg/n − x̂·Σ(g·x̂)/n) with σ = √(variance + ε) and x̂ = (x − mean) / σ.
/// Inputs: [g, x, moments, gamma, beta, sums], the last from <see cref="BatchNormalizationSumsOp"/>. With an activation, g is the gradient of its
/// output.
/// </summary>
internal sealed record BatchNormalizationInputGradientOp(float Epsilon, Epilogue Epilogue = Epilogue.None) : CompositeOp
{
    public override string Name => $"BatchNormalizationInputGradient{(Epilogue == Epilogue.None ? "" : $"+{Epilogue}")}";

    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        BatchChannels.Check(Name, inputs[1], inputs[2], inputs[3], inputs[4]);
        return inputs[1];
    }

    public override Node Compose(IReadOnlyList<Node> inputs)
    {
        if (Epilogue != Epilogue.None) throw FusedOp.HasNoGradient(Name);
        var (g, gamma, batch) = (inputs[0], inputs[3], BatchChannels.Normalize(inputs[1], Epsilon));
        var rows = g.Shape.Count / gamma.Shape.Count;
        var ofOutput = g - (BatchChannels.Sum(g) / rows) - (batch.Normalized * BatchChannels.Sum(g * batch.Normalized) / rows);
        return gamma / batch.Deviation * ofOutput;
    }

    public override void Reference(ReferenceCall call)
    {
        var channels = call.OutputShape[^1];
        double rows = call.Output.Length / channels;
        for (var i = 0; i < call.Output.Length; i++)
        {
            var c = i % channels;
            var normalized = BatchChannels.Normalized(call.Inputs, 1, i, Epsilon);
            var g = BatchChannels.Passed(Epilogue, call.Inputs, i, Epsilon) - (call.Inputs[5][channels + c] / rows) - (normalized * call.Inputs[5][c] / rows);
            call.Output[i] = call.Inputs[3][c] / Math.Sqrt(call.Inputs[2][channels + c] + Epsilon) * g;
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new BatchNormalizationInputGradientKernel(ChannelRows.Of(output), Epsilon, Epilogue);
}

/// <summary>The check of the operands and the formula of one element, which the three ops share.</summary>
internal static class BatchChannels
{
    public static void Check(string name, Shape x, Shape moments, Shape gamma, Shape beta)
    {
        Shape channels = [x[^1]];
        if (moments != new Shape(2 * x[^1]) || gamma != channels || beta != channels)
            throw new ShapeException(
                name, $"expected moments ({2 * x[^1]}), gamma and beta {channels} for the input {x}; received {moments}, {gamma} and {beta}.");
    }

    /// <summary>x̂ = (x − mean) / σ and σ = √(variance + ε), as functions of x alone, in ops that can be differentiated.</summary>
    public static (Node Normalized, Node Deviation) Normalize(Node x, float epsilon)
    {
        Shape channels = [x.Shape[^1]];
        var moments = new Node(new BatchMomentsOp(), x);
        var deviation = (new Node(new PartOp(channels.Count, channels), moments) + epsilon).Sqrt();
        return ((x - new Node(new PartOp(0, channels), moments)) / deviation, deviation);
    }

    /// <summary>The sum of each channel.</summary>
    public static Node Sum(Node x) => x.SumRange(0, x.Shape.Rank - 1);

    /// <summary>x̂ of one element; the inputs from <paramref name="first"/> on are x, moments, gamma, beta.</summary>
    public static double Normalized(IReadOnlyList<double[]> inputs, int first, int i, double epsilon)
    {
        var (moments, channels) = (inputs[first + 1], inputs[first + 2].Length);
        return (inputs[first][i] - moments[i % channels]) / Math.Sqrt(moments[channels + (i % channels)] + epsilon);
    }

    /// <summary>γ·x̂ + β.</summary>
    public static double Output(IReadOnlyList<double[]> inputs, int first, int i, double epsilon)
    {
        var channel = i % inputs[first + 2].Length;
        return (inputs[first + 2][channel] * Normalized(inputs, first, i, epsilon)) + inputs[first + 3][channel];
    }

    /// <summary>The gradient (input 0) of one element; 0 where the activation masks it.</summary>
    public static double Passed(Epilogue activation, IReadOnlyList<double[]> inputs, int i, double epsilon)
    {
        if (activation == Epilogue.None) return inputs[0][i];
        var output = Output(inputs, 1, i, epsilon);
        return output > 0 && (activation == Epilogue.Relu || output < 6) ? inputs[0][i] : 0;
    }
}

/// <summary>Batch normalization of nodes.</summary>
public static class BatchNormalizations
{
    extension(Node x)
    {
        /// <summary>
        /// Batch normalization in training: γ·(x − mean) / √(variance + ε) + β for each channel (the innermost dimension). The mean and the variance,
        /// which are also returned, are those of x over all other dimensions. All three can be differentiated, any number of times.
        /// </summary>
        /// <param name="gamma">γ, one for each channel.</param>
        /// <param name="beta">β, one for each channel.</param>
        /// <param name="epsilon">ε, which prevents a division by zero.</param>
        /// <exception cref="ShapeException">Gamma or beta does not have one element for each channel.</exception>
        public (Node Output, Node Mean, Node Variance) BatchNormalization(Node gamma, Node beta, double epsilon)
        {
            var moments = new Node(new BatchMomentsOp(), x);
            var output = new Node(new BatchNormalizationOp((float)epsilon), x, moments, gamma, beta);
            return (output, new Node(new PartOp(0, gamma.Shape), moments), new Node(new PartOp(gamma.Shape.Count, gamma.Shape), moments));
        }
    }
}
