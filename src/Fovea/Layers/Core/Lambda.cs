using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A layer from a function of the engine's ops: <c>new Lambda(x => x.Square())</c>. <c>keras.layers.Lambda</c>. A model with a lambda cannot be saved, because
/// files hold no code; write a class derived from <see cref="Layer"/> for that, or for a function of several inputs.
/// </summary>
/// <param name="function">The function. The first dimension of its argument and of its result is the batch.</param>
public sealed class Lambda(Func<Node, Node> function) : Layer
{
    private readonly Func<Node, Node> function = function.NotNull(nameof(Lambda), nameof(function));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => function(input);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected internal override void WriteConfig(Config config) =>
        throw new NotSupportedException(
            $"{config.Subject}: a Lambda is a function in code, which files cannot hold; use layers that have a class, or save the weights alone.");

    internal static Lambda FromConfig(Config config) =>
        throw new ModelFormatException(
            $"{config.Subject}: a Lambda is a function in Python, which Fovea cannot read; replace it by a layer of Keras before saving.");
}
