// Made by 'fovea publish': classifies images with the embedded model.
using System.Globalization;
using System.Text.Json;
using Fovea;
using Fovea.Imaging;

var files = args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal)).ToList();
if (files.Count == 0 || args.Any(argument => argument.StartsWith("--", StringComparison.Ordinal) && argument != "--json"))
{
    Console.WriteLine($"Usage: {Path.GetFileName(Environment.ProcessPath)} IMAGE... [--json]");
    return args is ["--help"] ? 0 : 2;
}

try
{
    SkiaInside.Use();
    var model = Model.Load(typeof(SkiaInside).Assembly.GetManifestResourceStream("model")!, "model.keras");
    var classifier = new ImageClassifier(model);
    var predictions = files.ConvertAll(file => Predict(classifier, file));
    if (args.Contains("--json")) WriteJson(predictions);
    else foreach (var (file, classes, error) in predictions) if (error is null) Console.WriteLine($"{file}: {string.Join("  ", classes.Take(5).Select(Show))}");
    foreach (var error in predictions.Select(prediction => prediction.Error).OfType<string>()) Console.Error.WriteLine(error);
    return predictions.Exists(prediction => prediction.Error is not null) ? 1 : 0;
}
catch (Exception error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static string Show(ClassProbability entry) => $"{entry.Name} {(100 * entry.Probability).ToString("0.0", CultureInfo.InvariantCulture)} %";

// If one image cannot be read, the others are still classified.
static (string File, IReadOnlyList<ClassProbability> Classes, string? Error) Predict(ImageClassifier classifier, string file)
{
    try
    {
        return (file, classifier.Predict(file), null);
    }
    catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException or InsufficientMemoryException)
    {
        return (file, [], error.Message);
    }
}

void WriteJson(List<(string File, IReadOnlyList<ClassProbability> Classes, string? Error)> predictions)
{
    using var json = new Utf8JsonWriter(Console.OpenStandardOutput());
    json.WriteStartObject();
    json.WriteStartArray("predictions");
    foreach (var (file, classes, error) in predictions)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        if (error is not null)
        {
            json.WriteString("error", error);
            json.WriteEndObject();
            continue;
        }

        json.WriteNumber("class", classes[0].Class);
        json.WriteNumber("score", classes[0].Probability);
        json.WriteStartArray("top5");
        foreach (var entry in classes.Take(5))
        {
            json.WriteStartObject();
            json.WriteNumber("class", entry.Class);
            json.WriteNumber("score", entry.Probability);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("name", classes[0].Name);
        json.WriteEndObject();
    }

    json.WriteEndArray();
    json.WriteEndObject();
}
