using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Fovea.Formats.TensorFlowJs;

/// <summary>
/// The list <c>weightsManifest</c> of a <c>model.json</c>: the names, shapes and types of the weights, in the order of their values in the files that it
/// names (tensorflow/tfjs, tfjs-converter/python/tensorflowjs/write_weights.py and read_weights.py).
/// </summary>
internal static class WeightsManifest
{
    /// <summary>The weights of all groups. Their values are read on demand, and quantized ones are dequantized.</summary>
    /// <exception cref="ModelFormatException">The list is damaged, or the files do not have its bytes.</exception>
    public static IReadOnlyList<StoredArray> Read(JsonArray manifest, string path, LoadReport report)
    {
        var arrays = new List<StoredArray>();
        foreach (var entry in manifest)
        {
            if (entry is not JsonObject group || group.ListOrNull("paths") is not { } paths || group.ListOrNull("weights") is not { } weights
                || paths.Any(name => JsonReading.AsText(name) is null))
                throw ModelFormatException.About(
                    path, $"a group of its weightsManifest is {JsonText.Describe(entry)}; expected an object with paths and weights.");
            var data = new ShardedData(path, paths.Select(name => JsonReading.AsText(name)!));
            var offset = 0L;
            foreach (var weight in weights)
            {
                var array = ReadWeight(weight, data, offset, path, report, out var bytes);
                arrays.Add(array);
                offset += bytes;
                if (offset > data.Length)
                    throw ModelFormatException.About(
                        path, $"the weight '{array.Name}' ends at byte {offset} of the files of its group, which have {data.Length}.");
            }

            if (offset != data.Length) throw ModelFormatException.About(path, $"the weights of a group take {offset} bytes; its files have {data.Length}.");
        }

        return arrays;
    }

    private static StoredArray ReadWeight(JsonNode? json, ShardedData data, long offset, string path, LoadReport report, out long bytes)
    {
        if (json is not JsonObject weight || weight.TextOrNull("name") is not { } name || weight.TextOrNull("dtype") is not { } dtype)
            throw ModelFormatException.About(
                path, $"a weight of its weightsManifest is {JsonText.Describe(json)}; expected an object with name, shape and dtype.");
        var sizes = weight.ListOrNull("shape")?.Select(size => JsonReading.AsInteger(size) ?? -1).ToArray();
        if (sizes is null || sizes.Length > 8 || sizes.Any(size => size < 1))
            throw ModelFormatException.About(
                path, $"the weight '{name}' has the shape {weight["shape"]?.ToJsonString() ?? "null"}; expected up to 8 sizes of at least 1.");
        var quantization = weight.ObjectOrNull("quantization");
        var type = TypeOf(quantization?.TextOrNull("dtype") ?? dtype, name, path);
        var count = sizes.Aggregate(1.0, (product, size) => product * size);
        var size = StoredArray.SizeOf(type);
        if (count * size > data.Length - offset)
            throw ModelFormatException.About(
                path, $"the weight '{name}' of shape {weight["shape"]!.ToJsonString()} takes {count * size:0} bytes; the files of its group "
                + $"have {data.Length - offset} left.");
        if (count * size > Array.MaxLength)
            throw ModelFormatException.About(path, $"the weight '{name}' takes more than the {Array.MaxLength} bytes that are read.");
        bytes = (long)count * size;
        var stored = new StoredArray(name, new Shape(sizes), type, (position, part) => data.ReadAt(offset + position, part));
        if (quantization is null || type == StoredType.Float16) return stored;
        report.Note($"Weights are quantized: each value is one of {(size == 1 ? "256" : "65,536")} steps between the minimum and the maximum of its tensor.");
        if (JsonReading.AsNumber(quantization["scale"]) is not { } scale || JsonReading.AsNumber(quantization["min"]) is not { } minimum)
            throw ModelFormatException.About(path, $"the weight '{name}' is quantized; expected the numbers scale and min.");
        return new StoredArray(name, stored.Shape, StoredType.Float32, (position, part) =>
        {
            var values = MemoryMarshal.Cast<byte, float>(part);
            stored.Read((int)(position / sizeof(float)), values);
            foreach (ref var value in values) value = (float)((value * scale) + minimum);
        });
    }

    private static StoredType TypeOf(string dtype, string name, string path) => dtype switch
    {
        "float32" => StoredType.Float32,
        "float16" => StoredType.Float16,
        "int32" => StoredType.Int32,
        "uint8" => StoredType.UInt8,
        "uint16" => StoredType.UInt16,
        "bool" => StoredType.Bool,
        _ => throw ModelFormatException.About(
            path, $"the weight '{name}' is stored as {dtype}, which is not supported; expected float32, float16, int32, uint8, uint16 or bool."),
    };
}
