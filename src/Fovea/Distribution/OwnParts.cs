using System.Runtime.InteropServices;

namespace Fovea;

/// <summary>The parts of a data set that a process trains or evaluates on: part s is that of shard s.</summary>
internal static class OwnParts
{
    /// <summary>Opens the parts of this process, and learns the number of samples of those of the other processes.</summary>
    /// <param name="data">The parts.</param>
    /// <param name="distribution">The shards and the processes, which all make this call.</param>
    /// <exception cref="TrainingException">There are more or fewer parts than shards, or another process cannot open a part.</exception>
    public static PartitionedDataset Of(PartitionedDataset data, DataParallel distribution)
    {
        var agreement = new Agreement(distribution.Processes);
        var (first, end) = distribution.ShardsOf(distribution.Processes.Rank);
        int[] counts = [];
        agreement.Together(() =>
        {
            if (data.Parts != distribution.Shards)
                throw new TrainingException(
                    $"Dataset.FromParts: expected as many parts as the model's Distribution has shards, {distribution.Shards}; received {data.Parts}.");
            counts = data.Range(first, end).Counts;
        });
        var own = MemoryMarshal.AsBytes<int>(counts);
        int[] all = [.. agreement.Gather(own).SelectMany(bytes => MemoryMarshal.Cast<byte, int>(bytes).ToArray())];
        return all.Sum(count => (long)count) <= int.MaxValue
            ? data.Range(first, end, all)
            : throw new TrainingException($"Dataset.FromParts: expected at most {int.MaxValue} samples in all parts; there are more.");
    }
}
