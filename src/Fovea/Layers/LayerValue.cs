using Fovea.Engine;

namespace Fovea.Explain;

/// <summary>What one use of a layer computes in a graph.</summary>
/// <param name="Path">The layer's name, behind those of the models that hold it: <c>mobilenet/conv1</c>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">What it is computed from.</param>
/// <param name="Node">Its output, the batch first.</param>
public sealed record LayerValue(string Path, Layer Layer, IReadOnlyList<Node> Inputs, Node Node);
