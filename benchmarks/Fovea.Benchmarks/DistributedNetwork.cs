namespace Fovea.Benchmarks;

/// <summary>A network whose training on several machines is computed: the batch keeps its size, whatever the number of machines.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="BatchSize">The number of images of a batch; more machines than images would have none.</param>
/// <param name="Weights">The number of weights.</param>
/// <param name="ImagesPerSecond">The images per second on one small machine, measured: two cores of a Xeon with 512-bit vectors.</param>
internal sealed record DistributedNetwork(string Name, int BatchSize, double Weights, double ImagesPerSecond)
{
    /// <summary>The share of the computation of a step during which gradients are ready to be sent, at most.</summary>
    private const double ComputationThatHides = 0.6;

    /// <summary>The share of the exchange that can be hidden; the gradients of the first layers are ready at the end only.</summary>
    private const double ExchangeThatIsHidden = 0.9;

    private const int MostMachines = 1 << 20;

    public static IReadOnlyList<DistributedNetwork> All { get; } =
    [
        new("book MNIST", 64, 93_322, 20_200),
        new("book MNIST", 1024, 93_322, 20_200),
        new("MobileNet", 256, 4.25e6, 35),
        new("ResNet-50", 256, 25.6e6, 6.4),
        new("VGG-16", 256, 138.4e6, 4.6),
    ];

    /// <summary>The seconds of a step on one machine.</summary>
    /// <param name="speed">The speed of a machine, in multiples of the small one's.</param>
    public double StepSeconds(double speed) => BatchSize / ImagesPerSecond / speed;

    /// <summary>The ratio of the time of a step on one machine to that on several, with an exchange that runs during the backward pass.</summary>
    public double SpeedUp(NetworkLink link, double speed, int machines)
    {
        var computation = StepSeconds(speed) / machines;
        var exchange = link.ExchangeSeconds(Weights, machines);
        var hidden = Math.Min(ComputationThatHides * computation, ExchangeThatIsHidden * exchange);
        return StepSeconds(speed) / (computation + exchange - hidden);
    }

    /// <summary>The smallest power of two of machines on which the exchange takes as long as the computation. More of them gain little.</summary>
    public int Limit(NetworkLink link, double speed)
    {
        var machines = 2;
        while (machines < MostMachines && link.ExchangeSeconds(Weights, machines) < StepSeconds(speed) / machines) machines *= 2;
        return machines;
    }
}
