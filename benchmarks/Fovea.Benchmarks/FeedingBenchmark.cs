using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fovea.Cli;
using Fovea.Imaging;

namespace Fovea.Benchmarks;

/// <summary>
/// How fast images are read from their files: decoding and resizing alone, an epoch of training from files compared with one from memory, and how long training
/// waits for data.
/// </summary>
/// <param name="rounds">How many times each is measured, taking turns.</param>
internal sealed class FeedingBenchmark(int rounds)
{
    /// <summary>The number of images that are decoded in a turn.</summary>
    public const int Decoded = 256;

    private const int BatchSize = 32;

    /// <summary>The batches of an epoch. The images of each epoch are drawn from all.</summary>
    private const int Batches = 32;

    /// <summary>The data sets, and the size to which their images are resized.</summary>
    public static IReadOnlyList<(string Name, string Path, int Size)> Sets { get; } =
        [("cats and dogs", "cats-vs-dogs.tar", 150), ("flowers", "sets/flowers.zip", 224), ("trashnet", "sets/trashnet.zip", 224)];

    /// <summary>The training images of a data set, decoded each time they are read.</summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="size">The height and width.</param>
    /// <param name="keepInMemory">Whether the decoded images are kept in memory.</param>
    public static ImageFolder Open(string path, int size, bool keepInMemory = false) => ImageFolder.Load(
        ImageData.Recognize(path).Training!.Folder, size, size, new ImageFolderOptions { Range = PixelRange.ZeroTo255, KeepInMemory = keepInMemory });

    /// <summary>
    /// Images per second that are decoded and resized by a number of threads, and how many times as fast as torchvision that is: with the Python Imaging
    /// Library, and with its decoder to tensors.
    /// </summary>
    /// <param name="data">The images.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="peer">torchvision, with as many threads; null without.</param>
    public (Spread Fovea, Spread? Library, Spread? Tensors) Decode(ImageFolder data, int threads, TorchVision? peer)
    {
        Decode(data, threads);
        peer?.Measure("PIL");
        peer?.Measure("tensors");
        var (fovea, library, tensors) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            fovea.Add(Decode(data, threads));
            if (peer is null) continue;
            library.Add(peer.Measure("PIL"));
            tensors.Add(peer.Measure("tensors"));
        }

        return (Spread.Of(fovea), peer is null ? null : Spread.Ratio(fovea, library), peer is null ? null : Spread.Ratio(fovea, tensors));
    }

    /// <summary>
    /// Seconds of an epoch of the book's network for cats and dogs from files and from memory, taking turns, the ratio, and the share of the time from files
    /// that training waits for data.
    /// </summary>
    public (Spread Files, Spread Memory, Spread Ratio, double Waited) Epochs(ImageFolder files, ImageFolder memory)
    {
        using var wait = new WaitMeter();
        var (models, times) = ((Model[])[CreateBook(), CreateBook()], (List<double>[])[[], []]);
        foreach (var model in models) Train(model, memory, 4);
        var waited = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < 2; i++)
            {
                wait.Reset();
                times[i].Add(Train(models[i], i == 0 ? files : memory, Batches));
                if (i == 0) waited += wait.Seconds;
            }
        }

        return (Spread.Of(times[0]), Spread.Of(times[1]), Spread.Ratio(times[0], times[1]), waited / times[0].Sum());
    }

    /// <summary>
    /// Images per second of the training that <c>fovea train</c> chooses for a folder, a small residual network with its standard augmentation, from files, and
    /// the share of the time that it waits for data.
    /// </summary>
    public static (double ImagesPerSecond, double Waited) Wait(ImageFolder files)
    {
        const int Steps = 16;
        var model = SmallNetworks.ResNet(files.InputShape, files.ClassNames.Count);
        model.Augmentation = AugmentationRecipe.Standard.Augmentation(SmallNetwork.ResNet, FlipChoice.Horizontal, size: null, channels: 3);
        model.Compile(new AdamW(0.001), Loss.SparseCategoricalCrossentropy);
        Train(model, files, 3);
        using var wait = new WaitMeter();
        var seconds = Train(model, files, Steps);
        return (Steps * BatchSize / seconds, wait.Seconds / seconds);
    }

    private static double Decode(ImageFolder data, int threads)
    {
        var count = Math.Min(Decoded, data.Count);
        var start = Stopwatch.GetTimestamp();
        Parallel.For(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new float[data.InputShape.Count], (i, _, values) =>
            {
                data.Read((int)((long)i * data.Count / count), values, new float[1]);
                return values;
            },
            _ => { });
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Train(Model model, Dataset data, int steps)
    {
        var start = Stopwatch.GetTimestamp();
        model.Fit(data, batchSize: BatchSize, stepsPerEpoch: steps, verbose: Verbosity.Silent);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Sequential CreateBook()
    {
        var model = BookCatsDogs.Create(1, NetworkHead.Binary, BookCatsDogs.Augmentation());
        model.Compile(new RmsProp(1e-4), Loss.BinaryCrossentropy);
        return model;
    }

    /// <summary>Adds up the time that trainings wait for data, as the progress line shows it.</summary>
    private sealed class WaitMeter : IDisposable
    {
        private readonly MeterListener listener = new();

        public WaitMeter()
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: "Fovea", Name: "fovea.training.data_wait" }) self.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Seconds += seconds);
            listener.Start();
        }

        public double Seconds { get; private set; }

        public void Reset() => Seconds = 0;

        public void Dispose() => listener.Dispose();
    }
}
