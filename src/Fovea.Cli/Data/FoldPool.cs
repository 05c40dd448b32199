using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>The data of a cross-validation.</summary>
/// <param name="Samples">The samples that are divided into folds.</param>
/// <param name="Test">Data that no fold contains; null if there are none.</param>
internal sealed record FoldPool(Dataset Samples, Dataset? Test)
{
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
        Test = Test?.WithClassNames(classNames),
        Groups = Samples.GroupsOfEqualInputs(cancellationToken),
    };

    /// <summary>The folds.</summary>
    /// <exception cref="CommandException">There are too few samples of a class.</exception>
    public IReadOnlyList<(Dataset Training, Dataset Validation)> Divide(int folds, int seed)
    {
        try
        {
            return Samples.Folds(folds, seed, stratified: true, Duplicates == 0 ? null : Groups);
        }
        catch (ArgumentException error) when (error.ParamName == "count")
        {
            throw new CommandException($"--{error.Sentence().Replace("Folds: ", "folds: ", StringComparison.Ordinal)}", error);
        }
    }
}
