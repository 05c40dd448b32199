using System.CommandLine;
using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary><c>fovea explain gradcam</c>: draws the regions of an image that support a class.</summary>
internal static class ExplainGradCamCommand
{
    public static Command Create(CommandOutput output)
    {
        var request = new ExplainRequest();
        var name = new Option<string?>(
            "--class")
        { Description = "The class to look for, by name or number [default: the most probable class]", HelpName = "CLASS" };
        var layer = new Option<string?>(
            "--layer")
        {
            Description = "The layer to look at, by name or path [default: the last layer with images as output that is not a pooling layer]",
            HelpName = "LAYER"
        };
        var command = new DocumentedCommand(
            "gradcam",
            "Draw the regions of an image that support a class: the activations of a layer, weighted by the gradients of the class's "
                + "score (Grad-CAM, Selvaraju et al. 2017).",
            new Example("fovea explain gradcam cats-dogs.keras cat.jpg", "the most probable class"),
            new Example("fovea explain gradcam cats-dogs.keras both.jpg --class dog", "a class by name"));
        request.AddTo(command);
        command.Add(name);
        command.Add(layer);
        command.SetAction((parsed, cancellationToken) =>
        {
            var explained = request.Read(parsed, output, cancellationToken);
            var seen = parsed.GetValue(layer) is { } path ? ExplainRequest.RequireImages(new ModelGraph(explained.Model), path).Path : null;
            var result = GradCam.Explain(explained.Model, explained.Image!, ClassNumber(explained.Model, parsed.GetValue(name)), seen, cancellationToken);
            var className = ImageClassifier.LabelsOf(explained.Model)[result.Class];
            var file = Path.Combine(explained.Folder, $"gradcam-{ExplainRequest.FileName(Path.GetFileNameWithoutExtension(explained.ImageFile!))}.png");
            GradCamFigure.Save(result, ImageFile.ReadToShow(explained.ImageFile!), className, file);
            ExplainRequest.Report(
                output, file,
                string.Create(
                CultureInfo.InvariantCulture,
                $"{className}, {(result.Kind == OutputKind.Values ? $"score {result.Score:0.00}" : $"{100 * result.Score:0.0} %")}, from {result.Layer}"));
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    private static int? ClassNumber(Model model, string? name)
    {
        if (name is null) return null;
        var classes = model.ClassCount;
        var number = model.ClassNames.ToList().IndexOf(name);
        if (number >= 0) return number;
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < classes) return number;
        var known = model.ClassNames.Count == 0 ? "" : $" or one of {string.Join(", ", model.ClassNames)}";
        throw new CommandException($"--class: expected a number from 0 to {classes - 1}{known}; received '{name}'.");
    }
}
