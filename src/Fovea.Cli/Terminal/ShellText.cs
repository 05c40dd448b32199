namespace Fovea.Cli;

/// <summary>Arguments in commands that are printed, so that they can be copied.</summary>
internal static class ShellText
{
    /// <summary>An argument as a shell takes it: in quotes if it has spaces or other characters that mean something to a shell.</summary>
    public static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(letter => char.IsLetterOrDigit(letter) || "-_./:=,+\\~".Contains(letter, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
