using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The parametric rectified linear unit: x above 0, α·x below, where α is learned for each position of a sample. <c>keras.layers.PReLU</c>; He et al. 2015,
/// eq. 1.
/// </summary>
public sealed class PReLU : Layer
{
    private readonly int[] sharedAxes;
    private Variable? alpha;

    /// <summary>
    /// Creates the layer: <c>new PReLU(1, 2)</c> has one α per channel of an image, <c>new PReLU()</c> one per position.
    /// </summary>
    /// <param name="sharedAxes">The dimensions along which α is shared; the batch is 0.</param>
    public PReLU(params int[] sharedAxes)
    {
        this.sharedAxes = [.. sharedAxes.NotNull(nameof(PReLU), nameof(sharedAxes))];
        foreach (var axis in sharedAxes)
            if (axis < 1) throw ArgumentRules.Wrong(nameof(PReLU), nameof(sharedAxes), $"dimensions of at least 1 (0 is the batch)", axis);
    }

    /// <summary>The dimensions along which α is shared; the batch is 0.</summary>
    public IReadOnlyList<int> SharedAxes => sharedAxes;

    /// <summary>The initializer of α; zeros by default.</summary>
    public Initializer AlphaInitializer
    {
        get => Alpha.Initializer;
        init => Alpha = Alpha with { Initializer = value.NotNull(nameof(PReLU), nameof(AlphaInitializer)) };
    }

    /// <summary>The penalty on α that is added to the loss; none by default.</summary>
    public Regularizer? AlphaRegularizer { get => Alpha.Regularizer; init => Alpha = Alpha with { Regularizer = value }; }

    /// <summary>The constraint applied to α after each training step; none by default.</summary>
    public Constraint? AlphaConstraint { get => Alpha.Constraint; init => Alpha = Alpha with { Constraint = value }; }

    private WeightSpec Alpha { get; init; } = WeightSpec.Alpha;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        var shape = new int[inputs[0].Rank];
        foreach (var axis in sharedAxes)
        {
            if (axis > shape.Length)
                throw new ShapeException(
                    Subject, $"sharedAxes must be from 1 to {shape.Length} for inputs {SymbolicTensor.Print(inputs[0])}; received {axis}.");
            shape[axis - 1] = 1;
        }

        for (var i = 0; i < shape.Length; i++) shape[i] = shape[i] == 1 ? 1 : inputs[0][i];
        alpha = AddWeight("alpha", new Shape(shape), Alpha);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var shape = alpha!.Shape;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if (input.Shape.Rank != shape.Rank + 1 || (!sharedAxes.Contains(axis + 1) && input.Shape[axis + 1] != shape[axis]))
                throw new ShapeException(Subject, $"expected inputs that fit its alpha {shape}; received {SymbolicTensor.Print(input.Shape[1..])}.");
        }

        return input.Relu() - (context.Read(alpha) * (-input).Relu());
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.SetWeights(Alpha);
        config.Json["shared_axes"] = sharedAxes.Length == 0 ? null : new JsonArray([.. sharedAxes.Select(axis => (JsonNode)axis)]);
    }

    internal static PReLU FromConfig(Config config) => new(config.IsAbsent("shared_axes") ? [] : config.GetInts("shared_axes"))
    {
        Alpha = config.GetWeight(WeightSpec.Alpha),
    };
}
