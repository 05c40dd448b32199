namespace Fovea.Cli;

/// <summary>Adapts the images of a data set to models that take the same values in another shape or normalized.</summary>
internal static class ArrangedImages
{
    /// <summary>The same values in another shape with as many elements.</summary>
    public static Dataset WithShape(this Dataset whole, Shape shape) => whole.InputShape == shape ? whole : new Reshaped(whole, shape);

    /// <summary>
    /// Each row or each column of an image divided by its Euclidean norm, as <c>keras.utils.normalize</c> does for images (samples, height, width) along
    /// axis −1, its default, or axis 1. Rows or columns of zeros stay zero.
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

/// <summary>The direction in which images are normalized.</summary>
internal enum NormalizedAxis
{
    /// <summary>Each row is divided by its norm: axis −1, or 2.</summary>
    Rows,

    /// <summary>Each column is divided by its norm: axis 1.</summary>
    Columns,
}
