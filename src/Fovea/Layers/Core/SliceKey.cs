using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>Converts indices to the form of Keras' files, Python's slices, and back.</summary>
internal static class SliceKey
{
    private const string SliceClass = "__slice__";
    private const string EllipsisClass = "__ellipsis__";

    /// <summary>The indices as Keras writes them: <c>{"class_name": "__slice__", "config": {"start": 5, "stop": 10, "step": null}}</c>.</summary>
    public static JsonArray ToJson(IReadOnlyList<TensorIndex> indices) => [.. indices.Select(ToJson)];

    /// <summary>Reads the indices of Keras 3 or Keras 2; null if they are something else.</summary>
    public static TensorIndex[]? FromJson(JsonNode? json)
    {
        if (json is not JsonArray list) return null;
        var indices = list.Select(Read).ToArray();
        return indices.All(index => index is not null) ? [.. indices.Select(index => index!.Value)] : null;
    }

    private static JsonNode? ToJson(TensorIndex index) => index.Kind switch
    {
        TensorIndexKind.Element => Position(index.Element),
        TensorIndexKind.NewAxis => null,
        TensorIndexKind.Ellipsis => new JsonObject { ["class_name"] = EllipsisClass, ["config"] = new JsonObject() },
        _ => new JsonObject
        {
            ["class_name"] = SliceClass,
            ["config"] = new JsonObject
            {
                ["start"] = index.Step > 0 ? Start(index.Range.Start) : Last(index.Range.End),
                ["stop"] = index.Step > 0 ? Stop(index.Range.End) : BeforeFirst(index.Range.Start),
                ["step"] = index.Step == 1 ? null : index.Step,
            },
        },
    };

    private static int Position(Index index) => index.IsFromEnd ? -index.Value : index.Value;

    private static JsonNode? Start(Index index) => index.Equals(Index.Start) ? null : Position(index);

    private static JsonNode? Stop(Index index) => index.Equals(Index.End) ? null : Position(index);

    /// <summary>The last element before the end, from which a negative step begins.</summary>
    private static JsonNode? Last(Index end) => end.Equals(Index.End) ? null : end.IsFromEnd ? -end.Value - 1 : end.Value - 1;

    /// <summary>The exclusive end of a negative step.</summary>
    private static JsonNode? BeforeFirst(Index start) => start.Equals(Index.Start) ? null : start.IsFromEnd ? -start.Value - 1 : start.Value - 1;

    private static TensorIndex? Read(JsonNode? json)
    {
        if (json is null) return TensorIndex.NewAxis;
        if (JsonReading.AsInteger(json) is { } position) return At(position);
        if (json is not JsonObject given) return null;
        var className = given.TextOrNull("class_name");
        if (className == EllipsisClass) return TensorIndex.Ellipsis;
        var slice = className == SliceClass ? given.ObjectOrNull("config") : className is null && given.ContainsKey("start") ? given : null;
        if (slice is null) return null;
        var (start, stop, step) = (JsonReading.AsInteger(slice["start"]), JsonReading.AsInteger(slice["stop"]), JsonReading.AsInteger(slice["step"]) ?? 1);
        if (step == 0) return null;
        return step > 0
            ? TensorIndex.Every(step, new Range(start is { } first ? At(first) : Index.Start, stop is { } end ? At(end) : Index.End))
            : TensorIndex.Every(step, new Range(stop is { } before ? After(before) : Index.Start, start is { } last ? After(last) : Index.End));
    }

    private static Index At(int position) => position < 0 ? ^-position : position;

    private static Index After(int position) => position == -1 ? Index.End : position < 0 ? ^(-position - 1) : position + 1;
}
