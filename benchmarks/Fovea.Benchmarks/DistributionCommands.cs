using System.CommandLine;
using Spectre.Console;

namespace Fovea.Benchmarks;

/// <summary>The commands about training by several processes.</summary>
internal static class DistributionCommands
{
    /// <summary>Prints the tables of docs/distributed.md.</summary>
    public static Command Tables(IAnsiConsole console)
    {
        var command = new Command("machines", "Computes the speed-up of training on 2 to 256 machines from a formula: the tables of docs/distributed.md.");
        command.SetAction(_ => console.Profile.Out.Writer.Write(DistributionTables.Text));
        return command;
    }
}
