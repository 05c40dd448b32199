using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Fovea.Formats;

namespace Fovea.Imaging;

/// <summary>
/// The report on a training, as a page (<see cref="HtmlReport"/>) and as JSON: the result, curves, what is right and wrong, the data, the settings, and a
/// model card at the end (Mitchell et al. 2019).
/// </summary>
/// <remarks>
/// <code>
/// var history = model.Fit(training, epochs: 30, validation: validation);
/// var report = new TrainingReport(model, [history])
/// {
///     Results = new ClassificationResults(ClassPredictions.Of(model, test)) { Images = test },
///     Parts = [new("training", training), new("validation", validation), new("test", test)],
/// };
/// report.Save("model-report.html");
/// report.SaveJson("model-report.json");
/// </code>
/// <c>fovea train</c> writes both next to the model.
/// </remarks>
public sealed class TrainingReport
{
    private readonly Model model;
    private readonly IReadOnlyList<History> phases;
    private readonly DateTimeOffset created = TimeProvider.System.GetLocalNow();

    /// <summary>Creates a report.</summary>
    /// <param name="model">The model that was saved.</param>
    /// <param name="phases">The histories of its trainings, one after the other; usually one.</param>
    public TrainingReport(Model model, IReadOnlyList<History> phases)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(phases);
        (this.model, this.phases) = (model, phases);
    }

    /// <summary>The title; empty for one that names the model.</summary>
    public string Title { get; init; } = "";

    /// <summary>The results of the task; null for none.</summary>
    public TaskResults? Results { get; init; }

    /// <summary>The name of the data, such as their folder; empty for none.</summary>
    public string DataName { get; init; } = "";

    /// <summary>The parts of the data.</summary>
    public IReadOnlyList<ReportDataPart> Parts { get; init; } = [];

    /// <summary>The files of the data that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; init; } = [];

    /// <summary>The number of the epoch whose model was saved, counted over all trainings from 1; null for the last.</summary>
    public int? KeptEpoch { get; init; }

    /// <summary>The name of the validation data in the curves.</summary>
    public string ValidationName { get; init; } = "validation";

    /// <summary>Names of the trainings, as in "new head", "fine-tuning"; empty for numbers.</summary>
    public IReadOnlyList<string> PhaseNames { get; init; } = [];

    /// <summary>Settings that decide the result, with their values: optimizer, batch size, seed, …</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>The command line that made the model; empty for none.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>The C# program that makes the same model; empty for none.</summary>
    public string Code { get; init; } = "";

    /// <summary>The time of the whole training in seconds; null for the sum of its epochs.</summary>
    public double? Seconds { get; init; }

    /// <summary>The file of the model; empty if it was not saved.</summary>
    public string ModelFile { get; init; } = "";

    private string Heading => Title.Length > 0 ? Title : $"Training of {model.Name}";

    private double TotalSeconds =>
        Seconds ?? phases.SelectMany(phase => phase.Records).Select(record => record.TrainingSeconds + record.ValidationSeconds).Where(double.IsFinite).Sum();

    private CurvesSection Curves => new(phases, PhaseNames, KeptEpoch, ValidationName);

    private DataSection Data => new(DataName, Parts, Skipped);

    private static string Version => typeof(Model).Assembly.GetName().Version!.ToString(3);

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <param name="path">The file to write, usually .html.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => ToHtmlReport().Save(path);

    /// <summary>Writes the JSON, completely or not at all. docs/report.md describes its names, which stay the same.</summary>
    /// <param name="path">The file to write, usually .json.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveJson(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, ToJson());
    }

    /// <summary>Builds the page, to add more to it.</summary>
    public HtmlReport ToHtmlReport()
    {
        var report = new HtmlReport(Heading)
        {
            Subtitle = Results?.Summary ?? "",
            Footer = string.Create(CultureInfo.InvariantCulture, $"Written by Fovea {Version} on {created:yyyy-MM-dd 'at' HH:mm}."),
        };
        Results?.AddKeyFigures(report);
        report.AddKeyFigure("Training time", ReportText.Duration(TotalSeconds), EpochsText());
        report.AddKeyFigure("Parameters", ReportText.Count(model.Parameters), model.Name);
        Curves.AddTo(report);
        Results?.AddSections(report);
        Data.AddTo(report);
        AddSettings(report.AddSection("Settings"));
        new ModelCard(model, Results, DataName, Parts, Skipped.Count).AddTo(report);
        return report;
    }

    /// <summary>Returns the report as JSON in UTF-8.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };  // letters of all languages as they are
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("title", Heading);
            json.WriteString("created", created.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
            WriteModel(json);
            json.WriteStartObject("training");
            Curves.WriteJson(json);
            json.WriteNumber("seconds", TotalSeconds);
            json.WriteEndObject();
            if (Results is not null)
            {
                json.WriteString("task", Results.Task);
                json.WriteStartObject("results");
                Results.WriteJson(json);
                json.WriteEndObject();
            }

            Data.WriteJson(json);
            WriteSettings(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static IEnumerable<KeyValuePair<string, string>> Machine() =>
    [
        new("Fovea", Version), new(".NET", Environment.Version.ToString()),
        new("Operating system", $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}"),
        new("Threads", Cpu.Threads.ToString(CultureInfo.InvariantCulture)),
    ];

    private string EpochsText()
    {
        var epochs = phases.Sum(phase => phase.Epochs);
        var kept = KeptEpoch is { } number and > 0 ? string.Create(CultureInfo.InvariantCulture, $", epoch {number} was kept") : "";
        return $"{ReportText.Count(epochs)} {(epochs == 1 ? "epoch" : "epochs")}{kept}";
    }

    private void AddSettings(ReportSection section)
    {
        if (CommandLine.Length > 0) section.AddCode(CommandLine);
        IEnumerable<KeyValuePair<string, string>> file = ModelFile.Length > 0 ? [new("Model file", ModelFile)] : [];
        section.Add(new ReportTable(
            [new("Setting", IsHeading: true), new("Value")],
            file.Concat(Settings).Concat(Machine()).Select(setting => (IReadOnlyList<ReportCell>)[setting.Key, setting.Value]))
        { CanSort = false });
        if (Code.Length > 0) section.AddSection("The same in C#", isFolded: true).AddCode(Code);
        section.AddSection("Layers", isFolded: true).AddCode(model.Summary().ToString());
    }

    private void WriteModel(Utf8JsonWriter json)
    {
        json.WriteStartObject("model");
        json.WriteString("name", model.Name);
        if (ModelFile.Length > 0) json.WriteString("file", ModelFile);
        json.WriteNumber("parameters", model.Parameters);
        if (model.Temperature is { } temperature) json.WriteNumber("temperature", temperature);
        json.WriteStartArray("class_names");
        foreach (var name in model.ClassNames) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteStartObject("settings");
        foreach (var (name, value) in Settings.DistinctBy(setting => setting.Key)) json.WriteString(name, value);
        json.WriteEndObject();
        if (CommandLine.Length > 0) json.WriteString("command_line", CommandLine);
        if (Code.Length > 0) json.WriteString("code", Code);
        json.WriteStartObject("machine");
        foreach (var (name, value) in Machine()) json.WriteString(name, value);
        json.WriteEndObject();
    }
}
