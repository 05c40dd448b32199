using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>The data of a cross-validation.</summary>
/// <param name="Samples">The samples that are divided into folds.</param>
/// <param name="Test">Data that no fold contains; null if there are none.</param>
internal sealed record FoldPool(Dataset Samples, Dataset? Test)
{
    /// <summary>
    /// The samples in the form in which they are trained on, such as images of another size, in the same order; null if it is that of <see cref="Samples"/>.
    /// </summary>
    public Dataset? Trained { get; init; }

    /// <summary>Files that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; init; } = [];

    /// <summary>
    /// A number for each sample: each fold has the same share of every number. Null for the classes of the samples; given for several labels and numbers.
    /// </summary>
    public IReadOnlyList<int>? Strata { get; init; }

    /// <summary>The group of each sample: equal samples are in one.</summary>
    public IReadOnlyList<int> Groups { get; private init; } = [];

    /// <summary>The number of samples that are equal to one before them.</summary>
    public int Duplicates => Groups.Count - Groups.Distinct().Count();

    /// <summary>The same data with the class numbers of a model, and equal samples in groups.</summary>
    /// <exception cref="TrainingException">A class is unknown to the model.</exception>
    public FoldPool Prepare(IReadOnlyList<string> classNames, CancellationToken cancellationToken) => this with
    {
        Samples = Samples.WithClassNames(classNames),
        Trained = Trained?.WithClassNames(classNames),
        Test = Test?.WithClassNames(classNames),
        Groups = Samples.GroupsOfEqualInputs(cancellationToken),
    };

    /// <summary>The folds: each has the same share of every class. They depend on the classes and the groups alone.</summary>
    /// <exception cref="CommandException">There are too few samples, or too few of a class.</exception>
    public IReadOnlyList<(Dataset Training, Dataset Validation)> Divide(int folds, int seed)
    {
        var groups = Duplicates == 0 ? null : Groups;
        try
        {
            var divided = Divide(Samples);
            return Trained is null ? divided : [.. Divide(Trained).Zip(divided, (trained, own) => (trained.Training, own.Validation))];
        }
        catch (ArgumentException error)
        {
            var sentence = error.Sentence();
            throw new CommandException(
                $"--{char.ToLowerInvariant(sentence[0])}{sentence[1..]}{(groups is null ? "" : " Equal images are a group, which is in one fold.")}", error);
        }

        IReadOnlyList<(Dataset Training, Dataset Validation)> Divide(Dataset samples) =>
            Strata is null ? samples.Folds(folds, seed, stratified: true, groups) : samples.Folds(folds, Strata, seed, groups);
    }
}
