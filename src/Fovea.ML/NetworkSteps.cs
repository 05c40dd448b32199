using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Fovea.ML;

/// <summary>
/// A network as a chain of ML.NET's own steps. Only they can be saved: the interfaces for saving a custom transformer are internal to ML.NET, but a custom
/// mapping is saved by its name. So a value map holds the network as a text, and the mapping reads it from a column. The mapping puts the scores into
/// a long vector, of which a feature selection keeps those that the network has, because the type of a mapping is fixed when it is compiled.
/// </summary>
internal static class NetworkSteps
{
    public const string Key = "Fovea key";
    public const string Network = "Fovea network";
    public const string Input = "Fovea input";
    public const string Scores = "Fovea scores";
    public const string Class = "Fovea class";

    private static readonly MLContext Context = new();

    /// <summary>The chain for data of the given columns.</summary>
    public static ITransformer Compose(IDataView input, NetworkColumns columns, NetworkOutput output, string network)
    {
        var scored = Scoring(columns, network).Fit(input);
        var data = scored.Transform(input);
        var steps = new List<ITransformer> { scored, Selection(columns).Fit(Context.Data.LoadFromEnumerable([new Slots(output.Count)])) };
        if (output.HasClasses) steps.Add(Naming(output).Fit(data));
        steps.Add(Cleaning().Fit(data));
        return new TransformerChain<ITransformer>([.. steps]);
    }

    /// <summary>The columns after the chain.</summary>
    public static SchemaShape Describe(SchemaShape input, NetworkColumns columns, NetworkOutput output)
    {
        var shape = Selection(columns).GetOutputSchema(Scoring(columns, "").GetOutputSchema(input));
        return Cleaning().GetOutputSchema(output.HasClasses ? Naming(output with { Names = [""] }).GetOutputSchema(shape) : shape);
    }

    private static EstimatorChain<CustomMappingTransformer<NetworkMapping.Row, NetworkMapping.Result>> Scoring(NetworkColumns columns, string network) =>
        Context.Transforms.CustomMapping<NetworkKeyMapping.Nothing, NetworkKeyMapping.Key>(NetworkKeyMapping.Map, NetworkKeyMapping.Contract)
            .Append(Context.Transforms.Conversion.MapValue(Network, new Dictionary<string, string> { [NetworkKeyMapping.Key.Only] = network }, Key))
            .Append(Context.Transforms.CopyColumns(Input, columns.Input))
            .Append(Context.Transforms.CustomMapping<NetworkMapping.Row, NetworkMapping.Result>(NetworkMapping.Map, NetworkMapping.Contract));

    private static CountFeatureSelectingEstimator Selection(NetworkColumns columns) =>
        Context.Transforms.FeatureSelection.SelectFeaturesBasedOnCount(columns.Score, Scores);

    private static ValueToKeyMappingEstimator Naming(NetworkOutput output) => Context.Transforms.Conversion.MapValueToKey(
        NetworkColumns.PredictedLabel, Class, keyData: Context.Data.LoadFromEnumerable(output.Names.Select(name => new ClassName { Value = name })));

    private static ColumnSelectingEstimator Cleaning() => Context.Transforms.DropColumns(Key, Network, Input, Scores, Class);

    /// <summary>The row by which the feature selection learns which scores exist.</summary>
    private sealed class Slots(int count)
    {
        [ColumnName(NetworkSteps.Scores)]
        [VectorType(NetworkOutput.Most)]
        public VBuffer<float> Scores { get; set; } =
            new(NetworkOutput.Most, count, [.. Enumerable.Repeat(1f, count)], [.. Enumerable.Range(0, count)]);
    }

    private sealed class ClassName
    {
        public string Value { get; set; } = "";
    }
}
