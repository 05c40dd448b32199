using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Fovea.Formats.Keras;
using Fovea.Formats.Matching;

namespace Fovea.Formats.TensorFlowJs;

/// <summary>Writes TensorFlow.js layers models as its Python converter does: one group of weights in files of at most 4 MiB, then <c>model.json</c>.</summary>
internal static class LayersModelWriter
{
    private const int ShardBytes = 4 << 20;

    /// <summary>Writes all files under temporary names, and renames them once all are complete.</summary>
    /// <exception cref="IOException">A file cannot be written; older ones are then intact.</exception>
    public static void Write(Model model, string path, CancellationToken cancellationToken)
    {
        model.EnsureInitialized();
        var target = Path.GetFullPath(path);
        var weights = WeightUnit.Of(model, TensorLayout.Keras)
            .SelectMany(unit => unit.Weights.Select(weight => (Name: NameOf(unit, weight, model), Weight: weight))).ToList();
        var topology = Keras2Json.Model(ModelTopology.Of(ModelDescribing.Describe(model), model));
        var bytes = weights.Sum(entry => (long)entry.Weight.Shape.Count * sizeof(float));
        var shards = (int)((bytes + ShardBytes - 1) / ShardBytes);
        var stem = Path.GetFileNameWithoutExtension(target) is "model" ? "" : $"{Path.GetFileNameWithoutExtension(target)}-";
        var names = Enumerable.Range(1, shards).Select(shard => $"{stem}group1-shard{shard}of{shards}.bin").ToList();
        var files = new List<AtomicFile>();
        try
        {
            // The file that lists the others is created first, so that it fails first, and is replaced last.
            files.Add(new AtomicFile(path));
            foreach (var name in names) files.Add(new AtomicFile(Path.Combine(Path.GetDirectoryName(target)!, name)));
            WriteShards(weights.Select(entry => entry.Weight), files[1..], cancellationToken);
            files[0].Add(JsonText.ToUtf8(Json(model, topology, weights, names)));
            foreach (var file in files[1..].Append(files[0])) file.Commit();
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
    }

    private static JsonObject Json(Model model, JsonObject topology, List<(string Name, Weight Weight)> weights, List<string> shards) => new()
    {
        ["format"] = "layers-model",
        ["generatedBy"] = LayersModelFormat.Generator,
        ["convertedBy"] = null,
        ["userDefinedMetadata"] = LayersModelFormat.OwnMetadata(model),
        ["modelTopology"] = new JsonObject
        {
            ["keras_version"] = "2.15.0",
            ["backend"] = "tensorflow",
            ["model_config"] = topology,
        },
        ["weightsManifest"] = new JsonArray(new JsonObject
        {
            ["paths"] = new JsonArray([.. shards.Select(name => (JsonNode)name)]),
            ["weights"] = new JsonArray([.. weights.Select(entry => (JsonNode)new JsonObject
            {
                ["name"] = entry.Name,
                ["shape"] = new JsonArray([.. entry.Weight.Shape.Dimensions.ToArray().Select(size => (JsonNode)size)]),
                ["dtype"] = "float32",
            })]),
        }),
    };

    private static void WriteShards(IEnumerable<Weight> weights, List<AtomicFile> shards, CancellationToken cancellationToken)
    {
        var (shard, room) = (0, (long)ShardBytes);
        foreach (var weight in weights)
        {
            for (var rest = MemoryMarshal.AsBytes(weight.Values); rest.Length > 0;)
            {
                if (room == 0) (shard, room) = (shard + 1, ShardBytes);
                var part = rest[..(int)Math.Min(rest.Length, room)];
                cancellationToken.ThrowIfCancellationRequested();
                shards[shard].Add(part);
                room -= part.Length;
                rest = rest[part.Length..];
            }
        }
    }

    /// <summary>The name of a weight in Keras 2. It begins with the name of the layer if that is unique in the model, else with its path.</summary>
    private static string NameOf(WeightUnit unit, Weight weight, Model model)
    {
        var isOnly = model.Leaves.Count(layer => layer.Name == unit.Layer.Name) == 1;
        var name = unit.Layer is DepthwiseConv2D or DepthwiseConv1D && weight.Name == "kernel" ? "depthwise_kernel" : weight.Name;
        return $"{(isOnly ? unit.Layer.Name : unit.Path)}/{name}";
    }
}
