namespace Fovea.Tests.Data.Tensors;

public class TensorCreationTests
{
    [Fact]
    public void Arrays_of_one_to_four_dimensions_are_copied()
    {
        float[] line = [1, 2, 3];
        Tensor one = line, two = new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }, three = new float[,,] { { { 1, 2 } }, { { 3, 4 } } };
        Tensor four = new float[,,,] { { { { 1 }, { 2 } } } };
        line[0] = 9;
        AssertTensor([3], [1, 2, 3], one);
        AssertTensor([2, 3], [1, 2, 3, 4, 5, 6], two);
        AssertTensor([2, 1, 2], [1, 2, 3, 4], three);
        AssertTensor([1, 1, 2, 1], [1, 2], four);
    }

    [Fact]
    public void A_collection_expression_is_a_tensor()
    {
        Tensor matrix = [[1, 2, 3], [4, 5, 6]];
        Tensor vector = [0.5, 1, -2];
        AssertTensor([2, 3], [1, 2, 3, 4, 5, 6], matrix);
        AssertTensor([3], [0.5f, 1, -2], vector);
        Tensor both = [matrix, matrix * 2];
        AssertTensor([2, 2, 3], [1, 2, 3, 4, 5, 6, 2, 4, 6, 8, 10, 12], both);
    }

    [Fact]
    public void From_takes_sequences_and_arrays_of_other_types()
    {
        AssertTensor([3], [1, 2, 3], Tensor.From(Enumerable.Range(1, 3)));
        AssertTensor([2], [0.5f, 0.1f], Tensor.From([0.5, 0.1]));
        AssertTensor([2], [0.5f, 2], Tensor.From(new List<float> { 0.5f, 2 }));
        AssertTensor([2, 1], [3, 7], Tensor.From(new[,] { { 3 }, { 7 } }));
        AssertTensor([2], [255, 0], Tensor.From(new byte[] { 255, 0 }));
        AssertTensor([1, 2], [1, 0], Tensor.From(new[,] { { true, false } }));
        AssertTensor([1, 2], [0.1f, 1e30f], Tensor.From(new[,] { { 0.1, 1e30 } }));
        AssertTensor([2], [-16_777_216, 16_777_216], new[] { -16_777_216, 16_777_216 });
    }

    [Fact]
    public void Numbers_are_tensors_without_dimensions()
    {
        Tensor number = 3, half = 0.5;
        AssertTensor([], [3], number);
        AssertTensor([], [0.5f], half);
        AssertTensor([2], [2.5f, 3.5f], new Tensor([2], [2, 3]) + half);
    }

    [Fact]
    public void Zeros_ones_full_and_arange_are_NumPys()
    {
        AssertTensor([2, 1], [0, 0], Tensor.Zeros([2, 1]));
        AssertTensor([2], [1, 1], Tensor.Ones([2]));
        AssertTensor([2], [7, 7], Tensor.Full([2], 7));
        AssertTensor([3], [0, 1, 2], Tensor.Arange(3));
        AssertTensor([3], [1, 3, 5], Tensor.Arange(1, 6, 2));
        Assert.Equal(0.3f, Tensor.Arange(0, 1, 0.1).Values[3]);
    }

    [Fact]
    public void Random_values_have_their_distribution_and_depend_on_the_seed_alone()
    {
        var (uniform, normal) = (Tensor.RandomUniform([100, 200], 1, -1, 3), Tensor.RandomNormal([100, 200], 1, 5, 2));
        Assert.InRange(uniform.Mean(), 0.97, 1.03);
        Assert.InRange(uniform.Std(), 1.14, 1.17);  // 4 / √12
        Assert.InRange(uniform.Min(), -1, -0.99);
        Assert.InRange(uniform.Max(), 2.99, 2.9999999f);
        Assert.InRange(normal.Mean(), 4.96, 5.04);
        Assert.InRange(normal.Std(), 1.97, 2.03);
        Assert.InRange((normal - 5).Abs().EqualTo(0).Sum() + ((normal - 5).Abs() < 2).Mean(), 0.673, 0.693);  // 68.3 % within one deviation
        Assert.True(uniform.SequenceEqual(Tensor.RandomUniform([100, 200], 1, -1, 3)));
        Assert.False(normal.SequenceEqual(Tensor.RandomNormal([100, 200], 2, 5, 2)));
    }

    [Fact]
    public void Class_numbers_are_an_array_of_integers()
    {
        Tensor predictions = [[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]];
        Assert.Equal([1, 0], predictions.ArgMax(-1).ToInt32Array());
        Assert.Equal(0.5, predictions.ArgMax(-1).EqualTo(new[] { 1, 2 }).Mean());
        Assert.Equal(
            "Tensor (2): expected integers of 32 bits; received 0.5. Round() rounds the values.",
            Assert.Throws<InvalidOperationException>(() => ((Tensor)new[] { 1, 0.5f }).ToInt32Array()).Message);
        Assert.Throws<InvalidOperationException>(() => Tensor.Full([1], 2147483648f).ToInt32Array());
        Assert.Throws<InvalidOperationException>(() => Tensor.Full([1], float.NaN).ToInt32Array());
        Assert.Equal([int.MinValue], Tensor.Full([1], int.MinValue).ToInt32Array());
    }

    [Fact]
    public void Foreach_visits_the_first_dimension()
    {
        Tensor matrix = [[1, 2], [3, 4], [5, 6]];
        var sums = new List<float>();
        foreach (var row in matrix) sums.Add(row.Sum());
        Assert.Equal([3, 7, 11], sums);
        Assert.Equal([9, 12], matrix.Unstack(-1).Select(column => column.Sum()));
        Assert.Equal("Tensor (): a tensor without dimensions cannot be enumerated.",
            Assert.Throws<InvalidOperationException>(() => ((Tensor)1).GetEnumerator()).Message);
    }

    [Fact]
    public void Numbers_that_a_tensor_cannot_hold_are_refused()
    {
        AssertError<ArgumentException>(
            "Tensor: expected integers from -16777216 to 16777216, which float32 represents exactly; received 16777217.", () => (Tensor)new[] { 16_777_217 });
        AssertError<ArgumentException>(
            "Tensor.From: expected an array of float, double, int, byte or bool; received elements of System.String. (Parameter 'values')",
            () => Tensor.From(new[] { "1" }));
        AssertError<ArgumentException>(
            "Tensor.Arange: expected at least one number from 3 to below 3 in steps of 1. (Parameter 'stop')", () => Tensor.Arange(3, 3));
        AssertError<ArgumentException>(
            "Tensor.Arange: expected at least one number from 0 to below 1 in steps of 0. (Parameter 'stop')", () => Tensor.Arange(0, 1, 0));
        AssertError<ArgumentOutOfRangeException>(
            "Tensor.Linspace: count must be at least 2; received 1. (Parameter 'count')", () => Tensor.Linspace(0, 1, 1));
        AssertError<ShapeException>("Tensor.From: expected at least one value; received none.", () => (Tensor)Array.Empty<float>());
        AssertError<ShapeException>("Tensor.Stack: expected at least one tensor; received none.", () => { Tensor none = []; return none; });
    }

    private static void AssertTensor(Shape shape, float[] values, Tensor actual)
    {
        Assert.Equal(shape, actual.Shape);
        Assert.Equal(values, actual.Values);
    }

    private static void AssertError<T>(string message, Func<object> use)
        where T : Exception =>
        Assert.Equal(message, Assert.Throws<T>(use).Message);
}
