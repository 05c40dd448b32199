namespace Fovea.Engine.Ops;

/// <summary>
/// Computes new values of many variables by one elementwise formula, such as an optimizer's, in one pass. The inputs are the operands of the formula
/// for each tensor, in order; each has the tensor's size or is a scalar. The output is a buffer whose parts <see cref="Part"/> returns. A plan
/// allocates no such buffer; the kernel writes each part to its variable. Fusion creates it.
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

/// <summary>An elementwise formula with several results, which are the new values of variables. Formulas are compared by value.</summary>
/// <param name="IsScalar">For each input, whether it is a scalar.</param>
/// <param name="Steps">The ops in order.</param>
/// <param name="Results">The steps whose values are results.</param>
internal sealed record UpdateFormula(IReadOnlyList<bool> IsScalar, IReadOnlyList<ElementwiseStep> Steps, IReadOnlyList<UpdateResult> Results)
{
    public bool Equals(UpdateFormula? other) => other is not null
        && IsScalar.SequenceEqual(other.IsScalar) && Results.SequenceEqual(other.Results) && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => HashCode.Combine(IsScalar.Count, Steps.Count, Results.Count);
}

/// <summary>A result of a formula.</summary>
/// <param name="Step">The step that computes it.</param>
/// <param name="IsReadLater">Whether later steps still read the old value of the variable that the result replaces.</param>
internal readonly record struct UpdateResult(int Step, bool IsReadLater);
