using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea convert</c>: a model from one format into another.</summary>
internal static class ConvertCommand
{
    public static Command Create(CommandOutput output)
    {
        var input = new Argument<string>(
            "IN")
        { Description = "The file to read: .keras, .h5, .onnx, .tflite, .safetensors, or TensorFlow.js' model.json; what it is, its bytes say" };
        var target = new Argument<string>(
            "OUT")
        {
            Description = "The file to write, in the format that its name ends in, or .weights.h5 for Keras 3's weights alone; an older one is "
            + "replaced when the new one is whole"
        };
        var into = new Option<string?>(
            "--into")
        {
            Description = "IN has weights only, as by PyTorch or Keras' save_weights: the model whose layers they are of: a file, Keras' to_json "
            + "too, or book-mnist, book-catsdogs",
            HelpName = "MODEL"
        };
        var layout = new Option<string?>(
            "--layout")
        {
            Description = "Names and order of dimensions of the .safetensors file to write, or else of the one to read [default: keras to write, "
            + "what fits to read]",
            HelpName = "keras|pytorch|mlx"
        };
        layout.AcceptOnlyFromAmong("keras", "pytorch", "mlx");
        var names = new Option<string?>(
            "--names")
        {
            Description = "With --into: a JSON file that says for tensors or modules of IN which weights or layers they belong to, as in "
            + "{\"encoder.0\": \"conv2d\"}",
            HelpName = "FILE"
        };
        var dtype = new Option<string>(
            "--dtype")
        { Description = "How numbers are stored in a .safetensors file", HelpName = "float32|float16", DefaultValueFactory = _ => "float32" };
        dtype.AcceptOnlyFromAmong("float32", "float16");
        var report = new Option<bool>("--report") { Description = "Show where each tensor of IN went" };
        var inputShape = CommandOptions.InputShape();
        var json = CommandOptions.Json();
        var command = new DocumentedCommand(
            "convert",
            "Read a model in one format and write it in another.",
            new("fovea convert colleague.h5 mine.keras --report", "and show what became of each tensor"),
            new("fovea convert mine.keras mine.onnx", "for ONNX Runtime"),
            new("fovea convert resnet.safetensors mine.keras --into resnet.keras", "weights by PyTorch into layers of mine"),
            new("fovea convert mine.keras mine.safetensors --layout pytorch", "weights for a colleague with PyTorch"),
            new("fovea convert mine.keras model.json", "for TensorFlow.js, with files of weights beside it"))
        {
            input, target, into, inputShape, layout, names, dtype, report, json,
        };
        command.SetAction(parsed =>
        {
            var request = new ConversionRequest(
                parsed.GetValue(input)!, parsed.GetValue(target)!, parsed.GetValue(into), Layout(parsed.GetValue(layout)), ReadNames(parsed.GetValue(names)),
                    parsed.GetValue(dtype) == "float16")
            { InputShape = parsed.GetValue(inputShape) };
            var (model, loaded, written) = Conversion.Run(request);
            if (parsed.GetValue(json))
                CliJson.Write(output.Output, ToJson(request, model, loaded, written, parsed.GetValue(report)), context => context.ConvertResult);
            else Write(output.Console, request, model, loaded, written, parsed.GetValue(report));
            return FoveaCommand.Success;
        });
        return command;
    }

    private static TensorLayout? Layout(string? name) => name switch
    {
        "keras" => TensorLayout.Keras,
        "pytorch" => TensorLayout.PyTorch,
        "mlx" => TensorLayout.Mlx,
        _ => null,
    };

    private static Dictionary<string, string> ReadNames(string? file)
    {
        if (file is null) return [];
        if (!File.Exists(file)) throw new CommandException($"--names: '{file}' does not exist; expected a JSON file.");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new CommandException($"--names: expected an object with names in '{file}', as in {{\"encoder.0\": \"conv2d\"}}.");
            return json.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, NameIn);
        }
        catch (JsonException error)
        {
            throw new CommandException($"--names: '{Path.GetFileName(file)}' is not JSON: {error.Message}", error);
        }

        static string NameIn(JsonProperty entry) => entry.Value.ValueKind == JsonValueKind.String
            ? entry.Value.GetString()!
            : throw new CommandException(
                $"--names: expected the name of a layer or weight for '{entry.Name}'; received {entry.Value.GetRawText()}.");
    }

    private static void Write(IAnsiConsole console, ConversionRequest request, Model model, LoadReport report, string written, bool isDetailed)
    {
        if (isDetailed) LoadReportTable.Write(console, report);
        var by = report.WrittenBy.Length == 0 ? "" : $", by {report.WrittenBy}";
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"{Markup.Escape(request.Input)} [grey58]{Markup.Escape(report.Format)}{Markup.Escape(by)}[/] → [bold green]{Markup.Escape(request.Output)}[/] "
                + $"[grey58]{Markup.Escape(written)}[/]  {model.Layers.Count} layers, {model.Parameters:N0} parameters"));
        if (Conversion.NoteForKeras(model, request.Output) is { } note) console.MarkupLine($"[yellow]{Markup.Escape(note)}[/]");
    }

    private static ConvertResult ToJson(ConversionRequest request, Model model, LoadReport report, string written, bool isDetailed) => new(
        request.Input, report.Format, report.WrittenBy, request.Output, written, model.Parameters,
        report.Count(TensorOutcome.Loaded), report.Count(TensorOutcome.Ignored), report.Count(TensorOutcome.Missing),
        Conversion.NoteForKeras(model, request.Output) is { } note ? [.. report.Notes, note] : report.Notes)
    {
        Tensors = isDetailed ? [.. report.Tensors.Select(tensor => new TensorResult(
            tensor.Outcome.ToString().ToLowerInvariant(), tensor.Source, Sizes(tensor.SourceShape), tensor.StoredAs, tensor.Target, Sizes(tensor.TargetShape),
                tensor.Note))] : null,
    };

    private static int[]? Sizes(Shape? shape) => shape?.Dimensions.ToArray();
}
