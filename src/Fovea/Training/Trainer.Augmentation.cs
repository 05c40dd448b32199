using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <content>An augmentation that gives images of another size than those of the data set.</content>
internal sealed partial class Trainer
{
    private readonly Dictionary<Shape, Shape> augmentedShapes = [];
    private ImageAugmentation? augmentation;
    private ExpectedData? expectedBefore;

    /// <summary>
    /// What the model expects of a data set to train on: samples of the model's size, or of any size from which the augmentation makes images for the model.
    /// </summary>
    /// <exception cref="ShapeException">The model does not take the samples, or the images that the augmentation makes of them.</exception>
    public ExpectedData ExpectedInTraining(Dataset data, string name = "the data set")
    {
        if (augmentation is null) return Expected(data, name);
        var shapes = data.InputShapes;
        if (shapes.Count != model.Inputs.Count || AugmentedShape(shapes[0]) == shapes[0]) return Expected(data, name);
        if (expectedBefore?.Size.Inputs.SequenceEqual(shapes) != true)
            expectedBefore = new ExpectedData(model, Objectives, SizeOf(shapes)) { IsAugmented = true };
        return expectedBefore;
    }

    /// <summary>The shape of the images that the network is trained on, if the model takes images of another size; null if it is the model's.</summary>
    /// <param name="size">The size of the samples.</param>
    public Shape? OtherSize(ModelSize size) =>
        augmentation is null || model.Topology.Accepts(Augmented(size.Inputs)) ? null : AugmentedShape(size.Inputs[0]);

    private void RenewAugmentation()
    {
        if (augmentation == model.Augmentation) return;
        DiscardSteps();
        augmentation = model.Augmentation;
        expectedBefore = null;
        augmentedShapes.Clear();
    }

    /// <summary>
    /// The size of samples that are larger or smaller than the model's inputs. A value for each pixel has the size of the sample too, as its mask.
    /// </summary>
    private ModelSize SizeOf(IReadOnlyList<Shape> samples)
    {
        var network = NetworkFor(new ModelSize([.. samples], []));
        var inputs = Augmented(samples);
        var (images, given) = (inputs[0], samples[0]);
        return new ModelSize(
            [.. samples],
            [
                .. network.At(inputs).Outputs.Select(output => output.Rank == 3 && output[..2] == images[..2]
                    ? new Shape(given[0], given[1], output[2])
                    : output),
            ]);
    }

    /// <summary>The layers of the model, connected for the size of the images that the augmentation gives.</summary>
    /// <param name="size">The size of the samples.</param>
    /// <exception cref="ShapeException">The layers do not take images of that size.</exception>
    public Topology NetworkFor(ModelSize size)
    {
        var inputs = Augmented(size.Inputs);
        if (model.Topology.Accepts(inputs)) return model.Topology;
        if (inputs[0] == size.Inputs[0])
            throw new ShapeException(
                model.Subject, $"expected images {SymbolicTensor.Print(model.Inputs)} in training; they have {SymbolicTensor.Print(inputs)}, which the model's "
                    + "augmentation does not change.");
        try
        {
            return model.WithInputs(inputs).Topology;
        }
        catch (ShapeException error)
        {
            throw new ShapeException(
                "model.Augmentation", $"expected an augmentation that gives images {SymbolicTensor.Print(model.Inputs)}, since weights of "
                    + $"'{model.Name}' depend "
                    + $"on their size; {augmentation!.Subject} gives {SymbolicTensor.Print(inputs[0])}. {error.Message}",
                error);
        }
    }

    private Shape[] Augmented(IReadOnlyList<Shape> samples) => [AugmentedShape(samples[0]), .. samples.Skip(1)];

    /// <summary>The shape of an image after the augmentation.</summary>
    private Shape AugmentedShape(Shape image)
    {
        if (augmentation is null || image is not { Rank: 3, IsOpen: false }) return image;
        if (augmentedShapes.TryGetValue(image, out var known)) return known;
        augmentation.EnsureReady([image]);
        var nodes = new ImageNodes(new Node(new InputOp("input", image.Prepend(1))));
        return augmentedShapes[image] = augmentation.Trace(nodes, new CallContext(training: true)).Images.Shape[1..];
    }
}
