using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fovea.Formats.Keras;
using Fovea.Tests.Data;

namespace Fovea.Tests.Formats.Keras;

/// <summary>The order of the layers of models with branches, in which Keras' files have weights.</summary>
public class KerasLayerOrderTests
{
    /// <summary>What <c>tests/Golden/make_layer_order.py</c> got from Keras' own code.</summary>
    private static readonly JsonObject Golden =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "layer_order.json")))!.AsObject();

    public static TheoryData<string> Networks => [.. Golden.Select(entry => entry.Key)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Layers_are_in_the_order_of_Keras(string name)
    {
        // Operations such as x + y are layers here, but not in Keras.
        var model = Fovea.Applications.Create(name);
        var isConvNeXt = name.StartsWith("ConvNeXt", StringComparison.Ordinal);
        var names = KerasLayerOrder.Of(model).Where(layer => layer is not Input && !IsOperation(layer)).Select(layer => layer.Name);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names))));
        Assert.Equal(Golden[name]!.ToString(), digest[..16]);

        bool IsOperation(Layer layer) => isConvNeXt ? layer is Add : layer is Rescaling && model.OutputOf(layer).Inputs[0].Layer is not Input;
    }

    /// <summary>The first block of ResNet50 as Keras' documentation lists it.</summary>
    [Fact]
    public void A_shortcut_is_in_the_middle_of_its_branch() => Assert.Equal(
        ["conv2_block1_1_conv", "conv2_block1_1_bn", "conv2_block1_1_relu", "conv2_block1_2_conv", "conv2_block1_2_bn", "conv2_block1_2_relu",
            "conv2_block1_0_conv", "conv2_block1_3_conv", "conv2_block1_0_bn", "conv2_block1_3_bn", "conv2_block1_add", "conv2_block1_out"],
        KerasLayerOrder.Of(Fovea.Applications.ResNet50()).Select(layer => layer.Name).SkipWhile(name => name != "conv2_block1_1_conv").Take(12));

    [Theory]
    [InlineData(".h5")]
    [InlineData(".weights.h5")]
    public void Weights_are_written_and_read_in_that_order(string extension)
    {
        using var folder = new TemporaryFolder();
        var (path, written) = (Path.Combine(folder.Path, $"branched{extension}"), Branched("a", 1));
        written.SaveWeights(path);
        if (extension == ".h5")
        {
            using var stream = File.OpenRead(path);
            using var file = KerasHdf5File.Open(stream, path);
            Assert.Equal(["input_layer", "a_first", "a_shortcut", "a_second", "a_linear", "a_third", "a_add"], file.Layers.Select(layer => layer.Name));
        }

        var read = Branched("b", 2);
        var images = new Tensor([1, 4, 4, 2], Layers.LayerRunner.Normal(32));
        Assert.NotEqual(written.Predict(images).Values, read.Predict(images).Values);
        read.LoadWeights(path);
        Assert.Equal(written.Predict(images).Values, read.Predict(images).Values);
        var kept = Path.Combine(folder.Path, "branched.keras");
        written.Save(kept);
        Assert.Equal(written.Predict(images).Values, Model.Load(kept).Predict(images).Values);
    }

    /// <summary>Earlier versions wrote the layers of such a model in another order.</summary>
    [Theory]
    [InlineData(".h5")]
    [InlineData(".weights.h5")]
    public void Layers_of_the_same_names_are_matched_by_them(string extension)
    {
        using var folder = new TemporaryFolder();
        var (path, written) = (Path.Combine(folder.Path, $"branched{extension}"), Branched("a", 1));
        written.SaveWeights(path);
        var read = Branched("a", 2, shortcutFirst: false);
        Assert.NotEqual(KerasLayerOrder.Of(written).Select(layer => layer.Name), KerasLayerOrder.Of(read).Select(layer => layer.Name));
        read.LoadWeights(path);
        var images = new Tensor([1, 4, 4, 2], Layers.LayerRunner.Normal(32));
        Assert.Equal(written.Predict(images).Values, read.Predict(images).Values);
    }

    /// <summary>A shortcut next to three convolutions, all with weights of one shape, so that a wrong order is no error of shapes.</summary>
    private static Model Branched(string prefix, long seed, bool shortcutFirst = true)
    {
        var input = new Input(4, 4, 2);
        var x = input.Output;
        foreach (var name in (string[])["first", "second", "third"]) x = new Conv2D(2, 3, padding: Padding.Same) { Name = $"{prefix}_{name}" }.Call(x);
        var shortcut = new Conv2D(2, 3, padding: Padding.Same) { Name = $"{prefix}_shortcut" }.Call(input);
        if (shortcutFirst) shortcut = new ActivationLayer(Activation.Linear) { Name = $"{prefix}_linear" }.Call(shortcut);
        return new Model(input, new Add { Name = $"{prefix}_add" }.Call(shortcut, x), seed: seed);
    }
}
