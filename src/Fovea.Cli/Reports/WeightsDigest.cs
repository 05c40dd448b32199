using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fovea.Cli;

/// <summary>A hash of a model's weights. Two trainings with bit-identical weights have the same hash.</summary>
internal static class WeightsDigest
{
    /// <summary>SHA-256 over all weights as little-endian float32, in the order of <see cref="Model.Weights"/>, in lower-case hexadecimal digits.</summary>
    public static string Sha256(Model model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var weight in model.Weights)
        {
            var words = MemoryMarshal.Cast<float, int>(weight.Values);
            if (!BitConverter.IsLittleEndian)
            {
                var swapped = new int[words.Length];
                BinaryPrimitives.ReverseEndianness(words, swapped);
                words = swapped;
            }

            hash.AppendData(MemoryMarshal.AsBytes(words));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
