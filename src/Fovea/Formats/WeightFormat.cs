namespace Fovea.Formats;

/// <summary>A format of weights without a model; <see cref="WeightFormats"/> lists all.</summary>
internal abstract class WeightFormat
{
    /// <summary>The name for reports, as in <c>Keras 3 weights (.weights.h5)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The extensions of its files; the usual one first.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Whether a file has this format, by its first bytes and its content.</summary>
    public abstract bool Recognizes(ReadOnlySpan<byte> start, ModelSource source);

    /// <summary>Fills a model from a file, completely or not at all. <paramref name="report"/> receives the outcome for each tensor.</summary>
    /// <exception cref="ModelFormatException">The file is damaged, or does not fit the model; the message names the place.</exception>
    public abstract void Read(Model model, ModelSource source, WeightMatching matching, LoadReport report);

    /// <summary>Writes the weights of a model to a file, completely or not at all.</summary>
    /// <exception cref="NotSupportedException">The format is only read.</exception>
    public void Write(Model model, string path, CancellationToken cancellationToken) =>
        AtomicFile.Write(path, stream => Write(model, stream), cancellationToken);

    /// <summary>Writes the weights of a model to a stream, from its beginning to its end.</summary>
    /// <exception cref="NotSupportedException">The format is only read.</exception>
    public virtual void Write(Model model, Stream stream) => throw new NotSupportedException($"Fovea reads {Name} and does not write it as weights alone.");
}
