using System.Globalization;

namespace Fovea.Formats.Onnx;

/// <summary>
/// A node while it is read. It hands out attributes and inputs and remembers which were asked for: what nobody asked for is refused, so that no setting is
/// passed over in silence.
/// </summary>
internal sealed class OnnxNodeReader(OnnxNode node)
{
    private readonly HashSet<string> attributes = [];
    private readonly HashSet<int> inputs = [];

    /// <summary>The node as it stands in the file.</summary>
    public OnnxNode Node => node;

    /// <summary>The operator, with its domain where that is not ONNX' own: <c>com.microsoft.QLinearAdd</c>.</summary>
    public string OpType { get; } = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";

    /// <summary>The values that it reads; empty for one that is left out.</summary>
    public IReadOnlyList<string> Inputs => node.Inputs;

    /// <summary>The values that it writes.</summary>
    public IReadOnlyList<string> Outputs => node.Outputs;

    /// <summary>The name of an input, which counts as asked for; null where it is left out.</summary>
    public string? Input(int place)
    {
        inputs.Add(place);
        return place < node.Inputs.Count && node.Inputs[place].Length > 0 ? node.Inputs[place] : null;
    }

    /// <summary>All inputs, for an operator of any number of them.</summary>
    public IReadOnlyList<string> AllInputs()
    {
        inputs.UnionWith(Enumerable.Range(0, node.Inputs.Count));
        return node.Inputs;
    }

    /// <summary>Whether the file gives an attribute; that alone does not count as asking for it.</summary>
    public bool Has(string name) => node.Attributes.ContainsKey(name);

    public long Integer(string name, long absent) => Read(name, "a whole number", attribute => attribute.Integer) ?? absent;

    public long? OptionalInteger(string name) => Read(name, "a whole number", attribute => attribute.Integer);

    public float Number(string name, float absent) => Read(name, "a number", attribute => attribute.Number) ?? absent;

    public string Text(string name, string absent) => ReadObject(name, "a text", attribute => attribute.Text) ?? absent;

    public long[]? Integers(string name) => ReadObject(name, "a list of whole numbers", attribute => attribute.Integers)?.ToArray();

    public float[]? Numbers(string name) => ReadObject(name, "a list of numbers", attribute => attribute.Numbers)?.ToArray();

    public StoredArray? Tensor(string name) => ReadObject(name, "a tensor", attribute => attribute.Tensor);

    public OnnxGraph? Graph(string name) => ReadObject(name, "a graph", attribute => attribute.Graph);

    /// <summary>Passes over attributes that change no output that is supported.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) attributes.Add(name);
    }

    /// <summary>Demands that an attribute, where the file gives it, has the only value that is supported.</summary>
    public void Expect(string name, long value)
    {
        if (Integer(name, value) is var given && given != value)
            throw new InvalidDataException($"the attribute '{name}' is {given}; only {value} is supported");
    }

    /// <summary>What nobody asked for, in words; null where everything was.</summary>
    public string? Unread(long opset)
    {
        var left = node.Attributes.Keys.Where(name => !attributes.Contains(name)).Order(StringComparer.Ordinal).ToList();
        if (left.Count > 0)
            return $"has the attribute '{left[0]}' = {Print(node.Attributes[left[0]])}, which {OpType} of version {opset} is not read with here";
        var input = Enumerable.Range(0, node.Inputs.Count).FirstOrDefault(place => node.Inputs[place].Length > 0 && !inputs.Contains(place), -1);
        return input < 0 ? null : $"has the input {input}, '{node.Inputs[input]}', which {OpType} of version {opset} is not read with here";
    }

    public static string Print(OnnxAttribute attribute) => attribute switch
    {
        { Integer: { } integer } => integer.ToString(CultureInfo.InvariantCulture),
        { Number: { } number } => number.ToString(CultureInfo.InvariantCulture),
        { Text: { } text } => $"'{text}'",
        { Integers: { } integers } => $"({string.Join(", ", integers.Take(16))})",
        { Numbers: { } numbers } => $"({string.Join(", ", numbers.Take(16).Select(value => value.ToString(CultureInfo.InvariantCulture)))})",
        { Texts: { } texts } => $"({string.Join(", ", texts.Take(16))})",
        { Tensor: not null } => "a tensor",
        { Graph: not null } => "a graph",
        _ => "nothing that is known",
    };

    private OnnxAttribute? Asked(string name)
    {
        attributes.Add(name);
        return node.Attributes.GetValueOrDefault(name);
    }

    private T? Read<T>(string name, string expected, Func<OnnxAttribute, T?> of)
        where T : struct
    {
        if (Asked(name) is not { } attribute) return null;
        return of(attribute) ?? throw Wrong(name, expected, attribute);
    }

    private T? ReadObject<T>(string name, string expected, Func<OnnxAttribute, T?> of)
        where T : class
    {
        if (Asked(name) is not { } attribute) return null;
        return of(attribute) ?? throw Wrong(name, expected, attribute);
    }

    private static InvalidDataException Wrong(string name, string expected, OnnxAttribute attribute) =>
        new($"expected {expected} for the attribute '{name}'; received {Print(attribute)}");
}
