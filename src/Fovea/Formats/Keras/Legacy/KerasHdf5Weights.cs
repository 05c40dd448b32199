using Fovea.Formats.Hdf5;
using Fovea.Formats.Matching;

namespace Fovea.Formats.Keras;

/// <summary>
/// Weights in the HDF5 layout of Keras 1 and 2, with a group for each layer: an <c>.h5</c> file with weights alone or with a whole model
/// (<c>load_weights_from_hdf5_group</c> and <c>load_weights_from_hdf5_group_by_name</c>).
/// </summary>
internal sealed class KerasHdf5Weights : WeightFormat
{
    public override string Name => "Keras HDF5 weights (.h5)";

    public override IReadOnlyList<string> Extensions => [".h5", ".hdf5"];

    public override bool Recognizes(ReadOnlySpan<byte> start, ModelSource source) =>
        Hdf5Reader.IsSignature(start) || Extensions.Any(extension => source.Name.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    public override void Read(Model model, ModelSource source, WeightMatching matching, LoadReport report)
    {
        using var file = KerasHdf5File.Open(source.OpenStream(), source.Name);
        report.WrittenBy = file.KerasVersion.Length > 0 ? $"Keras {file.KerasVersion}" : "";
        var filling = new WeightFilling(report);
        Assign(model, file, matching, filling, report);
        ReportRest(file, filling, report);
        filling.Replace(model);
    }

    public override void Write(Model model, Stream stream) => KerasHdf5Writer.WriteWeights(model, stream);

    /// <summary>Assigns the arrays of the file to the layers of a model. With matching by name, layers that the file lacks are reported.</summary>
    public static void Assign(Model model, KerasHdf5File file, WeightMatching matching, WeightFilling filling, LoadReport report)
    {
        var layers = KerasLayerOrder.Of(model).Where(layer => layer.Weights.Count > 0).ToList();
        var named = file.Layers.ToDictionary(layer => layer.Name);
        var present = file.Layers.Where(layer => layer.Weights.Count > 0).ToList();
        if (matching == WeightMatching.Name || layers.Select(layer => layer.Name).ToHashSet().SetEquals(present.Select(layer => layer.Name)))
        {
            foreach (var layer in layers)
            {
                if ((named.TryGetValue(layer.Name, out var stored) || named.TryGetValue(KerasNames.InKeras3(layer.Name), out stored))
                    && stored.Weights.Count > 0) Assign(layer, stored, file, filling, report);
                else foreach (var (path, weight) in KerasHdf5WeightOrder.PathsOf(layer))
                    report.Missing($"{path}/{weight.Name}", weight.Shape, "the file has no layer of that name");
            }

            return;
        }

        if (present.Count != layers.Count)
            throw ModelFormatException.About(
                report.FilePath, $"expected weights of {layers.Count} layers, the number of layers with weights in the model; received weights "
                    + $"of {present.Count} "
                + $"({string.Join(", ", present.Take(6).Select(layer => layer.Name))}{(present.Count > 6 ? ", …" : "")}).");
        foreach (var (layer, stored) in layers.Zip(present)) Assign(layer, stored, file, filling, report);
    }

    /// <summary>Assigns the arrays to the layers of a model that the same file describes: by name, or by order if a layer has no group of its name.</summary>
    public static void AssignOwn(Model model, KerasHdf5File file, WeightFilling filling, LoadReport report)
    {
        var named = file.Layers.ToDictionary(layer => layer.Name);
        var layers = model.Layers.Where(layer => layer.Weights.Count > 0).ToList();
        if (!layers.TrueForAll(layer => named.ContainsKey(layer.Name)))
        {
            Assign(model, file, WeightMatching.Order, filling, report);
            return;
        }

        foreach (var layer in layers) Assign(layer, named[layer.Name], file, filling, report);
    }

    /// <summary>Reports the arrays that no layer uses.</summary>
    public static void ReportRest(KerasHdf5File file, WeightFilling filling, LoadReport report)
    {
        foreach (var layer in file.Layers)
        {
            foreach (var array in layer.Weights)
            {
                if (!filling.Has(array)) report.Ignored(SourceOf(layer, array), array.Shape, WeightFilling.NameOf(array.Type), "no layer of the model has it");
            }
        }
    }

    private static void Assign(Layer layer, KerasHdf5Layer stored, KerasHdf5File file, WeightFilling filling, LoadReport report)
    {
        var expected = KerasHdf5WeightOrder.Order(layer, stored.Weights);
        var arrays = KerasHdf5WeightOrder.WithoutCounts(layer, stored.Weights);
        if (arrays.Count != expected.Count)
            throw ModelFormatException.About(
                report.FilePath, $"expected {expected.Count} weights of {layer.Subject}; received {stored.Weights.Count} in '{stored.Name}'.");
        foreach (var ((path, weight), array) in expected.Zip(arrays))
        {
            var rotates = file.IsOfTheano && IsKernel(layer, weight);
            filling.Add(array, SourceOf(stored, array), weight, path, rotates ? TensorArrangement.Rotated(weight.Shape) : null);
        }
    }

    /// <summary>Whether a weight is the kernel of a convolution, in a layer or in a model.</summary>
    private static bool IsKernel(Layer layer, Weight weight) => weight.Shape.Rank is 3 or 4
        && layer.Leaves.First(leaf => leaf.OwnWeights.Contains(weight)) is (KernelLayer and not Dense) or DepthwiseLayer;

    private static string SourceOf(KerasHdf5Layer layer, StoredArray array) => $"{layer.Name}/{array.Name}";
}
