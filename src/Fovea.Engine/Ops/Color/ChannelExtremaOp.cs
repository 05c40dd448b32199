using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>The smallest and the largest value of each channel of images (n, h, w, c): (n, 2, c).</summary>
internal sealed record ChannelExtremaOp : CompositeOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank == 4
        ? [inputs[0][0], 2, inputs[0][3]]
        : throw new ShapeException(Name, $"expected images (batch, height, width, channels); received {inputs[0]}.");

    /// <inheritdoc/>
    public override Node Compose(IReadOnlyList<Node> inputs)
    {
        Shape one = [inputs[0].Shape[0], 1, inputs[0].Shape[3]];
        return Concatenation.Concatenate(1, inputs[0].Min(1, 2).Reshape(one), inputs[0].Max(1, 2).Reshape(one));
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var channels = call.OutputShape[2];
        var length = call.Inputs[0].Length / call.OutputShape[0];
        for (var i = 0; i < call.Inputs[0].Length; i++)
        {
            var lowest = (i / length * 2 * channels) + (i % channels);
            var isFirst = i % length < channels;
            call.Output[lowest] = isFirst ? call.Inputs[0][i] : Math.Min(call.Output[lowest], call.Inputs[0][i]);
            call.Output[lowest + channels] = isFirst ? call.Inputs[0][i] : Math.Max(call.Output[lowest + channels], call.Inputs[0][i]);
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new ChannelExtremaKernel(inputs[0]);
}

/// <summary>Compares blocks of pixels, and then the pixels of the block that is left. A unit is an image.</summary>
internal sealed unsafe class ChannelExtremaKernel(Shape images) : Kernel
{
    private const int BlockFloats = 128;

    private readonly int channels = images[3];
    private readonly int length = images[1] * images[2] * images[3];

    public override int WorkerScratchFloats => Math.Max(BlockFloats, channels);

    public override int Units(int phase) => images[0];

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var image = new ReadOnlySpan<float>(buffers.Input(0) + ((nint)unit * length), length);
        var block = new Span<float>(buffers.WorkerScratch, Math.Min(length, Math.Max(1, BlockFloats / channels) * channels));
        Reduce(image, block, new Span<float>(buffers.Output + (unit * 2 * channels), channels), isMaximum: false);
        Reduce(image, block, new Span<float>(buffers.Output + (((unit * 2) + 1) * channels), channels), isMaximum: true);
    }

    private static void Reduce(ReadOnlySpan<float> image, Span<float> block, Span<float> output, bool isMaximum)
    {
        image[..block.Length].CopyTo(block);
        for (var start = block.Length; start < image.Length; start += block.Length)
            Compare(block, image[start..Math.Min(start + block.Length, image.Length)], isMaximum);
        block[..output.Length].CopyTo(output);
        for (var start = output.Length; start < block.Length; start += output.Length) Compare(output, block.Slice(start, output.Length), isMaximum);
    }

    private static void Compare(Span<float> extrema, ReadOnlySpan<float> values, bool isMaximum)
    {
        var compared = extrema[..values.Length];
        if (isMaximum) TensorPrimitives.Max(compared, values, compared);
        else TensorPrimitives.Min(compared, values, compared);
    }
}
