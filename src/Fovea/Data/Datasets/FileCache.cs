using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fovea;

/// <summary>
/// A data set whose samples are in a file: a header, then for each sample its values (inputs, targets, weight) and their CRC-32. Weights of positions are not
/// kept, since the loss decides which of them count.
/// </summary>
internal sealed class FileCache : DerivedDataset
{
    private const ulong Signature = 0x31_45_48_43_41_43_56_46;  // "FVCACHE1"
    private const int HeaderBytes = 24;
    private const int BatchSize = 32;

    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly Layout layout;

    private FileCache(Dataset source, string path, SafeFileHandle file, Layout layout)
        : base(source)
    {
        (this.path, this.file, this.layout) = (path, file, layout);
    }

    /// <summary>Opens the file of a data set. If there is none, or if it is not whole, it is written first.</summary>
    public static FileCache Of(Dataset source, string folder, string version, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var layout = Layout.Of(source);
        var path = Path.Combine(folder, $"samples-{CacheFingerprint.Of(source, version)}.cache");
        if (OpenWhole(path, layout) is { } present) return new FileCache(source, path, present, layout);
        Directory.CreateDirectory(folder);
        Write(source, path, layout, progress, cancellationToken);
        return OpenWhole(path, layout) is { } written
            ? new FileCache(source, path, written, layout)
            : throw new IOException($"'{path}' was written, but cannot be read again.");
    }

    public override bool HasTargetsInMemory => false;

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var values = Values(index);
        values.AsSpan(0, input.Length).CopyTo(input);
        values.AsSpan(input.Length, target.Length).CopyTo(target);
    }

    public override void ReadTarget(int index, Span<float> target) => Values(index).AsSpan(InputShape.Count, TargetShape.Count).CopyTo(target);

    public override float Weight(int index, ReadOnlySpan<float> target) => layout.HasWeight ? Values(index)[^2] : base.Weight(index, target);

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights)
    {
        if (layout.HasWeight) weights.Fill(Weight(index, target));
        else base.Weights(index, target, weights);
    }

    private static void Write(Dataset source, string path, Layout layout, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        using var target = new AtomicFile(path, layout.FileBytes);
        target.Add(MemoryMarshal.AsBytes<ulong>([Signature, (ulong)layout.Count, (ulong)layout.Values]));
        var checks = new SampleChecks(WeightCount: layout.HasWeight ? 1 : 0);
        using var reader = BatchSource.Once(source, Math.Min(BatchSize, layout.Count), checks, cancellationToken);
        var (record, done) = (new float[layout.Values + 1], 0);
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < batch.Count; i++)
            {
                Fill(record, batch, i);
                target.Add(MemoryMarshal.AsBytes<float>(record));
            }

            progress?.Report(done += batch.Count);
        }

        target.Commit();
    }

    private static void Fill(float[] record, BatchBuffer batch, int sample)
    {
        var rest = record.AsSpan();
        foreach (var tensor in batch.Inputs) Append(tensor, ref rest);
        foreach (var tensor in batch.Targets) Append(tensor, ref rest);
        if (batch.SampleWeights is { } weights) Append(weights, ref rest);
        rest[0] = BitConverter.UInt32BitsToSingle(Checksum(record));

        void Append(BatchTensor tensor, ref Span<float> to)
        {
            tensor[sample].CopyTo(to);
            to = to[tensor.Length..];
        }
    }

    /// <summary>The file, if it is there with the header and the length that it must have.</summary>
    private static SafeFileHandle? OpenWhole(string path, Layout layout)
    {
        if (!File.Exists(path)) return null;
        var file = File.OpenHandle(path, options: FileOptions.RandomAccess, share: FileShare.Read | FileShare.Delete);
        var header = new ulong[HeaderBytes / sizeof(ulong)];
        if (RandomAccess.GetLength(file) == layout.FileBytes && ReadFully(file, MemoryMarshal.AsBytes(header.AsSpan()), 0)
            && header is [Signature, var count, var values] && count == (ulong)layout.Count && values == (ulong)layout.Values) return file;
        file.Dispose();
        return null;
    }

    private static bool ReadFully(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0) return false;
            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }

    private static uint Checksum(float[] record) => Crc32.Compute(MemoryMarshal.AsBytes(record.AsSpan()[..^1]));

    /// <summary>The values of a sample and their checksum.</summary>
    /// <exception cref="InvalidDataException">The file is damaged there.</exception>
    private float[] Values(int index)
    {
        var record = new float[layout.Values + 1];
        var offset = HeaderBytes + (index * layout.RecordBytes);
        if (!ReadFully(file, MemoryMarshal.AsBytes(record.AsSpan()), offset) || BitConverter.SingleToUInt32Bits(record[^1]) != Checksum(record))
            throw new InvalidDataException($"The cache '{path}' is damaged at sample {index}. Delete the file: it will be written again.");
        return record;
    }

    /// <summary>The numbers of samples and of values of a sample.</summary>
    private sealed record Layout(int Count, int Values, bool HasWeight)
    {
        public long RecordBytes => sizeof(float) * (Values + 1L);

        public long FileBytes => HeaderBytes + (Count * RecordBytes);

        public static Layout Of(Dataset data)
        {
            var hasWeight = data is { IsWeighted: true, IsWeightedByPosition: false };
            return new Layout(data.Count, data.InputShape.Count + data.TargetShape.Count + (hasWeight ? 1 : 0), hasWeight);
        }
    }
}
