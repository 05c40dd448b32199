namespace Fovea.Engine.Ops;

/// <summary>
/// Uniform random numbers in [0, 1), multiples of 2⁻²⁴. Each depends on a key, the stream and its position alone (Philox4x32-10: Salmon et al.
/// 2011, "Parallel random numbers: as easy as 1, 2, 3"), not on threads or earlier runs. The key is the input: 8 values of 16 bits, which hold a
/// seed and a step as <see cref="RandomKey"/> writes them.
/// </summary>
/// <param name="Shape">The shape of the output.</param>
/// <param name="Stream">Distinguishes the random ops of one graph, which share a key.</param>
public sealed record RandomUniformOp(Shape Shape, int Stream) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) =>
        inputs[0] == RandomKey.Shape ? Shape : throw new ShapeException(Name, $"expected a key of shape {RandomKey.Shape}; received {inputs[0]}.");

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var key = Array.ConvertAll(call.Inputs[0], word => (float)word);
        for (var i = 0; i < call.Output.Length; i++) call.Output[i] = Philox.Uniform(RandomKey.Read(key), Stream, i);
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new RandomUniformKernel(output.Count, Stream);
}

/// <summary>The key of a run's random numbers: a seed and the number of the step, 64 bits each, in 16-bit words, which float32 represents exactly.</summary>
public static class RandomKey
{
    /// <summary>The shape of a key.</summary>
    public static Shape Shape { get; } = [8];

    /// <summary>Writes a seed and a step as 8 words.</summary>
    public static void Write(long seed, long step, Span<float> key)
    {
        for (var i = 0; i < 4; i++)
        {
            key[i] = (ushort)(seed >> (16 * i));
            key[4 + i] = (ushort)(step >> (16 * i));
        }
    }

    internal static (ulong Seed, ulong Step) Read(ReadOnlySpan<float> key)
    {
        ulong seed = 0, step = 0;
        for (var i = 3; i >= 0; i--)
        {
            seed = (seed << 16) | (ushort)key[i];
            step = (step << 16) | (ushort)key[4 + i];
        }

        return (seed, step);
    }
}
