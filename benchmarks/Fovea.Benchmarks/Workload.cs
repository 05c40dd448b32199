namespace Fovea.Benchmarks;

/// <summary>A network in training or inference, with a batch size and a number of threads.</summary>
internal sealed record Workload(string Mode, string Network, int BatchSize, int Threads)
{
    /// <summary>The networks with their large batches in training and in inference.</summary>
    private static readonly (string Network, int Train, int Infer)[] Networks =
        [("book-mnist", 64, 64), ("book-catsdogs", 32, 32), ("mobilenet", 16, 16), ("resnet50", 8, 8), ("vgg16", 4, 8)];

    public bool IsTraining => Mode == "train";

    /// <summary>Training before inference, the large batch before the single image, on each number of threads.</summary>
    public static IEnumerable<Workload> All(IReadOnlyList<int> threads) =>
        from mode in (string[])["train", "infer"]
        from network in Networks
        from batch in (int[])[mode == "train" ? network.Train : network.Infer, 1]
        from count in threads
        select new Workload(mode, network.Network, batch, count);

    /// <summary>Whether a filter <c>MODE:NETWORK:BATCH:THREADS</c> selects the workload; missing parts and <c>*</c> match everything.</summary>
    public bool Matches(string filter)
    {
        var parts = filter.Split(':');
        var own = ToString().Split(':');
        return parts.Length <= own.Length && parts.Zip(own).All(pair => pair.First is "" or "*" || pair.First == pair.Second);
    }

    public override string ToString() => $"{Mode}:{Network}:{BatchSize}:{Threads}";
}
