using System.Globalization;

namespace Fovea;

/// <summary>
/// The layers of a model: what Keras' summary shows and, for one sample, receptive fields, multiply-adds and memory. <see cref="ToString()"/> prints it.
/// </summary>
public sealed class ModelSummary
{
    internal ModelSummary(string name, IReadOnlyList<LayerSummary> inputs, IReadOnlyList<LayerSummary> layers, IReadOnlyList<LayerSource> outputs)
    {
        Name = name;
        Inputs = inputs;
        Layers = layers;
        Outputs = outputs;
    }

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>The shapes of the inputs, as in <c>(None, 28, 28, 1)</c>.</summary>
    public string InputShape => SymbolicTensor.Print(Inputs.Select(input => input.OutputShape));

    /// <summary>The inputs.</summary>
    public IReadOnlyList<LayerSummary> Inputs { get; }

    /// <summary>The layers without the inputs, each after the layers that it reads. A layer that is called twice occurs twice.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>The outputs of the model.</summary>
    public IReadOnlyList<LayerSource> Outputs { get; }

    /// <summary>
    /// Whether the model takes images of any size. Multiply-adds and memory are then 0, since they depend on the size: <c>model.WithInput(224, 224,
    /// 3).Summary()</c> tells them.
    /// </summary>
    public bool IsOpen { get; internal init; }

    /// <summary>Whether the table lists the layers of inner models too.</summary>
    public bool ExpandNested { get; internal init; }

    /// <summary>The number of values of all weights. Those of a layer that is used several times count once.</summary>
    public long Parameters { get; internal init; }

    /// <summary>The number of values that training changes.</summary>
    public long TrainableParameters { get; internal init; }

    /// <summary>The number of values that training does not change: those of frozen layers, and moving averages.</summary>
    public long NonTrainableParameters => Parameters - TrainableParameters;

    /// <summary>The multiply-adds for one sample.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>The memory of the outputs of all layers for one sample, in bytes; see <see cref="LayerSummary.ActivationBytes"/>.</summary>
    public long ActivationBytes => Layers.Sum(layer => layer.ActivationBytes);

    /// <summary>The summary as a table of plain text, at most 120 columns wide.</summary>
    public override string ToString() => ToString(120);

    /// <summary>The summary as a table of plain text. Names are shortened to fit, and if that does not suffice, the last columns are omitted.</summary>
    /// <param name="width">The width of the terminal in columns.</param>
    public string ToString(int width) => new SummaryText(this).Print(width);

    /// <summary>The summary as a table in HTML, for notebooks and reports.</summary>
    public string ToHtml() => new SummaryText(this).ToHtml();

    /// <summary>
    /// The cells of the table that <see cref="ToString(int)"/> prints: the headings, a row for each layer, and the total. A cell may have several lines.
    /// </summary>
    /// <param name="width">The width of the table in characters.</param>
    /// <param name="gap">The number of characters between two columns.</param>
    public IReadOnlyList<IReadOnlyList<string>> ToTable(int width = 120, int gap = 2) => new SummaryText(this, gap).Cells(width);

    /// <summary>Prints a size in bytes with a unit, as in <c>86.5 KB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        0 => "0",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB"),
    };
}
