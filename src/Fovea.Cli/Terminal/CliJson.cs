using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Fovea.Cli;

/// <summary>What <c>--json</c> prints. The names are kept for good: scripts rely on them. Names may be added.</summary>
internal static class CliJson
{
    /// <summary>Writes one object on one line.</summary>
    public static void Write<T>(TextWriter output, T result, Func<CliJsonContext, JsonTypeInfo<T>> type) =>
        output.WriteLine(JsonSerializer.Serialize(result, type(CliJsonContext.Default)));
}

/// <param name="TestAccuracy">The share of test samples that are right.</param>
/// <param name="TestLoss">The mean loss over the test samples.</param>
/// <param name="Parameters">How many numbers the weights are.</param>
/// <param name="Epochs">How many epochs were finished.</param>
/// <param name="ImagesPerSecond">Samples trained on in a second, validation left out.</param>
/// <param name="Seconds">The whole command, data and saving included.</param>
/// <param name="Model">The file written.</param>
/// <param name="WeightsSha256">SHA-256 over the weights as little-endian float32, in the order of the model's weights.</param>
internal sealed record TrainResult(
    double TestAccuracy, double TestLoss, long Parameters, int Epochs, double ImagesPerSecond, double Seconds, string Model,
    [property: JsonPropertyName("weights_sha256")] string WeightsSha256)
{
    /// <summary>Of a training on pictures: the epoch that the model is of, counted from 1: the one with the least validation loss.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BestEpoch { get; init; }

    /// <summary>Of a training on pictures: that epoch's accuracy on the validation data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValAccuracy { get; init; }

    /// <summary>Of a training on pictures: that epoch's loss on the validation data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValLoss { get; init; }

    /// <summary>Of a training on pictures: the mean, validation left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SecondsPerEpoch { get; init; }

    /// <summary>Of a training on pictures: how many files were left out: damaged ones and such as are no pictures.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Skipped { get; init; }
}

/// <param name="LearningRate">The rate at which the loss falls fastest; null where it falls at none.</param>
/// <param name="Steps">How many rates were tried.</param>
/// <param name="Picture">The file written: the loss over the learning rates.</param>
internal sealed record LearningRateResult(double? LearningRate, int Steps, string Picture);

internal sealed record EvaluateResult(double Accuracy, double Loss, int Count, double ImagesPerSecond)
{
    /// <summary>What <c>--report</c> adds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportResult? Report { get; init; }
}

/// <param name="Classes">The scores of each class, by class number.</param>
/// <param name="MacroAvg">Their means.</param>
/// <param name="WeightedAvg">Their means, each class counting as often as it occurs.</param>
internal sealed record ReportResult(IReadOnlyList<ClassScores> Classes, ClassScores MacroAvg, ClassScores WeightedAvg)
{
    public static ReportResult Of(ClassificationReport report) => new(report.Classes, report.MacroAverage, report.WeightedAverage);
}

internal sealed record PredictResult(IReadOnlyList<ImagePrediction> Predictions);

/// <param name="File">The image, as it was named.</param>
/// <param name="Class">The number of the likeliest class.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Top5">The five likeliest classes, the likeliest first; all where there are fewer.</param>
/// <param name="Name">The name of the likeliest class; its number where the model does not carry names.</param>
internal sealed record ImagePrediction(
    string File,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Class,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Score,
    [property: JsonPropertyName("top5"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ClassScore>? Top5,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name)
{
    /// <summary>What is wrong with the image, in a sentence; then it has nothing else.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

internal sealed record ClassScore(int Class, double Score);

internal sealed record SummaryResult(IReadOnlyList<LayerResult> Layers, long Parameters);

/// <param name="Name">The layer's name.</param>
/// <param name="Class">Its class in Keras.</param>
/// <param name="OutputShape">Its output with the batch as null.</param>
/// <param name="Parameters">How many numbers its weights are.</param>
/// <param name="ReceptiveField">What one output sees; null where that is not defined.</param>
/// <param name="MultiplyAdds">For one sample.</param>
internal sealed record LayerResult(
    string Name, string Class, IReadOnlyList<int?> OutputShape, long Parameters, ReceptiveFieldResult? ReceptiveField, long MultiplyAdds);

/// <param name="Size">Height and width in input pixels.</param>
/// <param name="Stride">How far it moves from one output to the next; 0 where the whole image is seen.</param>
internal sealed record ReceptiveFieldResult(IReadOnlyList<int> Size, IReadOnlyList<int> Stride);

/// <param name="ImagesPerSecond">The median of the slices.</param>
/// <param name="Min">The slowest slice.</param>
/// <param name="Max">The fastest slice.</param>
/// <param name="PeakRssMb">The most memory that the process had, in MiB.</param>
/// <param name="ArenaMb">The part of it in which activations, gradients and scratch lie, in MiB.</param>
/// <param name="Gflops">Floating-point operations in a second, in billions: two for each multiply-add.</param>
/// <param name="LimitGflops">What the processor does with nothing but multiply-adds on registers, on as many threads.</param>
/// <param name="CompileMs">How long the plan took to compile: gradients, fusion, kernels, memory; the just-in-time compiler's part is in it.</param>
/// <param name="CompileAgainMs">The same once more, as for a further batch size.</param>
/// <param name="FirstStepMs">The first step of the plan.</param>
/// <param name="FirstResultMs">From the start of the process to the end of the first step.</param>
internal sealed record BenchResult(
    double ImagesPerSecond, double Min, double Max, double PeakRssMb, double ArenaMb, double Gflops, double LimitGflops,
    double CompileMs, double CompileAgainMs, double FirstStepMs, double FirstResultMs);

/// <param name="Input">The file read.</param>
/// <param name="InputFormat">Its format.</param>
/// <param name="WrittenBy">What wrote it, as far as it says.</param>
/// <param name="Output">The file written.</param>
/// <param name="OutputFormat">Its format.</param>
/// <param name="Parameters">How many numbers the weights are.</param>
/// <param name="Loaded">How many tensors of the file went into the model.</param>
/// <param name="Ignored">How many did not.</param>
/// <param name="Missing">How many weights of the model the file does not have.</param>
/// <param name="Notes">What else was ignored or understood in another way.</param>
internal sealed record ConvertResult(
    string Input, string InputFormat, string WrittenBy, string Output, string OutputFormat, long Parameters, int Loaded, int Ignored, int Missing,
        IReadOnlyList<string> Notes)
{
    /// <summary>What <c>--report</c> adds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TensorResult>? Tensors { get; init; }
}

/// <param name="Outcome">loaded, ignored or missing.</param>
/// <param name="Source">The tensor's name in the file.</param>
/// <param name="SourceShape">Its shape there.</param>
/// <param name="StoredAs">How its numbers are stored.</param>
/// <param name="Target">The layer and weight that it went to.</param>
/// <param name="TargetShape">The weight's shape.</param>
/// <param name="Note">What was done to it on the way, or why it was ignored.</param>
internal sealed record TensorResult(
    string Outcome, string? Source, IReadOnlyList<int>? SourceShape, string? StoredAs, string? Target, IReadOnlyList<int>? TargetShape, string? Note);

/// <param name="Program">The file written.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Seconds">How long compiling took.</param>
internal sealed record PublishResult(string Program, long Bytes, double Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrainResult))]
[JsonSerializable(typeof(LearningRateResult))]
[JsonSerializable(typeof(EvaluateResult))]
[JsonSerializable(typeof(PredictResult))]
[JsonSerializable(typeof(SummaryResult))]
[JsonSerializable(typeof(BenchResult))]
[JsonSerializable(typeof(PublishResult))]
[JsonSerializable(typeof(ConvertResult))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
