using Fovea.Tests.Training;

namespace Fovea.Tests.Data;

/// <summary>Samples, parts and batches of data sets as tensors.</summary>
public class DatasetSamplesTests
{
    private static readonly ArrayDataset Four = new([0, 1, 10, 11, 20, 21, 30, 31], [2], [0, 1, 2, 3], Shape.Scalar, ["a", "b", "c", "d"]);

    [Fact]
    public void An_index_gives_a_sample_also_from_the_end()
    {
        var (x, y) = Four[2];
        Assert.Equal([20, 21], x.Values);
        Assert.Equal((new Shape(2), Shape.Scalar, 2f), (x.Shape, y.Shape, (float)y));
        Assert.Equal(3f, (float)Four[^1].Target);
        Assert.Null(Four[0].Weights);
    }

    [Fact]
    public void A_range_is_a_part_of_the_data_set()
    {
        Assert.Equal([1f, 2f], Labels(Four[1..3]));
        Assert.Equal([2f, 3f], Labels(Four[^2..]));
        Assert.Equal(Four.ClassNames, Four[1..].ClassNames);
        Assert.Equal([3f], Labels(Four[1..][2..]));
    }

    [Fact]
    public void Indices_and_ranges_outside_are_refused()
    {
        Assert.Equal(
            "Dataset: expected an index from 0 to 3; received 4. (Parameter 'index')", Assert.Throws<ArgumentOutOfRangeException>(() => Four[4]).Message);
        Assert.Equal(
            "Dataset: expected an index from 0 to 3; received -1. (Parameter 'index')", Assert.Throws<ArgumentOutOfRangeException>(() => Four[^5]).Message);
        Assert.Equal(
            "Dataset: expected a range of at least one of 4 samples; received 2..2. (Parameter 'range')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Four[2..2]).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Four[3..5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Four[3..1]);
    }

    [Fact]
    public void Samples_are_enumerated_in_order_and_belong_to_the_caller()
    {
        var seen = new List<float>();
        foreach (var (x, y) in Four)
        {
            seen.Add((float)y);
            x.Values[0] = -1;
        }

        Assert.Equal([0f, 1f, 2f, 3f], seen);
        Assert.Equal([0f, 10f, 20f, 30f], Four.Select(sample => sample.Input.Values[0]));
    }

    [Fact]
    public void Batches_are_tensors_with_the_samples_first()
    {
        var batches = Four.Batches(3);
        Assert.Equal(2, batches.Count);
        var seen = batches.ToList();
        Assert.Equal([new Shape(3, 2), new Shape(1, 2)], seen.Select(batch => batch.Input.Shape));
        Assert.Equal([0f, 1, 10, 11, 20, 21], seen[0].Input.Values);
        Assert.Equal([3f], seen[1].Target.Values);
        foreach (var (x, y) in batches) Assert.Equal(x.Shape[0], y.Shape[0]);
        Assert.Equal((3, 1), (Assert.Single(Four.Batches(3, dropRemainder: true)).Count, Four.Batches(3, dropRemainder: true).Count));
        Assert.Empty(Four.Batches(5, dropRemainder: true));
    }

    [Fact]
    public void Weights_come_with_the_batches()
    {
        var batch = Four.WithSampleWeights([1, 2, 3, 4]).Batches(4).Single();
        Assert.Equal([1f, 2, 3, 4], batch.SampleWeights!.Values);
        Assert.Equal(new Shape(4), batch.SampleWeights.Shape);
        Assert.Equal(2f, (float)Four.WithSampleWeights([1, 2, 3, 4])[1].Weights!);
        var mask = new ArrayDataset([1, 2], [1], [0, 1, 1, 1, 0, 0], [3, 1], ["no", "yes"]).WithClassWeights(1, 5);
        Assert.Equal([1f, 5, 5, 5, 1, 1], mask.Batches(2).Single().SampleWeights!.Values);
        Assert.Null(Four.Batches(4).Single().SampleWeights);
    }

    [Fact]
    public void Shuffled_batches_have_another_order_in_each_pass_which_the_seed_decides()
    {
        var data = Numbers(50);
        BatchSequence first = data.Batches(8, shuffle: true, seed: 3), second = data.Batches(8, shuffle: true, seed: 3);
        List<float> pass1 = [.. Labels(first)], pass2 = [.. Labels(first)];
        Assert.NotEqual(pass1, pass2);
        Assert.Equal(pass1, Labels(second));
        Assert.Equal(pass2, Labels(second));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), pass1.Order());
        Assert.NotEqual(pass1, Labels(data.Batches(8, shuffle: true, seed: 4)));
    }

    /// <summary>A training loop over batches is the same training as <c>Fit</c>.</summary>
    [Fact]
    public void Batches_shuffled_with_the_models_seed_train_as_Fit_does()
    {
        var data = SmallNets.Images(40);
        Model fitted = SmallNets.Create("convnet"), looped = SmallNets.Create("convnet");
        fitted.Fit(data, epochs: 2, batchSize: 16);
        var batches = data.Batches(16, shuffle: true, seed: looped.Seed);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            foreach (var (x, y) in batches) looped.TrainOnBatch(x, y);
        }

        Assert.Equal(fitted.Weights.Select(weight => weight.Values.ToArray()), looped.Weights.Select(weight => weight.Values.ToArray()));
    }

    [Fact]
    public void Samples_and_batches_of_several_tensors_are_taken_by_name()
    {
        var two = new TensorDataset([new Tensor([2, 2], [1, 2, 3, 4]), new Tensor([2], [5, 6])], [new Tensor([2, 3], [1, 2, 3, 4, 5, 6])]);
        Assert.Equal([3f, 4], two[1].Inputs[0].Values);
        Assert.Equal(6f, (float)two[1].Inputs[1]);
        Assert.Equal([4f, 5, 6], two[1].Target.Values);
        Assert.Equal([5f, 6], two.Batches(2).Single().Inputs[1].Values);
        Assert.Equal(
            "Sample: expected a single tensor; there are 2. Use Inputs, as in sample.Inputs[0].",
            Assert.Throws<InvalidOperationException>(() => two[0].Input).Message);
        Assert.Throws<InvalidOperationException>(() =>
        {
            var (_, _) = two.Batches(2).Single();
        });
    }

    [Fact]
    public void Wrong_batch_sizes_and_values_are_refused()
    {
        Assert.Equal(
            "Batches: batchSize must be at least 1; received 0. (Parameter 'batchSize')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Four.Batches(0)).Message);
        var broken = new ArrayDataset([1, 2, 3, float.NaN], [2], [0, 1], Shape.Scalar);
        Assert.Equal(
            "Sample 1: expected finite numbers; received NaN at (1).", Assert.Throws<InvalidDataException>(() => broken.Batches(2).ToList()).Message);
    }

    [Fact]
    public void Arrays_lists_and_functions_become_data_sets()
    {
        float[][,,] images = [new float[2, 2, 1], new float[2, 2, 1]];
        int[] labels = [0, 1];
        List<(Tensor, Tensor)> pairs = [(new float[,] { { 1, 2 } }, 3), (new float[,] { { 4, 5 } }, 6)];
        foreach (var (data, shape) in new (Dataset, Shape)[]
        {
            (Dataset.From(new float[2, 3], new float[] { 0, 1 }), [3]),
            (Dataset.From(new float[2, 4, 4, 1], labels), [4, 4, 1]),
            (Dataset.From(images.Length, i => (images[i], labels[i])), [2, 2, 1]),
            (Dataset.From(labels.Length, i => new Sample(images[i], labels[i], weight: 2)), [2, 2, 1]),
            (Dataset.From(pairs), [1, 2]),
            (Dataset.From(Four[..2].ToList(), ["a", "b", "c", "d"]), [2]),
        })
        {
            Assert.False(data.IsStream);
            Assert.Equal((2, shape, Shape.Scalar), (data.Count, data.InputShape, data.TargetShape));
            Assert.Equal(2, data.Batches(2).Single().Count);
        }

        Assert.Equal([3f, 6], Labels(Dataset.From(pairs)));
        Assert.Equal([6f, 3], Labels(Dataset.From([pairs[1], pairs[0]])));
        Assert.Equal(
            "Dataset.From: expected the input (2, 2, 1) of every sample; sample 1 has (1).",
            Assert.Throws<InvalidDataException>(() => Dataset.From(2, i => (i == 0 ? images[0] : new Tensor([1], [1]), i))[1]).Message);
        Assert.Equal(
            "Dataset.From: count must be at least 1; received 0. (Parameter 'count')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Dataset.From(0, i => (i, i))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Dataset.From(new List<Sample>()));
    }

    internal static ArrayDataset Numbers(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => (float)i)], [1], [.. Enumerable.Range(0, count).Select(i => (float)i)], Shape.Scalar);

    internal static IEnumerable<float> Labels(Dataset data) => data.Select(sample => (float)sample.Target);

    private static IEnumerable<float> Labels(BatchSequence batches) => batches.SelectMany(batch => batch.Target.Values);
}
