namespace Fovea.Cli;

/// <summary>A command cannot do what was asked: one sentence for the user.</summary>
internal sealed class CommandException(string message, Exception? cause = null) : Exception(message, cause);
