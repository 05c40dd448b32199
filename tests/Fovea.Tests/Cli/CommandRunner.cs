using System.Text.Json;
using Fovea.Cli;

namespace Fovea.Tests.Cli;

/// <summary>What a command wrote, and how it ended.</summary>
internal sealed record CommandOutcome(int ExitCode, string Output, string Error)
{
    /// <summary>The JSON object that is the whole of standard output.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Assert.Single(Output.TrimEnd().Split('\n')));
}

/// <summary>Runs the fovea command in this process.</summary>
internal static class CommandRunner
{
    public static CommandOutcome Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    public static CommandOutcome Run(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = new FoveaCommand(CommandOutput.ToWriters(output, error)).Run(arguments, cancellationToken);
        return new CommandOutcome(code, output.ToString(), error.ToString());
    }
}
