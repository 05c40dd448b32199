namespace Fovea.Engine.Ops;

/// <summary>
/// Computes the new values of many variables by one elementwise formula, such as an optimizer's, in one pass. Inputs are, for each tensor, the inputs of the
/// formula, each of the tensor's size or a scalar. The output is a buffer with a <see cref="Part"/> for each new value; a plan has no such buffer and
/// writes each part over its variable.
/// </summary>
internal sealed record UpdateOp(UpdateFormula Formula, IReadOnlyList<Shape> Shapes) : FusedOp
{
    public override string Name => $"Update {string.Join("+", Formula.Steps.Select(step => step.Op.Name))} of {Shapes.Count}:";

    public bool Equals(UpdateOp? other) => other is not null && Formula.Equals(other.Formula) && Shapes.SequenceEqual(other.Shapes);

    public override int GetHashCode() => HashCode.Combine(Formula, Shapes.Count);

    /// <summary>The new value of one variable.</summary>
    /// <param name="node">A node of this op.</param>
    /// <param name="tensor">The index of the tensor.</param>
    /// <param name="result">The index of the formula's result.</param>
    public Node Part(Node node, int tensor, int result) => new(new PartOp(Offset(tensor, result), Shapes[tensor]), node);

    public override Shape InferShape(IReadOnlyList<Shape> inputs) => [Offset(Shapes.Count, 0)];

    public override void Reference(ReferenceCall call)
    {
        var count = Formula.IsScalar.Count;
        for (var tensor = 0; tensor < Shapes.Count; tensor++)
        {
            var values = FusedElementwiseOp.Evaluate(
                Formula.Steps, call.Inputs.Skip(tensor * count).Take(count), call.InputShapes.Skip(tensor * count).Take(count));
            for (var result = 0; result < Formula.Results.Count; result++)
                values[count + Formula.Results[result].Step].CopyTo(call.Output, Offset(tensor, result));
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new UpdateKernel(Formula, [.. Shapes.Select(shape => shape.Count)]);

    private int Offset(int tensor, int result) =>
        (Formula.Results.Count * Shapes.Take(tensor).Sum(shape => PartOp.After(shape.Count)))
            + (tensor < Shapes.Count ? result * PartOp.After(Shapes[tensor].Count) : 0);
}

/// <summary>An elementwise formula with several results, the new values of variables. Equal formulas compare equal.</summary>
/// <param name="IsScalar">For each input whether it is one value for all elements.</param>
/// <param name="Steps">The steps in order.</param>
/// <param name="Results">The results.</param>
internal sealed record UpdateFormula(IReadOnlyList<bool> IsScalar, IReadOnlyList<ElementwiseStep> Steps, IReadOnlyList<UpdateResult> Results)
{
    public bool Equals(UpdateFormula? other) => other is not null
        && IsScalar.SequenceEqual(other.IsScalar) && Results.SequenceEqual(other.Results) && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => HashCode.Combine(IsScalar.Count, Steps.Count, Results.Count);
}

/// <summary>A result of a formula: the step that computes it, and whether later steps still read the old value of its variable.</summary>
internal readonly record struct UpdateResult(int Step, bool IsReadLater);
