using Fovea.Imaging;
using Fovea.Tests.Imaging;

namespace Fovea.Tests.Data;

/// <summary>The folds of a cross-validation.</summary>
public class FoldsTests
{
    [Theory]
    [InlineData(2, false)]
    [InlineData(5, true)]
    [InlineData(7, true)]
    public void Every_sample_is_in_exactly_one_fold_and_trains_all_others(int count, bool stratified)
    {
        var folds = Labelled(31, 17, 10).Folds(count, seed: 3, stratified);
        Assert.Equal(count, folds.Count);
        Assert.Equal(Enumerable.Range(0, 58), folds.SelectMany(fold => Numbers(fold.Validation)).Order());
        Assert.All(folds, fold =>
        {
            Assert.Equal(Enumerable.Range(0, 58).Except(Numbers(fold.Validation)), Numbers(fold.Training));
            Assert.Equal(Numbers(fold.Validation).Order(), Numbers(fold.Validation));
            Assert.InRange(fold.Validation.Count, 58 / count, stratified ? (58 / count) + 3 : (58 / count) + 1);
        });
    }

    [Fact]
    public void Stratified_folds_have_the_same_share_of_each_class()
    {
        int[] sizes = [31, 17, 10];
        foreach (var data in (Dataset[])[Labelled(sizes), Labelled(sizes).OneHot(3)])
        {
            var folds = data.Folds(5, stratified: true);
            for (var label = 0; label < 3; label++)
            {
                var counts = folds.Select(fold => Numbers(fold.Validation).Count(number => ClassOf(number, sizes) == label)).ToList();
                Assert.InRange(counts.Min(), sizes[label] / 5, sizes[label] / 5);
                Assert.InRange(counts.Max(), (sizes[label] + 4) / 5, (sizes[label] + 4) / 5);
            }
        }
    }

    [Fact]
    public void The_seed_decides_the_folds()
    {
        int[] First(long seed) => Numbers(Labelled(20, 20).Folds(4, seed, stratified: true)[0].Validation);
        Assert.Equal(First(1), First(1));
        Assert.NotEqual(First(1), First(2));
    }

    [Fact]
    public void Samples_of_a_group_are_in_one_fold()
    {
        int[] groups = [.. Enumerable.Range(0, 60).Select(number => number / 3)];
        var folds = Labelled(30, 30).Folds(4, seed: 1, stratified: true, groups);
        Assert.All(folds, fold => Assert.Equal(
            Numbers(fold.Validation).Length, 3 * Numbers(fold.Validation).Select(number => number / 3).Distinct().Count()));
        Assert.All(folds, fold => Assert.InRange(Numbers(fold.Validation).Count(number => number < 30), 6, 9));
    }

    [Fact]
    public void Files_of_identical_bytes_are_found_and_are_in_one_fold()
    {
        using var folder = new TestImages();
        folder.Classes("", 6, "a", "b");
        File.Copy(folder.Inside("a/1.png"), folder.Inside("a/copy.png"));
        File.Copy(folder.Inside("a/1.png"), folder.Inside("b/wrong.png"));
        var data = ImageFolder.Load(folder.Path, 12, 16);
        var groups = data.GroupsOfEqualInputs();
        int[] same = [.. Enumerable.Range(0, data.Count).Where(index => Path.GetFileName(data.FileOf(index)) is "copy.png" or "wrong.png" or "1.png"
            && groups[index] == groups[1])];
        Assert.Equal(["1.png", "copy.png", "wrong.png"], same.Select(index => Path.GetFileName(data.FileOf(index))));
        Assert.Equal(data.Count - 2, groups.Distinct().Count());
        Assert.Single(data.Folds(3, stratified: true, groups: groups), fold =>
            Enumerable.Range(0, fold.Validation.Count).Count(index => same.Any(one => data.File(one) == fold.Validation.FileOf(index))) == 3);
    }

    [Fact]
    public void Parts_and_joined_data_sets_keep_the_names_of_files()
    {
        using var folder = new TestImages();
        folder.Classes("", 3, "a", "b");
        var data = ImageFolder.Load(folder.Path, 12, 16);
        Assert.Equal(data.File(4), data.Skip(3)[..2].Concat(data).Shuffle(1).OneHot().FileOf(Index(data.File(4))));
        Assert.Null(Labelled(2, 2).FileOf(0));
        Assert.Null(data.SelectInput(x => x / 2).FileOf(0));

        int Index(string file)
        {
            var shuffled = data.Skip(3)[..2].Concat(data).Shuffle(1);
            return Enumerable.Range(0, shuffled.Count).First(index => shuffled.FileOf(index) == file);
        }
    }

    [Fact]
    public void Folds_that_are_impossible_are_refused()
    {
        var data = Labelled(5, 3);
        Assert.Equal("Folds: count must be at least 2; received 1.", Refused(() => data.Folds(1)));
        Assert.Equal("Folds: expected at most 8 folds, since the data set has 8 samples; received 9.", Refused(() => data.Folds(9)));
        Assert.Equal(
            "Folds: expected at most 3 folds, since class 1 has 3 samples; received 4.", Refused(() => data.Folds(4, stratified: true)));
        Assert.Equal(
            "Folds: expected at most 3 folds, since the class 'dog' has 3 samples; received 4.",
            Refused(() => data.WithClassNames(["cat", "dog"]).Folds(4, stratified: true)));
        Assert.Equal(
            "Folds: expected at most 2 folds, since class 1 has 2 groups of samples; received 3.",
            Refused(() => data.Folds(3, stratified: true, groups: [0, 1, 2, 3, 4, 5, 6, 6])));
        Assert.Equal("Folds: expected a group for each of 8 samples; received 2.", Refused(() => data.Folds(2, groups: [0, 1])));
        Assert.Equal(
            "Folds: expected class numbers or rows with a single 1 as targets, to split by classes; sample 0 has another target.",
            Refused(() => data.OneHot(2).SelectTarget(target => target / 2).Folds(2, stratified: true)));
        Assert.Equal(
            "Folds: expected samples with an index; the data set is a stream. Cache() reads a stream into memory, Take(count) shortens one.",
            Assert.Throws<InvalidOperationException>(() => Dataset.From(data.AsEnumerable()).Folds(2)).Message);
    }

    [Fact]
    public void Folds_that_are_given_are_those_of_the_samples()
    {
        var data = Labelled(5, 3);
        var folds = data.Folds([0, 1, 2, 0, 1, 2, 0, 1]);
        Assert.Equal(3, folds.Count);
        Assert.Equal([1f, 4, 7], folds[1].Validation.Select(sample => (float)sample.Input));
        Assert.Equal([0f, 2, 3, 5, 6], folds[1].Training.Select(sample => (float)sample.Input));
        Assert.Equal("Folds: expected a fold for each of 8 samples; received 2.", Refused(() => data.Folds([0, 1])));
        Assert.Equal(
            "Folds: expected the numbers of at least two folds, from 0 on; received 0, 2.", Refused(() => data.Folds([0, 2, 0, 2, 0, 2, 0, 2])));
        Assert.Equal(
            "Folds: expected the numbers of at least two folds, from 0 on; received 0.", Refused(() => data.Folds([0, 0, 0, 0, 0, 0, 0, 0])));
    }

    [Fact]
    public void Any_strata_can_be_divided_also_those_of_fewer_samples_than_folds()
    {
        int[] strata = [.. Enumerable.Range(0, 30).Select(i => i < 24 ? i / 8 : 3 + i)];
        var folds = SampleFolds.Of(strata, groups: null, count: 4, seed: 1);
        for (var stratum = 0; stratum < 3; stratum++)
            Assert.Equal([2, 2, 2, 2], Enumerable.Range(0, 4).Select(fold => Enumerable.Range(0, 24).Count(i => strata[i] == stratum && folds[i] == fold)));
        Assert.Equal(folds, SampleFolds.Of(strata, groups: null, count: 4, seed: 1));
        Assert.Equal("SampleFolds: expected a group for each of 30 samples; received 1.", Refused(() => SampleFolds.Of(strata, [0], 4, 1)));
        Assert.Equal("SampleFolds: count must be at least 2; received 1.", Refused(() => SampleFolds.Of(strata, null, 1, 1)));
    }

    [Fact]
    public void Strata_are_the_rarest_labels_or_the_tenths_of_a_number()
    {
        // The labels occur 4, 2 and 1 times; the last sample has none.
        var labels = Dataset.From(
            Tensor.Zeros([6, 1]), new Tensor([6, 3], [1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0]));
        Assert.Equal([0, 1, 0, 2, 1, 3], SampleStrata.OfLabels(labels));
        var numbers = Dataset.From(Tensor.Zeros([20, 1]), new Tensor([20, 1], [.. Enumerable.Range(0, 20).Select(i => (float)(7 * i % 20))]));
        var strata = SampleStrata.OfNumbers(numbers);
        for (var i = 0; i < 20; i++) Assert.Equal(7 * i % 20 / 2, strata[i]);

        var folds = numbers.Folds(2, strata, seed: 3);
        foreach (var (training, validation) in folds)
        {
            Assert.Equal(Enumerable.Range(0, 10), validation.Select(sample => (int)sample.Target.Values[0] / 2).Order());
            Assert.Equal(Enumerable.Range(0, 20), training.Concat(validation).Select(sample => (int)sample.Target.Values[0]).Order());
        }

        Assert.Equal([2, 2, 2], labels.Folds(3, SampleStrata.OfLabels(labels)).Select(fold => fold.Validation.Count));
        Assert.Equal("Folds: expected a stratum for each of 6 samples; received 1.", Refused(() => labels.Folds(2, [0])));
        Assert.Equal("Folds: expected at most 6 folds, since the data set has 6 samples; received 7.", Refused(() => labels.Folds(7, new int[6])));
        Assert.Equal(
            "Folds: expected at most 2 folds, since the data set has 2 groups of samples; received 3.",
            Refused(() => labels.Folds(3, new int[6], groups: [0, 0, 0, 1, 1, 1])));
    }

    private static string Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action).Sentence();

    /// <summary>Samples whose inputs are their numbers, class after class.</summary>
    private static Dataset Labelled(params int[] sizes)
    {
        var count = sizes.Sum();
        return Dataset.From(
            new Tensor([count, 1], [.. Enumerable.Range(0, count).Select(number => (float)number)]),
            new Tensor([count], [.. Enumerable.Range(0, count).Select(number => (float)ClassOf(number, sizes))]));
    }

    private static int ClassOf(int number, int[] sizes)
    {
        var label = 0;
        for (var end = sizes[0]; number >= end; end += sizes[++label])
        {
        }

        return label;
    }

    private static int[] Numbers(Dataset data) => [.. data.Select(sample => (int)sample.Input.Values[0])];
}
