using Fovea.Engine;

namespace Fovea;

/// <summary>
/// The formula of a loss. The parameters have the order of Keras' <c>loss(y_true, y_pred)</c>: first the targets, then the predictions. A lambda may name its
/// parameters as it likes, and both nodes usually have the same shape, so that the compiler cannot detect an exchange.
/// </summary>
/// <param name="expected">The targets, (batch, …); Keras' <c>y_true</c>.</param>
/// <param name="predicted">The predictions of the model, of the same shape; Keras' <c>y_pred</c>.</param>
/// <returns>The loss of each sample, (batch), or of each output, (batch, …).</returns>
public delegate Node LossFunction(Node expected, Node predicted);
