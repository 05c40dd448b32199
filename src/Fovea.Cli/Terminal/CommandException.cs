namespace Fovea.Cli;

/// <summary>The error of a command that cannot do what was asked. The message is a sentence for the user.</summary>
internal sealed class CommandException(string message, Exception? cause = null) : Exception(message, cause);
