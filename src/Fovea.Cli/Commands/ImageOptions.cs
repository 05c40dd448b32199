using System.CommandLine;
using System.Globalization;

namespace Fovea.Cli;

/// <summary>The options that replace the preprocessing that the model defines (<see cref="ImageInput"/>).</summary>
internal sealed class ImageOptions
{
    private const string Auto = "auto";

    private readonly Option<string> scale = Choice(
        "--scale", "The pixel values that the model expects. auto: as the model or its first layers define; else as known for a published "
                + "network with the same layer names; else 0..1, with a warning", Auto, Auto, "0..1", "0..255", "-1..1");

    private readonly Option<string?> mean =
        Numbers("--mean", "The mean to subtract from pixels of --scale 0..1 (or 0..255): one number, or one for each of three channels, as in "
                + "0.485,0.456,0.406");
    private readonly Option<string?> deviation =
        Numbers("--deviation", "The standard deviation to divide by after that: one number, or one for each of three channels, as in 0.229,0.224,0.225");
    private readonly Option<string> order = Choice("--channel-order", "The order of the color channels that the model expects", Auto, Auto, "rgb", "bgr");
    private readonly Option<string> resize =
        Choice("--resize", "How images are resized to the model's size: auto (as the model defines, else bilinear), bilinear, nearest, bicubic, "
                + "area or lanczos", Auto,
        Auto, "bilinear", "nearest", "bicubic", "area", "lanczos");
    private readonly Option<string> antialias = Choice("--antialias", "Whether shrinking takes all pixels of an image into account", Auto, Auto, "on", "off");
    private readonly Option<string> fit =
        Choice("--fit", "How an image with another aspect ratio is fitted to the model's size: stretched, cropped at its center, or padded with "
                + "black", Auto, Auto, "stretch",
        "crop", "pad");
    private readonly Option<string> orientation =
        Choice("--orientation", "Whether images are rotated upright by their EXIF orientation. auto: as the model defines, else apply", Auto, Auto,
            "apply", "ignore");
    private readonly Option<string> colors =
        Choice("--colors", "raw: the bytes of the file, as Pillow and Keras read them; srgb: converted by its color profile. auto: as the model "
                + "defines, else raw", Auto,
        Auto, "raw", "srgb");
    private readonly Option<string> framing = Choice(
        "--as", "digit: find the ink, dark on light or light on dark, and center it as in MNIST; image: the whole image. auto: as the "
                + "model defines, else digit for models of 28 × 28 grey pixels and ten classes", Auto, Auto, "digit", "image");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[scale, mean, deviation, order, resize, antialias, fit, orientation, colors, framing]) command.Add(option);
        command.Validators.Add(result =>
        {
            try
            {
                _ = Pixels(result.GetValue(scale), result.GetValue(mean), result.GetValue(deviation));
            }
            catch (CommandException error)
            {
                result.AddError(error.Message);
            }
            catch (InvalidOperationException)
            {
                // The scale is none of the choices, which the parser reports.
            }
        });
    }

    public ImageSettings Read(ParseResult parsed) => new(
        Pixels(parsed.GetValue(scale), parsed.GetValue(mean), parsed.GetValue(deviation)),
        Parse<ChannelOrder>(parsed.GetValue(order)), Parse<ResizeMethod>(parsed.GetValue(resize)),
        parsed.GetValue(antialias) switch { "on" => true, "off" => false, _ => null },
        Parse<ImageFit>(parsed.GetValue(fit)),
        parsed.GetValue(orientation) switch { "apply" => true, "ignore" => false, _ => null },
        parsed.GetValue(colors) switch { "srgb" => true, "raw" => false, _ => null },
        parsed.GetValue(framing) switch { "digit" => ImageFraming.Digit, "image" => ImageFraming.Whole, _ => null });

    /// <summary>Combines three options into a scale; null if none was given.</summary>
    private static PixelScale? Pixels(string? scale, string? mean, string? deviation)
    {
        PixelScale? range = scale switch
        {
            "0..1" => PixelScale.ZeroToOne,
            "0..255" => PixelScale.ZeroTo255,
            "-1..1" => PixelScale.MinusOneToOne,
            _ => null,
        };
        if (mean is null && deviation is null) return range;
        if (range == PixelScale.MinusOneToOne)
            throw new CommandException("--mean and --deviation: expected with --scale 0..1 or 0..255; received --scale -1..1.");
        var (means, deviations) = (List("--mean", mean) ?? [0], List("--deviation", deviation) ?? [1]);
        var divisor = (range ?? PixelScale.ZeroToOne).Divisor;
        if (divisor == 255 && means.Any(value => Math.Abs(value) > 1))
            throw new CommandException($"--mean: expected means of pixels from 0 to 1; received {mean}. For means of bytes, add --scale 0..255.");
        if (deviations.Any(value => !(value > 0))) throw new CommandException($"--deviation: expected numbers above 0; received {deviation}.");
        return new PixelScale(divisor, means, deviations);
    }

    private static float[]? List(string name, string? text)
    {
        if (text is null) return null;
        var values = text.Split(',')
            .Select(part =>
            float.TryParse(
            part, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
            && float.IsFinite(value) ? value : float.NaN).ToArray();
        return values.Length is 1 or 3 && !values.Any(float.IsNaN)
            ? values
            : throw new CommandException($"{name}: expected one number or three, as in 0.485,0.456,0.406; received '{text}'.");
    }

    private static T? Parse<T>(string? name)
        where T : struct, Enum => name != Auto && Enum.TryParse<T>(name, ignoreCase: true, out var value) ? value : null;

    private static Option<string?> Numbers(string name, string description) => new(name) { Description = description, HelpName = "X[,X,X]" };

    private static Option<string> Choice(string name, string description, string defaultChoice, params string[] choices)
    {
        var option = new Option<string>(
            name)
        { Description = description, HelpName = choices.Length > 4 ? "METHOD" : string.Join('|', choices), DefaultValueFactory = _ => defaultChoice };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }
}
