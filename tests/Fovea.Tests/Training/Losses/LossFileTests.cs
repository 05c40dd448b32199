using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Training;

/// <summary>Losses as Keras' files name and describe them.</summary>
public class LossFileTests
{
    /// <summary>The configurations that <c>get_config</c> of Keras' losses gives.</summary>
    public static TheoryData<string, string> Configurations => new()
    {
        { "BinaryCrossentropy", """{"name":"binary_crossentropy","reduction":"sum","from_logits":true,"label_smoothing":0.1,"axis":-1}""" },
        { "BinaryFocalCrossentropy",
            """
            {"name":"binary_focal_crossentropy","reduction":"sum_over_batch_size","from_logits":true,"label_smoothing":0.1,"axis":-1,
            "apply_class_balancing":true,"alpha":0.3,"gamma":1.5}
            """.ReplaceLineEndings("") },
        { "CategoricalCrossentropy",
            """{"name":"categorical_crossentropy","reduction":"sum_over_batch_size","from_logits":false,"label_smoothing":0.1,"axis":-1}""" },
        { "CategoricalFocalCrossentropy",
            """
            {"name":"categorical_focal_crossentropy","reduction":"sum_over_batch_size","from_logits":false,"label_smoothing":0,"axis":-1,"alpha":[0.3,
            0.7],"gamma":3}
            """.ReplaceLineEndings("") },
        { "CategoricalFocalCrossentropy",
            """
            {"name":"categorical_focal_crossentropy","reduction":"sum_over_batch_size","from_logits":false,"label_smoothing":0,"axis":-1,"alpha":0.3,
            "gamma":3}
            """.ReplaceLineEndings("") },
        { "CategoricalHinge", """{"name":"categorical_hinge","reduction":"mean_with_sample_weight"}""" },
        { "CosineSimilarity", """{"name":"cosine_similarity","reduction":"sum_over_batch_size","axis":-1}""" },
        { "Dice", """{"name":"dice","reduction":"sum_over_batch_size","axis":[1,2,3]}""" },
        { "Dice", """{"name":"dice","reduction":"sum_over_batch_size","axis":null}""" },
        { "Hinge", """{"name":"hinge","reduction":"sum_over_batch_size"}""" },
        { "Huber", """{"name":"huber_loss","reduction":"sum_over_batch_size","delta":0.7}""" },
        { "KLDivergence", """{"name":"kl_divergence","reduction":"sum_over_batch_size"}""" },
        { "LogCosh", """{"name":"log_cosh","reduction":"sum_over_batch_size"}""" },
        { "MeanAbsoluteError", """{"name":"mean_absolute_error","reduction":"sum_over_batch_size"}""" },
        { "MeanAbsolutePercentageError", """{"name":"mean_absolute_percentage_error","reduction":"sum_over_batch_size"}""" },
        { "MeanSquaredError", """{"name":"mean_squared_error","reduction":"sum_over_batch_size"}""" },
        { "MeanSquaredLogarithmicError", """{"name":"mean_squared_logarithmic_error","reduction":"sum_over_batch_size"}""" },
        { "Poisson", """{"name":"poisson","reduction":"sum_over_batch_size"}""" },
        { "SparseCategoricalCrossentropy",
            """{"name":"sparse_categorical_crossentropy","reduction":"sum_over_batch_size","from_logits":true,"ignore_class":255,"axis":-1}""" },
        { "SparseCategoricalCrossentropy",
            """{"name":"sparse_categorical_crossentropy","reduction":"sum_over_batch_size","from_logits":false,"ignore_class":null,"axis":-1}""" },
        { "SquaredHinge", """{"name":"squared_hinge","reduction":"sum_over_batch_size"}""" },
        { "Tversky", """{"name":"tversky","reduction":"sum_over_batch_size","alpha":0.3,"beta":0.7,"axis":[1,2]}""" },
    };

    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_description_by_Keras_is_written_back_as_it_was(string className, string config)
    {
        var loss = LossCatalog.Known.Read(className, JsonNode.Parse(config)!.AsObject(), null, "loss");
        Assert.Equal(
            $$"""{"module":"keras.losses","class_name":"{{className}}","config":{{config}},"registered_name":null}""",
            LossCatalog.Known.Write(loss, "loss").ToJsonString());
    }

    [Fact]
    public void A_loss_with_the_usual_arguments_is_its_name_and_others_are_objects()
    {
        Assert.Equal("\"kl_divergence\"", KerasLosses.Describe(new KLDivergence()).ToJsonString());
        Assert.Equal("\"huber\"", KerasLosses.Describe(new Huber()).ToJsonString());
        Assert.Equal(
            """
            {"module":"keras.losses","class_name":"Huber","config":{"name":"huber_loss","reduction":"sum_over_batch_size","delta":2},
            "registered_name":null}
            """.ReplaceLineEndings(""),
            KerasLosses.Describe(new Huber(2)).ToJsonString());
    }

    [Fact]
    public void Every_loss_has_a_row() => Assert.Equal([], LossCatalog.Known.ClassNames.Except(Configurations.Select(row => row.Data.Item1)));

    [Theory]
    [InlineData("mse", typeof(MeanSquaredError))]
    [InlineData("MSE", typeof(MeanSquaredError))]
    [InlineData("mae", typeof(MeanAbsoluteError))]
    [InlineData("mape", typeof(MeanAbsolutePercentageError))]
    [InlineData("msle", typeof(MeanSquaredLogarithmicError))]
    [InlineData("bce", typeof(BinaryCrossentropy))]
    [InlineData("kld", typeof(KLDivergence))]
    [InlineData("kl_divergence", typeof(KLDivergence))]
    [InlineData("kullback_leibler_divergence", typeof(KLDivergence))]
    [InlineData("log_cosh", typeof(LogCosh))]
    [InlineData("logcosh", typeof(LogCosh))]
    [InlineData("huber", typeof(Huber))]
    [InlineData("huber_loss", typeof(Huber))]
    [InlineData("sparse_categorical_crossentropy", typeof(SparseCategoricalCrossentropy))]
    [InlineData("SparseCategoricalCrossentropy", typeof(SparseCategoricalCrossentropy))]
    public void The_names_of_Keras_are_known(string name, Type type) => Assert.IsType(type, KerasLosses.Create(name));

    /// <summary>A function, as Keras 3 writes <c>loss=keras.losses.mean_squared_error</c>, and what Keras 2 wrote for the default reduction.</summary>
    [Theory]
    [InlineData("""{"module":"builtins","class_name":"function","config":"mean_squared_error","registered_name":"mean_squared_error"}""")]
    [InlineData("""{"class_name":"MeanSquaredError","config":{"reduction":"auto","name":"mean_squared_error"}}""")]
    [InlineData("""{"class_name":"MeanSquaredError","config":{"reduction":"mean"}}""")]
    public void Other_forms_are_read(string json) =>
        Assert.Equal(LossReduction.SumOverBatchSize, Assert.IsType<MeanSquaredError>(KerasLosses.Create(JsonNode.Parse(json))).Reduction);

    [Theory]
    [InlineData(
        "Circle", "{}", "loss: the loss 'Circle' is not known; the nearest known name is Dice. Known are BinaryCrossentropy, BinaryFocalCrossentropy, "
            + "CategoricalCrossentropy, "
        + "CategoricalFocalCrossentropy, CategoricalHinge, CosineSimilarity, Dice, Hinge, Huber, KLDivergence, LogCosh, MeanAbsoluteError, "
        + "MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson, SparseCategoricalCrossentropy, SquaredHinge, Tversky.")]
    [InlineData(
        "mse", """{"reduction":"none"}""",
        "loss: MeanSquaredError: expected 'sum_over_batch_size', 'sum' or 'mean_with_sample_weight' for 'reduction'; received \"none\".")]
    [InlineData("mse", """{"reduction":null}""", "loss: MeanSquaredError: expected a text for 'reduction'; received nothing.")]
    [InlineData("bce", """{"axis":1}""", "loss: BinaryCrossentropy: expected -1 for 'axis'; received 1.")]
    [InlineData("huber", """{"delta":"wide"}""", "loss: Huber: expected a number for 'delta'; received \"wide\".")]
    [InlineData("huber", """{"delta":-1}""", "loss: Huber: delta must be a finite number above 0; received -1.")]
    [InlineData("dice", """{"axis":["all"]}""", "loss: Dice: expected whole numbers for 'axis'; received [\"all\"].")]
    [InlineData(
        "categorical_focal_crossentropy", """{"alpha":[1,"two"]}""",
        "loss: CategoricalFocalCrossentropy: expected numbers for 'alpha'; received [1,\"two\"].")]
    public void What_is_not_supported_is_named(string name, string config, string error)
    {
        Assert.Equal(error, Assert.Throws<ModelFormatException>(() => LossCatalog.Known.Read(name, JsonNode.Parse(config)!.AsObject(), null, "loss")).Message);
    }

    [Fact]
    public void A_loss_of_ones_own_is_written_by_its_name() =>
        Assert.Equal("mine", KerasLosses.Describe(Loss.From((expected, predicted) => predicted - expected, "mine")).GetValue<string>());
}
