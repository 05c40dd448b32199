using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A vector for each of so many things, which are given by their numbers, as labels of a generator or words; <c>keras.layers.Embedding</c>. Inputs of any shape
/// become one
/// dimension longer. Numbers are counted from 0, and fractions are cut off; the vector of a number that is none of them is NaN.
/// </summary>
/// <param name="inputDimension">How many things there are, at least 1.</param>
/// <param name="outputDimension">How long each vector is, at least 1.</param>
public sealed class Embedding(int inputDimension, int outputDimension) : Layer
{
    private Variable? embeddings;

    /// <summary>How many things there are: their numbers are below.</summary>
    public int InputDimension { get; } = inputDimension.AtLeast(1, "Embedding", nameof(inputDimension));

    /// <summary>How long each vector is.</summary>
    public int OutputDimension { get; } = outputDimension.AtLeast(1, "Embedding", nameof(outputDimension));

    /// <summary>How the vectors start.</summary>
    public Initializer EmbeddingsInitializer { get; init => field = value.NotNull("Embedding", nameof(EmbeddingsInitializer)); } =
        new RandomUniformInitializer();

    /// <summary>A penalty on the vectors that is added to the loss; none by default.</summary>
    public Regularizer? EmbeddingsRegularizer { get; init; }

    /// <summary>What the vectors are made to be after each step of training; nothing by default.</summary>
    public Constraint? EmbeddingsConstraint { get; init; }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs) =>
        embeddings =
            AddWeight(
            "embeddings", [InputDimension, OutputDimension], EmbeddingsInitializer, regularizer: EmbeddingsRegularizer, constraint: EmbeddingsConstraint);

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => context.Read(embeddings!).Rows(input);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("input_dim", InputDimension);
        config.Set("output_dim", OutputDimension);
        config.Set("embeddings_initializer", EmbeddingsInitializer);
        config.Set("embeddings_regularizer", EmbeddingsRegularizer);
        config.Set("activity_regularizer", ActivityRegularizer);
        config.Set("embeddings_constraint", EmbeddingsConstraint);
        config.Set("mask_zero", false);
    }

    internal static Embedding FromConfig(Config config)
    {
        config.Require("mask_zero", false);
        return new Embedding(config.GetInt("input_dim"), config.GetInt("output_dim"))
        {
            EmbeddingsInitializer = config.GetInitializer("embeddings_initializer", new RandomUniformInitializer()),
            EmbeddingsRegularizer = config.GetRegularizer("embeddings_regularizer"),
            EmbeddingsConstraint = config.GetConstraint("embeddings_constraint"),
        };
    }
}
