using System.Globalization;

namespace Fovea;

/// <summary>Numbers the classes of data sets as a model does, by their names.</summary>
public static class ClassNumbering
{
    /// <summary>
    /// Names the classes of a data set without names; the classes of one with names are numbered in the order of the given names. Letter case is ignored. The
    /// data may lack classes and may have them in any order. Targets are class numbers, or rows with a value for each class. <see cref="Model.Fit"/>,
    /// <see cref="Model.Evaluate"/> and <see cref="ConfusionMatrix.Of"/> number the classes automatically if both the model and the data have names.
    /// </summary>
    /// <param name="dataset">The samples.</param>
    /// <param name="classNames">The names by class number.</param>
    /// <exception cref="TrainingException">A class of the data is not among the names, or occurs there twice.</exception>
    public static Dataset WithClassNames(this Dataset dataset, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(classNames);
        if (dataset.ClassNames.Count > 0) return dataset.NumberedLike(classNames);
        return dataset is StreamDataset stream
            ? stream.With(samples => samples, form => form with { ClassNames = classNames, ImageInput = dataset.ImageInput })
            : new DescribedDataset(dataset, classNames, dataset.ImageInput);
    }

    /// <summary>Numbers the classes in the order of given names. The shape of the targets tells whether they are class numbers or rows.</summary>
    internal static Dataset NumberedLike(this Dataset dataset, IReadOnlyList<string> classNames) =>
        dataset.NumberedAs(classNames, dataset.TargetShape is { Rank: > 0 } shape && shape[^1] > 1 && shape[^1] == dataset.ClassNames.Count);

    /// <param name="dataset">The samples.</param>
    /// <param name="classNames">The names by class number.</param>
    /// <param name="areRows">Whether the innermost dimension of targets has a value for each class; otherwise each target is a class number.</param>
    internal static Dataset NumberedAs(this Dataset dataset, IReadOnlyList<string> classNames, bool areRows)
    {
        var names = dataset.ClassNames;
        if (names.Count == 0 || classNames.Count == 0 || names.SequenceEqual(classNames, StringComparer.OrdinalIgnoreCase)) return dataset;
        if (dataset is PartitionedDataset parts) return parts.Map(part => part.NumberedAs(classNames, areRows));
        if (dataset.TargetShapes.Count > 1)
            throw new TrainingException(
                $"The classes of the data ({List(names)}) are others than the model's ({List(classNames)}), and they can be compared by name only where there "
                + $"is one target; the data set has {dataset.TargetShapes.Count}.");
        if (areRows && (dataset.TargetShape.Rank == 0 || dataset.TargetShape[^1] != names.Count))
            throw new TrainingException(
                $"The data set has the names of {names.Count} classes ({List(names)}) and targets {dataset.TargetShape}; expected a number for each class.");
        var numbering = new NewNumbers([.. names.Select(name => NumberOf(name, names, classNames))], classNames.Count, areRows);
        return dataset is StreamDataset stream
            ? stream.With(
                samples => samples.Select((sample, index) => sample with { Targets = [numbering.Of(sample.Target, index)] }),
                form => form with { ClassNames = classNames, ImageInput = dataset.ImageInput })
            : new Numbered(dataset, classNames, numbering);
    }

    private static int NumberOf(string name, IReadOnlyList<string> names, IReadOnlyList<string> classNames)
    {
        var found = Places(StringComparison.Ordinal) is [_, ..] exact ? exact : Places(StringComparison.OrdinalIgnoreCase);
        return found switch
        {
            [var number] => number,
            [] => throw new TrainingException(
                $"The data has the class '{name}', which the model does not have. The model's classes are {List(classNames)}; the data's are {List(names)}. "
                + "Rename the data's classes, or train a new head for them."),
            _ => throw new TrainingException(
                $"The data's class '{name}' has {found.Length} places among the model's: {string.Join(" and ", found)}. Give the data the model's classes in "
                + "the model's order."),
        };

        int[] Places(StringComparison comparison) => [.. Enumerable.Range(0, classNames.Count).Where(number => classNames[number].Equals(name, comparison))];
    }

    private static string List(IReadOnlyList<string> names) => names.Count <= 10
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(10))} and {names.Count - 10} more";

    /// <summary>A data set whose classes have other numbers. Weights depend on the target as the data set returns it.</summary>
    private sealed class Numbered(Dataset dataset, IReadOnlyList<string> classNames, NewNumbers numbers) : DerivedDataset(dataset)
    {
        public override Shape TargetShape { get; } = numbers.Shape(dataset.TargetShape);

        public override IReadOnlyList<Shape> TargetShapes => [TargetShape];

        public override IReadOnlyList<string> ClassNames => classNames;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            var before = new float[Source.TargetShape.Count];
            Source.Read(index, input, before);
            numbers.Write(before, target, index);
        }

        public override void ReadTarget(int index, Span<float> target)
        {
            var before = new float[Source.TargetShape.Count];
            Source.ReadTarget(index, before);
            numbers.Write(before, target, index);
        }

        public override float Weight(int index, ReadOnlySpan<float> target) => Source.Weight(index, numbers.Before(target, Source.TargetShape.Count));

        public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) =>
            Source.Weights(index, numbers.Before(target, Source.TargetShape.Count), weights);
    }

    /// <summary>Gives the classes of targets other numbers.</summary>
    /// <param name="numbers">The new number of each class of the data.</param>
    /// <param name="classes">The new number of classes.</param>
    /// <param name="areRows">Whether targets have a value for each class.</param>
    private sealed class NewNumbers(int[] numbers, int classes, bool areRows)
    {
        public Shape Shape(Shape before) => areRows ? [.. before.Dimensions[..^1], classes] : before;

        public Tensor Of(Tensor before, int index)
        {
            var shape = Shape(before.Shape);
            var values = new float[shape.Count];
            Write(before.Values, values, index);
            return new Tensor(shape, values);
        }

        public void Write(ReadOnlySpan<float> before, Span<float> target, int index)
        {
            if (!areRows)
            {
                for (var i = 0; i < before.Length; i++) target[i] = NumberFor(before[i], index);
                return;
            }

            target.Clear();
            for (var row = 0; row < before.Length / numbers.Length; row++)
            {
                for (var i = 0; i < numbers.Length; i++) target[(row * classes) + numbers[i]] = before[(row * numbers.Length) + i];
            }
        }

        /// <summary>A target with the numbers of the data.</summary>
        public float[] Before(ReadOnlySpan<float> target, int count)
        {
            var before = new float[count];
            if (areRows)
            {
                for (var i = 0; i < count; i++) before[i] = target[(i / numbers.Length * classes) + numbers[i % numbers.Length]];
            }
            else
            {
                for (var i = 0; i < count; i++) before[i] = Array.IndexOf(numbers, (int)target[i]) is >= 0 and var label ? label : target[i];
            }

            return before;
        }

        /// <summary>A number that is not a class, such as that of ignored pixels, is kept, but must not equal a class of the model.</summary>
        private float NumberFor(float label, int index) => label >= 0 && label < numbers.Length && label == MathF.Floor(label) ? numbers[(int)label]
            : !(label >= 0 && label < classes) ? label
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"Sample {index}: expected a class from 0 to {numbers.Length - 1}, as the data set has {numbers.Length} class names; received {label}."));
    }
}
