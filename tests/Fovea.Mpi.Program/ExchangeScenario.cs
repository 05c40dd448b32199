using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fovea.MpiProgram;

/// <summary>Exchanges with uneven and empty counts. Each process prints what it received.</summary>
internal static class ExchangeScenario
{
    private const int Rounds = 20;

    public static void Run(IProcessGroup group) => Console.WriteLine($"process {group.Rank} of {group.Size}: {Digest(group)}");

    /// <summary>A hash of everything that a process receives in a number of exchanges, a function of its number and the number of processes.</summary>
    public static string Digest(IProcessGroup group)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var round = 0; round < Rounds; round++)
        {
            // The first rounds have no values at all, or values for one process alone.
            int Count(int from, int to) => round switch
            {
                0 => 0,
                1 => from == 0 && to == group.Size - 1 ? 5 : 0,
                _ => ((from * 7) + (to * 3) + round) % 5 * (round == Rounds - 1 ? 10_000 : 1),
            };
            int[] sends = [.. Enumerable.Range(0, group.Size).Select(to => Count(group.Rank, to))];
            int[] receives = [.. Enumerable.Range(0, group.Size).Select(from => Count(from, group.Rank))];
            var sent = Values(sends.Sum(), group.Rank, round);
            var received = new float[receives.Sum()];
            group.AllToAll(sent, sends, received, receives);
            hash.AppendData(MemoryMarshal.AsBytes(received.AsSpan()));

            int[] counts = [.. Enumerable.Range(0, group.Size).Select(rank => Count(rank, 0))];
            var values = new float[counts.Sum()];
            Values(counts[group.Rank], group.Rank, round).CopyTo(values, counts[..group.Rank].Sum());
            group.AllGather(values, counts);
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));

            var bytes = new byte[counts.Sum()];
            bytes.AsSpan(counts[..group.Rank].Sum(), counts[group.Rank]).Fill((byte)(group.Rank + round + 1));
            group.AllGather(bytes, counts);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static float[] Values(int count, int rank, int round) =>
        [.. Enumerable.Range(0, count).Select(i => (i * 0.1f) + (100 * rank) + (10_000 * round))];
}
