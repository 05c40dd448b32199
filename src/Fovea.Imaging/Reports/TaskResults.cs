using System.Text.Json;

namespace Fovea.Imaging;

/// <summary>
/// The results of a training's task, as parts of a <see cref="TrainingReport"/>: <see cref="ClassificationResults"/>, or a class for another task. It adds key
/// figures and sections to the page, and the same values to the JSON.
/// </summary>
public abstract class TaskResults
{
    /// <summary>The name of the task in JSON: <c>classification</c>.</summary>
    public abstract string Task { get; }

    /// <summary>A sentence that tells the result.</summary>
    public abstract string Summary { get; }

    /// <summary>The measures, as the model card names them.</summary>
    public abstract string Measures { get; }

    /// <summary>The number of samples; 0 if it is not known.</summary>
    public virtual int SampleCount => 0;

    /// <summary>The values by which the model is judged, the most important first; empty for none. A cross-validation compares them between folds.</summary>
    public virtual IReadOnlyList<TaskScore> Scores => [];

    /// <summary>Adds the figures that are read first.</summary>
    /// <param name="report">The page.</param>
    public abstract void AddKeyFigures(HtmlReport report);

    /// <summary>Adds sections.</summary>
    /// <param name="report">The page.</param>
    public abstract void AddSections(HtmlReport report);

    /// <summary>Writes the properties of the object <c>results</c>.</summary>
    /// <param name="json">Writes within the object.</param>
    public abstract void WriteJson(Utf8JsonWriter json);
}
