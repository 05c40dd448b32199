using Microsoft.ML;

namespace Fovea.ML;

/// <summary>A step of a pipeline that applies a network to a column; see <see cref="FoveaCatalog"/>. It learns nothing from the data.</summary>
public sealed class NetworkScoringEstimator : IEstimator<ITransformer>
{
    private readonly NetworkColumns columns;
    private readonly string saved;
    private readonly NetworkOutput output;

    internal NetworkScoringEstimator(Model model, string outputColumnName, string inputColumnName)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        output = NetworkOutput.Of(model, nameof(FoveaCatalog.ApplyFoveaModel));
        columns = new NetworkColumns(inputColumnName, outputColumnName, model.InputShape.Count, nameof(FoveaCatalog.ApplyFoveaModel));
        saved = SavedNetwork.Write(model);
    }

    /// <summary>Makes the step. The data are only asked for the type of the input column.</summary>
    /// <exception cref="ArgumentException">The input column is missing, or is no vector of as many numbers as the network takes.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        columns.Check(input.Schema);
        return NetworkSteps.Compose(input, columns, output, saved);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => NetworkSteps.Describe(inputSchema, columns, output);
}
