using Fovea.Benchmarks;

namespace Fovea.Tests.Benchmarks;

public class DistributionTablesTests
{
    /// <summary>Computed by hand: 2·3·20 µs + 8·n·7/8 ÷ 1.15 GB/s + n·7/8·0.5 ns for 4.25 million weights.</summary>
    [Fact]
    public void An_exchange_takes_its_latencies_the_transfer_of_both_halves_and_the_additions()
    {
        var link = NetworkLink.All[1];
        Assert.Equal(25.990e-3, link.TransferSeconds(4.25e6, 8), 5e-6);
        Assert.Equal(27.849e-3, link.ExchangeSeconds(4.25e6, 8), 5e-6);
        Assert.Equal(0, link.ExchangeSeconds(4.25e6, 1));
        Assert.Equal(link.TransferSeconds(0, 4), link.TransferSeconds(0, 3));
    }

    /// <summary>Computed by hand for 64 machines of two cores: 114.3 ms of computation, 31.5 ms of exchange, of which 90 % are hidden.</summary>
    [Fact]
    public void An_exchange_is_hidden_up_to_nine_tenths_and_up_to_six_tenths_of_the_computation()
    {
        var network = DistributedNetwork.All.Single(network => network.Name == "MobileNet");
        Assert.Equal(7314.29 / (114.286 + (0.1 * 31.423)), network.SpeedUp(NetworkLink.All[1], 1, 64), 0.01);

        // 256 machines: 28.57 ms of computation hide 17.14 ms of 31.88 ms.
        Assert.Equal(7314.29 / (28.571 + 31.881 - 17.143), network.SpeedUp(NetworkLink.All[1], 1, 256), 0.05);
        Assert.Equal(256, network.Limit(NetworkLink.All[1], 1));
    }

    [Fact]
    public void The_tables_of_the_page_are_those_that_the_program_computes()
    {
        var page = RepositoryFiles.Read("docs/distributed.md");
        Assert.Contains(DistributionTables.OfSmallMachines, page, StringComparison.Ordinal);
        Assert.Contains(DistributionTables.OfLargeMachines, page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_of_another_rate_has_the_latency_and_the_headers_of_the_next_slower_one()
    {
        var link = NetworkLink.Of(25);
        Assert.Equal((25, 20e-6), (link.GigabitsPerSecond, link.Latency));
        Assert.Equal(2.875e9, link.BytesPerSecond, 1e3);
        Assert.Equal(NetworkLink.All[0], NetworkLink.Of(1));
    }
}
