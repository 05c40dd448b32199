using System.Globalization;

namespace Fovea;

/// <summary>Class numbers as rows with a 1 at the class and 0 elsewhere. Weights are computed from the class numbers.</summary>
internal sealed class OneHotDataset(Dataset source, int classes) : DerivedDataset(source)
{
    public override Shape TargetShape { get; } = ShapeOf(source.TargetShape, classes);

    public override IReadOnlyList<Shape> TargetShapes => [TargetShape];

    /// <summary>The shape of the rows for class numbers of a shape: (10) for a class number, (height, width, 10) for a mask.</summary>
    public static Shape ShapeOf(Shape target, int classes) => target.Rank > 0 && target[^1] == 1
        ? [.. target.Dimensions[..^1], classes]
        : [.. target.Dimensions, classes];

    /// <summary>Writes the rows of class numbers.</summary>
    /// <exception cref="InvalidDataException">A value is not a class number.</exception>
    public static void Write(ReadOnlySpan<float> labels, Span<float> rows, int classes, int sample)
    {
        rows.Clear();
        for (var i = 0; i < labels.Length; i++)
        {
            var label = labels[i];
            if (!(label >= 0 && label < classes && label == MathF.Floor(label)))
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture, $"OneHot: expected class numbers from 0 to {classes - 1}; sample {sample} has {label}."));
            rows[(i * classes) + (int)label] = 1;
        }
    }

    /// <summary>A sample with the rows of its class numbers.</summary>
    /// <exception cref="InvalidDataException">A value is not a class number.</exception>
    public static Sample Of(Sample sample, int classes, int index)
    {
        var rows = new float[sample.Target.Values.Length * classes];
        Write(sample.Target.Values, rows, classes, index);
        return sample with { Targets = [new Tensor(ShapeOf(sample.Target.Shape, classes), rows)] };
    }

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var labels = new float[Source.TargetShape.Count];
        Source.Read(index, input, labels);
        Write(labels, target, classes, index);
    }

    public override void ReadTarget(int index, Span<float> target)
    {
        var labels = new float[Source.TargetShape.Count];
        Source.ReadTarget(index, labels);
        Write(labels, target, classes, index);
    }

    public override float Weight(int index, ReadOnlySpan<float> target) => Source.Weight(index, Labels(target));

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => Source.Weights(index, Labels(target), weights);

    private float[] Labels(ReadOnlySpan<float> rows)
    {
        var labels = new float[rows.Length / classes];
        for (var i = 0; i < labels.Length; i++) labels[i] = rows.Slice(i * classes, classes).IndexOf(1f);
        return labels;
    }
}
