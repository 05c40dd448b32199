using Fovea.Formats.FlatBuffers;

namespace Fovea.Formats.Tflite;

/// <summary>
/// The options of one operator. It records which options have been read. An operator with an option that has not been read is refused, so that none is ignored
/// silently.
/// </summary>
internal sealed class TfliteOptions(FlatTable? table)
{
    private readonly HashSet<int> asked = [];

    public int Int(int field, int absent = 0) => Asked(field)?.Int(field, absent) ?? absent;

    public int Byte(int field, int absent = 0) => Asked(field)?.Byte(field, absent) ?? absent;

    public bool Flag(int field) => Byte(field) != 0;

    public float Float(int field, float absent = 0) => Asked(field)?.Float(field, absent) ?? absent;

    public int[]? Ints(int field) => Asked(field) is { } given && given.Has(field) ? given.Ints(field) : null;

    /// <summary>Ignores options that do not change the result in float32.</summary>
    public void Ignore(params ReadOnlySpan<int> fields)
    {
        foreach (var field in fields) asked.Add(field);
    }

    /// <summary>The number of an option that has not been read; null if all have.</summary>
    public int? Unread => table is not { } given ? null
        : Enumerable.Range(0, given.FieldCount).Where(number => given.Has(number) && !asked.Contains(number)).Select(number => (int?)number).FirstOrDefault();

    private FlatTable? Asked(int field)
    {
        asked.Add(field);
        return table;
    }
}
