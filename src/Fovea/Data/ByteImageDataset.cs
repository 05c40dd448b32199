namespace Fovea;

/// <summary>A data set of images of one size with class numbers, kept in memory as bytes.</summary>
public sealed class ByteImageDataset : Dataset
{
    private static readonly string[] Digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    private readonly byte[] pixels;
    private readonly byte[] labels;

    /// <summary>Creates a data set over the given arrays, which are not copied.</summary>
    /// <param name="pixels">The images one after the other, each in the order of <paramref name="imageShape"/>.</param>
    /// <param name="imageShape">(height, width, channels).</param>
    /// <param name="labels">The class number of each image.</param>
    /// <param name="classNames">The names of the classes by class number.</param>
    /// <exception cref="ArgumentException">
    /// There are no images, the numbers of images and labels differ, or a label has no class name.
    /// </exception>
    public ByteImageDataset(byte[] pixels, Shape imageShape, byte[] labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        if (imageShape.Rank != 3)
            throw new ArgumentException($"ByteImageDataset: expected an image shape (height, width, channels); received {imageShape}.", nameof(imageShape));
        if (labels.Length == 0 || pixels.LongLength != (long)labels.Length * imageShape.Count)
            throw new ArgumentException(
                $"ByteImageDataset: expected {imageShape.Count} pixels for each label; received {pixels.Length} pixels and {labels.Length} labels.",
                nameof(pixels));
        var outside = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)Math.Min(255, classNames.Count - 1));
        if (classNames.Count == 0 || outside >= 0)
            throw new ArgumentException(
                $"ByteImageDataset: expected labels from 0 to {classNames.Count - 1}; received {labels[Math.Max(0, outside)]} at {Math.Max(0, outside)}.",
                nameof(labels));
        this.pixels = pixels;
        this.labels = labels;
        InputShape = imageShape;
        ClassNames = classNames;
    }

    /// <summary>The range of the input values; from 0 to 1 by default.</summary>
    public PixelRange Range { get; init; } = PixelRange.ZeroToOne;

    /// <inheritdoc/>
    public override bool HasTargetsInMemory => true;

    /// <inheritdoc/>
    public override int Count => labels.Length;

    /// <inheritdoc/>
    public override Shape InputShape { get; }

    /// <inheritdoc/>
    public override Shape TargetShape => Shape.Scalar;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// The preprocessing that makes such inputs from image files: this size and the <see cref="Range"/>. If the classes are the ten digits, the digit is cut
    /// out as for MNIST. Null if the number of channels is neither 1 nor 3.
    /// </summary>
    public override ImageInput? ImageInput => InputShape[2] is not (1 or 3) ? null : new ImageInput(InputShape[0], InputShape[1], InputShape[2])
    {
        Pixels = Range,
        Framing = InputShape[2] == 1 && ClassNames.SequenceEqual(Digits) ? ImageFraming.Digit : ImageFraming.Whole,
    };

    /// <summary>The class number of each image.</summary>
    public ReadOnlySpan<byte> Labels => labels;

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Pixels(int index) => pixels.AsSpan(index * InputShape.Count, InputShape.Count);

    /// <inheritdoc/>
    public override void Read(int index, Span<float> input, Span<float> target)
    {
        Range.FromBytes(Pixels(index), input);
        target[0] = labels[index];
    }

    /// <inheritdoc/>
    public override void ReadTarget(int index, Span<float> target) => target[0] = labels[index];
}
