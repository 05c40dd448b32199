using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea convert</c>: converts a model from one format into another.</summary>
internal static class ConvertCommand
{
    public static Command Create(CommandOutput output)
    {
        var input = new Argument<string>(
            "IN")
        {
            Description = "The file to read: .keras, .h5, .onnx, .tflite, .safetensors, or TensorFlow.js' model.json. The format is recognized by "
                + "the content"
        };
        var target = new Argument<string>(
            "OUT")
        {
            Description = "The file to write, in the format of its extension; .weights.h5 writes the weights alone, as Keras 3 does. An existing "
                + "file is replaced when the new one is complete"
        };
        var into = new Option<string?>(
            "--into")
        {
            Description = "The model that receives the weights. Needed if IN has only weights, such as a file of PyTorch or of Keras' "
                + "save_weights. MODEL is a model file, the output of Keras' to_json, book-mnist or book-catsdogs",
            HelpName = "MODEL"
        };
        var layout = new Option<string?>(
            "--layout")
        {
            Description = "The tensor names and the order of dimensions of OUT if it is a .safetensors file, otherwise of IN with --into "
                + "[default: keras for writing; recognized for reading]",
            HelpName = "keras|pytorch|mlx"
        };
        layout.AcceptOnlyFromAmong("keras", "pytorch", "mlx");
        var names = new Option<string?>(
            "--names")
        {
            Description = "With --into: a JSON file that maps tensors or modules of IN to weights or layers, as in {\"encoder.0\": \"conv2d\"}",
            HelpName = "FILE"
        };
        var dtype = new Option<string>(
            "--dtype")
        { Description = "The type of the values in a .safetensors file", HelpName = "float32|float16", DefaultValueFactory = _ => "float32" };
        dtype.AcceptOnlyFromAmong("float32", "float16");
        var report = new Option<bool>("--report") { Description = "Show what became of each tensor of IN" };
        var inputShape = CommandOptions.InputShape();
        var json = CommandOptions.Json();
        var command = new DocumentedCommand(
            "convert",
            "Read a model in one format and write it in another.",
            new("fovea convert colleague.h5 mine.keras --report", "and show what became of each tensor"),
            new("fovea convert mine.keras mine.onnx", "for ONNX Runtime"),
            new("fovea convert resnet.safetensors mine.keras --into resnet.keras", "PyTorch weights into the layers of a model"),
            new("fovea convert mine.keras mine.safetensors --layout pytorch", "weights for a colleague with PyTorch"),
            new("fovea convert mine.keras model.json", "for TensorFlow.js, with weight files next to it"))
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
