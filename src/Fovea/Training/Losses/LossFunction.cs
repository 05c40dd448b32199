using Fovea.Engine;

namespace Fovea;

/// <summary>The formula of a loss.</summary>
/// <param name="prediction">The predictions, (batch, …).</param>
/// <param name="target">The targets, of the same shape.</param>
/// <returns>The loss of each sample, (batch), or of each output, (batch, …).</returns>
public delegate Node LossFunction(Node prediction, Node target);
