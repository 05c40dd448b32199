using Fovea.Tests.Training;

namespace Fovea.Tests.Data;

/// <summary>New data sets from others: lazy, in parallel, the same at any number of threads.</summary>
public class DatasetCompositionTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    private static readonly ImageInput Preprocessing = new(2, 2, 1) { Pixels = PixelRange.ZeroTo255 };

    [Fact]
    public void Select_maps_each_sample_when_it_is_read()
    {
        var calls = 0;
        var mapped = Images(6).Select((x, y) =>
        {
            Interlocked.Increment(ref calls);
            return (new Tensor([4], [.. x.Values.Select(value => value / 2)]), y);
        });
        Assert.Equal(0, calls);
        Assert.Equal((6, new Shape(4), Shape.Scalar), (mapped.Count, mapped.InputShape, mapped.TargetShape));
        Assert.Equal(1, calls);
        var (x, y) = mapped[3];
        Assert.Equal([1.5f, 1.5f, 1.5f, 1.5f], x.Values);
        Assert.Equal(0f, (float)y);
    }

    [Fact]
    public void Select_gives_the_map_an_index_or_random_numbers_of_the_sample()
    {
        var indexed = Images(5).Select((x, y, index) => (x, 10 * index));
        Assert.Equal([0f, 10, 20, 30, 40], DatasetSamplesTests.Labels(indexed));
        var random = Images(5).Select((x, y, random) => (x, random.NextSingle()), seed: 7);
        List<float> first = [.. DatasetSamplesTests.Labels(random)], again = [.. DatasetSamplesTests.Labels(random)];
        Assert.Equal(first, again);
        Assert.Equal(5, first.Distinct().Count());
        Assert.NotEqual(first, DatasetSamplesTests.Labels(Images(5).Select((x, y, random) => (x, random.NextSingle()), seed: 8)));
    }

    /// <summary>Names and preprocessing describe targets and inputs; a map that makes new ones may have made them untrue.</summary>
    [Fact]
    public void Select_keeps_the_metadata_of_what_it_returns_unchanged()
    {
        var data = Images(4).WithSampleWeights([1, 2, 3, 4]);
        var inputs = data.SelectInput(x => new Tensor(x.Shape, [.. x.Values]));
        Assert.Equal((Names, null), (inputs.ClassNames, inputs.ImageInput));
        var targets = data.SelectTarget(y => 5);
        Assert.Equal(([], Preprocessing), (targets.ClassNames, targets.ImageInput));
        var both = data.Select(sample => (sample.Input, sample.Target));
        Assert.Equal((Names, Preprocessing), (both.ClassNames, both.ImageInput));
        foreach (var each in (Dataset[])[inputs, targets, both, both.Cache(), both.Shuffle(), both.OneHot(), both.Repeat(2), both.Where(_ => true)])
        {
            Assert.True(each.IsWeighted);
            Assert.Equal([1f, 2, 3, 4], each.Take(4).Select(sample => (float)sample.Weights!).Order());
        }

        Assert.Equal(Names, targets.WithClassNames(Names).ClassNames);
        Assert.Equal(Preprocessing, inputs.WithImageInput(Preprocessing).ImageInput);
        Assert.Equal(
            "WithImageInput: expected the preprocessing of inputs (2, 2, 1); received that of (3, 3, 1). (Parameter 'input')",
            Assert.Throws<ArgumentException>(() => inputs.WithImageInput(new ImageInput(3, 3, 1))).Message);
    }

    [Fact]
    public void A_map_that_returns_another_shape_for_one_sample_is_named()
    {
        var mapped = Images(20).Select((x, y) => ((float)x.Values[0] == 17 ? new Tensor([2, 2], x.Values) : x, y));
        Assert.Equal(4, mapped.Batches(4).Take(4).Count());
        Assert.Equal(
            "Select: expected the input (2, 2, 1) of every sample; sample 17 has (2, 2).",
            Assert.Throws<InvalidDataException>(() => mapped.Batches(4).ToList()).Message);
        Assert.Equal(
            "Select: expected the target () of every sample; sample 1 has (1).",
            Assert.Throws<InvalidDataException>(() => Images(3).Select((x, y, i) => (x, i == 1 ? new Tensor([1], [1]) : y))[1]).Message);
        Assert.Equal(
            "Select: expected a sample as the result of the map; it returned null for sample 0.",
            Assert.Throws<InvalidDataException>(() => Images(3).Select(sample => null!)[0]).Message);
    }

    [Fact]
    public void Where_reads_every_sample_once()
    {
        var reads = 0;
        var odd = Images(9).SelectTarget(y =>
        {
            Interlocked.Increment(ref reads);
            return y;
        }).Where((x, y) => x.Values[0] % 2 == 1);
        Assert.Equal(0, reads);
        Assert.Equal(4, odd.Count);
        var after = reads;
        Assert.Equal([1f, 3, 5, 7], Inputs(odd));
        Assert.Equal(after + 4, reads);
        Assert.Equal(
            "Where: expected at least one sample that fulfils the condition; none of 9 does.",
            Assert.Throws<InvalidOperationException>(() => Images(9).Where(_ => false).Count).Message);
        var failing = Images(40).Where((x, y) => x.Values[0] < 11 ? true : throw new InvalidDataException($"{x.Values[0]}"));
        Assert.Equal(
            "Where: the function failed for sample 11: InvalidDataException: 11", Assert.Throws<InvalidDataException>(() => failing.Count).Message);
    }

    [Fact]
    public void Zip_joins_inputs_and_targets()
    {
        var pairs = Images(3).Zip(DatasetSamplesTests.Numbers(3));
        Assert.Equal([[2, 2, 1], [1]], pairs.InputShapes);
        Assert.Equal([Shape.Scalar, Shape.Scalar], pairs.TargetShapes);
        Assert.Equal([2f], pairs[2].Inputs[1].Values);
        Assert.Equal(Names, pairs.ClassNames);
        var chosen = Images(3).Zip(DatasetSamplesTests.Numbers(3), (image, number) => (image.Input, number.Target));
        Assert.Equal([2f, 2, 2, 2], chosen[2].Input.Values);
        Assert.Equal(2f, (float)chosen[2].Target);
        var weighted = Images(2).WithSampleWeights([2, 3]).Zip(DatasetSamplesTests.Numbers(2).WithSampleWeights([5, 7]));
        Assert.Equal([10f, 21], weighted.Select(sample => (float)sample.Weights!));
        Assert.Equal(
            "Zip: expected as many samples in both data sets; received 3 and 4. Take(count) shortens one. (Parameter 'other')",
            Assert.Throws<ArgumentException>(() => Images(3).Zip(Images(4))).Message);
    }

    [Fact]
    public void Concat_appends_and_numbers_classes_by_name()
    {
        var other = new ByteImageDataset(new byte[8], [2, 2, 1], [0, 1], ["c", "a"]) { Range = PixelRange.ZeroTo255 };
        var all = Images(3).Concat(other);
        Assert.Equal([0f, 1, 2, 2, 0], DatasetSamplesTests.Labels(all));
        Assert.Equal(Names, all.ClassNames);
        var weighted = Images(2).Concat(Images(2).WithSampleWeights([3, 4]));
        Assert.Equal([1f, 1, 3, 4], weighted.Select(sample => (float)sample.Weights!));
        Assert.Equal(
            "Concat: expected samples of the same shapes, inputs (2, 2, 1) and targets (); received inputs (1) and targets (). (Parameter 'other')",
            Assert.Throws<ArgumentException>(() => Images(3).Concat(DatasetSamplesTests.Numbers(3))).Message);
        Assert.Equal(
            "Concat: expected images with the same preprocessing; the data sets differ (pixels: 0..255 and 0..1). (Parameter 'other')",
            Assert.Throws<ArgumentException>(() => Images(3).Concat(new ByteImageDataset(new byte[4], [2, 2, 1], [0], Names)))
                .Message);
        Assert.Throws<TrainingException>(() => Images(3).Concat(Images(3).SelectTarget(y => (float)y).WithClassNames(["a", "b", "z"])));
    }

    [Fact]
    public void OneHot_has_a_row_for_each_class_number()
    {
        var rows = Images(4).OneHot();
        Assert.Equal(new Shape(3), rows.TargetShape);
        Assert.Equal([0f, 1, 0], rows[1].Target.Values);
        Assert.Equal((Names, Preprocessing), (rows.ClassNames, rows.ImageInput));
        Assert.Equal([0f, 0, 1, 0, 0], Images(4).OneHot(5)[2].Target.Values);
        var masks = new ArrayDataset([0], [1], [0, 1, 1, 0], [2, 2, 1]).OneHot(2);
        Assert.Equal([1f, 0, 0, 1, 0, 1, 1, 0], masks[0].Target.Values);
        Assert.Equal(new Shape(2, 2, 2), masks.TargetShape);
        Assert.Equal([1f, 7, 9, 1], Images(4).WithClassWeights(1, 7, 9).OneHot().Select(sample => (float)sample.Weights!));
        Assert.Equal(
            "OneHot: expected class numbers from 0 to 1; sample 2 has 2.", Assert.Throws<InvalidDataException>(() => Images(4).OneHot(2)[2]).Message);
        Assert.Equal(
            "OneHot: expected the number of classes, as in data.OneHot(10), since the data set has no class names. (Parameter 'classes')",
            Assert.Throws<ArgumentException>(() => DatasetSamplesTests.Numbers(3).OneHot()).Message);
    }

    [Fact]
    public void Shuffle_and_Repeat_and_Cache_have_the_same_samples()
    {
        var reads = new int[5];
        var data = Images(5).Select((x, y, index) =>
        {
            Interlocked.Increment(ref reads[index]);
            return (x, y);
        }).Cache();
        Assert.Equal([0f, 1, 2, 3, 4, 0, 1, 2, 3, 4], Inputs(data.Repeat(2)));
        Assert.Equal([2, 1, 1, 1, 1], reads);  // the first one once more, for the shapes
        var shuffled = Inputs(data.Shuffle(seed: 1)).ToList();
        Assert.NotEqual([0f, 1, 2, 3, 4], shuffled);
        Assert.Equal(shuffled, Inputs(data.Shuffle(seed: 1)));
        Assert.Equal([0f, 1, 2, 3, 4], shuffled.Order());
        Assert.NotEqual(shuffled, Inputs(data.Shuffle(seed: 2)));
        data[0].Input.Values[0] = 99;
        Assert.Equal(0f, data[0].Input.Values[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Repeat(0));
        Assert.Equal(
            "Repeat: expected at most 2147483647 samples in all; there would be 5000000000.",
            Assert.Throws<ArgumentException>(() => data.Repeat(1_000_000_000)).Message);
    }

    [Fact]
    public void Split_gives_each_sample_to_one_part()
    {
        var (training, validation) = DatasetSamplesTests.Numbers(50).Split(0.2, seed: 3);
        Assert.Equal((40, 10), (training.Count, validation.Count));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), Inputs(training).Concat(Inputs(validation)).Order());
        Assert.Equal(Inputs(validation), Inputs(DatasetSamplesTests.Numbers(50).Split(0.2, seed: 3).Validation));
        Assert.NotEqual(Inputs(validation), Inputs(DatasetSamplesTests.Numbers(50).Split(0.2, seed: 4).Validation));
        Assert.Equal((1, 1), (DatasetSamplesTests.Numbers(2).Split(0.01).Validation.Count, DatasetSamplesTests.Numbers(2).Split(0.99).Training.Count));
        Assert.Equal(
            "Split: fraction must be above 0 and below 1; received 20. (Parameter 'fraction')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Images(3).Split(20)).Message);
        Assert.Equal(
            "Split: expected at least two samples; the data set has 1.", Assert.Throws<InvalidOperationException>(() => Images(1).Split(0.5)).Message);
    }

    [Fact]
    public void A_stratified_split_has_the_share_of_every_class()
    {
        float[] labels = [.. Enumerable.Repeat(0f, 70), .. Enumerable.Repeat(1f, 20), .. Enumerable.Repeat(2f, 10)];
        var data = new ArrayDataset(new float[100], [1], labels, Shape.Scalar);
        foreach (var each in (Dataset[])[data, data.OneHot(3), data.Shuffle(1)])
        {
            var (training, validation) = each.Split(0.1, seed: 5, stratified: true);
            Assert.Equal([7, 2, 1], Counts(validation));
            Assert.Equal([63, 18, 9], Counts(training));
        }

        Assert.Equal([7, 2, 1], Counts(data.Split(0.104, stratified: true).Validation));
        Assert.Equal(
            "Split: expected class numbers or rows with a single 1 as targets, to split by classes; sample 0 has another target.",
            Assert.Throws<ArgumentException>(() => new ArrayDataset(new float[3], [1], new float[6], [2]).Split(0.5, stratified: true)).Message);

        static int[] Counts(Dataset part) =>
            [.. part.GroupBy(sample => sample.Target.Values is [var label] ? label : sample.Target.Values.IndexOf(1)).OrderBy(g => g.Key)
                .Select(g => g.Count())];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void The_samples_are_the_same_at_any_number_of_readers(int readers)
    {
        var data = Composed();
        using var reader = new BatchReader(data, BatchSource.InOrder(data.Count), 7, new SampleChecks(WeightCount: 1), readers: readers);
        var values = new List<float>();
        while (reader.Next() is { } batch) values.AddRange([.. batch.Inputs[0].Values, .. batch.Targets[0].Values, .. batch.SampleWeights!.Values]);
        Assert.Equal(Expected.Value, values);
    }

    private static readonly Lazy<List<float>> Expected = new(() =>
    {
        var values = new List<float>();
        foreach (var batch in Composed().Chunk(7))
        {
            foreach (var sample in batch) values.AddRange(sample.Input.Values);
            foreach (var sample in batch) values.AddRange(sample.Target.Values);
            foreach (var sample in batch) values.Add((float)sample.Weights!);
        }

        return values;
    });

    private static Dataset Composed() => SmallNets.Images(60).WithClassWeights(1, 2, 3)
        .Select((x, y, random) => (new Tensor(x.Shape, [.. x.Values.Select(value => value + random.NextNormal())]), y), seed: 2)
        .Where((x, y) => x.Values[0] > -1).Shuffle(3).Concat(SmallNets.Images(20).WithClassWeights(4, 5, 6)).Cache().OneHot(3).Repeat(2);

    private static ByteImageDataset Images(int count) => new(
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)i, 4))], [2, 2, 1],
            [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))], Names)
    {
        Range = PixelRange.ZeroTo255,
    };

    private static IEnumerable<float> Inputs(Dataset data) => data.Select(sample => sample.Input.Values[0]);
}
