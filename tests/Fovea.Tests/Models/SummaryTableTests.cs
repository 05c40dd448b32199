using Fovea.Engine;

namespace Fovea.Tests.Models;

/// <summary>The texts of summaries: plain chains, branches, inner models and frozen layers.</summary>
public class SummaryTableTests
{
    [Fact]
    public void A_chain_is_a_table_as_in_Keras_with_costs() => Assert.Equal(
        """
        sequential: input (None, 28, 28, 1)
        Layer (class)                   Output shape        Parameters    Receptive  Multiply-    Memory
                                                                              field       adds
        ────────────────────────────────────────────────────────────────────────────────────────────────
        conv2d (Conv2D)                 (None, 26, 26, 32)         320       3×3 /1    194,688   86.5 KB
        max_pooling2d (MaxPooling2D)    (None, 13, 13, 32)           0       4×4 /2          0   21.6 KB
        conv2d_1 (Conv2D)               (None, 11, 11, 64)      18,496       8×8 /2  2,230,272   31.0 KB
        max_pooling2d_1 (MaxPooling2D)  (None, 5, 5, 64)             0     10×10 /4          0    6.4 KB
        conv2d_2 (Conv2D)               (None, 3, 3, 64)        36,928     18×18 /4    331,776    2.3 KB
        flatten (Flatten)               (None, 576)                  0     18×18 /4          0         0
        dense (Dense)                   (None, 64)              36,928  whole image     36,864     256 B
        dense_1 (Dense)                 (None, 10)                 650  whole image        640      40 B
        ────────────────────────────────────────────────────────────────────────────────────────────────
        Total                                                   93,322               2,794,240  148.1 KB
        ────────────────────────────────────────────────────────────────────────────────────────────────
        Total params: 93,322 (373.3 KB)
        Trainable params: 93,322 (373.3 KB)
        Non-trainable params: 0
        Receptive field: size in pixels of the input /step between outputs.
        Multiply-adds and memory of outputs are for one sample.
        """, Text(BookNet.Create().Summary()));

    [Fact]
    public void A_model_with_branches_shows_what_each_layer_reads() => Assert.Equal(
        """
        two_inputs: input (None, 16, 16, 3) and (None, 4)
        Layer (class)              Output shape       Parameters  Connected to                Receptive  Multiply-  Memory
                                                                                                  field       adds
        ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        image (InputLayer)         (None, 16, 16, 3)           0                                                 0       0
        age (InputLayer)           (None, 4)                   0                                                 0       0
        conv2d (Conv2D)            (None, 14, 14, 8)         224  image                          3×3 /1     42,336  6.3 KB
        global_average_pooling2d   (None, 8)                   0  conv2d                    whole image          0    32 B
        concatenate (Concatenate)  (None, 12)                  0  global_average_pooling2d  whole image          0    48 B
                                                                  age
        dense (Dense)              (None, 2)                  26  concatenate               whole image         24     8 B
        ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        Total                                                250                                            42,360  6.4 KB
        ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        Total params: 250 (1.0 KB)
        Trainable params: 250 (1.0 KB)
        Non-trainable params: 0
        Receptive field: size in pixels of the input /step between outputs.
        Multiply-adds and memory of outputs are for one sample.
        """, Text(TwoInputs().Summary()));

    [Fact]
    public void Inner_models_can_be_listed_layer_by_layer_and_frozen_layers_are_marked() => Assert.Equal(
        """
        transfer: input (None, 16, 16, 3)
        Layer (class)              Output shape       Parameters  Trainable    Receptive  Multiply-  Memory
                                                                                   field       adds
        ───────────────────────────────────────────────────────────────────────────────────────────────────
        random_flip (RandomFlip)   (None, 16, 16, 3)           0                  1×1 /1          0       0
        base (Sequential)          (None, 8, 8, 4)           128  no              3×3 /2      6,912  3.1 KB
          conv (Conv2D)            (None, 8, 8, 4)           112  no              3×3 /2      6,912  1.0 KB
          bn (BatchNormalization)  (None, 8, 8, 4)            16  no              3×3 /2          0  1.0 KB
          relu (ReLU)              (None, 8, 8, 4)             0                  3×3 /2          0  1.0 KB
        global_average_pooling2d   (None, 4)                   0             whole image          0    16 B
        dense (Dense)              (None, 2)                  10  yes        whole image          8     8 B
        ───────────────────────────────────────────────────────────────────────────────────────────────────
        Total                                                138                              6,920  3.1 KB
        ───────────────────────────────────────────────────────────────────────────────────────────────────
        Total params: 138 (552 B)
        Trainable params: 10 (40 B)
        Non-trainable params: 128 (512 B)
        Receptive field: size in pixels of the input /step between outputs.
        Multiply-adds and memory of outputs are for one sample.
        """, Text(Transfer().Summary(expandNested: true)));

    /// <summary>The base alone: 4·(8·8·4) bytes for each of its three layers. Within the transfer model it needs as much.</summary>
    [Fact]
    public void The_memory_and_the_costs_of_an_inner_model_are_those_of_its_layers()
    {
        var model = Transfer();
        var alone = ((Model)model.Layer("base")).Summary();
        Assert.Equal(3 * 4 * 8 * 8 * 4, alone.ActivationBytes);
        var row = model.Summary().Layers.Single(layer => layer.Name == "base");
        Assert.Equal((alone.ActivationBytes, alone.MultiplyAdds, alone.Parameters), (row.ActivationBytes, row.MultiplyAdds, row.Parameters));
        Assert.Equal(["conv", "bn", "relu"], row.Model!.Layers.Select(layer => layer.Name));
        Assert.Equal(alone.ActivationBytes + (4 * 4) + (4 * 2), model.Summary().ActivationBytes);
    }

    [Fact]
    public void Parts_of_a_layer_are_counted_in_its_memory()
    {
        // Two convolutions of 4·4·2 values within the layer, and their sum.
        var summary = new Sequential { new Input(4, 4, 2), new Residual() }.Summary();
        Assert.Equal(3 * 4 * (4 * 4 * 2), summary.ActivationBytes);
        Assert.Equal(2 * 20, summary.Parameters);
    }

    [Fact]
    public void Frozen_and_partly_frozen_layers_are_told_from_layers_without_weights()
    {
        var model = Transfer();
        ((Model)model.Layer("base")).Layer("conv").Trainable = true;
        var layers = model.Summary().Layers;
        Assert.Equal([false, false, false, false], layers.Select(layer => layer.IsFrozen));
        Assert.Equal([false, true, false, false], layers.Select(layer => layer.IsPartlyFrozen));
        model.Layer("base").Trainable = false;
        Assert.Equal([false, true, false, false], model.Summary().Layers.Select(layer => layer.IsFrozen));
        Assert.Equal((10, 128), (model.Summary().TrainableParameters, model.Summary().NonTrainableParameters));
    }

    /// <summary>ResNet-50's last convolutions see 427 pixels of an image of 224; the pooling over all positions sees the image and no more.</summary>
    [Fact]
    public void A_global_pooling_sees_the_whole_image()
    {
        var summary = new Sequential
        {
            new Input(16, 16, 3), new Conv2D(4, 3, 2, Padding.Same), new Conv2D(4, 7, 2, Padding.Same), new Conv2D(4, 7, padding: Padding.Same),
            new GlobalAveragePooling2D(), new Dense(2),
        }.Summary();
        Assert.Equal(["3×3 /2", "15×15 /4", "39×39 /4", "whole image", "whole image"], summary.Layers.Select(layer => layer.ReceptiveField!.ToString()));
        Assert.Equal((16, 16), (summary.Layers[3].ReceptiveField!.Height, summary.Layers[3].ReceptiveField!.Width));
    }

    [Fact]
    public void A_second_use_and_a_second_output_are_named()
    {
        var input = new Input(4).Output;
        var (parts, shared) = (new Input(4).Output, new Dense(4) { Name = "shared" });
        var inner = new Model([parts], [shared.Call(parts), shared.Call(shared.Call(parts))], "parts");
        var outputs = inner.CallForAll(input);
        var summary = new Model(input, new Add().Call(outputs[0], outputs[1])).Summary();
        Assert.Equal(["parts", "parts:1"], summary.Layers[1].Inputs.Select(source => source.ToString()));
        var within = summary.Layers[0].Model!;
        Assert.Equal(["shared (use 1)", "shared (use 2)", "shared (use 3)"], within.Layers.Select(layer => $"{layer.Name} (use {layer.Use})"));
        Assert.Equal(["shared", "shared (use 3)"], within.Outputs.Select(source => source.ToString()));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(120)]
    public void No_line_of_a_table_is_wider_than_the_terminal(int width)
    {
        SymbolicTensor x = new Input(32, 32, 3) { Name = "an_input_of_an_unusually_long_name_that_has_to_be_cut" };
        var start = x;
        for (var i = 0; i < 3; i++) x = new BatchNormalization { Name = $"stage{i}_block{i}_with_a_long_name_{i}_bn" }.Call(x);
        var lines = Text(new Model(start, new Add().Call(x, start)).Summary().ToString(width)).Split('\n');
        Assert.All(lines.Skip(1), line => Assert.True(line.Length <= width, line));
        Assert.Contains(lines, line => line.StartsWith("stage2_", StringComparison.Ordinal) && line.Contains("_2_bn", StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_in_html_encodes_names()
    {
        var html = new Sequential("a<b") { new Input(4), new Dense(2) { Name = "x&y" } }.Summary().ToHtml();
        Assert.Contains("<caption>a&lt;b: input (None, 4)</caption>", html, StringComparison.Ordinal);
        Assert.Contains(
            "<td>x&amp;y (Dense)</td><td>(None, 2)</td><td class=\"n\">10</td><td class=\"n\">8</td><td class=\"n\">8 B</td>", html, StringComparison.Ordinal);
        Assert.Contains("Non-trainable params: 0</td>", html, StringComparison.Ordinal);
    }

    private static string Text(object summary) => summary.ToString()!.ReplaceLineEndings("\n");

    private static Model TwoInputs()
    {
        var (image, age) = (new Input(16, 16, 3) { Name = "image" }, new Input(4) { Name = "age" });
        var features = new GlobalAveragePooling2D().Call(new Conv2D(8, 3).Call(image));
        return new Model([image, age], [new Dense(2).Call(new Concatenate().Call(features, age))], "two_inputs");
    }

    private static Sequential Transfer()
    {
        var pretrained = new Sequential("base")
        {
            new Input(16, 16, 3), new Conv2D(4, 3, 2, Padding.Same) { Name = "conv" }, new BatchNormalization { Name = "bn" }, new ReLU { Name = "relu" },
        };
        pretrained.Trainable = false;
        return new Sequential("transfer") { new Input(16, 16, 3), new RandomFlip(), pretrained, new GlobalAveragePooling2D(), new Dense(2) };
    }

    private sealed class Residual : Layer
    {
        private readonly Conv2D first;
        private readonly Conv2D second;

        public Residual() => (first, second) =
            (Contain(new Conv2D(2, 3, padding: Padding.Same) { UseBias = false }), Contain(new Conv2D(2, 1) { UseBias = false }));

        protected override Node Call(Node input, CallContext context) => input + context.Call(second, context.Call(first, input));
    }
}
