namespace Fovea.Cli;

/// <summary><c>--data digits</c>: digits that are drawn here.</summary>
internal sealed class DrawnDigitSource : TrainingSource
{
    public const int TrainingCount = 20_000;
    public const int TestCount = 5_000;

    /// <summary>The test digits are the same for every --seed, and never among those trained on, whose seed is not negative.</summary>
    private const long TestSeed = -1;

    public override string Network => Networks.BookMnist;

    public override int Epochs => 3;

    public override int BatchSize => 64;

    public override int Classes => 10;

    public override TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var count = request.Samples ?? TrainingCount;
        var test = Drawn(Math.Min(TestCount, Math.Max(100, count / 2)), TestSeed, request.Range);
        return new(Drawn(count, request.Seed, request.Range), test, test, $"Training on [bold]{Count(count)} drawn digits[/], testing on [bold]{Count(test.Count)} others[/].");
    }

    public override (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellation) =>
        (Drawn(TestCount, TestSeed, request.Range), null);

    private static Dataset Drawn(int count, long seed, PixelRange range)
    {
        var digits = new DrawnDigits(count, seed);
        return range == PixelRange.ZeroToOne ? digits : new Rescaled(digits, range);
    }

    /// <summary>The same images with other numbers for pixels.</summary>
    private sealed class Rescaled(Dataset whole, PixelRange range) : Dataset
    {
        public override int Count => whole.Count;

        public override Shape InputShape => whole.InputShape;

        public override Shape TargetShape => whole.TargetShape;

        public override IReadOnlyList<string> ClassNames => whole.ClassNames;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            whole.Read(index, input, target);
            range.FromUnit(input);
        }
    }
}
