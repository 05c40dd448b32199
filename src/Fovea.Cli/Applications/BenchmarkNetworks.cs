namespace Fovea.Cli;

/// <summary>
/// The networks whose speed is measured: the two of the book and three common ones, built layer by layer as in the benchmarks of other libraries.
/// All have fresh weights and no augmentation.
/// </summary>
internal static class BenchmarkNetworks
{
    private const long Seed = 1;

    public static IReadOnlyList<string> Names { get; } = [BookMnist.Name, BookCatsDogs.Name, MobileNet.Name, ResNet50.Name, Vgg16.Name];

    public static Model Create(string name) => name switch
    {
        MobileNet.Name => MobileNet.Create(Seed),
        ResNet50.Name => ResNet50.Create(Seed),
        Vgg16.Name => Vgg16.Create(Seed),
        _ => Networks.Create(name, (int)Seed, augmentation: []),
    };
}
