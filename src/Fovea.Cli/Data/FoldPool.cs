using System.Globalization;
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

    /// <summary>The folds: each has the same share of every class. They depend on the classes and the groups alone.</summary>
    /// <exception cref="CommandException">There are too few samples of a class.</exception>
    public IReadOnlyList<(Dataset Training, Dataset Validation)> Divide(int folds, int seed)
    {
        RequireEnough(folds);
        var groups = Duplicates == 0 ? null : Groups;
        var divided = Samples.Folds(folds, seed, stratified: true, groups);
        return Trained is null
            ? divided
            : [.. Trained.Folds(folds, seed, stratified: true, groups).Zip(divided, (trained, own) => (trained.Training, own.Validation))];
    }

    /// <summary>Refuses more folds than a class has samples, of which equal ones count once.</summary>
    private void RequireEnough(int folds)
    {
        var (target, samples) = (new float[Samples.TargetShape.Count], new SortedDictionary<int, HashSet<int>>());
        for (var sample = 0; sample < Samples.Count; sample++)
        {
            Samples.ReadTarget(sample, target);
            var label = (int)target[0];
            if (!samples.TryGetValue(label, out var own)) samples[label] = own = [];
            own.Add(Groups.Count > 0 ? Groups[sample] : sample);
        }

        var (smallest, different) = samples.MinBy(own => own.Value.Count);
        if (different.Count >= folds) return;
        var name = smallest < Samples.ClassNames.Count
            ? $"the class '{Samples.ClassNames[smallest]}'"
            : string.Create(CultureInfo.InvariantCulture, $"class {smallest}");
        throw new CommandException(string.Create(
            CultureInfo.InvariantCulture,
            $"--folds: expected at most {different.Count} folds, since {name} has {different.Count} {(Duplicates > 0 ? "different " : "")}samples; received "
                + $"{folds}."));
    }
}
