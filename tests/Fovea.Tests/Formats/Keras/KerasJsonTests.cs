using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Formats.Keras;

public class KerasJsonTests
{
    private static readonly ImmutableArray<int?> ImageShape = [null, 8, 8, 3];

    [Fact]
    public void A_functional_model_survives_being_written_and_read()
    {
        var tensor = new TensorReference("image") { Shape = ImageShape };
        var model = new ModelDescription(ModelKind.Functional, "residual",
        [
            new("InputLayer", "image", new JsonObject { ["name"] = "image", ["batch_shape"] = KerasJson.ToJson(ImageShape) }),
            new("Conv2D", "conv", new JsonObject { ["name"] = "conv" }) { Nodes = [new([tensor]), new([tensor with { Layer = "conv" }])] },
            new("Add", "add", new JsonObject { ["name"] = "add" }) { Nodes = [new([tensor, tensor with { Layer = "conv", Node = 1 }]) { IsList = true }] },
        ])
        {
            Inputs = [new("image")],
            Outputs = [new("add"), new("conv", 1)],
            InputShape = ImageShape,
            Compile = new(OptimizerCatalog.Known.Write(new Adam(0.5), "optimizer"), JsonValue.Create("mse"), new JsonArray("accuracy")),
        };
        var json = KerasJson.ToJson(model);
        var text = System.Text.Encoding.UTF8.GetString(JsonText.ToUtf8(json));
        Assert.Contains(
            """{"module":"keras.src.models.functional","class_name":"Functional","config":{"name":"residual","trainable":true,"layers":[""", text,
            StringComparison.Ordinal);
        Assert.Contains("""
            "name":"add","inbound_nodes":[{"args":[[{"class_name":"__keras_tensor__","config":{"shape":[null,8,8,3],"dtype":"float32",
            "keras_history":["image",0,0]}},{"class_name":"__keras_tensor__","config":{"shape":[null,8,8,3],"dtype":"float32",
            "keras_history":["conv",1,0]}}]],"kwargs":{}}]
            """.ReplaceLineEndings(""), text, StringComparison.Ordinal);
        Assert.Contains("""
            "input_layers":["image",0,0],"output_layers":[["add",0,0],["conv",1,0]]
            """.Trim(), text, StringComparison.Ordinal);

        var read = KerasJson.ParseModel(JsonText.ParseObject(text, "m.keras", "config.json"), "m.keras");
        Assert.Equal(model.Outputs, read.Outputs);
        Assert.Equal(ImageShape, read.InputShape!.Value);
        Assert.Equal(2, read.Layers[1].Nodes.Length);
        Assert.True(read.Layers[2].Nodes[0].IsList);
        Assert.Equal(
            ("conv", 1, 0), (read.Layers[2].Nodes[0].Inputs[1].Layer, read.Layers[2].Nodes[0].Inputs[1].Node, read.Layers[2].Nodes[0].Inputs[1].Tensor));
        var optimizer = PartDescription.Parse(read.Compile!.Optimizer)!;
        Assert.Equal(("Adam", 0.5), (optimizer.ClassName, JsonReading.AsNumber(optimizer.Config["learning_rate"])));
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(JsonText.ToUtf8(KerasJson.ToJson(read))));
    }

    [Fact]
    public void Old_forms_of_sequential_models_are_read()
    {
        var list =
            Parse("""
                {"class_name":"Sequential","config":[{"class_name":"Dense","config":{"name":"d","batch_input_shape":[null,4],
                 "dtype":{"class_name":"Policy","config":{"name":"mixed_float16"}}}}]}
                """);
        Assert.Equal("d", Assert.Single(list.Layers).Name);
        Assert.Equal([null, 4], list.InputShape!.Value);
        Assert.Equal("mixed_float16", KerasJson.DataType(list.Layers[0].Config["dtype"]));
        var flat = Parse("""
            {"class_name":"Model","config":{"name":"m","layers":[
              {"class_name":"InputLayer","name":"i","config":{"batch_input_shape":[null,4]},"inbound_nodes":[]},
              {"class_name":"Dense","name":"d","config":{},"inbound_nodes":[["i",0,0,{"training":false}]]}],
              "input_layers":["i",0,0],"output_layers":{"y":["d",0,0]}}}
            """);
        var node = Assert.Single(flat.Layers[1].Nodes);
        Assert.Equal("i", Assert.Single(node.Inputs).Layer);
        Assert.False(node.IsList);
        Assert.False(node.Arguments!["training"]!.GetValue<bool>());
        Assert.Equal("d", Assert.Single(flat.Outputs).Layer);
    }

    [Fact]
    public void A_model_within_a_model_is_described_too()
    {
        var model = Parse("""
            {"class_name":"Sequential","config":{"name":"outer","layers":[
              {"class_name":"Sequential","config":{"name":"inner","layers":[{"class_name":"Dense","config":{"name":"d"}}]}}]}}
            """);
        Assert.Equal("inner", model.Layers[0].Name);
        Assert.Equal("d", model.Layers[0].Nested!.Layers[0].Name);
    }

    [Theory]
    [InlineData("{}", "expected a Sequential or Functional model; received no class_name, which is defined by Python code.")]
    [InlineData(
        """{"class_name":"MyModel","config":{}}""",
        "expected a Sequential or Functional model; received the class 'MyModel', which is defined by Python code.")]
    [InlineData("""{"class_name":"Sequential","config":{}}""", "the Sequential model has no list of layers.")]
    [InlineData("""{"class_name":"Sequential","config":[5]}""", "layer 0 is a number without class_name; expected an object with class_name and config.")]
    [InlineData(
        """{"class_name":"Sequential","config":[{"class_name":"A","config":{"name":"x"}},{"class_name":"B","config":{"name":"x"}}]}""",
        "two layers have the name 'x'.")]
    [InlineData(
        """
        {"class_name":"Functional","config":{"layers":[{"class_name":"A","config":{"name":"x"},"inbound_nodes":[[["y",0,0]]]}],
         "input_layers":["x",0,0],"output_layers":["x",0,0]}}
        """,
        "'x' refers to the layer 'y', and the model has no layer of that name.")]
    public void What_is_no_model_is_said(string json, string sentence) =>
        Assert.Equal($"'m.keras': {sentence}", Assert.Throws<ModelFormatException>(() => Parse(json)).Message);

    [Theory]
    [InlineData("Conv2D", "conv2d")]
    [InlineData("MaxPooling2D", "max_pooling2d")]
    [InlineData("GlobalAveragePooling2D", "global_average_pooling2d")]
    [InlineData("BatchNormalization", "batch_normalization")]
    [InlineData("ReLU", "re_lu")]
    [InlineData("ELU", "elu")]
    [InlineData("PReLU", "p_re_lu")]
    [InlineData("SeparableConv2D", "separable_conv2d")]
    [InlineData("DepthwiseConv2D", "depthwise_conv2d")]
    [InlineData("ZeroPadding2D", "zero_padding2d")]
    [InlineData("Conv2DTranspose", "conv2d_transpose")]
    [InlineData("LeakyReLU", "leaky_re_lu")]
    public void Classes_are_written_in_paths_as_Keras_does(string className, string name) => Assert.Equal(name, SnakeCase.Of(className));

    [Fact]
    public void Groups_are_numbered_by_class_in_order_of_appearance() =>
        Assert.Equal(["layers/conv2d", "layers/re_lu", "layers/conv2d_1", "layers/conv2d_2"], WeightPaths.ForWriting(["Conv2D", "ReLU", "Conv2D", "Conv2D"]));

    [Theory]
    [InlineData("SGD", """{"momentum":0.0}""", "iteration learning_rate")]
    [InlineData("SGD", """{"momentum":0.9}""", "iteration learning_rate momentum0 momentum1")]
    [InlineData("Adam", """{"amsgrad":true}""", "iteration learning_rate momentum0 velocity0 momentum1 velocity1 velocity_hat0 velocity_hat1")]
    [InlineData(
        "RMSprop", """{"momentum":0.1,"centered":true}""",
        "iteration learning_rate velocity0 velocity1 momentum0 momentum1 average_gradient0 average_gradient1")]
    [InlineData("AdamW", """{"use_ema":true,"gradient_accumulation_steps":2}""",
        "iteration learning_rate average0 average1 gradient_accumulator0 gradient_accumulator1 momentum0 velocity0 momentum1 velocity1")]
    [InlineData("Nadam", "{}", "iteration learning_rate momentum0 velocity0 momentum1 velocity1 u_product")]
    [InlineData("Adadelta", "{}", "iteration learning_rate accumulated_grad0 accumulated_delta_var0 accumulated_grad1 accumulated_delta_var1")]
    [InlineData("Ftrl", "{}", "iteration learning_rate accumulator0 linear0 accumulator1 linear1")]
    [InlineData("Lion", "{}", "iteration learning_rate momentum0 momentum1")]
    [InlineData(
        "rmsprop", """{"learning_rate":{"class_name":"CosineDecay","config":{"initial_learning_rate":1,"decay_steps":9}}}""",
        "iteration velocity0 velocity1")]
    public void Variables_of_optimizers_have_the_order_of_Keras(string className, string config, string order)
    {
        var optimizer = KerasOptimizers.Create(new PartDescription(className, (JsonObject)JsonNode.Parse(config)!));
        var variables = OptimizerVariables.Order(optimizer, optimizer.Slots, 2);
        Assert.Equal(order, string.Join(' ', variables.Select(variable => variable.Slot + (variable.Variable < 0 ? "" : $"{variable.Variable}"))));
    }

    private static ModelDescription Parse(string json) => KerasJson.ParseModel(JsonText.ParseObject(json, "m.keras", "config.json"), "m.keras");

    /// <summary>As Keras 1.2 wrote it in 2017.</summary>
    [Fact]
    public void A_model_in_the_words_of_Keras_1_is_understood()
    {
        var model = Model.FromJson("""
            {"class_name": "Sequential", "keras_version": "1.2.1", "config": [
              {"class_name": "Convolution2D", "config": {"name": "convolution2d_1", "trainable": true, "batch_input_shape": [null, 28, 28, 1],
               "input_dtype": "float32", "nb_filter": 8, "nb_row": 3, "nb_col": 5,
                "init": "glorot_uniform", "activation": "relu", "border_mode": "same", "subsample": [2, 1], "dim_ordering": "tf", "bias": true,
                 "W_regularizer": null, "b_regularizer": null, "activity_regularizer": null, "W_constraint": null, "b_constraint": null}},
              {"class_name": "BatchNormalization", "config": {"name": "batchnormalization_1", "trainable": true, "epsilon": 0.001, "mode": 0,
               "axis": -1, "momentum": 0.99, "gamma_init": "one", "beta_init": "zero", "gamma_regularizer": null, "beta_regularizer": null}},
              {"class_name": "MaxPooling2D", "config": {"name": "maxpooling2d_1", "trainable": true, "pool_size": [2, 2], "strides": [2, 2],
               "border_mode": "valid", "dim_ordering": "tf"}},
              {"class_name": "Dropout", "config": {"name": "dropout_1", "trainable": true, "p": 0.25}},
              {"class_name": "Flatten", "config": {"name": "flatten_1", "trainable": true}},
              {"class_name": "Dense", "config": {"name": "dense_1", "trainable": true, "output_dim": 10, "init": "glorot_uniform",
               "activation": "softmax", "W_regularizer": null, "b_regularizer": null, "activity_regularizer": null, "W_constraint": null,
               "b_constraint": null, "bias": true, "input_dim": null}}]}
            """);
        Assert.Equal(
            [new Shape(14, 28, 8), new Shape(14, 28, 8), new Shape(7, 14, 8), new Shape(7, 14, 8), new Shape(784), new Shape(10)], model.Layers.Skip(1)
            .Select(layer => layer.Output.Shape));
        Assert.Equal(0.25f, ((Dropout)model.Layer("dropout_1")).Rate);
        Assert.Equal((5 * 3 * 8) + 8 + (4 * 8) + (784 * 10) + 10, model.Parameters);
    }
}
