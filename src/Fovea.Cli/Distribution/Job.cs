using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fovea.Cli;

/// <summary>The processes that a launcher such as <c>mpirun</c> has started to run this command together; usually this process alone.</summary>
internal static class Job
{
    public static int Size => Processes.Current.Size;

    public static int Rank => Processes.Current.Rank;

    /// <summary>Whether this process prints and writes files.</summary>
    public static bool IsFirst => Rank == 0;

    /// <summary>Whether there are other processes.</summary>
    public static bool IsShared => Size > 1;

    /// <summary>The distribution of a training.</summary>
    /// <param name="shards">The value of <c>--shards</c>.</param>
    /// <returns>The distribution; null for training without one.</returns>
    /// <exception cref="CommandException">The number of shards is missing, or does not fit the number of processes.</exception>
    public static DataParallel? Divide(int? shards)
    {
        var smallest = BitOperations.RoundUpToPowerOf2((uint)Size);
        if (shards is not { } number)
        {
            return !IsShared ? null : throw new CommandException(string.Create(
                CultureInfo.InvariantCulture,
                $"--shards: expected a number of shards for {Size} processes, among which they divide each batch, such as --shards {smallest}."));
        }

        if (!BitOperations.IsPow2(number))
            throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"--shards: expected a power of two; received {number}."));
        return number >= Size ? new DataParallel(number) : throw new CommandException(string.Create(
            CultureInfo.InvariantCulture,
            $"--shards: expected at least one shard for each of {Size} processes; received {number}. Start fewer processes, or use --shards {smallest}."));
    }

    /// <summary>The distribution of what does not depend on the number of shards, such as evaluation.</summary>
    public static DataParallel? Share() => IsShared ? new DataParallel((int)BitOperations.RoundUpToPowerOf2((uint)Size)) : null;

    /// <summary>Waits until all processes have come here.</summary>
    public static void Wait() => Processes.Current.AllGather(new byte[Size], Enumerable.Repeat(1, Size).ToArray());

    /// <summary>Divides work on some items among the processes: item i belongs to process i mod P.</summary>
    /// <param name="items">The items, the same in all processes.</param>
    /// <param name="work">The work on one item.</param>
    /// <param name="type">How a result is exchanged.</param>
    /// <returns>The results of all items, in their order, in every process.</returns>
    public static List<TResult> Share<TItem, TResult>(IReadOnlyList<TItem> items, Func<TItem, TResult> work, JsonTypeInfo<TResult> type)
    {
        if (!IsShared) return [.. items.Select(work)];

        // JSON without line breaks: a line for each result.
        var own = string.Join('\n', items.Where((_, i) => i % Size == Rank).Select(item => JsonSerializer.Serialize(work(item), type)));
        var lines = Array.ConvertAll(Gather(Encoding.UTF8.GetBytes(own)), bytes => Encoding.UTF8.GetString(bytes).Split('\n'));
        return [.. items.Select((_, i) => JsonSerializer.Deserialize(lines[i % Size][i / Size], type)!)];
    }

    /// <summary>The bytes of each process, in the order of their numbers.</summary>
    public static byte[][] Gather(byte[] own)
    {
        var lengths = new byte[sizeof(int) * Size];
        BitConverter.TryWriteBytes(lengths.AsSpan(sizeof(int) * Rank), own.Length);
        Processes.Current.AllGather(lengths, Enumerable.Repeat(sizeof(int), Size).ToArray());
        var counts = Enumerable.Range(0, Size).Select(rank => BitConverter.ToInt32(lengths, sizeof(int) * rank)).ToArray();
        var all = new byte[counts.Sum()];
        own.CopyTo(all, counts[..Rank].Sum());
        Processes.Current.AllGather(all, counts);
        return [.. counts.Select((count, rank) => all.AsSpan(counts[..rank].Sum(), count).ToArray())];
    }

    /// <summary>Does something in the first process, and in the others when it is done, such as a download.</summary>
    public static T FirstThenOthers<T>(Func<T> work)
    {
        if (!IsShared) return work();
        if (!IsFirst) Wait();
        var result = work();
        if (IsFirst) Wait();
        return result;
    }
}
