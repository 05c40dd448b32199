using System.Globalization;

namespace Fovea;

/// <summary>The part of a fingerprint that describes a data set: its form, and hashes of its first, middle and last sample.</summary>
internal static class DataFingerprint
{
    private const string Fix = "give all processes the same data";

    /// <param name="fingerprint">The fingerprint.</param>
    /// <param name="name">The name of the data set in messages.</param>
    /// <param name="data">The data set; three of its samples are read.</param>
    public static void Add(Fingerprint fingerprint, string name, Dataset data)
    {
        var counts = (data as PartitionedDataset)?.CountsOfAll;
        fingerprint.Add(
            $"number of samples of the {name}", counts is not null ? string.Join(" + ", counts)
            : data.KnownCount?.ToString(CultureInfo.InvariantCulture) ?? "not known (a stream)", Fix);
        fingerprint.Add($"shape of the inputs of the {name}", string.Join(" and ", data.InputShapes), Fix);
        fingerprint.Add($"shape of the targets of the {name}", string.Join(" and ", data.TargetShapes), Fix);
        fingerprint.Add($"list of class names of the {name}", data.ClassNames.Count == 0 ? "empty" : string.Join(", ", data.ClassNames), Fix);
        var weights = data.IsWeightedByPosition ? "one for each position" : data.IsWeighted ? "one for each sample" : "none";
        fingerprint.Add($"kind of sample weights of the {name}", weights, Fix);
        if (data.KnownCount is not { } count || count == 0 || counts is not null) return;  // each process has other parts
        foreach (var index in new[] { 0, count / 2, count - 1 }.Distinct())
            fingerprint.Add(string.Create(CultureInfo.InvariantCulture, $"hash of sample {index} of the {name}"), HashOf(data, index), Fix);
    }

    /// <summary>The hash of a sample; empty if it cannot be read, which the training reports when it needs the sample.</summary>
    private static string HashOf(Dataset data, int index)
    {
        try
        {
            return ContentHash.Print(ContentHash.Of(data, [index]));
        }
#pragma warning disable CA1031 // A data set of the user's may throw anything.
        catch (Exception)
#pragma warning restore CA1031
        {
            return "";
        }
    }
}
