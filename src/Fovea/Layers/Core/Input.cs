namespace Fovea;

/// <summary>An input of a network; <c>keras.Input</c>.</summary>
public sealed partial class Input : Layer
{
    private SymbolicTensor? output;

    /// <summary>Declares the shape of one sample, without the batch: <c>new Input(28, 28, 1)</c>.</summary>
    /// <param name="shape">The sizes of the dimensions; for images height, width and channels.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Input(params ReadOnlySpan<int> shape) => Shape = new Shape(shape);

    /// <inheritdoc cref="Input(ReadOnlySpan{int})"/>
    /// <remarks>For F# and Visual Basic, which cannot call the other overload with a list of arguments.</remarks>
    public Input(params int[] shape) => Shape = new Shape(shape.NotNull(nameof(Input), nameof(shape)));

    /// <summary>
    /// Declares the shape of one sample, of which some sizes are open: <c>new Input(null, null, 3)</c> takes colour images of any size, as
    /// <c>keras.Input((None, None, 3))</c>. All samples of a batch have one size.
    /// </summary>
    /// <param name="shape">The sizes of the dimensions, without the batch; null for an open size.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Input(params ReadOnlySpan<int?> shape) => Shape = Shape.WithOpen(shape);

    /// <inheritdoc cref="Input(ReadOnlySpan{int?})"/>
    /// <remarks>For F#, which cannot call the other overload with a list of arguments.</remarks>
    public Input(params int?[] shape) => Shape = Shape.WithOpen(shape.NotNull(nameof(Input), nameof(shape)));

    private Input(Shape shape) => Shape = shape;

    /// <summary>The shape of one sample.</summary>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public override string ClassName => "InputLayer";

    /// <summary>The value to connect layers to. An <see cref="Input"/> converts to it implicitly.</summary>
    public override SymbolicTensor Output => output ?? Interlocked.CompareExchange(ref output, Declare(), null) ?? output;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetBatchShape(Shape);

    internal static Input FromConfig(Config config) => Of(config.GetBatchShape());

    /// <summary>Declares an input of a shape, whose sizes may be open.</summary>
    internal static Input Of(Shape shape, string? name = null)
    {
        var input = new Input(shape);
        if (name is not null) input.Name = name;
        return input;
    }

    private SymbolicTensor Declare() =>
        (Shape.IsOpen ? new LayerCall(this, [], [OpenShape.Of(Shape)]) : new LayerCall(this, [], [Shape])).Outputs[0];
}
