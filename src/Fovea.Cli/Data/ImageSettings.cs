using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The preprocessing that the command line sets; null where the model decides.</summary>
internal sealed record ImageSettings(
    PixelScale? Pixels, ChannelOrder? Order, ResizeMethod? Resize, bool? Antialias, ImageFit? Fit, bool? ApplyOrientation, bool? ManageColors,
        ImageFraming? Framing)
{
    public static ImageSettings None { get; } = new(null, null, null, null, null, null, null, null);

    /// <summary>
    /// Combines the preprocessing that the model defines with that of the command line, stores it in the model, and reports what was assumed or replaced.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="console">The console for the report: standard error, since it is not a result.</param>
    /// <exception cref="CommandException">The model does not take images, or the settings do not fit it.</exception>
    public ImageInput Settle(Model model, IAnsiConsole console)
    {
        var finding = Find(model);
        var input = Apply(finding.Input);
        if (model.ImageInput is { } said)
        {
            if (said.DifferencesFrom(input) is { Count: > 0 } differences)
            {
                var list = string.Join("; ", differences.Select(difference => $"{difference.Setting} {difference.Other} (the model's: {difference.Own})"));
                console.MarkupLine($"[yellow]The options replace settings of the model: {Markup.Escape(list)}.[/]");
            }
        }
        else
        {
            Report(finding, console);
        }

        if (model.InputShape != input.Shape)
            console.MarkupLine($"[grey58]The images of {input.Shape} are reshaped to the model's input {Markup.Escape(model.InputShape.ToString())}.[/]");
        model.ImageInput = input;
        return input;
    }

    /// <summary>Finds the preprocessing that a model expects.</summary>
    public static ImageInputFinding Find(Model model)
    {
        try
        {
            return ImageInputFinding.Of(model);
        }
        catch (NotSupportedException error)
        {
            throw new CommandException(error.Message, error);
        }
    }

    /// <summary>Replaces settings of a model by those of the command line.</summary>
    public ImageInput Apply(ImageInput input)
    {
        var told = input with
        {
            Pixels = Pixels ?? input.Pixels,
            Order = Order ?? (Pixels is null ? input.Order : ChannelOrder.Rgb),
            Resize = Resize ?? input.Resize,
            Antialias = Antialias ?? input.Antialias,
            Fit = Fit ?? input.Fit,
            ApplyOrientation = ApplyOrientation ?? input.ApplyOrientation,
            ManageColors = ManageColors ?? input.ManageColors,
            Framing = Framing ?? input.Framing,
        };
        try
        {
            told.Validate();
            return told;
        }
        catch (ArgumentException error)
        {
            throw new CommandException($"the options do not fit the model: {error.Sentence()}", error);
        }
    }

    /// <summary>Reports the pixel values if the model does not define them.</summary>
    public void Report(ImageInputFinding finding, IAnsiConsole console)
    {
        if (Pixels is not null || finding.Source is ImageInputSource.Model or ImageInputSource.Layers) return;
        console.MarkupLine(finding.IsAssumed
            ? $"[yellow]The model is assumed to take pixels of {Markup.Escape(finding.Input.Pixels.ToString())}: {finding.Reason}. --scale sets others.[/]"
            : $"[grey58]The model takes pixels of {Markup.Escape(finding.Input.Pixels.ToString())}: {Markup.Escape(finding.Reason)}. --scale sets others.[/]");
    }
}
