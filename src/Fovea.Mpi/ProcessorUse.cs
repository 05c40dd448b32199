using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fovea.Mpi;

/// <summary>The processors that a process may use, as it tells the others.</summary>
/// <param name="Machine">A number that the processes of one machine have in common.</param>
/// <param name="Host">A number that the processes of one container, or of one machine without containers, have in common.</param>
/// <param name="Usable">The number of processors that .NET uses, which respects the limits of a container.</param>
/// <param name="Allowed">The numbers of the processors that the process may run on; none if the system does not say.</param>
/// <param name="OfLauncher">The number of processors that the launcher may run on; 0 if it is not known.</param>
internal sealed record ProcessorUse(UInt128 Machine, UInt128 Host, int Usable, BitArray Allowed, int OfLauncher)
{
    /// <summary>The largest number of processors that Linux supports.</summary>
    private const int MaxProcessors = 8192;

    private const int NumberSize = 16;

    /// <summary>The size of <see cref="ToBytes"/>.</summary>
    public const int Size = (2 * NumberSize) + (2 * sizeof(int)) + (MaxProcessors / 8);

    /// <summary>The processors of this process.</summary>
    public static ProcessorUse OfThisProcess()
    {
        var status = ProcessStatus.Read("self");
        var boot = ProcessStatus.ReadText("/proc/sys/kernel/random/boot_id") ?? Environment.MachineName;
        return new(
            Number(boot), Number($"{boot} {Environment.MachineName}"), Environment.ProcessorCount, Mask(status?.Processors ?? []),
            status?.LauncherProcessors().Count ?? 0);
    }

    /// <summary>
    /// The number of threads for a process: its processors, each divided by the number of processes that may use it, and the limit of a container divided by
    /// the processes in it.
    /// </summary>
    /// <param name="all">The processors of all processes of the job.</param>
    /// <param name="rank">The number of the process.</param>
    public static int Threads(IReadOnlyList<ProcessorUse> all, int rank)
    {
        var own = all[rank];
        var neighbors = all.Where(use => use.Machine == own.Machine).ToList();
        var allowed = own.AllowedCount;
        if (allowed == 0) return Math.Max(1, own.Usable / neighbors.Count);
        var share = Enumerable.Range(0, MaxProcessors).Where(processor => own.Allowed[processor])
            .Sum(processor => 1.0 / neighbors.Count(use => use.Allowed[processor]));
        if (own.Usable < allowed) share = Math.Min(share, (double)own.Usable / neighbors.Count(use => use.Host == own.Host));
        return Math.Max(1, (int)(share + 1e-6));
    }

    /// <summary>
    /// A sentence about the first process that the launcher has bound to fewer processors than its share of the machine; null if there is none.
    /// </summary>
    public static string? BindingNote(IReadOnlyList<ProcessorUse> all)
    {
        for (var rank = 0; rank < all.Count; rank++)
        {
            var own = all[rank];
            var neighbors = all.Count(use => use.Machine == own.Machine);
            var share = own.OfLauncher / neighbors;
            if (own.AllowedCount == 0 || own.AllowedCount >= own.OfLauncher || Threads(all, rank) >= share) continue;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Fovea.Mpi: the launcher has bound process {rank} to {own.AllowedCount} of {own.OfLauncher} processors, although its share is {share}. "
                    + $"Start the program with mpirun --bind-to none.");
        }

        return null;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, Machine);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(NumberSize), Host);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2 * NumberSize), Usable);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan((2 * NumberSize) + sizeof(int)), OfLauncher);
        Allowed.CopyTo(bytes, Size - (MaxProcessors / 8));
        return bytes;
    }

    public static ProcessorUse FromBytes(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt128LittleEndian(bytes), BinaryPrimitives.ReadUInt128LittleEndian(bytes[NumberSize..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[(2 * NumberSize)..]), new BitArray(bytes[(Size - (MaxProcessors / 8))..Size].ToArray()),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[((2 * NumberSize) + sizeof(int))..]));

    /// <summary>A set of processors.</summary>
    public static BitArray Mask(IEnumerable<int> processors)
    {
        var mask = new BitArray(MaxProcessors);
        foreach (var processor in processors) mask[processor] = true;
        return mask;
    }

    private int AllowedCount => Allowed.Cast<bool>().Count(isAllowed => isAllowed);

    private static UInt128 Number(string name) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
