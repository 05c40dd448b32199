namespace Fovea;

/// <summary>Where values enter a network; <c>keras.Input</c>.</summary>
public sealed class Input : Layer
{
    private SymbolicTensor? output;

    /// <summary>Declares the shape of one sample, the batch left out: <c>new Input(28, 28, 1)</c>.</summary>
    /// <param name="shape">Height, width and channels for images.</param>
    public Input(params ReadOnlySpan<int> shape) => Shape = new Shape(shape);

    /// <summary>The shape of one sample.</summary>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public override string ClassName => "InputLayer";

    /// <summary>The value to connect layers to; an input converts to it by itself.</summary>
    public override SymbolicTensor Output => output ?? Interlocked.CompareExchange(ref output, new LayerCall(this, [], [Shape]).Outputs[0], null) ?? output;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetBatchShape(Shape);

    internal static Input FromConfig(Config config) => new(config.GetBatchShape().Dimensions);
}
