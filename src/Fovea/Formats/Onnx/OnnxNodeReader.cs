using System.Globalization;

namespace Fovea.Formats.Onnx;

/// <summary>
/// Reads the attributes and inputs of a node, and records which have been read. A node with an attribute or input that has not been read is refused, so that
/// none is ignored silently.
/// </summary>
internal sealed class OnnxNodeReader(OnnxNode node)
{
    private readonly HashSet<string> attributes = [];
    private readonly HashSet<int> inputs = [];

    /// <summary>The node.</summary>
    public OnnxNode Node => node;

    /// <summary>The operator, with its domain if it is not that of ONNX, as in <c>com.microsoft.QLinearAdd</c>.</summary>
    public string OpType { get; } = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";

    /// <summary>The values that the node reads; an empty text for an input that is left out.</summary>
    public IReadOnlyList<string> Inputs => node.Inputs;

    /// <summary>The values that the node writes.</summary>
    public IReadOnlyList<string> Outputs => node.Outputs;

    /// <summary>Reads the name of an input; null if it is left out.</summary>
    public string? Input(int position)
    {
        inputs.Add(position);
        return position < node.Inputs.Count && node.Inputs[position].Length > 0 ? node.Inputs[position] : null;
    }

    /// <summary>Reads all inputs, for an operator with any number of them.</summary>
    public IReadOnlyList<string> AllInputs()
    {
        inputs.UnionWith(Enumerable.Range(0, node.Inputs.Count));
        return node.Inputs;
    }

    /// <summary>Whether the node has an attribute. This does not count as reading it.</summary>
    public bool Has(string name) => node.Attributes.ContainsKey(name);

    public long Integer(string name, long absent) => Read(name, "a whole number", attribute => attribute.Integer) ?? absent;

    public long? OptionalInteger(string name) => Read(name, "a whole number", attribute => attribute.Integer);

    public float Number(string name, float absent) => Read(name, "a number", attribute => attribute.Number) ?? absent;

    public string Text(string name, string absent) => ReadObject(name, "a text", attribute => attribute.Text) ?? absent;

    public long[]? Integers(string name) => ReadObject(name, "a list of whole numbers", attribute => attribute.Integers)?.ToArray();

    public float[]? Numbers(string name) => ReadObject(name, "a list of numbers", attribute => attribute.Numbers)?.ToArray();

    public StoredArray? Tensor(string name) => ReadObject(name, "a tensor", attribute => attribute.Tensor);

    public OnnxGraph? Graph(string name) => ReadObject(name, "a graph", attribute => attribute.Graph);

    /// <summary>Ignores attributes that do not change the supported outputs.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) attributes.Add(name);
    }

    /// <summary>Requires that an attribute, if the node has it, has the only supported value.</summary>
    public void Expect(string name, long value)
    {
        if (Integer(name, value) is var given && given != value)
            throw new InvalidDataException($"the attribute '{name}' is {given}; only {value} is supported");
    }

    /// <summary>A phrase about an attribute or input that has not been read; null if all have.</summary>
    public string? Unread(long opset)
    {
        var left = node.Attributes.Keys.Where(name => !attributes.Contains(name)).Order(StringComparer.Ordinal).ToList();
        if (left.Count > 0)
            return $"has the attribute '{left[0]}' = {Print(node.Attributes[left[0]])}, which is not supported for {OpType} of version {opset}";
        var input = Enumerable.Range(0, node.Inputs.Count).FirstOrDefault(position => node.Inputs[position].Length > 0 && !inputs.Contains(position), -1);
        return input < 0 ? null : $"has the input {input}, '{node.Inputs[input]}', which is not supported for {OpType} of version {opset}";
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
        _ => "a value of an unknown type",
    };

    private OnnxAttribute? Find(string name)
    {
        attributes.Add(name);
        return node.Attributes.GetValueOrDefault(name);
    }

    private T? Read<T>(string name, string expected, Func<OnnxAttribute, T?> of)
        where T : struct
    {
        if (Find(name) is not { } attribute) return null;
        return of(attribute) ?? throw Wrong(name, expected, attribute);
    }

    private T? ReadObject<T>(string name, string expected, Func<OnnxAttribute, T?> of)
        where T : class
    {
        if (Find(name) is not { } attribute) return null;
        return of(attribute) ?? throw Wrong(name, expected, attribute);
    }

    private static InvalidDataException Wrong(string name, string expected, OnnxAttribute attribute) =>
        new($"expected {expected} for the attribute '{name}'; received {Print(attribute)}");
}
