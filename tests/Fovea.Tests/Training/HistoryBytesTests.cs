namespace Fovea.Tests.Training;

/// <summary>A history as bytes, which processes exchange.</summary>
public class HistoryBytesTests
{
    [Fact]
    public void A_history_is_the_same_after_writing_and_reading()
    {
        var model = SmallNets.Convnet();
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        var history = model.Fit(SmallNets.Images(20), epochs: 2, batchSize: 8, validation: SmallNets.Images(5), verbose: 0);
        var read = History.FromBytes(history.ToBytes());
        Assert.Equal(history.Names, read.Names);
        Assert.All(history.Names, name => Assert.Equal(history[name], read[name]));
        Assert.All(history.Names, name => Assert.Equal(history.DirectionOf(name), read.DirectionOf(name)));
        Assert.Equal(history.Records, read.Records);
        Assert.Equal(history.Notes, read.Notes);
        Assert.Equal(["Dropout"], read.TrainingOnlyLayers);
        Assert.Equal(history.ToBytes(), read.ToBytes());
    }

    [Fact]
    public void Other_bytes_are_refused()
    {
        var model = SmallNets.Perceptron();
        model.Compile(new Adam(), new SparseCategoricalCrossentropy { FromLogits = true });
        var bytes = model.Fit(SmallNets.Images(8), verbose: 0).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(
                "History: expected the bytes of ToBytes; they are damaged or something else.",
                Assert.Throws<InvalidDataException>(() => History.FromBytes(bytes[..length])).Message);
        Assert.Equal(
            "History: expected the bytes of ToBytes; there are more after the end.",
            Assert.Throws<InvalidDataException>(() => History.FromBytes([.. bytes, 0])).Message);
    }
}
