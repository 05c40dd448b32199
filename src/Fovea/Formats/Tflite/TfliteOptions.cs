using Fovea.Formats.FlatBuffers;

namespace Fovea.Formats.Tflite;

/// <summary>
/// The settings of one operator. Each that is asked for is ticked off; what the file has beyond them is refused, so that none is passed over in silence.
/// </summary>
internal sealed class TfliteOptions(FlatTable? table)
{
    private readonly HashSet<int> asked = [];

    public int Int(int field, int absent = 0) => Asked(field)?.Int(field, absent) ?? absent;

    public int Byte(int field, int absent = 0) => Asked(field)?.Byte(field, absent) ?? absent;

    public bool Flag(int field) => Byte(field) != 0;

    public float Float(int field, float absent = 0) => Asked(field)?.Float(field, absent) ?? absent;

    public int[]? Ints(int field) => Asked(field) is { } given && given.Has(field) ? given.Ints(field) : null;

    /// <summary>Settings that change nothing in real numbers.</summary>
    public void Passes(params ReadOnlySpan<int> fields)
    {
        foreach (var field in fields) asked.Add(field);
    }

    /// <summary>The number of a setting that nobody asked for.</summary>
    public int? Unasked => table is not { } given ? null
        : Enumerable.Range(0, given.FieldCount).Where(number => given.Has(number) && !asked.Contains(number)).Select(number => (int?)number).FirstOrDefault();

    private FlatTable? Asked(int field)
    {
        asked.Add(field);
        return table;
    }
}
