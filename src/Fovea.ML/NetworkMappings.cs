using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Fovea.ML;

/// <summary>The first mapping of a step: adds the key under which the next one finds the network. A saved pipeline names the class.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class NetworkKeyMapping : CustomMappingFactory<NetworkKeyMapping.Nothing, NetworkKeyMapping.Key>
{
    public const string Contract = "Fovea.NetworkKey";

    public static void Map(Nothing row, Key key) => key.Text = Key.Only;

    public override Action<Nothing, Key> GetMapping() => Map;

    public sealed class Nothing;

    public sealed class Key
    {
        public const string Only = "network";

        [ColumnName(NetworkSteps.Key)]
        public string Text { get; set; } = Only;
    }
}

/// <summary>The mapping that computes. It reads the network from a column, as a text. A saved pipeline names the class.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class NetworkMapping : CustomMappingFactory<NetworkMapping.Row, NetworkMapping.Result>
{
    public const string Contract = "Fovea.Network";

    public static void Map(Row row, Result result)
    {
        var (scores, name) = SavedNetwork.Scorer(row.Network).Score(row.Input);
        (result.Scores, result.Class) = (scores, name.AsMemory());
    }

    public override Action<Row, Result> GetMapping() => Map;

    public sealed class Row
    {
        [ColumnName(NetworkSteps.Network)]
        public ReadOnlyMemory<char> Network { get; set; }

        [ColumnName(NetworkSteps.Input)]
        public VBuffer<float> Input { get; set; }
    }

    public sealed class Result
    {
        [ColumnName(NetworkSteps.Scores)]
        [VectorType(NetworkOutput.Most)]
        public VBuffer<float> Scores { get; set; }

        [ColumnName(NetworkSteps.Class)]
        public ReadOnlyMemory<char> Class { get; set; }
    }
}
