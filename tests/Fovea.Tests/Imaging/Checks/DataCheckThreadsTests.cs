using Fovea.Imaging;
using Fovea.Tests.Training;

namespace Fovea.Tests.Imaging.Checks;

[Collection(AloneCollection.Name)]
public sealed class DataCheckThreadsTests : IDisposable
{
    private readonly SceneFolder scenes = new();
    private readonly int threads = Cpu.Threads;

    public void Dispose()
    {
        Cpu.Threads = threads;
        scenes.Dispose();
    }

    [Fact]
    public void Findings_are_the_same_at_any_number_of_threads()
    {
        scenes.Fill(20, "train/cats", "train/dogs", "validation/cats", "validation/dogs", "test/cats", "test/dogs");
        _ = new PlantedFaults(scenes.Path, 5, seed: 1);
        Cpu.Threads = 1;
        var alone = Findings();
        Assert.NotEmpty(alone);
        Cpu.Threads = 3;
        Assert.Equal(alone, Findings());
    }

    private List<string> Findings() =>
    [
        .. DataCheck.Run(scenes.Path, new DataCheckOptions { Base = DataCheckTests.MeanColor() }, cancellationToken: TestContext.Current.CancellationToken)
            .Findings.Select(finding => $"{finding.KindName} {finding.Message} {finding.Value:R} {string.Join(' ', finding.Files)}"),
    ];
}
