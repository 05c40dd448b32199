using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>
/// A layer's configuration under Keras' names, to write and to read. Reading says which layer and which entry is wrong, what was
/// expected and what was found.
/// </summary>
public sealed partial class Config
{
    private readonly JsonObject json;
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    internal Config(string className, string name, JsonObject json)
    {
        this.json = json;
        Name = name;
        Subject = $"{className} '{name}'";
    }

    internal string Name { get; }

    internal string Subject { get; }

    /// <summary>The configuration as JSON.</summary>
    internal JsonObject Json => json;

    /// <summary>The entries that nobody has asked for yet.</summary>
    internal IEnumerable<KeyValuePair<string, JsonNode?>> Unread => json.Where(entry => !read.Contains(entry.Key));

    /// <summary>Writes a whole number.</summary>
    public void Set(string key, int value) => json[key] = value;

    /// <summary>Writes a number.</summary>
    public void Set(string key, float value) => json[key] = Shortest(value);

    /// <summary>Writes a truth value.</summary>
    public void Set(string key, bool value) => json[key] = value;

    /// <summary>Writes a text.</summary>
    public void Set(string key, string value) => json[key] = value;

    /// <summary>Writes a height and a width.</summary>
    public void Set(string key, Size2D value) => json[key] = new JsonArray(value.Height, value.Width);

    /// <summary>Writes a padding.</summary>
    public void Set(string key, Padding value) => json[key] = value == Padding.Same ? "same" : "valid";

    /// <summary>Writes an activation's name, or the layer that it is.</summary>
    /// <exception cref="NotSupportedException">The activation is none of those that files can name.</exception>
    public void Set(string key, Activation value) => json[key] = value switch
    {
        null => null,
        { IsKnown: true } => value.Name,
        _ when value == Activation.OlderHardSigmoid => value.Name,
        { LayerJson: { } layer } => layer.DeepClone(),
        _ when CustomObjects.NameOf(value) is { } name =>
            new JsonObject { ["module"] = "builtins", ["class_name"] = "function", ["config"] = name, ["registered_name"] = "function" },
        _ => throw new NotSupportedException(
            $"{Subject}: the activation '{value.Name}' has no name in Keras' files and cannot be saved unless it is registered, as in "
            + $"CustomObjects.Register(\"MyPackage>{value.Name}\", activation)."),
    };

    /// <summary>Writes an initializer.</summary>
    public void Set(string key, Initializer value) => json[key] = value?.ToJson();

    /// <summary>Writes a regularizer or null.</summary>
    /// <exception cref="NotSupportedException">It is one of one's own that is not registered.</exception>
    public void Set(string key, Regularizer? value) => json[key] = value?.ToJson(Subject);

    /// <summary>Writes a constraint or null.</summary>
    /// <exception cref="NotSupportedException">It is one of one's own that is not registered.</exception>
    public void Set(string key, Constraint? value) => json[key] = value?.ToJson(Subject);

    /// <summary>Writes entries that Keras expects and that are not set.</summary>
    public void SetNull(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys) json[key] = null;
    }

    /// <summary>Reads a whole number.</summary>
    public int GetInt(string key) => JsonReading.AsInteger(Find(key)) ?? throw Wrong(key, "a whole number", Find(key));

    /// <summary>Reads a whole number that may be left out.</summary>
    public int GetInt(string key, int absent) => Find(key) is null ? absent : GetInt(key);

    /// <summary>Reads a number.</summary>
    public float GetFloat(string key) => (float)Read<double>(key, "a number");

    /// <summary>Reads a number that may be left out.</summary>
    public float GetFloat(string key, float absent) => Find(key) is null ? absent : GetFloat(key);

    /// <summary>Reads a number that may be null or left out.</summary>
    internal float? GetOptionalFloat(string key) => Find(key) is null ? null : GetFloat(key);

    /// <summary>Reads a whole number that may be null or left out.</summary>
    internal int? GetOptionalInt(string key) => Find(key) is null ? null : GetInt(key);

    /// <summary>Reads a truth value that may be left out; some files write 1 and 0.</summary>
    public bool GetBool(string key, bool absent) => Find(key) is { } found ? JsonReading.AsBool(found) ?? throw Wrong(key, "true or false", found) : absent;

    /// <summary>Reads a text that may be left out.</summary>
    public string GetText(string key, string absent) => Has(key) ? Read<string>(key, "a text") : absent;

    /// <summary>Reads a height and a width.</summary>
    public Size2D GetSize(string key) => Find(key) switch
    {
        JsonArray { Count: 2 } pair => new Size2D(Element(pair, 0, key), Element(pair, 1, key)),
        JsonArray { Count: 1 } one => Element(one, 0, key),
        JsonValue => GetInt(key),
        var other => throw Wrong(key, "a number or a pair of numbers", other),
    };

    /// <summary>Reads a height and a width that may be left out.</summary>
    public Size2D GetSize(string key, Size2D absent) => Find(key) is null ? absent : GetSize(key);

    /// <summary>Reads a padding; <see cref="Padding.Valid"/> where it is left out.</summary>
    public Padding GetPadding(string key) => Find(key) is null ? Padding.Valid : Read<string>(key, "'valid' or 'same'") switch
    {
        "valid" => Padding.Valid,
        "same" => Padding.Same,
        _ => throw Wrong(key, "'valid' or 'same'", Find(key)),
    };

    /// <summary>Reads an activation, a name or a layer without weights; linear where it is left out.</summary>
    public Activation GetActivation(string key)
    {
        try
        {
            return Find(key) is { } found ? Activation.FromJson(found) ?? throw Wrong(key, "the name of an activation, or a layer", found) : Activation.Linear;
        }
        catch (ModelFormatException error)
        {
            throw error.Message.StartsWith(Subject, StringComparison.Ordinal) ? error : new ModelFormatException($"{Subject}: {error.Message}", error);
        }
    }

    /// <summary>Reads an initializer that may be left out.</summary>
    public Initializer GetInitializer(string key, Initializer absent) => Find(key) is { } initializer ? Initializer.FromJson(initializer, Subject) : absent;

    /// <summary>Reads a regularizer that may be null or left out.</summary>
    public Regularizer? GetRegularizer(string key) => Find(key) is { } regularizer ? RegularizerCatalog.Create(regularizer, Subject) : null;

    /// <summary>Reads a constraint that may be null or left out.</summary>
    public Constraint? GetConstraint(string key) => Find(key) is { } constraint ? ConstraintCatalog.Create(constraint, Subject) : null;

    /// <summary>Demands that an entry, where it is present, has the only value that is supported.</summary>
    internal void Require(string key, string value)
    {
        if (Find(key) is { } found && Read<string>(key, $"'{value}'") != value) throw Wrong(key, $"'{value}'", found);
    }

    /// <summary>Demands that an entry, where it is present, has the only value that is supported.</summary>
    internal void Require(string key, int value)
    {
        if (Find(key) is { } found && GetInt(key) != value) throw Wrong(key, $"{value}", found);
    }

    /// <summary>Demands that an entry, where it is present, has the only value that is supported.</summary>
    internal void Require(string key, float value)
    {
        if (Find(key) is { } found && GetFloat(key) != value) throw Wrong(key, FormattableString.Invariant($"{value}"), found);
    }

    /// <summary>Demands that an entry, where it is present, has the only value that is supported.</summary>
    internal void Require(string key, bool value)
    {
        if (GetBool(key, value) != value) throw Wrong(key, value ? "true" : "false", Find(key));
    }

    /// <summary>Reads two whole numbers that are part of an entry.</summary>
    internal (int First, int Second) GetPair(JsonNode? part, string key) =>
        part is JsonArray { Count: 2 } pair ? (Element(pair, 0, key), Element(pair, 1, key)) : throw Wrong(key, "pairs of whole numbers", Find(key));

    /// <summary>Reads one axis, which Keras 2 also writes as a list of one.</summary>
    internal int GetAxis(string key, int absent) => GetOne(key, absent);

    internal void SetBatchShape(Shape shape)
    {
        var dimensions = new JsonArray { null };
        foreach (var dimension in shape) dimensions.Add((JsonNode)dimension);
        json["batch_shape"] = dimensions;
    }

    internal Shape GetBatchShape()
    {
        var key = Has("batch_shape") ? "batch_shape" : Has("batchInputShape") ? "batchInputShape" : "batch_input_shape";
        if (Find(key) is not JsonArray { Count: >= 1 } dimensions) throw Wrong(key, "a shape with its batch", Find(key));
        var sizes = new int[dimensions.Count - 1];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = dimensions[i + 1] is null
                ? throw Wrong(key, "a known size in every dimension but the batch", dimensions)
                : Element(dimensions, i + 1, key);
        return new Shape(sizes);
    }

    internal void SetPooling(Size2D poolSize, Size2D strides, Padding padding)
    {
        Set("pool_size", poolSize);
        Set("padding", padding);
        Set("strides", strides);
        Set("data_format", "channels_last");
    }

    /// <summary>A float as the shortest decimal number that reads back as the same float: 0.1 rather than 0.10000000149.</summary>
    internal static double Shortest(float value) =>
        double.Parse(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>An entry as it stands; null where it is null or left out.</summary>
    internal JsonNode? Find(string key)
    {
        read.Add(key);
        return json[key];
    }

    private bool Has(string key)
    {
        read.Add(key);
        return json.ContainsKey(key);
    }

    private int Element(JsonArray array, int index, string key) => JsonReading.AsInteger(array[index]) ?? throw Wrong(key, "whole numbers", array);

    private T Read<T>(string key, string expected) =>
        Find(key) is JsonValue value && value.TryGetValue<T>(out var result) ? result : throw Wrong(key, expected, Find(key));

    private ModelFormatException Wrong(string key, string expected, JsonNode? found) =>
        new($"{Subject}: expected {expected} for '{key}'; received {found?.ToJsonString() ?? "nothing"}.");
}
