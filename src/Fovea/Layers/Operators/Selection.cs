using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Of one dimension the elements that are listed, in that order and perhaps several times: steps, turning round, exchanged channels, mirrored borders. Files of
/// Keras' formats name it <c>Selection</c>, which Keras itself does not know.
/// </summary>
internal sealed class Selection : Layer
{
    private readonly int[] indices;

    /// <param name="axis">The dimension, counted with the batch.</param>
    /// <param name="indices">The elements, counted from 0.</param>
    internal Selection(int axis, IReadOnlyList<int> indices)
    {
        if (axis < 1) throw ArgumentRules.Wrong(nameof(Selection), nameof(axis), $"at least 1", axis);
        if (indices.Count == 0 || indices.Any(index => index < 0))
            throw ArgumentRules.Wrong(nameof(Selection), nameof(indices), $"at least one number of at least 0", string.Join(", ", indices));
        (Axis, this.indices) = (axis, [.. indices]);
    }

    /// <summary>The dimension, counted with the batch.</summary>
    public int Axis { get; }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var shape = input.Shape;
        if (Axis >= shape.Rank || indices.Max() >= shape[Axis])
            throw new ShapeException(
                Subject, $"expected more than {indices.Max()} elements in the dimension {Axis}; received {SymbolicTensor.Print(shape[1..])}.");
        var (before, size, after) = (shape[1..Axis].Count, shape[Axis], shape[(Axis + 1)..].Count);

        // An image whose rows are what lies before, and whose channels are what lies behind.
        var rows = AxisSampling.Of(new AxisTaps(before, [.. Enumerable.Range(0, before).Select(row => (row, new double[] { 1 }))]));
        var columns = AxisSampling.Of(new AxisTaps(size, [.. indices.Select(index => (index, new double[] { 1 }))]));
        return new Node(new ResampleOp(rows, columns), input.Reshape([shape[0], before, size, after])).Reshape(shape.With(Axis, indices.Length));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("axis", Axis);
        config.Set("indices", indices);
    }

    internal static Selection FromConfig(Config config) => new(config.GetInt("axis"), config.GetInts("indices"));
}
