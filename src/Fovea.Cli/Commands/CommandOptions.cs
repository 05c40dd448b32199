using System.CommandLine;
using System.Globalization;

namespace Fovea.Cli;

/// <summary>The options that several commands share.</summary>
internal static class CommandOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object and nothing else on standard output, for scripts" };

    public static Option<int?> Threads() => new Option<int?>("--threads")
    {
        Description = "The number of threads; results are bit-identical for any number [default: all cores; several processes of a machine divide them]",
        HelpName = "N",
    }.Whole(1, 1024);

    public static Option<string> Data(string description) => new("--data")
    {
        Description = description,
        HelpName = "digits|mnist|FOLDER|FILE",
        DefaultValueFactory = _ => "digits",
    };

    /// <summary>A whole number with a minimum and no default.</summary>
    public static Option<int?> OptionalNumber(string name, string description, int minimum = 1) =>
        new Option<int?>(name) { Description = description, HelpName = "N" }.Whole(minimum);

    /// <summary>A whole number with a minimum and a default.</summary>
    public static Option<int> Number(string name, string description, int value, int minimum = 1) =>
        new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value }.Whole(minimum);

    /// <summary>A number above 0.</summary>
    public static Option<double?> Positive(string name, string description) =>
        new Option<double?>(name) { Description = description, HelpName = "X" }.Positive();

    /// <summary>The shape of one sample, for models that leave sizes open.</summary>
    /// <param name="description">What it is for, if the command does more with it.</param>
    public static Option<Shape?> InputShape(string description = "Height, width and channels of the images, for a model that leaves sizes open") =>
        new("--input-shape")
        {
            Description = description,
            HelpName = "H,W,C",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var sizes = text.Split(',')
                    .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 ? size : 0).ToArray();
                if (!sizes.Contains(0) && sizes.Aggregate(1L, (product, size) => Math.Min(product * size, long.MaxValue / int.MaxValue)) <= int.MaxValue)
                    return new Shape(sizes);
                result.AddError($"--input-shape: expected whole numbers of at least 1 with commas between them, as in 64,64,3; received {text}.");
                return null;
            },
        };

    /// <summary>An option of an earlier version, which is refused with the option that replaces it. Help does not list it.</summary>
    public static Option<string?> Removed(string name, string replacement)
    {
        var option = new Option<string?>(name) { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        option.Validators.Add(result => result.AddError($"{name}: this option was replaced; {replacement}."));
        return option;
    }

    public static Argument<string> Model() =>
        new("MODEL") { Description = "A model file: .keras, .h5, .onnx, .tflite, .safetensors by fovea, or TensorFlow.js' model.json" };

    /// <summary>Applies the value of <see cref="Threads"/>.</summary>
    public static void UseThreads(int? threads)
    {
        if (threads is { } number) Cpu.Threads = number;
    }
}
