namespace Fovea.Tests.Formats;

public class FileFormatTests
{
    [Theory]
    [InlineData("a.keras", "Keras 3 (.keras)")]
    [InlineData("A.ONNX", "ONNX (.onnx)")]
    [InlineData("a.tflite", "TensorFlow Lite (.tflite)")]
    public void The_ending_of_a_name_tells_the_format(string path, string expected) =>
        Assert.Equal(expected, FileFormat.OfModels.Single(format => format.Matches(path)).Name);

    [Fact]
    public void TensorFlow_Lite_is_the_only_format_that_is_not_written() =>
        Assert.Equal(["TensorFlow Lite (.tflite)"], FileFormat.OfModels.Where(format => !format.CanWrite).Select(format => format.Name));

    [Fact]
    public void Weights_alone_have_formats_too() => Assert.Contains(FileFormat.OfWeights, format => format.Matches("a.weights.h5"));

    [Fact]
    public void Keras_knows_all_layers_but_the_operators_of_other_formats()
    {
        Assert.Empty(KerasCompatibility.UnknownLayers(new Sequential { new Input(4, 4, 1), new Flatten() }));
        var imported = new Sequential("imported") { new Input(4, 4, 1), new Selection(3, [0]) };
        Assert.Equal("Selection", Assert.Single(KerasCompatibility.UnknownLayers(imported)).ClassName);
    }
}
