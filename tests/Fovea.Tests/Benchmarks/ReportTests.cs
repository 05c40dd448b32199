using Fovea.Benchmarks;
using Fovea.Tests.Data;

namespace Fovea.Tests.Benchmarks;

public sealed class ReportTests
{
    private static readonly Machine TestMachine = new("a processor", 2, "512 bit", 8, "an operating system", ".NET 10");

    [Theory]
    [InlineData("train", 20)]
    [InlineData("infer:vgg16", 4)]
    [InlineData("infer:*:1:2", 5)]
    [InlineData("::64", 4)]
    [InlineData("train:book-mnist:64:1", 1)]
    [InlineData("book-mnist", 0)]
    public void A_filter_chooses_workloads(string filter, int expected) => Assert.Equal(expected, Workload.All([1, 2]).Count(work => work.Matches(filter)));

    [Fact]
    public void A_row_measured_again_takes_the_old_place_and_the_file_keeps_all()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "report.json");
        var report = new Report(TestMachine);
        foreach (var row in (NetworkRow[])[Row("train", 100), Row("infer", 200), Row("train", 110)]) Report.Put(report.Networks, row);
        report.Write(path);

        var read = Report.Read(path);
        Assert.Equal([("train:net:64:2", 110.0), ("infer:net:64:2", 200)], read.Networks.Select(row => (row.Key, row.Fovea.ImagesPerSecond.Median)));
        Assert.Equal(TestMachine, read.Machine);
        Assert.Equal(report.Networks[0].Measured, read.Networks[0].Measured);
        Assert.Contains(
            "| train net | 64 | 2 | 110 | 50 % | Peer 1.0 | 10.0 | 5 % | **11.0×** (11.0 – 11.0) | 60 | 300 | 400 | 900 |",
            File.ReadAllText(Path.ChangeExtension(path, ".md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_reports_are_compared_where_both_have_measured()
    {
        var (before, after) = (new Report(TestMachine), new Report(TestMachine));
        before.Networks.AddRange([Row("train", 100), Row("infer", 200)]);
        after.Networks.Add(Row("train", 150));
        before.Kernels.Add(new KernelRow("3×3", "forward", 8, 2, 10, 100, 400));
        after.Kernels.Add(new KernelRow("3×3", "forward", 8, 2, 5, 200, 400));
        var rows = Comparison.Of(before, after);
        Assert.Equal([("train:net:64:2", 100.0, 150.0), ("3×3:forward:8:2", 100, 200)], rows.Select(row => (row.Key, row.Before, row.After)));
        Assert.Equal([("Peer", 10, 15)], rows[0].Peers);
    }

    [Fact]
    public void A_file_that_is_not_there_gets_a_sentence()
    {
        var error = Assert.Throws<BenchmarkException>(() => Report.Read("none.json"));
        Assert.Equal("'none.json' does not exist; expected a file that benchmarks/run.sh wrote.", error.Message);
    }

    private static NetworkRow Row(string mode, double rate) => new(
        mode, "net", 64, 2, 5, 400,
        new Figures("Fovea", new Spread(rate, rate, rate), 0.5, 60, 400),
        [new Figures("Peer 1.0 / library 2", new Spread(10, 10, 10), 0.05, 300, 900) { Ratio = new Spread(rate / 10, rate / 10, rate / 10) }]);
}
