using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Fovea.Cli;

/// <summary>Prints the JSON of <c>--json</c>. Scripts rely on the names, so they never change; new ones may be added.</summary>
internal static class CliJson
{
    /// <summary>Prints one object on one line.</summary>
    public static void Write<T>(TextWriter output, T result, Func<CliJsonContext, JsonTypeInfo<T>> type) =>
        output.WriteLine(JsonSerializer.Serialize(result, type(CliJsonContext.Default)));
}

/// <param name="TestAccuracy">The share of the test samples that are classified right; absent for segmentation.</param>
/// <param name="TestLoss">The mean loss over the test samples.</param>
/// <param name="Parameters">The number of weights, counted by element.</param>
/// <param name="Epochs">The number of epochs that were completed.</param>
/// <param name="ImagesPerSecond">Training samples per second, without validation.</param>
/// <param name="Seconds">The time of the whole command, with reading data and saving.</param>
/// <param name="Model">The file written.</param>
/// <param name="WeightsSha256">The SHA-256 of the weights as little-endian float32, in the order of the model's weights.</param>
internal sealed record TrainResult(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TestAccuracy, double TestLoss, long Parameters, int Epochs,
        double ImagesPerSecond, double Seconds, string Model,
    [property: JsonPropertyName("weights_sha256")] string WeightsSha256)
{
    /// <summary>With <c>--shards</c>: the number of shards of a batch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Shards { get; init; }

    /// <summary>With <c>--shards</c>: the number of processes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Processes { get; init; }

    /// <summary>Of a network that was sized to the data: the command line that gives the same weights.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    /// <summary>For images: the epoch whose model was kept, counted from 1. It has the lowest validation loss.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BestEpoch { get; init; }

    /// <summary>For images: the validation accuracy of that epoch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValAccuracy { get; init; }

    /// <summary>For segmentation: the mean IoU of the classes over the pixels of the test images.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestMeanIou { get; init; }

    /// <summary>For segmentation: the mean IoU of the validation images after the epoch that was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValMeanIou { get; init; }

    /// <summary>For several labels: the F1 score of the decisions about all labels, at the thresholds of the model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("test_f1")]
    public double? TestF1 { get; init; }

    /// <summary>For several labels: the mean F1 score of the labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("test_macro_f1")]
    public double? TestMacroF1 { get; init; }

    /// <summary>For several labels: the mean average precision of the labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestMeanAveragePrecision { get; init; }

    /// <summary>For a regression: R², the mean over the numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyName("test_r2")]
    public double? TestR2 { get; init; }

    /// <summary>For a regression: the errors of each number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ValueErrors>? TestValues { get; init; }

    /// <summary>For several labels: the F1 score of the validation images after the epoch that was kept, at thresholds of 0.5.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyName("val_f1")]
    public double? ValF1 { get; init; }

    /// <summary>For a regression: R² of the validation images after the epoch that was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyName("val_r2")]
    public double? ValR2 { get; init; }

    /// <summary>For images: the validation loss of that epoch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValLoss { get; init; }

    /// <summary>For images: the mean time of an epoch, without validation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SecondsPerEpoch { get; init; }

    /// <summary>For images: the number of files that were skipped because they are damaged or are not images.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Skipped { get; init; }

    /// <summary>The report on the training as JSON; the page has the same name with .html.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Report { get; init; }
}

/// <param name="LearningRate">The learning rate at which the loss falls fastest; null if it falls at none.</param>
/// <param name="Steps">The number of learning rates that were tried.</param>
/// <param name="Figure">The figure written: the loss over the learning rates.</param>
internal sealed record LearningRateResult(double? LearningRate, int Steps, [property: JsonPropertyName("picture")] string Figure)
{
    /// <summary>The command that trains with the rate; null if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }
}

internal sealed record EvaluateResult(double Accuracy, double Loss, int Count, double ImagesPerSecond)
{
    /// <summary>Present only with <c>--report</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportResult? Report { get; init; }
}

/// <param name="Classes">The scores of each class, by class number.</param>
/// <param name="MacroAvg">Their means.</param>
/// <param name="WeightedAvg">Their means, weighted by the number of samples of each class.</param>
internal sealed record ReportResult(IReadOnlyList<ClassScores> Classes, ClassScores MacroAvg, ClassScores WeightedAvg)
{
    public static ReportResult Of(ClassificationReport report) => new(report.Classes, report.MacroAverage, report.WeightedAverage);
}

internal sealed record PredictResult(IReadOnlyList<ImagePrediction> Predictions);

/// <param name="File">The image file, as on the command line.</param>
/// <param name="Class">The number of the most probable class.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Top5">The five most probable classes in descending order, or all if there are fewer.</param>
/// <param name="Name">The name of the most probable class; its number if the model has no class names.</param>
internal sealed record ImagePrediction(
    string File,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Class,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Score,
    [property: JsonPropertyName("top5"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ClassScore>? Top5,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name)
{
    /// <summary>The reason why the image could not be read, as a sentence. The other members are null then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

internal sealed record ClassScore(int Class, double Score);

internal sealed record SegmentResult(IReadOnlyList<ImageSegmentation> Predictions);

/// <param name="File">The image file, as on the command line.</param>
internal sealed record ImageSegmentation(string File)
{
    /// <summary>The mask that was written: a PNG whose gray levels are class numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mask { get; init; }

    /// <summary>The overlay that was written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Overlay { get; init; }

    /// <summary>The height of the image, the mask and the overlay in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Height { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Width { get; init; }

    /// <summary>The height at which the image was predicted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PredictedHeight { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PredictedWidth { get; init; }

    /// <summary>The share of the pixels of each class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClassShare>? Classes { get; init; }

    /// <summary>The reason why the image could not be segmented, as a sentence. The other members are null then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

internal sealed record ClassShare(int Class, string Name, double Share);

/// <param name="MeanIou">The mean IoU of the classes over all pixels.</param>
/// <param name="MeanDice">The mean Dice of the classes over all pixels.</param>
/// <param name="PixelAccuracy">The share of pixels whose class is right.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Count">The number of images.</param>
/// <param name="Classes">The measures of each class.</param>
internal sealed record SegmentationEvaluationResult(
    double MeanIou, double MeanDice, double PixelAccuracy, double Loss, int Count, IReadOnlyList<ClassOverlap> Classes);

/// <param name="Class">The number of the class.</param>
/// <param name="Name">Its name.</param>
/// <param name="Iou">Its intersection over union; null if it neither occurs nor is predicted.</param>
/// <param name="Dice">Its Dice; null likewise.</param>
internal sealed record ClassOverlap(int Class, string Name, double? Iou, double? Dice);

internal sealed record SummaryResult(IReadOnlyList<LayerResult> Layers, long Parameters);

/// <param name="Name">The layer's name.</param>
/// <param name="Class">Its class in Keras.</param>
/// <param name="OutputShape">The shape of its output, with null for the batch size.</param>
/// <param name="Parameters">The number of its weights, counted by element.</param>
/// <param name="ReceptiveField">The receptive field of one output; null if it is not defined.</param>
/// <param name="MultiplyAdds">The multiply-adds for one sample.</param>
internal sealed record LayerResult(
    string Name, string Class, IReadOnlyList<int?> OutputShape, long Parameters, ReceptiveFieldResult? ReceptiveField, long MultiplyAdds);

/// <param name="Size">Height and width in input pixels.</param>
/// <param name="Stride">The distance between neighbouring outputs in input pixels; 0 if each output sees the whole image.</param>
internal sealed record ReceptiveFieldResult(IReadOnlyList<int> Size, IReadOnlyList<int> Stride);

/// <param name="ImagesPerSecond">The median of the time slices.</param>
/// <param name="Min">The slowest slice.</param>
/// <param name="Max">The fastest slice.</param>
/// <param name="PeakRssMb">The peak memory of the process, in MiB.</param>
/// <param name="ArenaMb">The memory for activations, gradients and scratch, in MiB.</param>
/// <param name="Gflops">Billions of floating-point operations per second; a multiply-add counts as two.</param>
/// <param name="LimitGflops">The highest speed of the processor on as many threads: multiply-adds whose operands are all in registers.</param>
/// <param name="CompileMs">The time to compile the model: gradients, fusion, kernels and memory, with the just-in-time compilation.</param>
/// <param name="CompileAgainMs">The time to compile it a second time, as for another batch size.</param>
/// <param name="FirstStepMs">The time of the first step.</param>
/// <param name="FirstResultMs">The time from the start of the process to the end of the first step.</param>
internal sealed record BenchResult(
    double ImagesPerSecond, double Min, double Max, double PeakRssMb, double ArenaMb, double Gflops, double LimitGflops,
    double CompileMs, double CompileAgainMs, double FirstStepMs, double FirstResultMs);

/// <param name="Input">The file read.</param>
/// <param name="InputFormat">Its format.</param>
/// <param name="WrittenBy">The program that wrote it, if the file names it.</param>
/// <param name="Output">The file written.</param>
/// <param name="OutputFormat">Its format.</param>
/// <param name="Parameters">The number of weights, counted by element.</param>
/// <param name="Loaded">The number of tensors of the file that were loaded.</param>
/// <param name="Ignored">The number of tensors that were ignored.</param>
/// <param name="Missing">The number of weights of the model that are not in the file.</param>
/// <param name="Notes">Everything else that was ignored or interpreted differently.</param>
internal sealed record ConvertResult(
    string Input, string InputFormat, string WrittenBy, string Output, string OutputFormat, long Parameters, int Loaded, int Ignored, int Missing,
        IReadOnlyList<string> Notes)
{
    /// <summary>Present only with <c>--report</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TensorResult>? Tensors { get; init; }
}

/// <param name="Outcome">loaded, ignored or missing.</param>
/// <param name="Source">The tensor's name in the file.</param>
/// <param name="SourceShape">Its shape in the file.</param>
/// <param name="StoredAs">The type of its values in the file.</param>
/// <param name="Target">The weight that received it, with its layer.</param>
/// <param name="TargetShape">The weight's shape.</param>
/// <param name="Note">How it was converted, or why it was ignored.</param>
internal sealed record TensorResult(
    string Outcome, string? Source, IReadOnlyList<int>? SourceShape, string? StoredAs, string? Target, IReadOnlyList<int>? TargetShape, string? Note);

/// <param name="Program">The file written.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Seconds">The time of the compilation.</param>
internal sealed record PublishResult(string Program, long Bytes, double Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrainResult))]
[JsonSerializable(typeof(FoldsTrainResult))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(LearningRateResult))]
[JsonSerializable(typeof(EvaluateResult))]
[JsonSerializable(typeof(PredictResult))]
[JsonSerializable(typeof(ImagePrediction))]
[JsonSerializable(typeof(SegmentResult))]
[JsonSerializable(typeof(ImageSegmentation))]
[JsonSerializable(typeof(SegmentationEvaluationResult))]
[JsonSerializable(typeof(LabelsResult))]
[JsonSerializable(typeof(ImageLabels))]
[JsonSerializable(typeof(LabelsEvaluationResult))]
[JsonSerializable(typeof(ValuesResult))]
[JsonSerializable(typeof(ImageValues))]
[JsonSerializable(typeof(ValuesEvaluationResult))]
[JsonSerializable(typeof(SummaryResult))]
[JsonSerializable(typeof(BenchResult))]
[JsonSerializable(typeof(ModelsResult))]
[JsonSerializable(typeof(ModelFileResult))]
[JsonSerializable(typeof(PublishResult))]
[JsonSerializable(typeof(ConvertResult))]
[JsonSerializable(typeof(DataCheckResult))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
