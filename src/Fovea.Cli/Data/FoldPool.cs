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

    /// <summary>The folds.</summary>
    /// <exception cref="CommandException">There are too few samples of a class.</exception>
    public IReadOnlyList<(Dataset Training, Dataset Validation)> Divide(int folds, int seed)
    {
        var groups = Duplicates == 0 ? null : Groups;
        try
        {
            // The folds depend on the classes and the groups alone.
            var divided = Samples.Folds(folds, seed, stratified: true, groups);
            return Trained is null
                ? divided
                : [.. Trained.Folds(folds, seed, stratified: true, groups).Zip(divided, (trained, own) => (trained.Training, own.Validation))];
        }
        catch (ArgumentException error) when (error.ParamName == "count")
        {
            throw new CommandException($"--{error.Sentence().Replace("Folds: ", "folds: ", StringComparison.Ordinal)}", error);
        }
    }
}
