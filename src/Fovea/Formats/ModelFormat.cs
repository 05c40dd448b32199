namespace Fovea.Formats;

/// <summary>A format that whole models are read from or written to; <see cref="ModelFormats"/> lists all.</summary>
internal abstract class ModelFormat
{
    /// <summary>What it is called, as in <c>Keras 3 (.keras)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The ends of its files' names, as in <c>.onnx</c>; the first is the usual one.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Whether the format is also written.</summary>
    public virtual bool CanWrite => true;

    /// <summary>Whether a file is of this format, by its first bytes (at least 16, or the whole file) and, where these cannot tell, by its name.</summary>
    public abstract bool Recognizes(ReadOnlySpan<byte> start, string path);

    /// <summary>Reads a model, whole or not at all, and says in <paramref name="report"/> where each tensor went.</summary>
    /// <exception cref="ModelFormatException">The file is damaged or has something that is not supported; the message says what.</exception>
    public abstract Model Read(ModelSource source, LoadReport report);

    /// <summary>Writes a model to a file, whole or not at all.</summary>
    /// <exception cref="NotSupportedException">The format has no place for something in the model, or is only read.</exception>
    public virtual void Write(Model model, string path) => AtomicFile.Write(path, stream => Write(model, stream));

    /// <summary>Writes a model to a stream, from its beginning to its end.</summary>
    /// <exception cref="NotSupportedException">The format has no place for something in the model, is only read, or takes several files.</exception>
    public virtual void Write(Model model, Stream stream) => throw new NotSupportedException($"{Name} is read, not written.");
}
