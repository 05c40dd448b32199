namespace Fovea;

/// <summary>
/// Samples, each with an input and a target. <c>data[0]</c> is a sample, <c>data[10..20]</c> a part, <c>data.Batches(32)</c> the batches.
/// <c>Select</c>, <c>Where</c>, <c>Zip</c> and others make new data sets. Create one by <c>Dataset.From</c>, or by a class that derives from this one.
/// </summary>
/// <remarks>
/// Most data sets are read by index, in any order, by several threads at once. A stream (<see cref="IsStream"/>) is read from its beginning, one sample after
/// the other.
/// </remarks>
public abstract partial class Dataset : IReadOnlyList<Sample>
{
    /// <summary>The number of samples.</summary>
    /// <exception cref="InvalidOperationException">The data set is a stream, whose number of samples is not known.</exception>
    public abstract int Count { get; }

    /// <summary>The shape of one input, without the batch: (height, width, channels) for an image.</summary>
    public abstract Shape InputShape { get; }

    /// <summary>The shape of one target, without the batch: <see cref="Shape.Scalar"/> for a class number.</summary>
    public abstract Shape TargetShape { get; }

    /// <summary>The shapes of the inputs, for a model with several. <see cref="Read"/> writes their values one after the other, as one row.</summary>
    public virtual IReadOnlyList<Shape> InputShapes => [InputShape];

    /// <summary>The shapes of the targets, for a model with several outputs. <see cref="Read"/> writes their values one after the other, as one row.</summary>
    public virtual IReadOnlyList<Shape> TargetShapes => [TargetShape];

    /// <summary>Whether samples have different weights in the loss; see <see cref="Weight(int, ReadOnlySpan{float})"/>.</summary>
    public virtual bool IsWeighted => false;

    /// <summary>Whether the positions of a target, such as the pixels of a mask, have different weights; see <see cref="Weights"/>.</summary>
    public virtual bool IsWeightedByPosition => false;

    /// <summary>
    /// Whether <see cref="ReadTarget"/> only reads memory, so that all targets can be read at once. <see cref="Model.Fit"/> then reports classes without
    /// samples. False by default.
    /// </summary>
    public virtual bool HasTargetsInMemory => false;

    /// <summary>The names of the classes by class number; empty if the targets are not classes.</summary>
    public virtual IReadOnlyList<string> ClassNames => [];

    /// <summary>
    /// The preprocessing that made the inputs from images; null if it is not known. <see cref="Model.Fit"/> passes it to a model that has none.
    /// </summary>
    public virtual ImageInput? ImageInput => null;

    /// <summary>The file that a sample is read from; null if it is from none, or it is not known. Parts of a data set and joined data sets keep it.</summary>
    /// <param name="index">The index of the sample, from 0 to <see cref="Count"/> − 1.</param>
    public virtual string? FileOf(int index) => null;

    /// <summary>
    /// Reads one sample. The same index always gives the same sample. Several threads may call it at once.
    /// </summary>
    /// <param name="index">The index of the sample, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="input">Receives the input: <see cref="InputShape"/>.Count values.</param>
    /// <param name="target">Receives the target: <see cref="TargetShape"/>.Count values.</param>
    public abstract void Read(int index, Span<float> input, Span<float> target);

    /// <summary>Reads the target of a sample. Override it if that is cheaper than reading the whole sample, as where inputs are decoded from files.</summary>
    /// <param name="index">The index of the sample, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="target">Receives the target: <see cref="TargetShape"/>.Count values.</param>
    public virtual void ReadTarget(int index, Span<float> target) => Read(index, new float[InputShape.Count], target);

    /// <summary>
    /// The weight of a sample; Keras' <c>sample_weight</c>. Its loss is multiplied by the weight, and the sum over a batch is divided by the number of samples.
    /// </summary>
    /// <param name="index">The index of the sample, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="target">The target of the sample, as <see cref="Read"/> wrote it.</param>
    public virtual float Weight(int index, ReadOnlySpan<float> target) => 1;

    /// <summary>
    /// The weights of the positions of a sample, if the model has several. The loss of a position is multiplied by its weight, and the sum is divided by the
    /// number of all positions.
    /// </summary>
    /// <param name="index">The index of the sample, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="target">The target of the sample, as <see cref="Read"/> wrote it.</param>
    /// <param name="weights">Receives a weight for each position of the model's output: for each row of its innermost dimension.</param>
    public virtual void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => weights.Fill(Weight(index, target));
}
