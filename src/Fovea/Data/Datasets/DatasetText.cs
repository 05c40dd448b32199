using System.Globalization;

namespace Fovea;

/// <summary>The texts of data sets, samples and batches.</summary>
internal static class DatasetText
{
    private const int Listed = 5;

    /// <summary>As in "ImageFolder: 2000 samples, input (150, 150, 3), target (), 2 classes: cat, dog". No sample is read for it.</summary>
    public static string Of(Dataset data)
    {
        var kind = data.GetType() is { IsPublic: false } type && type.Assembly == typeof(Dataset).Assembly ? nameof(Dataset) : data.GetType().Name;
        if (!data.IsRead) return $"{kind}: {(data.IsStream ? "a stream" : "samples")} whose shapes are known once the first sample is read";
        var count = data.IsStream ? "a stream of samples" : string.Create(CultureInfo.InvariantCulture, $"{data.Count} sample{(data.Count == 1 ? "" : "s")}");
        return $"{kind}: {count}, {Shapes(data.InputShapes, "input")}, {Shapes(data.TargetShapes, "target")}{Classes(data.ClassNames)}";
    }

    /// <summary>As in "input (28, 28, 1), target 7".</summary>
    public static string Of(Sample sample) =>
        $"{Values(sample.Inputs, "input")}, {Values(sample.Targets, "target")}{(sample.Weights is { } weights ? $", {Values([weights], "weight")}" : "")}";

    /// <summary>As in "32 samples: input (32, 28, 28, 1), target (32)".</summary>
    public static string Of(Batch batch) => string.Create(
        CultureInfo.InvariantCulture,
        $"{batch.Count} sample{(batch.Count == 1 ? "" : "s")}: {Shapes(SeveralTensors.Shapes(batch.Inputs), "input")}, "
            + $"{Shapes(SeveralTensors.Shapes(batch.Targets), "target")}{(batch.SampleWeights is null ? "" : ", with weights")}");

    private static string Shapes(IReadOnlyList<Shape> shapes, string noun) => $"{noun}{(shapes.Count == 1 ? "" : "s")} {SeveralTensors.Print(shapes)}";

    /// <summary>The shapes of tensors; a tensor of one value is that value.</summary>
    private static string Values(IReadOnlyList<Tensor> tensors, string noun) =>
        $"{noun}{(tensors.Count == 1 ? "" : "s")} {string.Join(" and ", tensors.Select(tensor => tensor.Values is [var only]
            ? only.ToString(CultureInfo.InvariantCulture)
            : tensor.Shape.ToString()))}";

    private static string Classes(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return "";
        var list = string.Join(", ", names.Take(Listed)) + (names.Count > Listed ? ", …" : "");
        return string.Create(CultureInfo.InvariantCulture, $", {names.Count} class{(names.Count == 1 ? "" : "es")}: {list}");
    }
}
