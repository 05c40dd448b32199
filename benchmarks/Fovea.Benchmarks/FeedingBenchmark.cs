using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fovea.Cli;
using Fovea.Imaging;

namespace Fovea.Benchmarks;

/// <summary>
/// How fast images are read from their files: decoding and resizing alone, and an epoch of training from files compared with one from memory.
/// </summary>
/// <param name="rounds">How many times each is measured, taking turns.</param>
internal sealed class FeedingBenchmark(int rounds)
{
    private const int BatchSize = 32;

    /// <summary>The data sets, and the size to which their images are resized.</summary>
    public static IReadOnlyList<(string Name, string Path, int Size)> Sets { get; } =
        [("cats and dogs", "cats-vs-dogs.tar", 150), ("flowers", "sets/flowers.zip", 224), ("trashnet", "sets/trashnet.zip", 224)];

    /// <summary>The training images of a data set, decoded each time they are read.</summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="size">The height and width.</param>
    /// <param name="keepInMemory">Whether the decoded images are kept in memory.</param>
    public static ImageFolder Open(string path, int size, bool keepInMemory = false) => ImageFolder.Load(
        ImageData.Recognize(path).Training!.Folder, size, size, new ImageFolderOptions { Range = PixelRange.ZeroTo255, KeepInMemory = keepInMemory });

    /// <summary>Images per second that are decoded and resized by a number of threads.</summary>
    public Spread Decode(ImageFolder data, int threads) => Spread.Of(Enumerable.Range(0, rounds).Select(_ =>
    {
        var start = Stopwatch.GetTimestamp();
        Parallel.For(
            0, data.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new float[data.InputShape.Count], (i, _, values) =>
            {
                data.Read(i, values, new float[1]);
                return values;
            },
            _ => { });
        return data.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }));

    /// <summary>
    /// Seconds of an epoch from files and from memory, taking turns, the ratio, and the share of the time from files that training waits for data.
    /// </summary>
    public (Spread Files, Spread Memory, Spread Ratio, double Waited) Epochs(ImageFolder files, ImageFolder memory)
    {
        using var wait = new WaitMeter();
        var (models, times) = ((Model[])[Create(files), Create(memory)], (List<double>[])[[], []]);
        foreach (var model in models) model.Fit(memory, batchSize: BatchSize, stepsPerEpoch: 4, verbose: Verbosity.Silent);
        var waited = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < 2; i++)
            {
                wait.Reset();
                var start = Stopwatch.GetTimestamp();
                models[i].Fit(i == 0 ? files : memory, batchSize: BatchSize, verbose: Verbosity.Silent);
                times[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                if (i == 0) waited += wait.Seconds;
            }
        }

        return (Spread.Of(times[0]), Spread.Of(times[1]), Spread.Ratio(times[0], times[1]), waited / times[0].Sum());
    }

    /// <summary>The book's network for cats and dogs, with its augmentation, for the size and the classes of the images.</summary>
    private static Sequential Create(ImageFolder data)
    {
        var model = new Sequential("book") { new Input(data.InputShape) };
        foreach (var layer in BookCatsDogs.Augmentation()) model.Add(layer);
        model.Add(new Rescaling(1.0 / 255));
        foreach (var filters in (int[])[32, 64, 128, 128])
        {
            model.Add(new Conv2D(filters, 3, activation: Activation.Relu));
            model.Add(new MaxPooling2D(2));
        }

        model.Add(new Flatten());
        model.Add(new Dropout(0.5));
        model.Add(new Dense(512, Activation.Relu));
        model.Add(new Dense(data.ClassNames.Count, Activation.Softmax));
        model.Compile(new RmsProp(1e-4), Loss.SparseCategoricalCrossentropy);
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
