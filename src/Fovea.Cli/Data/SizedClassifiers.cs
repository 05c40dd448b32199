using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The classifier for the images of a command. A model that takes images of any size gets each image at its own size.</summary>
/// <param name="model">The model.</param>
/// <param name="settings">The preprocessing that the command line sets.</param>
/// <param name="console">The console for what was assumed, which is reported once.</param>
internal sealed class SizedClassifiers(Model model, ImageSettings settings, IAnsiConsole console)
{
    private readonly bool takesAnySize = Networks.TakesAnySize(model);
    private ImageClassifier? last;

    /// <summary>The classifier for an image file.</summary>
    public ImageClassifier For(string file)
    {
        if (!takesAnySize) return last ??= new ImageClassifier(model, settings.Settle(model, console));
        if (last is null)
        {
            // The settings of the first image, at its size or at another if it cannot be read, hold for all.
            var known = model.WithInput(model.InputShape.Sizes[0] ?? 224, model.InputShape.Sizes[1] ?? 224, model.InputShape[2]);
            last = new ImageClassifier(model, settings.Settle(known, console));
        }

        if (!File.Exists(file)) return last;
        var size = Networks.SizeOf(file, model);
        if (size != last.Input.Shape) last = new ImageClassifier(model, last.Input.WithSize(size[0], size[1]));
        return last;
    }
}
