namespace Fovea.Cli;

/// <summary>Errors as sentences for users.</summary>
internal static class ErrorText
{
    /// <summary>The message without the parameter name that .NET appends. Users of the command do not know it.</summary>
    public static string Sentence(this Exception error) => error is ArgumentException { ParamName: { } name }
        ? error.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
        : error.Message;
}
