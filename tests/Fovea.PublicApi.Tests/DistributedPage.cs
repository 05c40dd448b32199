using Fovea.Imaging;
using Fovea.Mpi;

namespace Fovea.PublicApi.Tests;

/// <summary>The code of docs/distributed.md, which <see cref="DistributedPageTests"/> compares and runs.</summary>
internal static class DistributedPage
{
    public static int Join(Model model)
    {
        using var processes = MpiProcesses.Join();          // before anything is computed
        model.Distribution = new DataParallel(shards: 8);   // before Fit
        return processes.Size;
    }

    public static Model Reopen(Model model)
    {
        ArgumentNullException.ThrowIfNull(model.Distribution);
        using var file = model.Distribution.OpenRead("best.keras");
        var best = Model.Load(file);
        return best;
    }

    public static Dataset Parts(Model model, ImageInput input)
    {
        var train = Dataset.FromParts(16, part => ImageFolder.Load($"/data/part{part}", input));
        model.Distribution = new DataParallel(shards: 16);
        return train;
    }
}
