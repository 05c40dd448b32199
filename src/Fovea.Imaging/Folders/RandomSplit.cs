using Fovea.Engine.Ops;

namespace Fovea.Imaging;

/// <summary>Splits the samples of a data set at random, in the same shares of each class.</summary>
internal sealed record RandomSplit(int[] Training, int[] Validation, int[] Test)
{
    /// <summary>Splits samples. The same seed and samples give the same split.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="label">The class of a sample; 0 for all if there are no classes.</param>
    /// <param name="nameOf">The name of a class for messages; null if there are no classes.</param>
    /// <param name="validation">The share of validation samples, at least one of each class.</param>
    /// <param name="test">The share of test samples; 0 for none.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="InvalidDataException">A class has too few samples.</exception>
    public static RandomSplit Of(
        IReadOnlyList<int> samples, Func<int, int> label, Func<int, string>? nameOf, double validation, double test, long seed)
    {
        List<int> training = [], validating = [], testing = [];
        foreach (var group in samples.GroupBy(label).OrderBy(group => group.Key))
        {
            var own = group.ToArray();
            new RandomNumbers(seed, group.Key).Shuffle(own.AsSpan());
            var (forValidation, forTest) = (CountOf(validation, own.Length), CountOf(test, own.Length));
            if (forValidation + forTest >= own.Length)
                throw new InvalidDataException(
                    $"ImageFolderSplit: expected at least {forValidation + forTest + 1} images{(nameOf is null ? "" : $" of the class '{nameOf(group.Key)}'")} "
                        + $"to split; received {own.Length}.");
            validating.AddRange(own[..forValidation]);
            testing.AddRange(own[forValidation..(forValidation + forTest)]);
            training.AddRange(own[(forValidation + forTest)..]);
        }

        return new([.. training.Order()], [.. validating.Order()], [.. testing.Order()]);
    }

    private static int CountOf(double share, int count) => share == 0 ? 0 : Math.Max(1, (int)Math.Round(share * count));
}
