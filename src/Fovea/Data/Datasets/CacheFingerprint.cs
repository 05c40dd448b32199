using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Fovea;

/// <summary>Tells whether a cache on disk belongs to a data set: a hash of its form and of some of its samples.</summary>
internal static class CacheFingerprint
{
    /// <summary>The number of samples that are read for the fingerprint, from the first to the last at equal distances.</summary>
    public const int Samples = 16;

    private const int Letters = 32;

    /// <summary>The fingerprint of a data set.</summary>
    /// <param name="data">The data set; up to <see cref="Samples"/> of its samples are read.</param>
    /// <param name="version">A text of the user that changes with the data.</param>
    public static string Of(Dataset data, string version)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] form =
        [
            version, data.Count.ToString(CultureInfo.InvariantCulture), SeveralTensors.Print(data.InputShapes), SeveralTensors.Print(data.TargetShapes),
            data.ImageInput?.ToString() ?? "", $"{data.IsWeighted} {data.IsWeightedByPosition} {BitConverter.IsLittleEndian}", .. data.ClassNames,
        ];
        foreach (var part in form) hash.AppendData(Encoding.UTF8.GetBytes($"{part}\n"));
        var number = Math.Min(Samples, data.Count);
        for (var i = 0; i < number; i++)
        {
            var sample = data.SampleAt(number == 1 ? 0 : (int)((long)i * (data.Count - 1) / (number - 1)));
            foreach (var tensor in sample.Inputs.Concat(sample.Targets)) hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.Values));
            if (sample.Weights is { } weights) hash.AppendData(MemoryMarshal.AsBytes<float>(weights.Values));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Letters];
    }
}
