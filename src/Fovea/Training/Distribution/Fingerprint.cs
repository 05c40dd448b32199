using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>What must be the same in all processes of a training, in the order in which differences are reported.</summary>
internal sealed class Fingerprint
{
    /// <summary>Values in messages have at most this number of characters; of longer ones the part is shown where they differ.</summary>
    private const int ShownLetters = 60;

    private const string SameProgram = "start all processes with the same program and arguments";
    private readonly List<FingerprintLine> lines = [];

    public void Add(string what, string value, string fix = SameProgram) => lines.Add(new FingerprintLine(what, value, fix));

    public void Add(string what, long? value) => Add(what, value?.ToString(CultureInfo.InvariantCulture) ?? "none");

    public void Add(string what, bool value) => Add(what, value ? "on" : "off");

    /// <summary>Adds the class and all settings of an object.</summary>
    /// <param name="what">The name of the object.</param>
    /// <param name="part">The object.</param>
    /// <param name="rest">Settings that it does not write itself.</param>
    public void Add(string what, IConfigurable part, JsonObject? rest = null)
    {
        Add(what, part.ClassName);
        var settings = SettingsOf(part, what);
        foreach (var (name, value) in rest ?? []) settings[name] = value?.DeepClone();
        foreach (var (name, value) in settings) Add($"setting '{name}' of the {what}", Text(value));
    }

    /// <summary>The class and all settings of an object as one text.</summary>
    public static string Describe(IConfigurable part) => $"{part.ClassName} {Text(SettingsOf(part, part.ClassName))}";

    /// <summary>Compares the fingerprints of all processes.</summary>
    /// <exception cref="TrainingException">That of a process differs from that of process 0. It is thrown in all processes.</exception>
    public void Require(IProcessGroup processes)
    {
        var (agreement, own) = (new Agreement(processes), Write());
        var hashes = agreement.Gather(BitConverter.GetBytes(ContentHash.Of(own)));
        if (Array.TrueForAll(hashes, hash => hash.AsSpan().SequenceEqual(hashes[0]))) return;
        var all = Array.ConvertAll(agreement.Gather(own), Read);
        for (var rank = 1; rank < all.Length; rank++)
        {
            if (Difference(all[0], all[rank]) is not var (line, first, other)) continue;
            (first, other) = (Excerpt(first, other), Excerpt(other, first));
            throw new TrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"DataParallel: the {line.What} is {first} in process 0, but {other} in process {rank} of {all.Length}; {line.Fix}."));
        }
    }

    /// <summary>The first line that differs, with the values of both; null if there is none.</summary>
    private static (FingerprintLine Line, string First, string Other)? Difference(List<FingerprintLine> first, List<FingerprintLine> other)
    {
        foreach (var (left, right) in Pairs(first, other))
        {
            var line = left ?? right!;
            if (left?.Value != right?.Value && left?.Value != "" && right?.Value != "") return (line, left?.Value ?? "missing", right?.Value ?? "missing");
        }

        return null;
    }

    /// <summary>The lines of the same name; null for one that is missing.</summary>
    private static IEnumerable<(FingerprintLine? First, FingerprintLine? Other)> Pairs(List<FingerprintLine> first, List<FingerprintLine> other)
    {
        var (named, known) = (other.ToDictionary(line => line.What), first.Select(line => line.What).ToHashSet());
        return first.Select(line => ((FingerprintLine?)line, named.GetValueOrDefault(line.What)))
            .Concat(other.Where(line => !known.Contains(line.What)).Select(line => ((FingerprintLine?)null, (FingerprintLine?)line)));
    }

    /// <summary>The part of a long value from a little before the place where it differs from another.</summary>
    private static string Excerpt(string value, string other)
    {
        if (value.Length <= ShownLetters) return value;
        var same = value.AsSpan().CommonPrefixLength(other);
        var start = Math.Max(0, Math.Min(same - (ShownLetters / 3), value.Length - ShownLetters));
        var end = Math.Min(value.Length, start + ShownLetters);
        return $"{(start > 0 ? "…" : "")}{value[start..end]}{(end < value.Length ? "…" : "")}";
    }

    private static JsonObject SettingsOf(IConfigurable part, string what)
    {
        var config = new Config(what, []);
        try
        {
            part.WriteSettings(config);
        }
        catch (Exception error) when (error is NotSupportedException or NotImplementedException)
        {
            // A function has no settings that a file could contain.
        }

        return config.Json;
    }

    private static string Text(JsonNode? value)
    {
        try
        {
            return value?.ToJsonString() ?? "null";
        }
        catch (ArgumentException)
        {
            return "";  // JSON has no infinite numbers
        }
    }

    private byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var (what, value, fix) in lines)
        {
            writer.Write(what);
            writer.Write(value);
            writer.Write(fix);
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static List<FingerprintLine> Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var lines = new List<FingerprintLine>();
        while (reader.BaseStream.Position < bytes.Length) lines.Add(new FingerprintLine(reader.ReadString(), reader.ReadString(), reader.ReadString()));
        return lines;
    }
}
