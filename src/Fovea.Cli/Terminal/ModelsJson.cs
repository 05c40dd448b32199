using System.Text.Json.Serialization;

namespace Fovea.Cli;

internal sealed record ModelsResult(IReadOnlyList<ModelResult> Models);

/// <param name="Name">The name of the network.</param>
/// <param name="Parameters">The number of its weights, counted by element.</param>
/// <param name="ParametersWithoutTop">The same without the layers for ImageNet's classes.</param>
/// <param name="Input">Height, width and channels of an image.</param>
/// <param name="Weights"><c>imagenet</c> if weights can be downloaded; null if a file is needed.</param>
/// <param name="WeightsFile">The file, if it is on this machine; null if not.</param>
/// <param name="Accuracy">The published share of ImageNet's validation images whose class is right.</param>
/// <param name="License">The license of the weights.</param>
internal sealed record ModelResult(
    string Name, long Parameters, long ParametersWithoutTop, IReadOnlyList<int> Input, string? Weights, string? WeightsFile, double Accuracy, string License)
{
    /// <summary>With <c>--measure</c>: the images per second of predictions, one after the other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ImagesPerSecond { get; init; }
}

internal sealed record ModelFileResult(string Name, string File);
