using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fovea;

/// <content>The folds of a cross-validation.</content>
public abstract partial class Dataset
{
    /// <summary>
    /// Divides the samples at random into folds for a cross-validation: each fold validates the model that is trained on all others. scikit-learn's
    /// <c>KFold</c>, <c>StratifiedKFold</c> and <c>StratifiedGroupKFold</c>.
    /// <code>
    /// foreach (var (training, validation) in data.Folds(5, seed: 1, stratified: true)) …
    /// </code>
    /// </summary>
    /// <remarks>
    /// Every sample is in the validation part of exactly one fold. The parts have their samples in the order of the whole data set. Without groups, the
    /// numbers of samples of two folds differ by at most one; if the folds are stratified, those of each class do.
    /// </remarks>
    /// <param name="count">The number of folds, at least 2; at most the number of samples, or that of the smallest class if they are stratified.</param>
    /// <param name="seed">The seed of the choice.</param>
    /// <param name="stratified">
    /// Whether all folds have the same share of every class, as exactly as whole samples and groups allow. The targets are class numbers or rows with a 1 at
    /// the class; each is read once.
    /// </param>
    /// <param name="groups">
    /// A number for each sample: samples of the same number are in one fold, such as the images of one patient. A model that has seen one of them would be
    /// tested too easily with the others. <see cref="GroupsOfEqualInputs"/> finds samples that are equal. Null if each sample is a group.
    /// </param>
    /// <returns>For each fold the samples of all other folds, and its own.</returns>
    /// <exception cref="ArgumentException">
    /// The number of folds is below 2 or too large for the samples, there are more or fewer groups than samples, or a target is not a class.
    /// </exception>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    public IReadOnlyList<(Dataset Training, Dataset Validation)> Folds(
        int count, long seed = 0, bool stratified = false, IReadOnlyList<int>? groups = null)
    {
        RequireFolds(count, groups);
        var classes = stratified ? SampleSplit.ClassesOf(this, nameof(Folds)) : new int[Count];
        RequireEnough(classes, groups, count, stratified);
        return Folds(SampleFolds.Of(classes, groups, count, seed));
    }

    /// <summary>
    /// Divides the samples at random into folds for a cross-validation, each with about the same share of every stratum, such as the rarest labels or the
    /// tenths of a number (<see cref="SampleStrata"/>). A stratum of fewer samples than folds is missing in some folds.
    /// </summary>
    /// <param name="count">The number of folds, at least 2; at most the number of samples or groups.</param>
    /// <param name="strata">The stratum of each sample: any number.</param>
    /// <param name="seed">The seed of the choice.</param>
    /// <param name="groups">A number for each sample: samples of the same number are in one fold. Null if each sample is a group.</param>
    /// <returns>For each fold the samples of all other folds, and its own.</returns>
    /// <exception cref="ArgumentException">
    /// The number of folds is below 2 or too large for the samples, or there are more or fewer strata or groups than samples.
    /// </exception>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    public IReadOnlyList<(Dataset Training, Dataset Validation)> Folds(
        int count, IReadOnlyList<int> strata, long seed = 0, IReadOnlyList<int>? groups = null)
    {
        ArgumentNullException.ThrowIfNull(strata);
        RequireFolds(count, groups);
        if (strata.Count != Count)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Folds: expected a stratum for each of {Count} samples; received {strata.Count}."),
                nameof(strata));
        RequireEnough(new int[Count], groups, count, stratified: false);
        return Folds(SampleFolds.Of(strata, groups, count, seed));
    }

    /// <summary>Divides the samples into folds that are given, such as those of <see cref="SampleFolds.Of"/>.</summary>
    /// <param name="folds">The fold of each sample: the numbers from 0 to one less than the number of folds, each at least once.</param>
    /// <returns>For each fold the samples of all other folds, and its own.</returns>
    /// <exception cref="ArgumentException">There are more or fewer numbers than samples, only one fold, or one without samples.</exception>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    public IReadOnlyList<(Dataset Training, Dataset Validation)> Folds(IReadOnlyList<int> folds)
    {
        ArgumentNullException.ThrowIfNull(folds);
        RequireIndexed(nameof(Folds));
        if (folds.Count != Count)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Folds: expected a fold for each of {Count} samples; received {folds.Count}."), nameof(folds));
        int[] numbers = [.. folds.Distinct().Order()];
        if (numbers.Length < 2 || numbers[0] != 0 || numbers[^1] != numbers.Length - 1)
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Folds: expected the numbers of at least two folds, from 0 on; received {string.Join(", ", numbers.Take(10))}."), nameof(folds));
        return
        [
            .. numbers.Select(fold => (
                (Dataset)PartOf([.. Enumerable.Range(0, folds.Count).Where(sample => folds[sample] != fold)]),
                (Dataset)PartOf([.. Enumerable.Range(0, folds.Count).Where(sample => folds[sample] == fold)]))),
        ];
    }

    /// <summary>
    /// Finds samples whose inputs are equal, such as an image that is in the data twice: a group number for each sample, for
    /// <see cref="Folds(int, long, bool, IReadOnlyList{int}?)"/>. All samples are read once.
    /// </summary>
    /// <param name="cancellationToken">Stops between two samples.</param>
    /// <returns>For each sample the index of the first sample with the same input.</returns>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    public IReadOnlyList<int> GroupsOfEqualInputs(CancellationToken cancellationToken = default)
    {
        RequireIndexed(nameof(GroupsOfEqualInputs));
        var hashes = new UInt128[Count];
        var values = InputShapes.Sum(shape => shape.Count);
        ParallelReading.ForEach(Count, index =>
        {
            var (input, target) = (new float[values], new float[TargetShapes.Sum(shape => shape.Count)]);
            Read(index, input, target);
            hashes[index] = MemoryMarshal.Read<UInt128>(SHA256.HashData(MemoryMarshal.AsBytes(input.AsSpan())));
        }, cancellationToken);
        var first = new Dictionary<UInt128, int>();
        for (var index = 0; index < hashes.Length; index++) first.TryAdd(hashes[index], index);
        return [.. hashes.Select(hash => first[hash])];
    }

    private void RequireFolds(int count, IReadOnlyList<int>? groups)
    {
        RequireIndexed(nameof(Folds));
        count.AtLeast(2, nameof(Folds), nameof(count));
        if (groups is not null && groups.Count != Count)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Folds: expected a group for each of {Count} samples; received {groups.Count}."), nameof(groups));
    }

    /// <exception cref="ArgumentException">A fold would have no samples, or none of a class.</exception>
    private void RequireEnough(int[] classes, IReadOnlyList<int>? groups, int count, bool stratified)
    {
        var numbers = Enumerable.Range(0, Count).GroupBy(sample => classes[sample])
            .Select(own => (Class: own.Key, Count: groups is null ? own.Count() : own.Select(sample => groups[sample]).Distinct().Count()))
            .ToList();
        var (label, smallest) = numbers.Count == 0 ? (0, 0) : numbers.MinBy(number => number.Count);
        if (count <= smallest) return;
        var what = groups is null ? "samples" : "groups of samples";
        var of = !stratified ? "the data set"
            : label < ClassNames.Count ? $"the class '{ClassNames[label]}'"
            : string.Create(CultureInfo.InvariantCulture, $"class {label}");
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"Folds: expected at most {smallest} folds, since {of} has {smallest} {what}; received {count}."),
            nameof(count));
    }
}
