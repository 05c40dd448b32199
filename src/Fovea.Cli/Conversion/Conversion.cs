using System.Text.Json;

namespace Fovea.Cli;

/// <summary>The arguments of a conversion.</summary>
/// <param name="Input">The file to read.</param>
/// <param name="Output">The file to write.</param>
/// <param name="Into">The file or name of the model that receives the weights, if the file has weights only; null for a file of a whole model.</param>
/// <param name="Layout">The layout of the output if it is a safetensors file, otherwise of the input; null for Keras' layout, or for the recognized
/// one.</param>
/// <param name="Names">The weights or layers of tensors of the file, by the names of the tensors.</param>
/// <param name="Half">Whether safetensors are written with 16 bits per value.</param>
internal sealed record ConversionRequest(string Input, string Output, string? Into, TensorLayout? Layout, IReadOnlyDictionary<string, string> Names, bool Half)
{
    /// <summary>The shape of one sample, for a model that leaves sizes open.</summary>
    public Shape? InputShape { get; init; }
}

/// <summary>Reads a model or weights in one format and writes them in another.</summary>
internal static class Conversion
{
    private const string TensorExtension = ".safetensors";
    private const string WeightsExtension = ".weights.h5";
    private const int Listed = 6;
    private static readonly string[] KerasExtensions = [".keras", ".h5", ".hdf5"];

    /// <summary>Converts a file, and reports what became of its tensors.</summary>
    /// <exception cref="CommandException">The arguments contradict each other.</exception>
    public static (Model Model, LoadReport Report, string Written) Run(ConversionRequest request)
    {
        var writesTensors = request.Output.EndsWith(TensorExtension, StringComparison.OrdinalIgnoreCase);
        var writesWeights = !writesTensors && request.Output.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase);
        var target = writesTensors || writesWeights ? null : TargetOf(request.Output);
        if (!writesTensors && request.Half)
            throw new CommandException("--dtype float16: expected for .safetensors files; other formats are written with 32 bits.");
        if (!writesTensors && request.Into is null && request.Layout is not null)
            throw new CommandException("--layout: expected for .safetensors files to write, or to read with --into.");
        if (request.Into is null && request.Names.Count > 0) throw new CommandException("--names: expected with --into, the model that receives the weights.");
        if (Directory.Exists(request.Output)) throw new CommandException($"'{request.Output}' is a folder; expected the name of a file to write.");
        var (model, report) = Read(request, layoutIsOfInput: !writesTensors);
        if (writesTensors) model.Save(request.Output, request.Layout ?? TensorLayout.Keras, request.Half);
        else if (writesWeights) model.SaveWeights(request.Output);
        else model.Save(request.Output);
        return (model, report, (target ?? FileFormat.OfWeights.First(format => format.Matches(request.Output))).Name);
    }

    /// <summary>Names the layers that Keras cannot read in a file of its formats; null if there are none, or for other formats.</summary>
    public static string? NoteForKeras(Model model, string output)
    {
        if (output.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase)
            || !KerasExtensions.Any(extension => output.EndsWith(extension, StringComparison.OrdinalIgnoreCase))) return null;
        var layers = KerasCompatibility.UnknownLayers(model).Select(layer => $"{layer.Name} ({layer.ClassName})").ToList();
        if (layers.Count == 0) return null;
        var more = layers.Count > Listed ? $" and {layers.Count - Listed} more" : "";
        return $"Only Fovea reads {Path.GetFileName(output)}: Keras does not have the layers {string.Join(", ", layers.Take(Listed))}{more}.";
    }

    private static (Model Model, LoadReport Report) Read(ConversionRequest request, bool layoutIsOfInput)
    {
        Networks.RequireFile(request.Input);
        if (request.Into is not { } into)
        {
            if (request.Input.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase))
                throw new CommandException($"'{Path.GetFileName(request.Input)}' has weights only; name their model with --into.");
            return request.InputShape is { } shape ? (Model.Load(request.Input, shape, out var open), open) : (Model.Load(request.Input, out var whole), whole);
        }

        var model = Architecture(into, request.InputShape);
        var layout = layoutIsOfInput ? request.Layout : null;
        return (model, layout is null && request.Names.Count == 0 ? model.LoadWeights(request.Input) : model.LoadWeights(request.Input, layout, request.Names));
    }

    /// <summary>Builds a named network, a model file, or the configuration that Keras' <c>to_json</c> writes.</summary>
    private static Model Architecture(string into, Shape? inputShape)
    {
        if (Networks.IsNamed(into)) return Networks.Create(into, seed: 0);
        Networks.RequireFile(into);
        return into.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !IsTensorFlowJs(into)
            ? Model.FromJson(File.ReadAllText(into))
            : Networks.Load(into, inputShape);
    }

    private static bool IsTensorFlowJs(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("modelTopology", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static FileFormat TargetOf(string path)
    {
        var written = FileFormat.OfModels.Where(format => format.CanWrite).ToList();
        return written.Find(format => format.Matches(path))
            ?? throw new CommandException(
                $"'{Path.GetFileName(path)}': expected a name that ends "
                + $"in {string.Join(", ", written.SelectMany(format => format.Extensions).Append(WeightsExtension))}, which decides the format.");
    }
}
