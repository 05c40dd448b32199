using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea publish</c>: compiles a model into a program.</summary>
internal static class PublishCommand
{
    public static Command Create(CommandOutput output)
    {
        var model = CommandOptions.Model();
        var folder = new Option<string>(
            "--output", "-o")
        { Description = "The folder for the program", HelpName = "FOLDER", DefaultValueFactory = _ => "." };
        var images = new ImageOptions();
        var inputShape = CommandOptions.InputShape();
        var instructions = new Option<string>("--cpu")
        {
            Description = "The processors that the program is compiled for: any; avx2, which almost all since 2015 have (twice as fast for large "
                + "networks); or this, the processor of this machine and similar ones (faster still)",
            HelpName = "any|avx2|this",
            DefaultValueFactory = _ => "any",
        };
        instructions.AcceptOnlyFromAmong("any", "avx2", "this");
        var json = CommandOptions.Json();
        var command = new DocumentedCommand(
            "publish",
            "Compile a model into one native program that classifies images. The program needs no .NET and no other files, and "
                + "prepares images as 'fovea predict' does. Compiling takes half a minute, and needs the .NET SDK and clang or gcc.",
            new("fovea publish book-mnist.keras", "then ./book-mnist photo.jpg prints the digit"),
            new("fovea publish cats.onnx -o tools --cpu avx2", "./tools/cats *.jpg --json"))
        {
            model, folder, inputShape, instructions, json,
        };
        images.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var file = parsed.GetValue(model)!;
            var loaded = Networks.LoadSized(file, parsed.GetValue(inputShape));
            _ = new ImageClassifier(loaded, images.Read(parsed).Settle(loaded, output.ErrorConsole));
            var instructionSet = InstructionSet(parsed.GetValue(instructions)!);
            var program = Path.Combine(Directory.CreateDirectory(parsed.GetValue(folder)!).FullName, NameFor(file));
            var clock = Stopwatch.StartNew();
            if (output.IsLive && !parsed.GetValue(json))
                await output.Console.Status().StartAsync("compiling …", _ => ProgramPublisher.Publish(loaded, program, instructionSet, cancellationToken));
            else await ProgramPublisher.Publish(loaded, program, instructionSet, cancellationToken);
            var bytes = new FileInfo(program).Length;
            if (parsed.GetValue(json))
                CliJson.Write(output.Output, new PublishResult(program, bytes, clock.Elapsed.TotalSeconds), context => context.PublishResult);
            else output.Console.MarkupLine(
                string.Create(
                CultureInfo.InvariantCulture,
                $"[bold green]{Markup.Escape(program)}[/]  one file of {bytes / 1e6:0.0} MB, made in {clock.Elapsed.TotalSeconds:0} s"));
            return FoveaCommand.Success;
        });
        return command;
    }

    private static string InstructionSet(string choice) => choice switch
    {
        "avx2" => "x86-64-v3",
        "this" => "native",
        _ => "",
    };

    /// <summary>The name of the model file without its extension; of its folder for a model.json. -program is appended to a name without extension.</summary>
    private static string NameFor(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        if (name == "model" && Path.GetExtension(file) == ".json") name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) ?? name;
        if (name == Path.GetFileName(file)) name += "-program";
        return OperatingSystem.IsWindows() ? $"{name}.exe" : name;
    }
}
