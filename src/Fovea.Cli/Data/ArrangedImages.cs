namespace Fovea.Cli;

/// <summary>Images of a data set as a model takes them that was trained on the same numbers in another arrangement.</summary>
internal static class ArrangedImages
{
    /// <summary>The same numbers in another shape of as many.</summary>
    public static Dataset WithShape(this Dataset whole, Shape shape) => whole.InputShape == shape ? whole : new Reshaped(whole, shape);

    /// <summary>
    /// Each image divided by its Euclidean norms along an axis, as <c>keras.utils.normalize</c> does for images (samples, height, width): each row by its own
    /// (axis −1, Keras' default), or each column (axis 1). What is all zeros stays so.
    /// </summary>
    public static Dataset Normalized(this Dataset whole, NormalizedAxis axis) => new Divided(whole, axis);

    private sealed class Reshaped(Dataset whole, Shape shape) : Dataset
    {
        public override int Count => whole.Count;

        public override Shape InputShape => shape;

        public override Shape TargetShape => whole.TargetShape;

        public override IReadOnlyList<string> ClassNames => whole.ClassNames;

        public override ImageInput? ImageInput => whole.ImageInput;

        public override void Read(int index, Span<float> input, Span<float> target) => whole.Read(index, input, target);
    }

    private sealed class Divided(Dataset whole, NormalizedAxis axis) : Dataset
    {
        public override int Count => whole.Count;

        public override Shape InputShape => whole.InputShape;

        public override Shape TargetShape => whole.TargetShape;

        public override IReadOnlyList<string> ClassNames => whole.ClassNames;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            whole.Read(index, input, target);
            var (height, width) = (InputShape[0], InputShape[1]);
            var (lines, length, lineStep, step) = axis == NormalizedAxis.Rows ? (height, width, width, 1) : (width, height, 1, width);
            for (var line = 0; line < lines; line++)
            {
                var sum = 0.0;
                for (var i = 0; i < length; i++) sum += (double)input[(line * lineStep) + (i * step)] * input[(line * lineStep) + (i * step)];
                if (sum == 0) continue;
                var norm = Math.Sqrt(sum);
                for (var i = 0; i < length; i++) input[(line * lineStep) + (i * step)] = (float)(input[(line * lineStep) + (i * step)] / norm);
            }
        }
    }
}

/// <summary>Along what images are normalized.</summary>
internal enum NormalizedAxis
{
    /// <summary>Each row by its norm: axis −1, or 2.</summary>
    Rows,

    /// <summary>Each column by its norm: axis 1.</summary>
    Columns,
}
