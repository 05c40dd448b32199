using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>--data mnist</c>, or a folder with IDX files like those of MNIST.</summary>
/// <param name="place">mnist, or the folder.</param>
internal sealed class IdxSource(string place) : TrainingSource
{
    public override string Network => BookMnist.Name;

    public override int Epochs => 3;

    public override int BatchSize => 64;

    public override int Classes => 10;

    public override void RequireFit(Model model, string name)
    {
        if (place == "mnist") RequireDigits(model, name);
    }

    public override TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var (train, test) = LoadFiles(request, progress, cancellationToken);
        var part = request.Samples is { } number ? train.Take(Math.Min(number, train.Count)) : train;
        var source = place == "mnist" ? "MNIST" : $"'{Markup.Escape(place)}'";
        return new(part, test, test, $"Training on [bold]{Count(part.Count)} images of {source}[/], testing on [bold]its {Count(test.Count)} test images[/].");
    }

    public override (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        (LoadFiles(request, progress, cancellationToken).Test, null);

    private (Dataset Train, Dataset Test) LoadFiles(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = place == "mnist"
            ? Job.FirstThenOthers(() => Mnist.DownloadAsync(progress: progress, cancellationToken: cancellationToken).GetAwaiter().GetResult())
            : place;
        var (train, test) = Mnist.Load(folder, request.Input.Pixels.ToRange() ?? PixelRange.ZeroToOne);
        return (Arranged(train), Arranged(test));

        Dataset Arranged(ByteImageDataset images) =>
            request.Arrange(request.Input.Pixels.ToRange() is null ? images.WithPixels(request.Input.Pixels) : images);
    }
}
