namespace Fovea.Imaging;

/// <summary>What <see cref="DataCheck"/> looks for, and the limits of its measures. The page docs/data-check.md explains each.</summary>
public sealed record DataCheckOptions
{
    /// <summary>
    /// Gets a pretrained network whose outputs are features of images, for suspected labels. The class of each image is predicted from the features of
    /// all others. Without <see cref="Base"/> and <see cref="Classifier"/> no labels are suspected.
    /// </summary>
    public Model? Base { get; init; }

    /// <summary>
    /// Gets a classifier of the same classes whose predictions are compared with the labels. It should not have been trained on these images: a model tends to
    /// agree with wrong labels that it has learned.
    /// </summary>
    public Model? Classifier { get; init; }

    /// <summary>Gets the folder that the files of a list are relative to; <see langword="null"/> for the folder of the list.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Gets what the targets of a list are; <see langword="null"/> to recognize it, as <see cref="ImageTargetFinding"/> does.</summary>
    public ImageTargetKind? TargetKind { get; init; }

    /// <summary>Gets the columns of the targets of a list; none to recognize them.</summary>
    public IReadOnlyList<string> TargetColumns { get; init; } = [];

    /// <summary>Gets the kinds of findings to look for; <see langword="null"/> for all.</summary>
    public IReadOnlyCollection<DataFindingKind>? Kinds { get; init; }

    /// <summary>Gets the limit for <see cref="DataFindingKind.Dark"/>: the 99th percentile of the brightness, from 0 to 1.</summary>
    public double Dark { get; init; } = 0.22;

    /// <summary>Gets the limit for <see cref="DataFindingKind.Bright"/>: the 5th percentile of the brightness, from 0 to 1.</summary>
    public double Bright { get; init; } = 0.95;

    /// <summary>Gets the limit for <see cref="DataFindingKind.Blurred"/>: the sharpness of the sharpest edges, from 0 to 1.</summary>
    public double Blurred { get; init; } = 0.25;

    /// <summary>Gets the limit for <see cref="DataFindingKind.LowInformation"/>: the entropy of the gray levels, from 0 to 8 bits.</summary>
    public double LowInformation { get; init; } = 3;

    /// <summary>Gets the limit for <see cref="DataFindingKind.OddSize"/>: how many times smaller or larger than the median an image is, at least 1.</summary>
    public double OddSize { get; init; } = 4;

    /// <summary>Gets the limit for <see cref="DataFindingKind.OddAspectRatio"/>: the ratio of the shorter to the longer side, from 0 to 1.</summary>
    public double OddAspectRatio { get; init; } = 0.5;

    /// <summary>Gets the limit for <see cref="DataFindingKind.NearDuplicate"/>: the correlation of two images of 32 × 32 pixels, from 0 to 1.</summary>
    public double NearDuplicate { get; init; } = 0.98;

    /// <summary>Gets the limit for <see cref="DataFindingKind.Imbalance"/>: the ratio of the largest to the smallest class, at least 1.</summary>
    public double Imbalance { get; init; } = 3;

    /// <summary>Gets the limit for <see cref="DataFindingKind.FewImages"/>: the smallest number of training images of a class.</summary>
    public int FewImages { get; init; } = 20;

    /// <summary>
    /// Gets the limit for <see cref="DataFindingKind.NumberOutlier"/>: the distance from the median in robust standard deviations, those of the numbers on the
    /// same side of the median.
    /// </summary>
    public double NumberOutlier { get; init; } = 6;

    internal bool LooksFor(DataFindingKind kind) => Kinds is null || Kinds.Contains(kind);

    /// <exception cref="ArgumentException">A limit is outside its range.</exception>
    internal void Validate()
    {
        Require(Dark, 0, 1, nameof(Dark));
        Require(Bright, 0, 1, nameof(Bright));
        Require(Blurred, 0, 1, nameof(Blurred));
        Require(LowInformation, 0, 8, nameof(LowInformation));
        Require(OddSize, 1, double.MaxValue, nameof(OddSize));
        Require(OddAspectRatio, 0, 1, nameof(OddAspectRatio));
        Require(NearDuplicate, 0, 1, nameof(NearDuplicate));
        Require(Imbalance, 1, double.MaxValue, nameof(Imbalance));
        Require(NumberOutlier, 0, double.MaxValue, nameof(NumberOutlier));
        Require(FewImages, 0, int.MaxValue, nameof(FewImages));
        if (Base is not null && Classifier is not null)
            throw new ArgumentException("DataCheckOptions: expected Base or Classifier; received both.");
    }

    private static void Require(double value, double low, double high, string name)
    {
        if (value >= low && value <= high) return;
        var expected = high > int.MaxValue ? FormattableString.Invariant($"at least {low}") : FormattableString.Invariant($"from {low} to {high}");
        throw new ArgumentException(FormattableString.Invariant($"DataCheckOptions: {name} must be {expected}; received {value}."), name);
    }
}
