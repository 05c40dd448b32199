namespace Fovea.Tests.Data;

public class DatasetTests
{
    private static readonly ArrayDataset Four = new([0, 1, 10, 11, 20, 21, 30, 31], [2], [0, 1, 2, 3], Shape.Scalar, ["a", "b", "c", "d"]);

    [Fact]
    public void An_array_data_set_gives_its_samples()
    {
        Assert.Equal(4, Four.Count);
        Assert.Equal(["a", "b", "c", "d"], Four.ClassNames);
        Assert.Equal((20, 21, 2), Samples(Four)[2]);
    }

    [Fact]
    public void Take_and_Skip_split_a_data_set_without_overlap()
    {
        Assert.Equal(Samples(Four), Samples(Four.Take(1)).Concat(Samples(Four.Skip(1))));
        Assert.Equal(Four.ClassNames, Four.Skip(1).ClassNames);
    }

    [Fact]
    public void A_subset_has_the_samples_in_the_order_given() =>
        Assert.Equal([(30, 31, 3), (0, 1, 0), (30, 31, 3)], Samples(Four.Subset(3, 0, 3)));

    [Fact]
    public void Parts_outside_the_whole_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Four.Take(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Four.Take(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Four.Skip(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Four.Subset(0, 4));
        Assert.Throws<ArgumentException>(() => Four.Subset());
        Assert.Throws<ArgumentOutOfRangeException>(() => Samples(Four.Take(2), first: 2));
    }

    [Fact]
    public void Arrays_that_do_not_fit_the_shapes_are_refused()
    {
        Assert.StartsWith(
            "ArrayDataset: expected a multiple of 2 numbers for inputs of shape (2); received 3.",
            Assert.Throws<ArgumentException>(() => new ArrayDataset([1, 2, 3], [2], [0], Shape.Scalar)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "ArrayDataset: expected as many targets as inputs; received 2 inputs and 1 targets.",
            Assert.Throws<ArgumentException>(() => new ArrayDataset([1, 2, 3, 4], [2], [0], Shape.Scalar)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Byte_images_that_do_not_fit_their_labels_are_refused()
    {
        Assert.StartsWith(
            "ByteImageDataset: expected 4 pixels for each label; received 7 pixels and 2 labels.",
            Assert.Throws<ArgumentException>(() => new ByteImageDataset(new byte[7], [2, 2, 1], [0, 1], ["a", "b"])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "ByteImageDataset: expected labels from 0 to 1; received 2 at 1.",
            Assert.Throws<ArgumentException>(() => new ByteImageDataset(new byte[8], [2, 2, 1], [0, 2], ["a", "b"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_not_finite_is_found()
    {
        Four.CheckFinite();
        var broken = new ArrayDataset([1, 2, 3, float.NaN], [2], [0, 1], Shape.Scalar);
        Assert.Equal(
            "Dataset: expected finite numbers; received NaN in the input of sample 1 at 1.",
            Assert.Throws<InvalidDataException>(() => broken.CheckFinite()).Message);
    }

    private static (float, float, float)[] Samples(Dataset dataset, int first = 0)
    {
        var (input, target) = (new float[2], new float[1]);
        return [.. Enumerable.Range(first, dataset.Count).Select(i =>
        {
            dataset.Read(i, input, target);
            return (input[0], input[1], target[0]);
        })];
    }
}
