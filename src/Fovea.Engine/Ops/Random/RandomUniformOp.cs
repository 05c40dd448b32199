namespace Fovea.Engine.Ops;

/// <summary>
/// Uniform random numbers in [0, 1), multiples of 2⁻²⁴. Each depends on a key, the stream and its position alone (Philox4x32-10: Salmon et al.
/// 2011, "Parallel random numbers: as easy as 1, 2, 3"), not on threads or earlier runs. The key is the input: 10 values of 16 bits, which hold a
/// seed, a step and the number of a sample as <see cref="RandomKey"/> writes them.
/// </summary>
/// <param name="Shape">The shape of the output.</param>
/// <param name="Stream">Distinguishes the random ops of one graph, which share a key.</param>
public sealed record RandomUniformOp(Shape Shape, int Stream) : Op
{
    /// <summary>
    /// The number of values for each sample of a batch; 0, the default, if the values are drawn once per batch. The value at position i of the output is the
    /// value at position <c>firstSample</c> · <see cref="ValuesPerSample"/> + i of the stream, where <c>firstSample</c> is that of the key. So samples that
    /// begin in the middle of a batch receive the values that they have in the whole batch.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int ValuesPerSample
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(ValuesPerSample));
            field = value;
        }
    }

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) =>
        inputs[0] == RandomKey.Shape ? Shape : throw new ShapeException(Name, $"expected a key of shape {RandomKey.Shape}; received {inputs[0]}.");

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var key = Array.ConvertAll(call.Inputs[0], word => (float)word);
        var first = RandomKey.FirstIndex(key, ValuesPerSample);
        for (var i = 0; i < call.Output.Length; i++) call.Output[i] = Philox.Uniform(RandomKey.Read(key), Stream, first + i);
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new RandomUniformKernel(output.Count, Stream, ValuesPerSample);
}

/// <summary>
/// The key of a run's random numbers, in 16-bit words, which float32 represents exactly: a seed and the number of the step of 64 bits each, and the number of
/// the first sample of 32 bits.
/// </summary>
public static class RandomKey
{
    /// <summary>The shape of a key.</summary>
    public static Shape Shape { get; } = [10];

    /// <summary>Writes a key as 10 words.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="step">The number of the step.</param>
    /// <param name="key">Receives the words.</param>
    /// <param name="firstSample">The number of samples of the batch before those of the run; 0 if the run computes a whole batch.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstSample"/> is negative.</exception>
    public static void Write(long seed, long step, Span<float> key, int firstSample = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstSample);
        for (var i = 0; i < 4; i++)
        {
            key[i] = (ushort)(seed >> (16 * i));
            key[4 + i] = (ushort)(step >> (16 * i));
        }

        (key[8], key[9]) = ((ushort)firstSample, (ushort)(firstSample >> 16));
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

    /// <summary>The position in its stream at which the output of a random op begins, below 2⁶³ − 2³².</summary>
    internal static long FirstIndex(ReadOnlySpan<float> key, int valuesPerSample) => (((long)(ushort)key[9] << 16) + (ushort)key[8]) * valuesPerSample;
}
