namespace Fovea;

/// <summary>The initializer, the regularizer and the constraint of a layer's weight, before the weight exists.</summary>
/// <param name="Key">
/// The start of its entries in a configuration: <c>kernel</c> for <c>kernel_initializer</c>, <c>kernel_regularizer</c> and <c>kernel_constraint</c>.
/// </param>
/// <param name="Initializer">Computes the first values.</param>
internal sealed record WeightSpec(string Key, Initializer Initializer)
{
    public static WeightSpec Kernel { get; } = new("kernel", Initializer.GlorotUniform);

    public static WeightSpec Depthwise { get; } = new("depthwise", Initializer.GlorotUniform);

    public static WeightSpec Pointwise { get; } = new("pointwise", Initializer.GlorotUniform);

    public static WeightSpec Bias { get; } = new("bias", Initializer.Zeros);

    public static WeightSpec Beta { get; } = new("beta", Initializer.Zeros);

    public static WeightSpec Gamma { get; } = new("gamma", Initializer.Ones);

    public static WeightSpec Alpha { get; } = new("alpha", Initializer.Zeros);

    public static WeightSpec Embeddings { get; } = new("embeddings", new RandomUniformInitializer());

    /// <summary>The penalty on the weight that is added to the loss, if any.</summary>
    public Regularizer? Regularizer { get; init; }

    /// <summary>The constraint applied after each training step, if any.</summary>
    public Constraint? Constraint { get; init; }
}

/// <summary>
/// Weight specifications in a configuration: first the initializers of all weights, then the regularizers, then the constraints, as in Keras.
/// </summary>
internal static class WeightSpecConfig
{
    extension(Config config)
    {
        public void SetWeights(params ReadOnlySpan<WeightSpec> weights)
        {
            config.SetInitializers(weights);
            config.SetRegularizers(weights);
            config.SetConstraints(weights);
        }

        public void SetInitializers(params ReadOnlySpan<WeightSpec> weights)
        {
            foreach (var weight in weights) config.Set($"{weight.Key}_initializer", weight.Initializer);
        }

        public void SetRegularizers(params ReadOnlySpan<WeightSpec> weights)
        {
            foreach (var weight in weights) config.Set($"{weight.Key}_regularizer", weight.Regularizer);
        }

        public void SetConstraints(params ReadOnlySpan<WeightSpec> weights)
        {
            foreach (var weight in weights) config.Set($"{weight.Key}_constraint", weight.Constraint);
        }

        /// <summary>Reads a weight's three entries. The initializer of the default takes the place of one that is left out.</summary>
        public WeightSpec GetWeight(WeightSpec absent) => new(absent.Key, config.GetInitializer($"{absent.Key}_initializer", absent.Initializer))
        {
            Regularizer = config.GetRegularizer($"{absent.Key}_regularizer"),
            Constraint = config.GetConstraint($"{absent.Key}_constraint"),
        };
    }
}
