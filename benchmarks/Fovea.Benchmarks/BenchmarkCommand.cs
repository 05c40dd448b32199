using System.CommandLine;
using System.Globalization;
using Fovea.Engine.Simd;
using Spectre.Console;

namespace Fovea.Benchmarks;

/// <summary>The command line of <c>benchmarks/run.sh</c>.</summary>
internal sealed class BenchmarkCommand
{
    private readonly IAnsiConsole console;
    private readonly Option<string[]> only = new("--only")
    {
        Description = "Measure only some rows: MODE:NETWORK:BATCH:THREADS, where parts may be missing or *; or the rows whose names contain this text",
        HelpName = "FILTER",
        AllowMultipleArgumentsPerToken = true,
        Recursive = true,
    };

    private readonly Option<int> pairs = new("--pairs")
    {
        Description = "How many times each library is measured, taking turns",
        DefaultValueFactory = _ => 5,
        Recursive = true,
    };

    private readonly Option<double> seconds =
        new("--seconds") { Description = "How long each process measures", DefaultValueFactory = _ => 1.5, Recursive = true };
    private readonly Option<string> file =
        new("--out")
        {
            Description = "The JSON file whose rows are replaced or added; the tables are written next to it",
            HelpName = "FILE",
            DefaultValueFactory = _ => Report.DefaultPath,
            Recursive = true
        };
    private readonly Option<int[]> threads =
        new("--threads")
        {
            Description = "The number of threads",
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. ((int[])[1, Environment.ProcessorCount]).Distinct()]
        };
    private readonly Option<string[]> against =
        new("--against") { Description = "Compare with another build of Fovea instead of other libraries: its Fovea.Cli.dll", HelpName = "FILE" };
    private readonly Option<string[]> compare =
        new("--compare")
        {
            Description = "Compare two JSON files instead of measuring",
            HelpName = "FILE FILE",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true
        };

    public BenchmarkCommand(IAnsiConsole console) => this.console = console;

    public ParseResult Parse(string[] arguments)
    {
        var root =
            new RootCommand("Compares Fovea with TorchSharp and ONNX Runtime, each in a separate process, taking turns.")
            {
                only, pairs, seconds, threads, file, against, compare,
            };
        root.SetAction(parsed => Guard(() => MeasureNetworks(parsed)));

        var batchSize = new Option<int?>("--batch-size") { Description = "The batch size for all ops [default: one for each op]", HelpName = "N" };
        var kernels = new Command("kernels", "Measures single ops, forward and both gradients, compared with the limit of the processor.") { batchSize };
        kernels.SetAction(parsed => Guard(() => MeasureKernels(parsed, parsed.GetValue(batchSize))));
        root.Add(kernels);

        var scale = new Command("scale", "Simulates 1 to 64 workers from the measured time of every unit of work, and says what limits them.");
        scale.SetAction(parsed => Guard(() => MeasureScale(parsed)));
        root.Add(scale);

        var threading =
            new Command(
                "threads", "Measures one thread, all cores, all cores while another process uses one, and 16 threads; checks for bit-identical results.");
        threading.SetAction(parsed => Guard(() => MeasureThreads(parsed)));
        root.Add(threading);

        var shards = new Command("shards", "Measures the price of training in shards in one process, for each number of shards.");
        shards.SetAction(parsed => Guard(() => MeasureShards(parsed)));
        root.Add(shards);

        root.Add(DistributionCommands.Tables(console));
        root.Add(DistributionCommands.Exchange(console, Guard));
        root.Add(new OverlapCommand(console, Guard).Create());
        root.Add(FeedingCommand.Create(console, only, pairs, Guard));
        var fits = new Option<int>("--fits") { Description = "The number of models to train", DefaultValueFactory = _ => 1000 };
        var predictions = new Option<int>("--predictions") { Description = "The number of predictions by the last model", DefaultValueFactory = _ => 100_000 };
        var memory =
            new Command(
            "memory", "Shows the working set of a process that trains a thousand models and predicts a hundred thousand times.") { fits, predictions };
        memory.SetAction(parsed => Guard(() => MeasureMemory(parsed.GetValue(fits), parsed.GetValue(predictions))));
        root.Add(memory);

        var one = new Option<string[]>(
            "--file")
        {
            Description = "Only read one file in this process, after a small one of the same format",
            HelpName = "FILE FILE",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true
        };
        var load = new Command("load", "Measures time and memory for reading a model of 100 MB from each format.") { one };
        load.SetAction(parsed => Guard(() =>
        {
            if (parsed.GetValue(one) is [var large, var small]) LoadBenchmark.ReadOne(large, small);
            else MeasureLoad(parsed.GetValue(pairs));
        }));
        root.Add(load);
        root.Add(Serve());
        var augmentation = new AugmentationCommand(console, only, pairs, seconds, Guard);
        root.Add(augmentation.CreateAugmentation());
        root.Add(augmentation.CreatePolicies());
        return root.Parse(arguments);
    }

    private Command Serve()
    {
        var one = new Option<string[]>(
            "--one")
        {
            Description = "Only serve in this process",
            HelpName = "NETWORK CALLERS spans|tensors SECONDS",
            Arity = new ArgumentArity(4, 4),
            AllowMultipleArgumentsPerToken = true
        };
        var sizes = new Option<string[]>(
            "--sizes")
        {
            Description = "Only predict batches of many sizes in this process",
            HelpName = "NETWORK LARGEST all|largest",
            Arity = new ArgumentArity(3, 3),
            AllowMultipleArgumentsPerToken = true
        };
        var serve =
            new Command(
                "serve",
                "Measures requests of one image by 1, 4 and 16 callers, compared with ONNX Runtime, and the working set over batches of all sizes.")
            {
                one, sizes,
            };
        serve.SetAction(parsed => Guard(() =>
        {
            if (parsed.GetValue(one) is [var network, var callers, var form, var duration])
                ServeBenchmark.ServeOne(
                    network, int.Parse(callers, CultureInfo.InvariantCulture), form == "spans", double.Parse(duration, CultureInfo.InvariantCulture));
            else if (parsed.GetValue(sizes) is [var of, var largest, var which])
                ServeBenchmark.PredictSizes(of, int.Parse(largest, CultureInfo.InvariantCulture), which == "all");
            else MeasureServing(new ServeBenchmark(parsed.GetValue(pairs), parsed.GetValue(seconds)));
        }));
        return serve;
    }

    private void MeasureNetworks(ParseResult parsed)
    {
        if (parsed.GetValue(compare) is [var before, var after])
        {
            Comparison.Write(console, Comparison.Of(Report.Read(before), Report.Read(after)));
            return;
        }

        var work = Chosen(parsed, Workload.All(parsed.GetValue(threads)!));
        Contestant[] peers = parsed.GetValue(against) is [var assembly] ? [Contestant.Fovea("other", Path.GetFullPath(assembly))] : Peers(work);
        var benchmark = new NetworkBenchmark(Contestant.Fovea(), peers, parsed.GetValue(pairs), parsed.GetValue(seconds), Warn);
        Measure(parsed, work, benchmark.Measure, report => report.Networks, row => row.Peers.Select(peer => string.Create(CultureInfo.InvariantCulture,
            $"{peer.Name} {peer.ImagesPerSecond.Median:N1}: {peer.Ratio!.Median:0.00}× ({peer.Ratio.Min:0.00} – {peer.Ratio.Max:0.00})"))
                .Prepend(string.Create(CultureInfo.InvariantCulture,
            $"{row.Fovea.ImagesPerSecond.Median:N1} images/s, {100 * row.Fovea.ShareOfLimit:0} % of the limit")));
    }

    private void MeasureLoad(int repetitions)
    {
        console.WriteLine("file                 MB      ms   memory beyond the start, of the weights");
        foreach (var (format, megabytes, milliseconds, memory) in new LoadBenchmark(repetitions).Measure())
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{format,-17} {megabytes,5:0} {milliseconds,7:0}   {memory:0.00}"));
    }

    private void MeasureServing(ServeBenchmark benchmark)
    {
        console.WriteLine("working set, MB        largest batch alone (peak)     all sizes (peak)    ratio");
        foreach (var (network, largest, alone, all) in ServeBenchmark.MeasureWorkingSet())
            console.WriteLine(
                string.Create(
                CultureInfo.InvariantCulture,
                $"{network,-14} 1…{largest,-3} {alone[0],14:0} ({alone[1]:0}) {all[0],20:0} ({all[1]:0}) {all[0] / alone[0],10:0.00}"));

        console.WriteLine(
            "requests per second    Fovea (slowest 1 %, bytes each)    as tensors (bytes each)    ONNX Runtime (slowest 1 %, bytes each)    ratio");
        foreach (var row in benchmark.MeasureThroughput())
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Network,-12} {row.Callers,2} callers {row.Fovea.PerSecond.Median,10:N0} ({row.Fovea.SlowestMs:0.00} "
                    + $"ms, {row.Fovea.BytesPerRequest:0}) {row.Tensors.PerSecond.Median,14:N0} "
                    + $"({row.Tensors.BytesPerRequest:0}) {row.Peer.PerSecond.Median,14:N0} ({row.Peer.SlowestMs:0.00} "
                    + $"ms, {row.Peer.BytesPerRequest:0}) {row.Fovea.PerSecond.Median / row.Peer.PerSecond.Median,8:0.00}×"));
        }
    }

    private static Contestant[] Peers(IReadOnlyList<Workload> work)
    {
        Contestant[] peers = work.All(one => one.IsTraining) ? [Contestant.TorchSharp()] : [Contestant.TorchSharp(), Contestant.OnnxRuntime()];
        foreach (var peer in peers) peer.Prepare();
        return peers;
    }

    private void MeasureKernels(ParseResult parsed, int? batchSize)
    {
        var filters = parsed.GetValue(only)!;
        var shapes = KernelShape.All.Where(
            shape => filters.Length == 0 || filters.Any(filter => shape.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))).ToList();
        if (shapes.Count == 0)
            throw new BenchmarkException(
                $"no kernel is called {string.Join(", ", filters)}; there are: {string.Join("; ", KernelShape.All.Select(shape => shape.Name))}.");
        var benchmark = new KernelBenchmark(FmaLimit.Measure());
        foreach (var shape in shapes)
        {
            Measure(parsed, [.. benchmark.Measure(shape, batchSize)], row => row, report => report.Kernels, row => [string.Create(CultureInfo.InvariantCulture,
                $"{row.Microseconds:N0} µs, {row.Gflops:0.0} GFLOP/s, {100 * row.Gflops / row.LimitGflops:0} % of the limit")]);
        }
    }

    private void MeasureScale(ParseResult parsed)
    {
        var work = Chosen(parsed, Workload.All([1]).Where(ScaleBenchmark.Covers));
        var benchmark = new ScaleBenchmark();
        Measure(parsed, work, benchmark.Measure, report => report.Scale, row =>
        [
            string.Create(CultureInfo.InvariantCulture, $"measured on {row.Cores} cores {row.MeasuredTimes:0.0}×; simulated: ")
                + string.Join(
                ", ", row.SpeedUps.Select(
                speedUp => string.Create(CultureInfo.InvariantCulture, $"{speedUp.Workers} workers {speedUp.Times:0.0}× ({100 * speedUp.Efficiency:0} %)"))),
            .. row.SpeedUps[^1]
                .Limits.Select(
                limit =>
                string.Create(
                CultureInfo.InvariantCulture, $"  {100 * limit.LostShare:0} % lost: {limit.Times} × {limit.Step}, phase {limit.Phase}: {limit.Reason}")),
        ]);
    }

    private void MeasureThreads(ParseResult parsed)
    {
        var benchmark = new ThreadsBenchmark(Contestant.Fovea(), parsed.GetValue(pairs), parsed.GetValue(seconds));
        Measure(parsed, Chosen(parsed, ThreadsBenchmark.Workloads), benchmark.Measure, report => report.Threads,
            row => [string.Create(CultureInfo.InvariantCulture,
            $"{row.OneThread:N1} images/s on one thread, {row.SpeedUp.Median:0.00}× on {row.Cores}; one core taken: {100 * row.KeptOfOneLess?.Median:0} % "
                + $"kept; {row.ManyThreads} threads: {row.Oversubscribed.Median:0.00}×; {(row.SameBits ? "the same bits" : "OTHER BITS")}")]);
    }

    private void MeasureShards(ParseResult parsed)
    {
        var benchmark = new ShardsBenchmark(parsed.GetValue(pairs), parsed.GetValue(seconds));
        var filters = parsed.GetValue(only)!;
        foreach (var (network, batchSize) in ShardsBenchmark.Workloads)
        {
            if (filters.Length > 0 && !filters.Contains($"{network}:{batchSize}") && !filters.Contains(network)) continue;
            var (milliseconds, ratios) = benchmark.Measure(network, batchSize);
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network}, batch {batchSize}: {milliseconds:0.00} ms a step without shards; ")
                + string.Join("; ", ratios.Select(row => string.Create(
                    CultureInfo.InvariantCulture, $"{row.Shards} shards {row.Ratio.Median:0.00} ({row.Ratio.Min:0.00} – {row.Ratio.Max:0.00})"))));
        }
    }

    private void MeasureMemory(int fits, int predictions)
    {
        var chart = new BarChart { Width = Math.Min(100, console.Profile.Width), Label = "Working set in MB, after", ShowValues = true };
        foreach (var (after, megabytes) in new MemoryBenchmark(fits, predictions).Measure()) chart.AddItem(after, Math.Round(megabytes, 1), Color.SteelBlue);
        console.Write(chart);
    }

    /// <summary>Measures one row after another, and prints and saves each at once, so that nothing is lost when the program is stopped.</summary>
    private void Measure<TWork,
        TRow>(ParseResult parsed, IReadOnlyList<TWork> work, Func<TWork, TRow> measure, Func<Report, List<TRow>> rows, Func<TRow, IEnumerable<string>> describe)
        where TRow : Row
    {
        var path = parsed.GetValue(file)!;
        foreach (var one in work)
        {
            var row = measure(one);
            console.MarkupLine($"[bold]{Markup.Escape(row.Key)}[/]  {Markup.Escape(string.Join("\n  ", describe(row)))}");
            var report = Report.ReadOrCreate(path);
            Report.Put(rows(report), row);
            report.Write(path);
        }
    }

    private List<Workload> Chosen(ParseResult parsed, IEnumerable<Workload> all)
    {
        var filters = parsed.GetValue(only)!;
        var candidates = all.ToList();
        var chosen = candidates.Where(work => filters.Length == 0 || filters.Any(work.Matches)).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new BenchmarkException($"nothing fits {string.Join(", ", filters)}; there are: {string.Join(" ", candidates)}.");
    }

    private void Warn(string message) => console.MarkupLine($"[red]{Markup.Escape(message)}[/]");

    private int Guard(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (BenchmarkException error)
        {
            Warn(error.Message);
            return 1;
        }
    }
}
