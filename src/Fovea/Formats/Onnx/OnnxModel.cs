namespace Fovea.Formats.Onnx;

/// <summary>An ONNX file as it stands (<c>ModelProto</c>), read or to be written; what Fovea does not use is left out.</summary>
/// <param name="Graph">What it computes.</param>
internal sealed record OnnxModel(OnnxGraph Graph)
{
    /// <summary>The version of the file's form.</summary>
    public long IrVersion { get; init; }

    /// <summary>What wrote the file.</summary>
    public string ProducerName { get; init; } = "";

    /// <summary>The version of what wrote the file.</summary>
    public string ProducerVersion { get; init; } = "";

    /// <summary>The version of the operators of each domain; the domain of ONNX itself is empty.</summary>
    public IReadOnlyDictionary<string, long> Opsets { get; init; } = new Dictionary<string, long>();

    /// <summary>Operators that the file defines itself, by domain and name.</summary>
    public IReadOnlyDictionary<(string Domain, string Name), OnnxFunction> Functions { get; init; } = new Dictionary<(string, string), OnnxFunction>();

    /// <summary>Other facts by name (<c>metadata_props</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>Nodes between inputs and outputs (<c>GraphProto</c>), which name the values that they read and write.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nodes">The operators, in any order.</param>
/// <param name="Inputs">What is fed; before IR version 4 the initializers were listed here too.</param>
/// <param name="Outputs">What is returned.</param>
/// <param name="Initializers">The constants by name; their numbers are read when asked for.</param>
internal sealed record OnnxGraph(
    string Name, IReadOnlyList<OnnxNode> Nodes, IReadOnlyList<OnnxValue> Inputs, IReadOnlyList<OnnxValue> Outputs, IReadOnlyDictionary<string,
        StoredArray> Initializers);

/// <summary>An operator that a file defines by others (<c>FunctionProto</c>).</summary>
/// <param name="Inputs">What its body calls the inputs.</param>
/// <param name="Outputs">What its body calls the outputs.</param>
/// <param name="Nodes">The body.</param>
/// <param name="Attributes">The attributes that it takes; null where one has no value of its own.</param>
/// <param name="Opset">The version of ONNX' operators in its body; null where it names none.</param>
internal sealed record OnnxFunction(
    IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxNode> Nodes, IReadOnlyDictionary<string, OnnxAttribute?> Attributes,
    long? Opset);

/// <summary>One operator (<c>NodeProto</c>).</summary>
/// <param name="OpType">What it is, as in <c>Conv</c>.</param>
/// <param name="Inputs">The values that it reads; empty for one that is left out.</param>
/// <param name="Outputs">The values that it writes.</param>
internal sealed record OnnxNode(string OpType, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    /// <summary>Its name, which may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Who defines the operator; empty for ONNX itself.</summary>
    public string Domain { get; init; } = "";

    /// <summary>The version of its operator, where another than the model's counts: in the body of a function.</summary>
    public long? Opset { get; init; }

    /// <summary>Its settings by name.</summary>
    public IReadOnlyDictionary<string, OnnxAttribute> Attributes { get; init; } = new Dictionary<string, OnnxAttribute>();
}

/// <summary>One setting of a node (<c>AttributeProto</c>): of its values, the one that the file has.</summary>
internal sealed record OnnxAttribute
{
    /// <summary>A number.</summary>
    public float? Number { get; init; }

    /// <summary>A whole number.</summary>
    public long? Integer { get; init; }

    /// <summary>A text.</summary>
    public string? Text { get; init; }

    /// <summary>A constant.</summary>
    public StoredArray? Tensor { get; init; }

    /// <summary>Numbers.</summary>
    public IReadOnlyList<float>? Numbers { get; init; }

    /// <summary>Whole numbers.</summary>
    public IReadOnlyList<long>? Integers { get; init; }

    /// <summary>Texts.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>A graph of its own, as those of <c>If</c> and <c>Loop</c> are.</summary>
    public OnnxGraph? Graph { get; init; }

    /// <summary>In the body of a function, the attribute of the function whose value it takes.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether it holds anything else, which nothing here reads: several tensors or graphs, types.</summary>
    public bool IsOther { get; init; }
}

/// <summary>An input or output of the graph (<c>ValueInfoProto</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">The type of its elements, as ONNX numbers them (1 is 32-bit floats).</param>
/// <param name="Dimensions">Its sizes, null for one that is left open; null where the file says none.</param>
internal sealed record OnnxValue(string Name, int ElementType, IReadOnlyList<long?>? Dimensions);
