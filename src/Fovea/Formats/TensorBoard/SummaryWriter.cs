using Fovea.Formats.Protobuf;
using Google.Protobuf;

namespace Fovea;

/// <summary>
/// Writes what TensorBoard shows into a folder: numbers over time, histograms, images and the graph of a model. Events are in the file as soon as a
/// method returns. <c>torch.utils.tensorboard.SummaryWriter</c> and <c>tf.summary</c> write the same files.
/// </summary>
/// <param name="folder">The folder of the run; it is created. <c>tensorboard --logdir</c> takes it or one above.</param>
public sealed class SummaryWriter(string folder) : IDisposable
{
    private const int Buckets = 30;
    private readonly EventFile file = new(folder.NotEmpty(nameof(SummaryWriter), nameof(folder), "a folder"));

    /// <summary>A number at a step.</summary>
    public void Scalar(string tag, double value, long step) => Write(tag, step, output => output.Float(2, (float)value));

    /// <summary>
    /// How numbers are distributed at a step: in 30 bins of one width between the least and the greatest; those that are not finite are left out.
    /// </summary>
    public void Histogram(string tag, ReadOnlySpan<float> values, long step)
    {
        var finite = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (float.IsFinite(value)) finite.Add(value);
        }

        if (finite.Count == 0) return;
        var (least, greatest) = (finite.Min(), finite.Max());
        var width = greatest > least ? (greatest - least) / Buckets : 1;
        var counts = new double[Buckets];
        foreach (var value in finite) counts[Math.Min(Buckets - 1, (int)((value - least) / width))]++;
        Write(tag, step, output => output.Part(5, histogram =>
        {
            histogram.Number(1, least);
            histogram.Number(2, greatest);
            histogram.Number(3, finite.Count);
            histogram.Number(4, finite.Sum());
            histogram.Number(5, finite.Sum(value => value * value));
            histogram.Numbers(6, [.. Enumerable.Range(1, Buckets).Select(i => i == Buckets ? Math.Max(greatest, least + (width * i)) : least + (width * i))]);
            histogram.Numbers(7, counts);
        }));
    }

    /// <summary>An image at a step.</summary>
    /// <param name="tag">The name.</param>
    /// <param name="png">The image as a PNG or JPEG file.</param>
    /// <param name="height">Its height.</param>
    /// <param name="width">Its width.</param>
    /// <param name="channels">1 for grey, 3 for colours, 4 with opacity.</param>
    /// <param name="step">The step.</param>
    public void Image(string tag, ReadOnlySpan<byte> png, int height, int width, int channels, long step)
    {
        var bytes = png.ToArray();
        Write(tag, step, output => output.Part(4, image =>
        {
            image.Integer(1, height);
            image.Integer(2, width);
            image.Integer(3, channels);
            image.Bytes(4, bytes);
        }));
    }

    /// <summary>The graph of a model: its layers, those of models within as groups, and how they are connected.</summary>
    public void Graph(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        file.Write(0, output => output.Bytes(4, ModelGraphDef.Of(model)));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Write(string tag, long step, Action<CodedOutputStream> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        file.Write(step, output => output.Part(5, summary => summary.Part(1, entry =>
        {
            entry.Text(1, tag);
            value(entry);
        })));
    }
}
