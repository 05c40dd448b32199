using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>How the layers of a model are connected.</summary>
internal enum ModelKind
{
    /// <summary>Each layer feeds the next.</summary>
    Sequential,

    /// <summary>The file lists the connections.</summary>
    Functional,
}

/// <summary>A model as Keras files describe it, in one form for all versions of Keras.</summary>
/// <param name="Kind">Sequential or functional.</param>
/// <param name="Name">The name of the model.</param>
/// <param name="Layers">The layers in the order of the file, including the <c>InputLayer</c> if there is one.</param>
internal sealed record ModelDescription(ModelKind Kind, string Name, ImmutableArray<LayerDescription> Layers)
{
    /// <summary>The shape of the input with the batch first, null for an open size; null if the file does not have it.</summary>
    public ImmutableArray<int?>? InputShape { get; init; }

    /// <summary>The inputs of a functional model; empty for a sequential one.</summary>
    public ImmutableArray<TensorReference> Inputs { get; init; } = [];

    /// <summary>The outputs of a functional model; empty for a sequential one.</summary>
    public ImmutableArray<TensorReference> Outputs { get; init; } = [];

    /// <summary>The names of unknown entries of the file.</summary>
    public ImmutableArray<string> Rest { get; init; } = [];

    /// <summary>Whether the model as a whole may be trained.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>Optimizer, loss and metrics; null for a model that was not compiled.</summary>
    public CompileDescription? Compile { get; init; }
}

/// <summary>One layer: its class, its name and its configuration in the file.</summary>
/// <param name="ClassName">The class, as in <c>Conv2D</c>.</param>
/// <param name="Name">The name, unique in its model.</param>
/// <param name="Config">The configuration; initializers, regularizers and the data type remain JSON (see <see cref="KerasJson.DataType"/>).</param>
internal sealed record LayerDescription(string ClassName, string Name, JsonObject Config)
{
    /// <summary>The Python module, as in <c>keras.layers</c>; null in Keras 2 files.</summary>
    public string? Module { get; init; }

    /// <summary>The registered name of a custom class, as in <c>my_package&gt;MyLayer</c>; null for a class of Keras.</summary>
    public string? RegisteredName { get; init; }

    /// <summary>The names of unknown entries of the file.</summary>
    public ImmutableArray<string> Rest { get; init; } = [];

    /// <summary>Whether the layer is written as an operation of <see cref="KerasFunctions"/>.</summary>
    public bool IsOperation => Module == KerasFunctions.Module;

    /// <summary>Whether the class is custom, or from a package other than Keras.</summary>
    public bool IsCustomClass => RegisteredName?.Contains('>', StringComparison.Ordinal) == true
        || (Module is { } module && module.Split('.')[0] is not ("keras" or "tensorflow" or "tf_keras" or "builtins" or ""));

    /// <summary>The shapes for which the layer was built, in Keras 3.</summary>
    public JsonObject? BuildConfig { get; init; }

    /// <summary>The uses of the layer in a functional model; a shared layer has more than one.</summary>
    public ImmutableArray<NodeDescription> Nodes { get; init; } = [];

    /// <summary>Positions of a file with the same id are the same layer (<see cref="SharedLayers"/>); null for a layer with a single position.</summary>
    public string? SharedId { get; init; }

    /// <summary><see cref="Layer.ActsOnlyInTraining"/>, if the description is of a layer and not from a file.</summary>
    public bool ActsOnlyInTraining { get; init; }

    /// <summary><see cref="Layer.IsPreprocessing"/>, if the description is of a layer and not from a file.</summary>
    public bool IsPreprocessing { get; init; }

    /// <summary>The description of a layer that is a model; null for any other layer.</summary>
    public ModelDescription? Nested { get; init; }
}

/// <summary>One use of a layer.</summary>
/// <param name="Inputs">The inputs in their order.</param>
internal sealed record NodeDescription(ImmutableArray<TensorReference> Inputs)
{
    /// <summary>Whether the tensors are passed as one list (as to Add and Concatenate), even if there is only one.</summary>
    public bool IsList { get; init; }

    /// <summary>The positional arguments as in the file, tensors included; null for those that the inputs give.</summary>
    public JsonArray? Positional { get; init; }

    /// <summary>The named arguments as in the file.</summary>
    public JsonObject? Arguments { get; init; }
}

/// <summary>An output of one use of a layer.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Node">The index of the use.</param>
/// <param name="Tensor">The index of the output.</param>
internal sealed record TensorReference(string Layer, int Node = 0, int Tensor = 0)
{
    /// <summary>The shape of the tensor with the batch first. Keras 3 files have it, and writing requires it.</summary>
    public ImmutableArray<int?>? Shape { get; init; }

    /// <summary>The tensor's data type.</summary>
    public string DataType { get; init; } = "float32";
}

/// <summary>The settings of <c>compile</c>.</summary>
/// <param name="Optimizer">The optimizer: a text, or an object; null if the file has none.</param>
/// <param name="Loss">The loss: a text, an object, or a list or dictionary of them for several outputs.</param>
/// <param name="Metrics">The metrics: a list, nested for several outputs.</param>
internal sealed record CompileDescription(JsonNode? Optimizer, JsonNode? Loss, JsonNode? Metrics)
{
    /// <summary>All other settings as in the file (<c>loss_weights</c>, <c>run_eagerly</c>, …).</summary>
    public JsonObject Others { get; init; } = [];
}
