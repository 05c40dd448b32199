using Fovea.Engine;

namespace Fovea.Explain;

/// <summary>One use of a layer in a graph, with its inputs and its output.</summary>
/// <param name="Path">The layer's name, after the names of the models that contain it: <c>mobilenet/conv1</c>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">The inputs of the layer.</param>
/// <param name="Node">Its output, the batch first.</param>
public sealed record LayerValue(string Path, Layer Layer, IReadOnlyList<Node> Inputs, Node Node);
