namespace Fovea.Formats;

/// <summary>A format that whole models are read from or written to; <see cref="ModelFormats"/> lists all.</summary>
internal abstract class ModelFormat
{
    /// <summary>The name for reports, as in <c>Keras 3 (.keras)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The extensions of its files, as in <c>.onnx</c>; the usual one first.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Whether the format is also written.</summary>
    public virtual bool CanWrite => true;

    /// <summary>Whether a file has this format, by its first bytes (at least 16, or the whole file) and, if they do not decide, by its name.</summary>
    public abstract bool Recognizes(ReadOnlySpan<byte> start, string path);

    /// <summary>Reads a model completely or throws. <paramref name="report"/> receives the outcome for each tensor.</summary>
    /// <exception cref="ModelFormatException">The file is damaged or has content that is not supported; the message gives the reason.</exception>
    public abstract Model Read(ModelSource source, LoadReport report);

    /// <summary>Writes a model to a file, completely or not at all.</summary>
    /// <exception cref="NotSupportedException">The format cannot represent the model, or is only read.</exception>
    public virtual void Write(Model model, string path, CancellationToken cancellationToken) =>
        AtomicFile.Write(path, stream => Write(model, stream), cancellationToken);

    /// <summary>Writes a model to a stream, from its beginning to its end.</summary>
    /// <exception cref="NotSupportedException">The format cannot represent the model, is only read, or consists of several files.</exception>
    public virtual void Write(Model model, Stream stream) => throw new NotSupportedException($"Fovea reads {Name} and does not write it.");
}
