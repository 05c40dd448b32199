using System.Runtime.CompilerServices;

namespace Fovea;

/// <summary>
/// One sample of a data set: its inputs, its targets and its weight. <c>foreach (var (x, y) in data)</c> takes the only input and the only target.
/// </summary>
/// <remarks>Without the dimension of the batch: an image is (height, width, channels), a class number is a tensor of <see cref="Shape.Scalar"/>.</remarks>
public sealed record Sample
{
    /// <summary>Creates a sample of one input and one target.</summary>
    /// <param name="input">The input.</param>
    /// <param name="target">The target.</param>
    /// <param name="weight">The weight of the sample in the loss; null if all samples count the same.</param>
    public Sample(Tensor input, Tensor target, float? weight = null)
        : this([input], [target], weight is { } value ? new Tensor(Shape.Scalar, [value]) : null)
    {
    }

    /// <summary>Creates a sample for a model of several inputs or outputs.</summary>
    /// <param name="inputs">A tensor for each input of the model.</param>
    /// <param name="targets">A tensor for each output that is trained.</param>
    /// <param name="weights">The weight of the sample, or one for each position of the output; null if all count the same.</param>
    [OverloadResolutionPriority(1)]  // [a, b] is a list of tensors here, not a stacked tensor
    public Sample(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, Tensor? weights = null)
    {
        Require(inputs, nameof(inputs), "input");
        Require(targets, nameof(targets), "target");
        (Inputs, Targets, Weights) = (inputs, targets, weights);
    }

    /// <summary>A tensor for each input.</summary>
    public IReadOnlyList<Tensor> Inputs { get; init => field = Require(value, nameof(Inputs), "input"); }

    /// <summary>A tensor for each target.</summary>
    public IReadOnlyList<Tensor> Targets { get; init => field = Require(value, nameof(Targets), "target"); }

    /// <summary>
    /// The weight in the loss: one value for the sample, or one for each position of the output, such as each pixel of a mask. Null if the data set has no
    /// weights.
    /// </summary>
    public Tensor? Weights { get; init; }

    /// <summary>The only input.</summary>
    /// <exception cref="InvalidOperationException">The sample has several inputs.</exception>
    public Tensor Input => SeveralTensors.Only(Inputs, nameof(Sample), nameof(Inputs));

    /// <summary>The only target.</summary>
    /// <exception cref="InvalidOperationException">The sample has several targets.</exception>
    public Tensor Target => SeveralTensors.Only(Targets, nameof(Sample), nameof(Targets));

    /// <summary>Takes the only input and the only target: <c>var (x, y) = data[0]</c>.</summary>
    /// <exception cref="InvalidOperationException">The sample has several inputs or several targets.</exception>
    public void Deconstruct(out Tensor input, out Tensor target) => (input, target) = (Input, Target);

    /// <summary>The shapes of its tensors, and the values of those with one: <c>input (28, 28, 1), target 7</c>.</summary>
    public override string ToString() => DatasetText.Of(this);

    /// <summary>A sample of one input and one target: <c>(x, y)</c>.</summary>
    public static implicit operator Sample((Tensor Input, Tensor Target) pair) => new(pair.Input, pair.Target);

    private static IReadOnlyList<Tensor> Require(IReadOnlyList<Tensor> tensors, string argument, string what)
    {
        ArgumentNullException.ThrowIfNull(tensors, argument);
        if (tensors.Count == 0) throw new ArgumentException($"Sample: expected at least one {what}; received none.", argument);
        for (var i = 0; i < tensors.Count; i++)
        {
            if (tensors[i] is null) throw new ArgumentNullException(argument, $"Sample: expected tensors; {what} {i} is null.");
        }

        return tensors;
    }
}
