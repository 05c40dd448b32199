using System.CommandLine;

namespace Fovea.Cli;

/// <summary><c>fovea data</c>: checks and shows data sets of images.</summary>
internal static class DataCommand
{
    public static Command Create(CommandOutput output) => new DocumentedCommand(
        "data",
        "Check a data set of images, and show what a network is fed.",
        new Example("fovea data check photos", "broken files, duplicates, dark and blurred images, and more"),
        new Example("fovea data check photos --base mobilenet.h5", "also labels that are probably wrong"),
        new Example("fovea data preview photos", "images as a network sees them, varied at random"),
        new Example("fovea data undo quarantine/undo.json", "move files back that a check has moved away"))
    {
        DataCheckCommand.Create(output),
        DataPreviewCommand.Create(output),
        DataUndoCommand.Create(output),
    };
}
