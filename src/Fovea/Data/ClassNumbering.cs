using System.Globalization;

namespace Fovea;

/// <summary>Numbers the classes of data sets as a model does, by their names.</summary>
public static class ClassNumbering
{
    /// <summary>
    /// Numbers the classes of a data set in the order of given names. Letter case is ignored. The data may lack classes and may have them in any
    /// order. Targets are class numbers, or rows with a value for each class. Data sets without names, and those with the same names in the same
    /// order, are returned unchanged. <see cref="Model.Fit"/>, <see cref="Model.Evaluate"/> and <see cref="ConfusionMatrix.Of"/> do this
    /// automatically if both the model and the data have names.
    /// </summary>
    /// <param name="dataset">The samples, with <see cref="Dataset.ClassNames"/>.</param>
    /// <param name="classNames">The names of the model, by class number.</param>
    /// <exception cref="TrainingException">A class of the data is not among the names, or occurs there twice.</exception>
    public static Dataset WithClassNames(this Dataset dataset, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(classNames);
        return dataset.NumberedAs(classNames, dataset.TargetShape is { Rank: > 0 } shape && shape[^1] > 1 && shape[^1] == dataset.ClassNames.Count);
    }

    /// <param name="dataset">The samples.</param>
    /// <param name="classNames">The names by class number.</param>
    /// <param name="areRows">Whether the innermost dimension of targets has a value for each class; otherwise each target is a class number.</param>
    internal static Dataset NumberedAs(this Dataset dataset, IReadOnlyList<string> classNames, bool areRows)
    {
        var names = dataset.ClassNames;
        if (names.Count == 0 || classNames.Count == 0 || names.SequenceEqual(classNames, StringComparer.OrdinalIgnoreCase)) return dataset;
        if (dataset.TargetShapes.Count > 1)
            throw new TrainingException(
                $"The classes of the data ({List(names)}) are others than the model's ({List(classNames)}), and they can be compared by name only where there "
                + $"is one target; the data set has {dataset.TargetShapes.Count}.");
        if (areRows && (dataset.TargetShape.Rank == 0 || dataset.TargetShape[^1] != names.Count))
            throw new TrainingException(
                $"The data set has the names of {names.Count} classes ({List(names)}) and targets {dataset.TargetShape}; expected a number for each class.");
        return new Numbered(dataset, classNames, [.. names.Select(name => NumberOf(name, names, classNames))], areRows);
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

    /// <param name="dataset">The samples.</param>
    /// <param name="classNames">The names by the new class numbers.</param>
    /// <param name="numbers">The new number of each class of the data.</param>
    /// <param name="areRows">Whether targets have a value for each class.</param>
    private sealed class Numbered(Dataset dataset, IReadOnlyList<string> classNames, int[] numbers, bool areRows) : Dataset
    {
        public override int Count => dataset.Count;

        public override Shape InputShape => dataset.InputShape;

        public override Shape TargetShape { get; } = areRows ? [.. dataset.TargetShape.Dimensions[..^1], classNames.Count] : dataset.TargetShape;

        public override IReadOnlyList<Shape> InputShapes => dataset.InputShapes;

        public override IReadOnlyList<string> ClassNames => classNames;

        public override ImageInput? ImageInput => dataset.ImageInput;

        public override bool IsWeighted => dataset.IsWeighted;

        public override bool IsWeightedByPosition => dataset.IsWeightedByPosition;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            if (!areRows)
            {
                dataset.Read(index, input, target);
                foreach (ref var label in target) label = NumberFor(label, index);
                return;
            }

            var own = new float[dataset.TargetShape.Count];
            dataset.Read(index, input, own);
            target.Clear();
            for (var row = 0; row < own.Length / numbers.Length; row++)
            {
                for (var i = 0; i < numbers.Length; i++) target[(row * classNames.Count) + numbers[i]] = own[(row * numbers.Length) + i];
            }
        }

        /// <summary>Weights depend on the target as the data set returns it.</summary>
        public override float Weight(int index, ReadOnlySpan<float> target) => dataset.Weight(index, Own(target));

        public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => dataset.Weights(index, Own(target), weights);

        private float[] Own(ReadOnlySpan<float> target)
        {
            var own = new float[dataset.TargetShape.Count];
            if (areRows)
            {
                for (var i = 0; i < own.Length; i++) own[i] = target[(i / numbers.Length * classNames.Count) + numbers[i % numbers.Length]];
            }
            else
            {
                for (var i = 0; i < own.Length; i++) own[i] = Array.IndexOf(numbers, (int)target[i]) is >= 0 and var label ? label : target[i];
            }

            return own;
        }

        /// <summary>A number that is not a class, such as that of ignored pixels, is kept, but must not equal a class of the model.</summary>
        private float NumberFor(float label, int index) => label >= 0 && label < numbers.Length && label == MathF.Floor(label) ? numbers[(int)label]
            : !(label >= 0 && label < classNames.Count) ? label
            : throw new InvalidDataException(
                string.Create(
                CultureInfo.InvariantCulture,
                $"Sample {index}: expected a class from 0 to {numbers.Length - 1}, as the data set has {numbers.Length} class names; received {label}."));
    }
}
