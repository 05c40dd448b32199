// Made by 'fovea publish': says what the model inside sees in pictures.
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
    var classifier = new PictureClassifier(model, /*range*/null, /*treatment*/null);
    var predictions = files.ConvertAll(classifier.Predict);
    if (args.Contains("--json")) WriteJson(predictions);
    else foreach (var (file, classes) in files.Zip(predictions)) Console.WriteLine($"{file}: {string.Join("  ", classes.Take(5).Select(Show))}");
    return 0;
}
catch (Exception error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static string Show(ClassProbability entry) => $"{entry.Name} {(100 * entry.Probability).ToString("0.0", CultureInfo.InvariantCulture)} %";

void WriteJson(List<IReadOnlyList<ClassProbability>> predictions)
{
    using var json = new Utf8JsonWriter(Console.OpenStandardOutput());
    json.WriteStartObject();
    json.WriteStartArray("predictions");
    foreach (var (file, classes) in files.Zip(predictions))
    {
        json.WriteStartObject();
        json.WriteString("file", file);
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
