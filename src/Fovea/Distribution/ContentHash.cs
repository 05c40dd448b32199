using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fovea.Engine;

namespace Fovea;

/// <summary>A hash of values, by which processes compare what they have: the first 64 bits of its SHA-256.</summary>
internal static class ContentHash
{
    /// <summary>The number of values that are hashed at once, since a large array has more bytes than a span can have.</summary>
    private const int Piece = 1 << 20;

    public static ulong Of(IEnumerable<Variable> variables)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var variable in variables) Append(hash, variable.Values);
        return End(hash);
    }

    public static ulong Of(IEnumerable<Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors) Append(hash, tensor.Values);
        return End(hash);
    }

    /// <summary>The hash of samples of a data set: their inputs, targets and weights.</summary>
    public static ulong Of(Dataset data, IEnumerable<int> indices)
    {
        var samples = indices.Select(data.SampleAt);
        return Of(samples.SelectMany(sample => sample.Inputs.Concat(sample.Targets).Concat(sample.Weights is { } weights ? [weights] : [])));
    }

    public static ulong Of(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(bytes));

    /// <summary>Sixteen hexadecimal digits.</summary>
    public static string Print(ulong hash) => hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    private static void Append(IncrementalHash hash, ReadOnlySpan<float> values)
    {
        for (; values.Length > 0; values = values[Math.Min(values.Length, Piece)..])
            hash.AppendData(MemoryMarshal.AsBytes(values[..Math.Min(values.Length, Piece)]));
    }

    private static ulong End(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
