using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A function of one's own in a line, in the engine's ops: <c>new Lambda(x => x.Square())</c>; <c>keras.layers.Lambda</c>. A model that has one
/// cannot be saved, since files hold no code: a layer that shall be saved is a class. For a function of several inputs override
/// <see cref="Layer.Call(IReadOnlyList{Node}, CallContext)"/> in a class of your own.
/// </summary>
/// <param name="function">What it does. The batch stays the first dimension.</param>
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
