using System.CommandLine;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary><c>fovea data undo</c>: moves files back that <c>fovea data check --quarantine</c> has moved.</summary>
internal static class DataUndoCommand
{
    public static Command Create(CommandOutput output)
    {
        var list = new Argument<string>("LIST") { Description = "The list in the quarantine, undo.json" };
        var command = new DocumentedCommand(
            "undo", "Move files back that 'fovea data check --quarantine' has moved. No file is overwritten.",
            new Example("fovea data undo quarantine/undo.json", "all files return to their folders"))
        {
            list,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var result = Quarantine.Undo(parsed.GetValue(list)!, cancellationToken);
            DataReportText.WriteMoved(output, result, "moved back", DataReportText.PathOfList(result));
            return Task.FromResult(result.Left.Count == 0 ? FoveaCommand.Success : FoveaCommand.Failure);
        });
        return command;
    }
}
