using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>The measures of a segmentation over a data set, and the images with the lowest mean IoU.</summary>
internal sealed class SegmentationExamples
{
    private readonly Model model;
    private readonly Dataset data;
    private readonly List<(int Index, double MeanIoU)> images = [];

    public SegmentationExamples(Model model, Dataset data, int? ignoreClass, CancellationToken cancellationToken)
    {
        (this.model, this.data) = (model, data);
        Matrix = NewMatrix(ignoreClass);
        for (var i = 0; i < data.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (_, target, outputs) = Read(i);
            var own = NewMatrix(ignoreClass);
            own.Add(target.Values, outputs.Values, model.OutputKind == OutputKind.Logits ? 0 : 0.5f);
            Matrix.Add(own);
            if (own.Count > 0) images.Add((i, own.MeanIoU));
        }
    }

    /// <summary>The counts of all pixels.</summary>
    public PixelConfusionMatrix Matrix { get; }

    /// <summary>The images with the lowest mean IoU, lowest first.</summary>
    /// <param name="count">Their number.</param>
    public IReadOnlyList<SegmentationExample> Worst(int count) =>
    [
        .. images.OrderBy(image => image.MeanIoU).ThenBy(image => image.Index).Take(count).Select(image =>
        {
            var (input, target, outputs) = Read(image.Index);
            var shown = input.Values.ToArray();
            data.ImageInput!.ToUnit(shown);
            return new SegmentationExample(
                new Tensor(input.Shape[1..], shown), target, Classes(outputs), $"{NameOf(image.Index)}: mean IoU {Percent(image.MeanIoU)}");
        }),
    ];

    private static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    private string NameOf(int index) => data is MaskFolder files ? Path.GetFileName(files.Image(index)) : $"image {index + 1}";

    private PixelConfusionMatrix NewMatrix(int? ignoreClass) => new(ClassNamesOf(model)) { IgnoreClass = ignoreClass };

    private static IReadOnlyList<string> ClassNamesOf(Model model)
    {
        var classes = Math.Max(2, model.OutputShape[2]);
        return model.ClassNames.Count == classes
            ? model.ClassNames
            : [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }

    private (Tensor Input, Tensor Target, Tensor Outputs) Read(int index)
    {
        var sample = data[index];
        var input = sample.Input.Reshape(sample.Input.Shape.Prepend(1));
        return (input, sample.Target, model.Predict(input, verbose: 0));
    }

    private Tensor Classes(Tensor outputs)
    {
        var classes = outputs.Shape[^1];
        var threshold = model.OutputKind == OutputKind.Logits ? 0 : 0.5f;
        var labels = new float[outputs.Shape.Count / classes];
        for (var i = 0; i < labels.Length; i++)
        {
            var row = outputs.Values.AsSpan(i * classes, classes);
            labels[i] = classes == 1 ? (row[0] >= threshold ? 1 : 0) : System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(row);
        }

        return new Tensor(outputs.Shape[1..^1], labels);
    }
}
