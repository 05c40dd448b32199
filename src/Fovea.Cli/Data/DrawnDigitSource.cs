namespace Fovea.Cli;

/// <summary><c>--data digits</c>: digits that Fovea draws.</summary>
internal sealed class DrawnDigitSource : TrainingSource
{
    public const int TrainingCount = 20_000;
    public const int TestCount = 5_000;

    /// <summary>The seed of the test digits. It is negative, unlike any --seed, so that they differ from all training digits.</summary>
    private const long TestSeed = -1;

    public override string Network => BookMnist.Name;

    public override int Epochs => 3;

    public override int BatchSize => 64;

    public override int Classes => 10;

    public override void RequireFit(Model model, string name) => RequireDigits(model, name);

    public override TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var count = request.Samples ?? TrainingCount;
        var test = Drawn(Math.Min(TestCount, Math.Max(100, count / 2)), TestSeed, request);
        return new(
            Drawn(count, request.Seed, request), test, test,
            $"Training on [bold]{Count(count)} drawn digits[/], testing on [bold]{Count(test.Count)} others[/].");
    }

    public override (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        (Drawn(TestCount, TestSeed, request), null);

    private static Dataset Drawn(int count, long seed, DataRequest request) => request.Arrange(new DrawnDigits(count, seed).WithPixels(request.Input.Pixels));
}
