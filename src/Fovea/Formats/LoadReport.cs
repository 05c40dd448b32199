using System.Globalization;

namespace Fovea.Formats;

/// <summary>What became of a tensor of a file, or of a weight of a model.</summary>
public enum TensorOutcome
{
    /// <summary>The file's tensor went into the model.</summary>
    Loaded,

    /// <summary>The file has the tensor, and the model has no use for it.</summary>
    Ignored,

    /// <summary>The model has the weight, and the file does not: it keeps the value it had, or its initial one.</summary>
    Missing,
}

/// <summary>One line of a <see cref="LoadReport"/>: a tensor of the file and where it went.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Source">Its name in the file, as in <c>layers/conv2d/vars/0</c> or <c>conv1.weight</c>; null for a weight that is missing.</param>
/// <param name="SourceShape">Its shape in the file.</param>
/// <param name="StoredAs">How the file stores its numbers, as in <c>float16</c>.</param>
/// <param name="Target">Where it went: the layer's name and the weight's, as in <c>conv2d/kernel</c>; null for a tensor that is ignored.</param>
/// <param name="TargetShape">The shape of the weight.</param>
/// <param name="Note">What was done to it on the way, as in <c>OIHW to HWIO</c>, or why it is ignored.</param>
public sealed record TensorMatch(
    TensorOutcome Outcome, string? Source, Shape? SourceShape, string? StoredAs, string? Target, Shape? TargetShape, string? Note = null);

/// <summary>What was found in a model file and what became of it, tensor by tensor.</summary>
public sealed class LoadReport
{
    private readonly List<TensorMatch> tensors = [];
    private readonly List<string> notes = [];

    internal LoadReport(string file) => FilePath = file;

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The shape of one sample that the user gave for sizes which the file leaves open; null for none.</summary>
    internal Shape? InputShape { get; init; }

    /// <summary>Whether an input was made of that shape.</summary>
    internal bool TakesInputShape { get; set; }

    /// <summary>The format, as in <c>Keras 3</c> or <c>ONNX</c>.</summary>
    public string Format { get; internal set; } = "";

    /// <summary>What wrote the file, as far as it says, as in <c>Keras 3.3.3</c>; empty where it does not.</summary>
    public string WrittenBy { get; internal set; } = "";

    /// <summary>Every tensor of the file and every weight of the model, in the order they were looked at.</summary>
    public IReadOnlyList<TensorMatch> Tensors => tensors;

    /// <summary>What else the file has that was ignored or understood in another way, one sentence each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>How many tensors had an outcome.</summary>
    public int Count(TensorOutcome outcome) => tensors.Count(tensor => tensor.Outcome == outcome);

    /// <summary>The report as text: a line for each tensor, then the notes.</summary>
    public override string ToString() => string.Join(Environment.NewLine,
    [
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(FilePath)}: {Format}{(WrittenBy.Length == 0 ? "" : $", written by {WrittenBy}")}; {Count(TensorOutcome.Loaded)} tensors "
            + $"loaded, {Count(TensorOutcome.Ignored)} ignored, {Count(TensorOutcome.Missing)} missing"),
        .. tensors.Select(
            tensor =>
            $"  {tensor.Outcome.ToString().ToLowerInvariant(),-7}  {Side(tensor.Source, tensor.SourceShape, tensor.StoredAs)} "
            + $"-> {Side(tensor.Target, tensor.TargetShape, null)}{(tensor.Note is null ? "" : $"  ({tensor.Note})")}"),
        .. notes.Select(note => $"  note: {note}"),
    ]);

    internal void Loaded(string source, Shape sourceShape, string storedAs, string target, Shape targetShape, string? note = null) =>
        tensors.Add(new(TensorOutcome.Loaded, source, sourceShape, storedAs, target, targetShape, note));

    internal void Ignored(string source, Shape sourceShape, string storedAs, string? why = null) =>
        tensors.Add(new(TensorOutcome.Ignored, source, sourceShape, storedAs, null, null, why));

    internal void Missing(string target, Shape targetShape, string? why = null) =>
        tensors.Add(new(TensorOutcome.Missing, null, null, null, target, targetShape, why));

    internal void Note(string sentence)
    {
        if (!notes.Contains(sentence)) notes.Add(sentence);
    }

    private static string Side(string? name, Shape? shape, string? storedAs) =>
        name is null ? "-" : $"{name} {shape}{(storedAs is null ? "" : $" {storedAs}")}";
}
