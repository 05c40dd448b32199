using Fovea.Cli;

namespace Fovea.Tests.Cli;

/// <summary>The sizes of the images of a training, epoch by epoch.</summary>
public class ImageStageTests
{
    [Fact]
    public void Images_that_keep_their_size_have_one_stage_and_no_size()
    {
        var plan = Plan(10, 0.5);
        Assert.Equal([new ImageStage(1, null)], ImageStage.Of(plan));
        Assert.Equal(1, ImageStage.MeanPixels(plan));
    }

    [Fact]
    public void Larger_images_in_memory_have_one_stage_of_the_size_of_the_network() =>
        Assert.Equal([new ImageStage(1, (128, 96))], ImageStage.Of(Plan(10, 0.5) with { Oversize = 1.25 }));

    [Fact]
    public void Sizes_are_multiples_of_eight_and_rise_to_that_of_the_network()
    {
        var plan = Plan(20, 0.5, 0.5, 0.75);
        Assert.Equal([new ImageStage(1, (64, 48)), new ImageStage(6, (96, 72)), new ImageStage(11, (128, 96))], ImageStage.Of(plan));
        Assert.Equal((0.25 + 0.5625 + 2) / 4, ImageStage.MeanPixels(plan), 1e-12);
    }

    [Fact]
    public void With_a_share_of_1_the_whole_training_has_smaller_images()
    {
        var plan = Plan(21, 1, 0.5, 0.75);
        Assert.Equal([new ImageStage(1, (64, 48)), new ImageStage(11, (96, 72))], ImageStage.Of(plan));
        Assert.Equal(((10 * 0.25) + (11 * 0.5625)) / 21, ImageStage.MeanPixels(plan), 1e-12);
        Assert.Equal([new ImageStage(1, (96, 72))], ImageStage.Of(Plan(1, 1, 0.5, 0.75)));
        Assert.Equal([new ImageStage(1, (128, 96))], ImageStage.Of(Plan(5, 1, 0.99)));
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.5)]
    [InlineData(3, 0)]
    [InlineData(3, 0.99)]
    public void A_short_training_has_fewer_stages_whose_epochs_rise(int epochs, double share)
    {
        var stages = ImageStage.Of(Plan(epochs, share, 0.5, 0.6, 0.75));
        Assert.Equal(1, stages[0].Epoch);
        Assert.Equal(stages.Select(stage => stage.Epoch).Distinct().Order(), stages.Select(stage => stage.Epoch));
        _ = Plan(epochs, share, 0.5, 0.6, 0.75).Schedule();
    }

    [Fact]
    public void A_share_that_rounds_to_the_whole_size_is_no_stage() => Assert.Equal([new ImageStage(1, (128, 96))], ImageStage.Of(Plan(10, 0.5, 0.99)));

    private static TrainingPlan Plan(int epochs, double share, params double[] progressive) => new()
    {
        Network = SmallNetwork.ResNet,
        Epochs = epochs,
        BatchSize = 8,
        InputShape = [128, 96, 3],
        Progressive = progressive,
        ProgressiveEpochs = share,
    };
}
