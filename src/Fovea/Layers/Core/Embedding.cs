using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Replaces each index, such as the number of a word or a class, by a learned vector. <c>keras.layers.Embedding</c>. The output has one dimension more than the
/// input. Indices start at 0. The fraction of an index that is not an integer is ignored; an index out of range gives a vector of NaN.
/// </summary>
/// <param name="inputDimension">The number of vectors, at least 1.</param>
/// <param name="outputDimension">The length of each vector, at least 1.</param>
public sealed class Embedding(int inputDimension, int outputDimension) : Layer
{
    private Variable? embeddings;

    /// <summary>The number of vectors. Indices are below it.</summary>
    public int InputDimension { get; } = inputDimension.AtLeast(1, nameof(Embedding), nameof(inputDimension));

    /// <summary>The length of each vector.</summary>
    public int OutputDimension { get; } = outputDimension.AtLeast(1, nameof(Embedding), nameof(outputDimension));

    /// <summary>The initializer of the vectors; uniform in ±0.05 by default.</summary>
    public Initializer EmbeddingsInitializer
    {
        get => Embeddings.Initializer;
        init => Embeddings = Embeddings with { Initializer = value.NotNull(nameof(Embedding), nameof(EmbeddingsInitializer)) };
    }

    /// <summary>The penalty on the vectors that is added to the loss; none by default.</summary>
    public Regularizer? EmbeddingsRegularizer { get => Embeddings.Regularizer; init => Embeddings = Embeddings with { Regularizer = value }; }

    /// <summary>The constraint applied to the vectors after each training step; none by default.</summary>
    public Constraint? EmbeddingsConstraint { get => Embeddings.Constraint; init => Embeddings = Embeddings with { Constraint = value }; }

    private WeightSpec Embeddings { get; init; } = WeightSpec.Embeddings;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs) =>
        embeddings = AddWeight("embeddings", [InputDimension, OutputDimension], Embeddings);

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => context.Read(embeddings!).Rows(input);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("input_dim", InputDimension);
        config.Set("output_dim", OutputDimension);
        config.SetInitializers(Embeddings);
        config.SetRegularizers(Embeddings);
        config.Set("activity_regularizer", ActivityRegularizer);
        config.SetConstraints(Embeddings);
        config.Set("mask_zero", false);
    }

    internal static Embedding FromConfig(Config config)
    {
        config.Require("mask_zero", false);
        return new Embedding(config.GetInt("input_dim"), config.GetInt("output_dim"))
        {
            Embeddings = config.GetWeight(WeightSpec.Embeddings),
        };
    }
}
