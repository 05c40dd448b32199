using Fovea.Formats.Protobuf;
using Google.Protobuf;
using static Fovea.TensorFlowSchema;

namespace Fovea;

/// <summary>
/// Writes data for TensorBoard to a folder: scalars over time, histograms, images and the graph of a model. An event is in the file when the method
/// returns. <c>torch.utils.tensorboard.SummaryWriter</c> and <c>tf.summary</c> write the same files.
/// </summary>
public sealed class SummaryWriter : IDisposable
{
    private const int Buckets = 30;
    private readonly EventFile? file;

    /// <summary>Creates the file of a run.</summary>
    /// <param name="folder">The folder of the run, which is created. Give it or a parent folder to <c>tensorboard --logdir</c>.</param>
    public SummaryWriter(string folder) => file = new EventFile(folder.NotEmpty(nameof(SummaryWriter), nameof(folder), "a folder"));

    private SummaryWriter()
    {
    }

    /// <summary>A writer without a file, for a process other than the first.</summary>
    internal static SummaryWriter OfNothing() => new();

    /// <summary>Writes a scalar at a step.</summary>
    public void Scalar(string tag, double value, long step) =>
        Write(tag, step, output => output.Float(TensorFlowSchema.Summary.ValueSimpleValue, (float)value));

    /// <summary>
    /// Writes a histogram of values at a step, with 30 bins of equal width between the minimum and the maximum. Values that are not finite are left out.
    /// </summary>
    public void Histogram(string tag, ReadOnlySpan<float> values, long step)
    {
        if (file is null) return;
        var finite = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (float.IsFinite(value)) finite.Add(value);
        }

        if (finite.Count == 0) return;
        var (min, max) = (finite.Min(), finite.Max());
        var width = max > min ? (max - min) / Buckets : 1;
        var counts = new double[Buckets];
        foreach (var value in finite) counts[Math.Min(Buckets - 1, (int)((value - min) / width))]++;
        var limits = Enumerable.Range(1, Buckets).Select(i => i == Buckets ? Math.Max(max, min + (width * i)) : min + (width * i));
        Write(tag, step, output => output.Part(TensorFlowSchema.Summary.ValueHisto, histogram =>
        {
            histogram.Number(HistogramProto.Min, min);
            histogram.Number(HistogramProto.Max, max);
            histogram.Number(HistogramProto.Num, finite.Count);
            histogram.Number(HistogramProto.Sum, finite.Sum());
            histogram.Number(HistogramProto.SumSquares, finite.Sum(value => value * value));
            histogram.Numbers(HistogramProto.BucketLimit, [.. limits]);
            histogram.Numbers(HistogramProto.Bucket, counts);
        }));
    }

    /// <summary>Writes an image at a step.</summary>
    /// <param name="tag">The name.</param>
    /// <param name="png">The image as a PNG or JPEG file.</param>
    /// <param name="height">Its height.</param>
    /// <param name="width">Its width.</param>
    /// <param name="channels">1 for grayscale, 3 for color, 4 for color with opacity.</param>
    /// <param name="step">The step.</param>
    public void Image(string tag, ReadOnlySpan<byte> png, int height, int width, int channels, long step)
    {
        var bytes = png.ToArray();
        Write(tag, step, output => output.Part(TensorFlowSchema.Summary.ValueImage, image =>
        {
            image.Integer(TensorFlowSchema.Image.Height, height);
            image.Integer(TensorFlowSchema.Image.Width, width);
            image.Integer(TensorFlowSchema.Image.Colorspace, channels);
            image.Bytes(TensorFlowSchema.Image.EncodedImageString, bytes);
        }));
    }

    /// <summary>Writes the graph of a model: its layers, with models within it as groups, and their connections.</summary>
    public void Graph(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        file?.Write(0, output => output.Bytes(TensorFlowSchema.Event.GraphDef, ModelGraphDef.Of(model)));
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    private void Write(string tag, long step, Action<CodedOutputStream> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        file?.Write(step, output => output.Part(TensorFlowSchema.Event.Summary, summary => summary.Part(TensorFlowSchema.Summary.Value, entry =>
        {
            entry.Text(TensorFlowSchema.Summary.ValueTag, tag);
            value(entry);
        })));
    }
}
