namespace Fovea.Formats;

/// <summary>A format that the weights of a model are read from or written to without the model; <see cref="WeightFormats"/> lists all.</summary>
internal abstract class WeightFormat
{
    /// <summary>What it is called, as in <c>Keras 3 weights (.weights.h5)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The ends of its files' names; the first is the usual one.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Whether a file is of this format, by its first bytes and its content.</summary>
    public abstract bool Recognizes(ReadOnlySpan<byte> start, ModelSource source);

    /// <summary>Fills a model from a file, whole or not at all, and says in <paramref name="report"/> where each tensor went.</summary>
    /// <exception cref="ModelFormatException">The file is damaged, or does not fit the model; the message says where.</exception>
    public abstract void Read(Model model, ModelSource source, WeightMatching matching, LoadReport report);

    /// <summary>Writes the weights of a model to a file, whole or not at all.</summary>
    /// <exception cref="NotSupportedException">The format is only read.</exception>
    public void Write(Model model, string path) => AtomicFile.Write(path, stream => Write(model, stream));

    /// <summary>Writes the weights of a model to a stream, from its beginning to its end.</summary>
    /// <exception cref="NotSupportedException">The format is only read.</exception>
    public virtual void Write(Model model, Stream stream) => throw new NotSupportedException($"{Name} is read, not written, as weights alone.");
}
