using Spectre.Console;

namespace Fovea.Cli;

/// <summary>What the command line says of how pictures become numbers; null where the model decides.</summary>
internal sealed record ImageSettings(
    PixelScale? Pixels, ChannelOrder? Order, ResizeMethod? Resize, bool? Antialias, ImageFit? Fit, bool? ApplyOrientation, bool? ManageColors,
        ImageFraming? Framing)
{
    public static ImageSettings None { get; } = new(null, null, null, null, null, null, null, null);

    /// <summary>
    /// How a model takes pictures, as it says and as the command line says otherwise; what is not known for sure is said. The model then carries it.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="console">Where it is said: standard error, since it is no result.</param>
    /// <exception cref="CommandException">The model does not take pictures, or the settings do not suit it.</exception>
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
            Say(finding, console);
        }

        if (model.InputShape != input.Shape)
            console.MarkupLine($"[grey58]The model takes {Markup.Escape(model.InputShape.ToString())}: the images of {input.Shape} are reshaped.[/]");
        model.ImageInput = input;
        return input;
    }

    /// <summary>What is known of how a model takes pictures.</summary>
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

    /// <summary>The settings of a model and those of the command line.</summary>
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
            throw new CommandException(
                error.Message.Replace("ImageInput:", "the model takes other pictures than the options say:", StringComparison.Ordinal), error);
        }
    }

    /// <summary>Says which numbers stand for pixels where the model does not say so itself.</summary>
    public void Say(ImageInputFinding finding, IAnsiConsole console)
    {
        if (Pixels is not null || finding.Source is ImageInputSource.Model or ImageInputSource.Layers) return;
        console.MarkupLine(finding.IsAssumed
            ? $"[yellow]Pixels become {Markup.Escape(finding.Input.Pixels.ToString())}, which is assumed: {finding.Reason}. --scale says otherwise.[/]"
            : $"[grey58]Pixels become {Markup.Escape(finding.Input.Pixels.ToString())}: {Markup.Escape(finding.Reason)}. --scale says otherwise.[/]");
    }
}
