using Fovea.Cli;

namespace Fovea.Tests.Cli;

public class NetworksTests
{
    /// <summary>The parameters that Keras counts for the book's convnet (listing 5.6), which the layers around it do not change.</summary>
    [Theory]
    [InlineData(2, true, 3_453_121)]
    [InlineData(2, false, 3_453_121)]
    [InlineData(5, true, 3_453_121 - 513 + (513 * 5))]
    public void The_net_for_cats_and_dogs_has_the_books_parameters(int classes, bool augmentation, long parameters)
    {
        var model = Networks.Create(BookCatsDogs.Name, 0, NetworkHead.AsInBook(classes), augmentation ? null : []);
        Assert.Equal(parameters, model.Parameters);
        Assert.Equal(new Shape(classes == 2 ? 1 : classes), model.OutputShape);
        Assert.Equal(augmentation, model.Layers.Any(layer => layer is RandomRotation));
    }

    [Fact]
    public void Summary_knows_it()
    {
        var outcome = CommandRunner.Run("summary", "book-catsdogs", "--json");
        Assert.Equal(3_453_121, outcome.Json.GetProperty("parameters").GetInt64());
    }

    [Fact]
    public void A_model_that_rescales_first_wants_bytes()
    {
        Assert.Equal(
            PixelRange.ZeroTo255, ImageInputFinding.Of(new Sequential { new Input(4, 4, 3), new RandomZoom(0.2f), new Rescaling(2f / 255, -1), new Flatten() })
            .Input.Pixels.ToRange());
        Assert.Equal(
            PixelRange.ZeroToOne, ImageInputFinding.Of(new Sequential { new Input(4, 4, 3), new RandomZoom(0.2f), new Conv2D(2, 3), new Rescaling(3) })
            .Input.Pixels.ToRange());
        Assert.Equal(PixelRange.ZeroToOne, ImageInputFinding.Of(new Sequential { new Input(4, 4, 3), new RandomFlip() }).Input.Pixels.ToRange());
    }

    [Fact]
    public void Models_of_one_output_are_scored_with_the_loss_that_fits()
    {
        var probabilities = new Sequential { new Input(2), new Dense(1, Activation.Sigmoid) };
        Scoring.Compile(probabilities, new Sgd());
        Assert.False(Assert.IsType<BinaryCrossentropy>(probabilities.Loss).FromLogits);
        Assert.True(Scoring.IsReady(probabilities));
        var logits = new Sequential { new Input(2), new Dense(1) };
        Scoring.Compile(logits, new Sgd());
        Assert.True(Assert.IsType<BinaryCrossentropy>(logits.Loss).FromLogits);
        Assert.Equal(0, Assert.IsType<Accuracy>(Assert.Single(logits.Trainer!.Metrics)).Threshold);
        logits.Compile(new Sgd(), Loss.MeanSquaredError, new Accuracy());
        Assert.False(Scoring.IsReady(logits));
    }

    [Fact]
    public void Durations_are_said_as_people_say_them() => Assert.Equal(
        ["0.4 s", "99.9 s", "1 min 40 s", "2 min 05 s", "1 h 02 min"], new[] { 0.42, 99.9, 99.96, 125.2, 3725 }.Select(Durations.Print));
}
