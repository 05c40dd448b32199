using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>How the layers of a model are connected.</summary>
internal enum ModelKind
{
    /// <summary>Each layer feeds the next.</summary>
    Sequential,

    /// <summary>The connections are written down.</summary>
    Functional,
}

/// <summary>A model as Keras files describe it, whichever version wrote them.</summary>
/// <param name="Kind">Sequential or functional.</param>
/// <param name="Name">The name of the model.</param>
/// <param name="Layers">The layers in the file's order, an <c>InputLayer</c> included where there is one.</param>
internal sealed record ModelDescription(ModelKind Kind, string Name, ImmutableArray<LayerDescription> Layers)
{
    /// <summary>The input's shape with the batch first, null for sizes that are left open; null where the file does not say it.</summary>
    public ImmutableArray<int?>? InputShape { get; init; }

    /// <summary>Functional: the tensors fed; empty for sequential models.</summary>
    public ImmutableArray<TensorReference> Inputs { get; init; } = [];

    /// <summary>Functional: the tensors returned; empty for sequential models.</summary>
    public ImmutableArray<TensorReference> Outputs { get; init; } = [];

    /// <summary>Entries of the file that nobody asks for.</summary>
    public ImmutableArray<string> Rest { get; init; } = [];

    /// <summary>Whether the model as a whole may be trained.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>Optimizer, loss and metrics; null for a model that was not compiled.</summary>
    public CompileDescription? Compile { get; init; }
}

/// <summary>One layer: its class, its name and its configuration as it stands in the file.</summary>
/// <param name="ClassName">The class, as in <c>Conv2D</c>.</param>
/// <param name="Name">The name, unique in its model.</param>
/// <param name="Config">The configuration; initializers, regularizers and the data type remain JSON (see <see cref="KerasJson.DataType"/>).</param>
internal sealed record LayerDescription(string ClassName, string Name, JsonObject Config)
{
    /// <summary>The Python module, as in <c>keras.layers</c>; null in Keras 2 files.</summary>
    public string? Module { get; init; }

    /// <summary>The name a custom class was registered by, as in <c>my_package&gt;MyLayer</c>; null for classes of Keras.</summary>
    public string? RegisteredName { get; init; }

    /// <summary>Entries of the file that nobody asks for.</summary>
    public ImmutableArray<string> Rest { get; init; } = [];

    /// <summary>Whether the class is of a package beside Keras, so that only its name says what it does.</summary>
    public bool IsOwnClass => RegisteredName?.Contains('>', StringComparison.Ordinal) == true
        || (Module is { } module && module.Split('.')[0] is not ("keras" or "tensorflow" or "tf_keras" or "builtins" or ""));

    /// <summary>The shapes that the layer was built for, in Keras 3.</summary>
    public JsonObject? BuildConfig { get; init; }

    /// <summary>Functional: one entry for each time the layer is applied; more than one for a shared layer.</summary>
    public ImmutableArray<NodeDescription> Nodes { get; init; } = [];

    /// <summary>Places of a file with the same one are the same layer (<see cref="SharedLayers"/>); null for a layer that stands at one place.</summary>
    public string? SharedId { get; init; }

    /// <summary>The model, where this layer is one.</summary>
    public ModelDescription? Nested { get; init; }
}

/// <summary>One application of a layer.</summary>
/// <param name="Inputs">The tensors it is applied to, in their order.</param>
internal sealed record NodeDescription(ImmutableArray<TensorReference> Inputs)
{
    /// <summary>Whether the tensors are passed as one list (as to Add and Concatenate), even if there is only one.</summary>
    public bool IsList { get; init; }

    /// <summary>The arguments without names, as they stand in the file, tensors among them.</summary>
    public JsonArray? Positional { get; init; }

    /// <summary>Other arguments of the call, as they stand in the file.</summary>
    public JsonObject? Arguments { get; init; }
}

/// <summary>The tensor that one application of a layer returns.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Node">Which application of it, from 0.</param>
/// <param name="Tensor">Which of the tensors it returns, from 0.</param>
internal sealed record TensorReference(string Layer, int Node = 0, int Tensor = 0)
{
    /// <summary>The tensor's shape with the batch first. Keras 3 files say it; it is needed for writing.</summary>
    public ImmutableArray<int?>? Shape { get; init; }

    /// <summary>The tensor's data type.</summary>
    public string DataType { get; init; } = "float32";
}

/// <summary>How a model was compiled.</summary>
/// <param name="Optimizer">The optimizer: a text, or an object; null if the file has none.</param>
/// <param name="Loss">The loss: a text, an object, or a list or dictionary of them for several outputs.</param>
/// <param name="Metrics">The metrics: a list, nested for several outputs.</param>
internal sealed record CompileDescription(JsonNode? Optimizer, JsonNode? Loss, JsonNode? Metrics)
{
    /// <summary>All other settings as they stand in the file (<c>loss_weights</c>, <c>run_eagerly</c>, …).</summary>
    public JsonObject Others { get; init; } = [];
}
