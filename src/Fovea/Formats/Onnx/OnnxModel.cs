namespace Fovea.Formats.Onnx;

/// <summary>The parts of an ONNX file (<c>ModelProto</c>) that Fovea uses.</summary>
/// <param name="Graph">The graph.</param>
internal sealed record OnnxModel(OnnxGraph Graph)
{
    /// <summary>The version of the file format.</summary>
    public long IrVersion { get; init; }

    /// <summary>The program that wrote the file.</summary>
    public string ProducerName { get; init; } = "";

    /// <summary>The version of that program.</summary>
    public string ProducerVersion { get; init; } = "";

    /// <summary>The version of the operators of each domain; the domain of ONNX itself is empty.</summary>
    public IReadOnlyDictionary<string, long> Opsets { get; init; } = new Dictionary<string, long>();

    /// <summary>Functions that the file defines, by domain and name.</summary>
    public IReadOnlyDictionary<(string Domain, string Name), OnnxFunction> Functions { get; init; } = new Dictionary<(string, string), OnnxFunction>();

    /// <summary>Further texts by name (<c>metadata_props</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A graph (<c>GraphProto</c>): nodes, which refer to the values that they read and write by name.</summary>
/// <param name="Name">The name of the graph.</param>
/// <param name="Nodes">The nodes, in any order.</param>
/// <param name="Inputs">The inputs; before IR version 4 they include the initializers.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="Initializers">The constants by name. Their values are read on demand.</param>
internal sealed record OnnxGraph(
    string Name, IReadOnlyList<OnnxNode> Nodes, IReadOnlyList<OnnxValue> Inputs, IReadOnlyList<OnnxValue> Outputs,
    IReadOnlyDictionary<string, StoredArray> Initializers);

/// <summary>An operator that the file defines by other operators (<c>FunctionProto</c>).</summary>
/// <param name="Inputs">The names of the inputs in the body.</param>
/// <param name="Outputs">The names of the outputs in the body.</param>
/// <param name="Nodes">The body.</param>
/// <param name="Attributes">The attributes with their defaults; null for an attribute without a default.</param>
/// <param name="Opset">The version of ONNX's operators in the body; null if it is not stated.</param>
internal sealed record OnnxFunction(
    IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxNode> Nodes, IReadOnlyDictionary<string, OnnxAttribute?> Attributes,
    long? Opset);

/// <summary>One node (<c>NodeProto</c>).</summary>
/// <param name="OpType">The operator, as in <c>Conv</c>.</param>
/// <param name="Inputs">The values that it reads; an empty text for an input that is left out.</param>
/// <param name="Outputs">The values that it writes.</param>
internal sealed record OnnxNode(string OpType, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    /// <summary>The name of the node, which may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>The domain of the operator; empty for ONNX.</summary>
    public string Domain { get; init; } = "";

    /// <summary>The version of the operator, if it differs from that of the model, as in the body of a function.</summary>
    public long? Opset { get; init; }

    /// <summary>The attributes by name.</summary>
    public IReadOnlyDictionary<string, OnnxAttribute> Attributes { get; init; } = new Dictionary<string, OnnxAttribute>();
}

/// <summary>An attribute of a node (<c>AttributeProto</c>). Only the property of its type has a value.</summary>
internal sealed record OnnxAttribute
{
    /// <summary>A float.</summary>
    public float? Number { get; init; }

    /// <summary>An integer.</summary>
    public long? Integer { get; init; }

    /// <summary>A text.</summary>
    public string? Text { get; init; }

    /// <summary>A constant.</summary>
    public StoredArray? Tensor { get; init; }

    /// <summary>A list of floats.</summary>
    public IReadOnlyList<float>? Numbers { get; init; }

    /// <summary>A list of integers.</summary>
    public IReadOnlyList<long>? Integers { get; init; }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>A graph, as in <c>If</c> and <c>Loop</c>.</summary>
    public OnnxGraph? Graph { get; init; }

    /// <summary>In the body of a function: the attribute of the function that has the value.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether the attribute is of a type that is not read: several tensors or graphs, or types.</summary>
    public bool IsOther { get; init; }
}

/// <summary>An input or output of the graph (<c>ValueInfoProto</c>).</summary>
/// <param name="Name">The name of the value.</param>
/// <param name="ElementType">The data type, as <see cref="OnnxSchema.DataType"/>; 0 if it is not stated.</param>
/// <param name="Dimensions">The sizes, null for an open size; null if the file does not have them.</param>
internal sealed record OnnxValue(string Name, int ElementType, IReadOnlyList<long?>? Dimensions);
