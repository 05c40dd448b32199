namespace Fovea;

/// <summary>
/// A model file is damaged, is not of the expected format, or asks for something that is refused for safety. The message
/// names the file and says what was expected and what was received.
/// </summary>
public sealed class ModelFormatException : FormatException
{
    /// <summary>Creates an exception with a default message.</summary>
    public ModelFormatException()
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public ModelFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    public ModelFormatException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The file at fault; null if the message names none.</summary>
    public string? FilePath { get; private init; }

    /// <summary>The message without the name of the file.</summary>
    internal string Sentence { get => field ?? Message; private init; }

    /// <summary>A sentence about one file: <c>'cats.keras': the sentence</c>.</summary>
    internal static ModelFormatException About(string file, string sentence, Exception? cause = null) =>
        new($"'{Path.GetFileName(file)}': {sentence}", cause) { FilePath = file, Sentence = sentence };
}
