using System.Globalization;

namespace Fovea.Formats;

/// <summary>The outcome for a tensor of a file, or for a weight of a model.</summary>
public enum TensorOutcome
{
    /// <summary>The tensor was loaded into the model.</summary>
    Loaded,

    /// <summary>The file has the tensor, and the model does not use it.</summary>
    Ignored,

    /// <summary>The model has the weight, and the file does not. The weight keeps its value, or gets its initial one.</summary>
    Missing,
}

/// <summary>One line of a <see cref="LoadReport"/>: a tensor of the file and the weight that it was loaded into.</summary>
/// <param name="Outcome">Whether it was loaded, ignored or missing.</param>
/// <param name="Source">Its name in the file, as in <c>layers/conv2d/vars/0</c> or <c>conv1.weight</c>; null for a weight that is missing.</param>
/// <param name="SourceShape">Its shape in the file.</param>
/// <param name="StoredAs">The data type in the file, as in <c>float16</c>.</param>
/// <param name="Target">The name of the layer and the weight, as in <c>conv2d/kernel</c>; null for a tensor that was ignored.</param>
/// <param name="TargetShape">The shape of the weight.</param>
/// <param name="Note">How it was converted, as in <c>OIHW to HWIO</c>, or why it was ignored.</param>
public sealed record TensorMatch(
    TensorOutcome Outcome, string? Source, Shape? SourceShape, string? StoredAs, string? Target, Shape? TargetShape, string? Note = null);

/// <summary>A report on the loading of a model file: for each tensor, whether it was loaded and into which weight.</summary>
public sealed class LoadReport
{
    private readonly List<TensorMatch> tensors = [];
    private readonly List<string> notes = [];

    internal LoadReport(string file) => FilePath = file;

    /// <summary>The path of the file, or the name of the stream.</summary>
    public string FilePath { get; }

    /// <summary>The shape of one sample that the user gave for the sizes that the file leaves open; null for none.</summary>
    internal Shape? InputShape { get; init; }

    /// <summary>The sizes at which a graph is imported whose file leaves them open, one dimension after the other.</summary>
    internal IReadOnlyList<int> ExampleSizes { get; init; } = [256];

    /// <summary>The shape of each input in the file, with open sizes, in the order of the graph.</summary>
    internal List<Shape> InputShapes { get; } = [];

    /// <summary>The sentence about an input whose sizes are open in the file, and for which no shape was given; null if there is none.</summary>
    internal string? OpenInput { get; set; }

    /// <summary>Whether an input of the model has that shape.</summary>
    internal bool TakesInputShape { get; set; }

    /// <summary>The format, as in <c>Keras 3</c> or <c>ONNX</c>.</summary>
    public string Format { get; internal set; } = "";

    /// <summary>The program that wrote the file, as in <c>Keras 3.3.3</c>; empty if the file does not state it.</summary>
    public string WrittenBy { get; internal set; } = "";

    /// <summary>Every tensor of the file and every weight of the model, in the order in which they were examined.</summary>
    public IReadOnlyList<TensorMatch> Tensors => tensors;

    /// <summary>Other content of the file that was ignored or interpreted, one sentence each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>The number of tensors and weights with an outcome.</summary>
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

    /// <summary>Takes the outcome of another reading of the file.</summary>
    internal void Take(LoadReport other, IEnumerable<string> itsNotes)
    {
        tensors.AddRange(other.tensors);
        foreach (var note in itsNotes) Note(note);
        OpenInput = other.OpenInput;
    }

    private static string Side(string? name, Shape? shape, string? storedAs) =>
        name is null ? "-" : $"{name} {shape}{(storedAs is null ? "" : $" {storedAs}")}";
}
