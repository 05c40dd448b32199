namespace Fovea;

/// <summary>
/// Samples that can be read by number, each an input and a target. A data set says nothing of batches or order: training
/// shuffles, batches and reads ahead on other threads by itself.
/// </summary>
public abstract class Dataset
{
    /// <summary>How many samples there are.</summary>
    public abstract int Count { get; }

    /// <summary>The shape of one input, without the batch: (height, width, channels) for an image.</summary>
    public abstract Shape InputShape { get; }

    /// <summary>The shape of one target, without the batch: <see cref="Shape.Scalar"/> for a class number.</summary>
    public abstract Shape TargetShape { get; }

    /// <summary>The shapes of the inputs of a model of several; <see cref="Read"/> gives their numbers one after the other, as one row.</summary>
    public virtual IReadOnlyList<Shape> InputShapes => [InputShape];

    /// <summary>The shapes of the targets of a model of several outputs; <see cref="Read"/> gives their numbers one after the other, as one row.</summary>
    public virtual IReadOnlyList<Shape> TargetShapes => [TargetShape];

    /// <summary>Whether samples count differently in the loss; see <see cref="Weight(int, ReadOnlySpan{float})"/>.</summary>
    public virtual bool IsWeighted => false;

    /// <summary>Whether the positions of a target, such as the pixels of a mask, count differently; see <see cref="Weights"/>.</summary>
    public virtual bool IsWeightedByPosition => false;

    /// <summary>The names of the classes by class number; empty where the targets are not classes.</summary>
    public virtual IReadOnlyList<string> ClassNames => [];

    /// <summary>
    /// How images became the inputs, which <see cref="Model.Fit"/> gives a model that does not know it; null where that is not known.
    /// </summary>
    public virtual ImageInput? ImageInput => null;

    /// <summary>
    /// Reads one sample. The same index always gives the same sample, and several threads may read at once.
    /// </summary>
    /// <param name="index">Which sample, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="input">Receives the input: <see cref="InputShape"/>.Count numbers.</param>
    /// <param name="target">Receives the target: <see cref="TargetShape"/>.Count numbers.</param>
    public abstract void Read(int index, Span<float> input, Span<float> target);

    /// <summary>
    /// How much a sample counts: its loss is multiplied by it, and the sum over a batch divided by the number of samples, as Keras' <c>sample_weight</c>.
    /// </summary>
    /// <param name="index">Which sample, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="target">Its target, as <see cref="Read"/> gave it.</param>
    public virtual float Weight(int index, ReadOnlySpan<float> target) => 1;

    /// <summary>
    /// How much each position of a sample counts, where the model has several: its loss is multiplied by it, and the sum divided by the number of all
    /// positions.
    /// </summary>
    /// <param name="index">Which sample, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="target">Its target, as <see cref="Read"/> gave it.</param>
    /// <param name="weights">Receives a weight for each position of the model's output: for each row of its innermost dimension.</param>
    public virtual void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => weights.Fill(Weight(index, target));
}
