namespace Fovea.Tests.Data;

/// <summary>Functions that fail: the error names the operation and the sample, and has the exception of the function as its cause.</summary>
public class DatasetErrorTests
{
    public static TheoryData<string, Func<Dataset, Dataset>> Operations => new()
    {
        { "Select", data => data.Select((x, y) => (Broken(x), y)) },
        { "Select", data => data.Select((x, y, index) => (Broken(x), y)) },
        { "Select", data => data.Select((x, y, random) => (Broken(x), y), seed: 1) },
        { "Select", data => data.Select(sample => new Sample(Broken(sample.Input), sample.Target)) },
        { "Select", data => data.SelectInput(Broken) },
        { "Select", data => data.Select((x, y) => (x / 2, y)).SelectTarget(y => (float)y == 2 ? throw new FormatException("no digit") : y) },
        { "Zip", data => data.Zip(data, (one, other) => new Sample(Broken(one.Input), other.Target)) },
        { "Where", data => data.Where((x, y) => Broken(x).Shape.Rank > 0) },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_function_that_fails_names_the_operation_and_the_sample(string operation, Func<Dataset, Dataset> make)
    {
        var (data, stream) = (make(Numbers()), make(Dataset.From(Numbers().AsEnumerable())));
        foreach (var read in (Action[])[() => _ = data[2], () => _ = data.ToList(), () => _ = data.Batches(2).ToList(), () => _ = stream.Batches(2).ToList()])
        {
            var error = Assert.Throws<InvalidDataException>(read);
            Assert.Equal($"{operation}: the function failed for sample 2: FormatException: no digit", error.Message);
            Assert.IsType<FormatException>(error.InnerException);
        }
    }

    [Fact]
    public void A_function_of_a_data_set_that_fails_names_the_sample()
    {
        var data = Dataset.From(5, i => (Broken(i), Tensor.Arange(1)));
        var error = Assert.Throws<InvalidDataException>(() => data[2]);
        Assert.Equal("Dataset.From: the function failed for sample 2: FormatException: no digit", error.Message);
        Assert.IsType<FormatException>(error.InnerException);
        Assert.Equal(error.Message, Assert.Throws<InvalidDataException>(() => data.SelectInput(x => x / 2)[2]).Message);
    }

    [Fact]
    public void A_training_names_the_sample_too()
    {
        var model = new Sequential { new Input(1), new Dense(1) };
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        var data = Numbers().SelectInput(Broken);
        var error = Assert.Throws<TrainingException>(() => model.Fit(data, batchSize: 2));
        Assert.Equal("Select: the function failed for sample 2: FormatException: no digit", error.Message);
        Assert.IsType<FormatException>(error.InnerException!.InnerException);
    }

    [Fact]
    public void A_cancellation_within_a_function_is_passed_on()
    {
        var data = Numbers().SelectInput(_ => throw new OperationCanceledException());
        Assert.Throws<OperationCanceledException>(() => data[0]);
        Assert.Throws<OperationCanceledException>(() => data.Batches(2).ToList());
    }

    private static ArrayDataset Numbers() => new([0, 1, 2, 3, 4], [1], [0, 1, 2, 3, 4], [1]);

    private static Tensor Broken(Tensor x) => x.Values[0] == 2 ? throw new FormatException("no digit") : x;
}
