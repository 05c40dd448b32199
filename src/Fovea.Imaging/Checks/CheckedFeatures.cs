using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>
/// Computes features of images with a pretrained network: the channel means of its output and of the last layers at the two resolutions before it. Early layers
/// describe texture and material, late ones things; together they tell more classes apart. Square roots make the distribution of rarely active channels more
/// even (Arandjelović and Zisserman 2012, "Three things everyone should know to improve object retrieval").
/// </summary>
internal static class CheckedFeatures
{
    private const int Resolutions = 3;

    /// <summary>Layers with fewer channels are too early to describe more than edges.</summary>
    private const int MinChannels = 32;

    /// <summary>
    /// Computes the features of images, a row for each: the square roots of the means, with their signs. They are centered and scaled, so that each feature
    /// has a deviation of 1, and a row a norm of about 1.
    /// </summary>
    /// <exception cref="ArgumentException">The network does not compute features of images.</exception>
    /// <exception cref="TrainingException">An image can no longer be read.</exception>
    public static float[][] Of(Model network, IReadOnlyList<CheckedImage> images, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var extractor = Extractor(network, out var input);
        var features = extractor.ExtractFeatures(
            Data(images, input, extractor.InputShape), verbose: Verbosity.Silent, progress: progress, cancellationToken: cancellationToken);
        var rows = new float[images.Count][];
        var target = new float[features.TargetShape.Count];
        for (var i = 0; i < rows.Length; i++) features.Read(i, rows[i] = new float[features.InputShape.Count], target);
        foreach (var row in rows)
            for (var i = 0; i < row.Length; i++) row[i] = MathF.CopySign(MathF.Sqrt(MathF.Abs(row[i])), row[i]);
        Standardize(rows);
        return rows;
    }

    /// <summary>The images as the input of a network, read when they are needed.</summary>
    public static Dataset Data(IReadOnlyList<CheckedImage> images, ImageInput input, Shape shape) => Dataset.From(
        images.Count, i => (new Tensor(shape, ImageReader.ToTensor(ImageReader.Read(images[i].Path, input), input).Values), (Tensor)0f)).WithImageInput(input);

    /// <summary>Subtracts the mean of each feature, and divides by its deviation and by the root of the number of features.</summary>
    internal static void Standardize(float[][] rows)
    {
        var (sums, squares) = (new double[rows[0].Length], new double[rows[0].Length]);
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                sums[i] += row[i];
                squares[i] += (double)row[i] * row[i];
            }
        }

        var (means, factors) = (new float[sums.Length], new float[sums.Length]);
        for (var i = 0; i < sums.Length; i++)
        {
            var mean = sums[i] / rows.Length;
            var deviation = Math.Sqrt(Math.Max(0, (squares[i] / rows.Length) - (mean * mean)));
            (means[i], factors[i]) = ((float)mean, deviation > 1e-6 ? (float)(1 / (deviation * Math.Sqrt(sums.Length))) : 0);
        }

        foreach (var row in rows)
        {
            TensorPrimitives.Subtract(row, means, row);
            TensorPrimitives.Multiply(row, factors, row);
        }
    }

    private static Model Extractor(Model network, out ImageInput input)
    {
        if (network is not { Inputs: [var only], Outputs: [{ Shape.Rank: 1 or 3 } output] })
            throw new ArgumentException(
                $"DataCheckOptions: expected a Base with one input and one output of features, (features) or (height, width, channels); '{network.Name}' has "
                    + $"the inputs {string.Join(" and ", network.Inputs)} and the outputs {string.Join(" and ", network.Outputs)}.", nameof(network));
        var finding = ImageInputFinding.Of(network);
        input = (finding.IsAssumed ? finding.Input with { Pixels = PixelScale.MinusOneToOne } : finding.Input) with { Framing = ImageFraming.Whole };
        SymbolicTensor[] outputs = [output, .. output.Shape.Rank == 3 ? Earlier(network, output) : []];
        return new Model([only], [.. outputs.Select(each => each.Shape.Rank == 3 ? new GlobalAveragePooling2D().Call(each) : each)], "features")
        {
            ImageInput = input,
        };
    }

    /// <summary>The last outputs of larger images than the network's output.</summary>
    private static IEnumerable<SymbolicTensor> Earlier(Model network, SymbolicTensor output) => network.Layers
        .Where(layer => layer is not (Input or ZeroPadding2D or Model) && !layer.IsPreprocessing)
        .Select(network.OutputOf)
        .Where(each => each.Shape is { Rank: 3 } shape && shape[2] >= MinChannels && shape[0] * shape[1] > output.Shape[0] * output.Shape[1])
        .GroupBy(each => (each.Shape[0], each.Shape[1]))
        .Select(same => same.Last())
        .Reverse()
        .Take(Resolutions - 1);
}
