namespace Fovea;

/// <summary>An input of a network; <c>keras.Input</c>.</summary>
public sealed class Input : Layer
{
    private SymbolicTensor? output;

    /// <summary>Declares the shape of one sample, without the batch: <c>new Input(28, 28, 1)</c>.</summary>
    /// <param name="shape">The sizes of the dimensions; for images height, width and channels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Input(params ReadOnlySpan<int> shape) => Shape = new Shape(shape);

    /// <inheritdoc cref="Input(ReadOnlySpan{int})"/>
    /// <remarks>For F# and Visual Basic, which cannot call the other overload with a list of arguments.</remarks>
    public Input(params int[] shape) => Shape = new Shape(shape.NotNull(nameof(Input), nameof(shape)));

    /// <summary>The shape of one sample.</summary>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public override string ClassName => "InputLayer";

    /// <summary>The value to connect layers to. An <see cref="Input"/> converts to it implicitly.</summary>
    public override SymbolicTensor Output => output ?? Interlocked.CompareExchange(ref output, new LayerCall(this, [], [Shape]).Outputs[0], null) ?? output;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetBatchShape(Shape);

    internal static Input FromConfig(Config config) => new(config.GetBatchShape().Dimensions);
}
