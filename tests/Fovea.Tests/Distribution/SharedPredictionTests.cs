using Fovea.Tests.Layers;
using Fovea.Tests.Training;

namespace Fovea.Tests.Distributed;

/// <summary>Prediction and feature extraction by several processes: each receives all rows, with the bits of one process.</summary>
public class SharedPredictionTests
{
    /// <summary>45 samples are six batches; 14 are two, fewer than most groups have processes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Predictions_are_those_of_one_process(int size)
    {
        foreach (var count in (int[])[45, 14, 3])
        {
            var expected = SmallNets.Convnet().Predict(SmallNets.Images(count), 8);
            foreach (var outputs in ThreadGroup.Run(size, group => Distributed(SmallNets.Convnet(), group).Predict(SmallNets.Images(count), 8)))
            {
                Assert.Equal(new Shape(count, 3), outputs.Shape);
                Assert.Equal(expected.Values, outputs.Values);
            }
        }
    }

    [Fact]
    public void All_outputs_of_several_inputs_are_predicted()
    {
        var expected = Branches().PredictAll(Samples(), 4).Select(output => output.Values);
        foreach (var outputs in ThreadGroup.Run(3, group => Distributed(Branches(), group).PredictAll(Samples(), 4)))
            Assert.Equal(expected, outputs.Select(output => output.Values));
    }

    [Fact]
    public void Features_keep_targets_weights_and_names()
    {
        foreach (var weighted in (bool[])[false, true])
        {
            var expected = Rows(Branches().ExtractFeatures(Data(weighted), 4));
            foreach (var features in ThreadGroup.Run(4, group => Rows(Distributed(Branches(), group).ExtractFeatures(Data(weighted), 4))))
                Assert.Equal(expected, features);
        }

        static Dataset Data(bool isWeighted) =>
            isWeighted ? Samples().WithSampleWeights([.. Enumerable.Range(0, 21).Select(i => i / 4f)]) : Samples();

        static float[][] Rows(ArrayDataset features) =>
            [.. features.Select(
                sample =>
                (float[])[.. sample.Inputs.Concat(sample.Targets).SelectMany(tensor => tensor.Values), sample.Weights is null ? -1 : (float)sample.Weights])];
    }

    [Fact]
    public void Weights_of_pixels_are_kept()
    {
        static Tensor[] Weights(DataParallel? distribution)
        {
            var model = new Sequential("pixels", 1) { new Input(4, 4, 2), new Conv2D(2, 3, padding: Padding.Same) };
            model.Distribution = distribution;
            var masks = new Tensor([9, 4, 4], [.. Enumerable.Range(0, 9 * 16).Select(i => (float)(i * 7 % 5 % 2))]);
            var data = new TensorDataset([new Tensor([9, 4, 4, 2], LayerRunner.Normal(9 * 32))], [masks]).WithClassWeights(1, 0.5f);
            return [.. model.ExtractFeatures(data, 2).Select(sample => sample.Weights!)];
        }

        var expected = Weights(null).Select(weights => weights.Values);
        foreach (var weights in ThreadGroup.Run(3, group => Weights(new DataParallel(4, group)))) Assert.Equal(expected, weights.Select(each => each.Values));
    }

    /// <summary>Every process computes a stream by itself: one that has no more samples than it wants does not wait for others.</summary>
    [Fact]
    public void A_stream_is_predicted_by_every_process()
    {
        var outputs = ThreadGroup.Run(3, group =>
        {
            var data = SmallNets.Images(10 + group.Rank).Select(sample => (sample.Input, sample.Target)).AsEnumerable();
            return Distributed(SmallNets.Convnet(), group).Predict(Dataset.From(data), 8);
        });
        for (var rank = 0; rank < 3; rank++) Assert.Equal(SmallNets.Convnet().Predict(SmallNets.Images(10 + rank), 8).Values, outputs[rank].Values);
    }

    [Fact]
    public void Tensors_are_predicted_by_the_process_that_asks()
    {
        var images = SmallNets.Images(5).Batches(5).Single().Input;
        var outputs = ThreadGroup.Run(2, group => group.Rank == 0 ? Distributed(SmallNets.Convnet(), group).Predict(images) : null);
        Assert.Equal(SmallNets.Convnet().Predict(images).Values, outputs[0]!.Values);
    }

    [Fact]
    public void Every_process_is_told_of_all_samples()
    {
        var reports = ThreadGroup.Run(2, group =>
        {
            var counts = new Reports();
            Distributed(SmallNets.Convnet(), group).Predict(SmallNets.Images(21), 8, progress: counts);
            return counts.Counts;
        });
        foreach (var counts in reports) Assert.Equal([8, 16, 21], counts);
    }

    [Fact]
    public void An_image_that_one_process_cannot_read_ends_all()
    {
        foreach (var features in (bool[])[false, true])
        {
            var errors = ThreadGroup.Run(3, group =>
            {
                var model = Distributed(SmallNets.Convnet(), group);
                var data = new Broken(SmallNets.Images(45), group.Rank == 2 ? 17 : -1);
                var error = Record.Exception(() => features ? model.ExtractFeatures(data, 8) : (object)model.Predict(data, 8));
                model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);  // nothing holds the model any more
                return error!;
            });
            Assert.Equal(
                ["Process 2 of 3 has failed: the file of sample 17 is damaged", "Process 2 of 3 has failed: the file of sample 17 is damaged",
                "the file of sample 17 is damaged"], errors.Select(error => error.Message));
            Assert.All(errors, error => Assert.IsType<TrainingException>(error));
        }
    }

    [Fact]
    public void A_process_that_was_cancelled_and_one_with_other_images_end_all()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var errors = ThreadGroup.Run(2, group => Record.Exception(() => Distributed(SmallNets.Convnet(), group).Predict(
            SmallNets.Images(21), 8, cancellationToken: group.Rank == 1 ? source.Token : default)));
        Assert.All(errors, error => Assert.IsType<OperationCanceledException>(error));

        errors = ThreadGroup.Run(2, group => Record.Exception(() => Distributed(SmallNets.Convnet(), group).Predict(
            group.Rank == 0 ? SmallNets.Images(9) : new ArrayDataset(new float[8], [2, 2, 1], [0, 1], [1]))));
        Assert.IsType<ShapeException>(errors[1]);
        Assert.Equal($"Process 1 of 2 has failed: {errors[1]!.Message}", Assert.IsType<TrainingException>(errors[0]).Message);
    }

    private static Model Distributed(Model model, IProcessGroup group)
    {
        model.Distribution = new DataParallel(8, group);
        return model;
    }

    private static Model Branches()
    {
        SymbolicTensor a = new Input(4).Output, b = new Input(5).Output;
        var joined = new Concatenate().Call(a, b);
        return new Model([a, b], [new Dense(3) { Name = "left" }.Call(joined), new Dense(2) { Name = "right" }.Call(joined)], "branches", 3);
    }

    private static TensorDataset Samples() => new(
        [new Tensor([21, 4], LayerRunner.Normal(84)), new Tensor([21, 5], LayerRunner.Normal(105, seed: 2))],
        [new Tensor([21], [.. Enumerable.Range(0, 21).Select(i => (float)(i % 3))]), new Tensor([21, 2], LayerRunner.Normal(42, seed: 3))]);
}
