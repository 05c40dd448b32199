using Microsoft.ML;

namespace Fovea.ML;

/// <summary>A step of a pipeline that trains a network to classify, and then applies it; see <see cref="FoveaCatalog"/>.</summary>
public sealed class NetworkTrainer : IEstimator<ITransformer>
{
    private const string Name = nameof(FoveaCatalog.FoveaNetwork);

    private readonly NetworkColumns columns;
    private readonly string saved;
    private readonly NetworkOutput output;
    private readonly string label;
    private readonly int epochs;
    private readonly int batchSize;
    private readonly IReadOnlyList<Callback> callbacks;

    internal NetworkTrainer(Model network, string label, string features, int epochs, int batchSize, IReadOnlyList<Callback> callbacks)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(label);
        ArgumentException.ThrowIfNullOrEmpty(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        output = NetworkOutput.Of(network, Name);
        if (network.OutputShape.Rank != 1)
            throw new ArgumentException(
                $"{Name}: expected a network with an output for each class; the output has the shape {network.OutputShape}.", nameof(network));
        columns = new NetworkColumns(features, "Score", network.InputShape.Count, Name);
        saved = SavedNetwork.Write(network);
        (this.label, this.epochs, this.batchSize, this.callbacks) = (label, epochs, batchSize, callbacks);
    }

    /// <summary>Trains a copy of the network on the data.</summary>
    /// <returns>A step that adds the columns <c>Score</c> and <c>PredictedLabel</c>.</returns>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or the data have more or fewer classes than the network.</exception>
    /// <exception cref="TrainingException">The data or the loss are not finite.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        columns.Check(input.Schema);
        var model = SavedNetwork.Read(saved);
        var classes = ClassLabels.Of(input.Schema, label, model.ClassCount, Name);
        model.ClassNames = classes.Names;
        if (model.Optimizer is null)
            model.Compile(
                new Adam(), model.OutputShape[0] == 1
                    ? new BinaryCrossentropy { FromLogits = model.OutputKind != OutputKind.Probabilities }
                    : new SparseCategoricalCrossentropy { FromLogits = model.OutputKind != OutputKind.Probabilities },
                new Accuracy());
        model.Fit(classes.Read(input, columns.Input, model.InputShape), epochs, batchSize, callbacks: callbacks, verbose: Verbosity.Silent);
        return NetworkSteps.Compose(input, columns, NetworkOutput.Of(model, Name), SavedNetwork.Write(model));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => NetworkSteps.Describe(inputSchema, columns, output with { HasClasses = true });
}
