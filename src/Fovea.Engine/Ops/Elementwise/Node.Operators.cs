using Fovea.Engine.Ops;

namespace Fovea.Engine;

/// <content>
/// Elementwise arithmetic and comparisons. Operands are broadcast as in NumPy: shapes are aligned at the innermost dimension, and missing dimensions and
/// dimensions of 1 are repeated.
/// </content>
public sealed partial class Node
{
    /// <summary>x + y, element by element.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Node operator +(Node left, Node right) => new(new AddOp(), left, right);

    /// <summary>x + y for each element x.</summary>
    public static Node operator +(Node left, double right) => left + Arithmetic.Constant(right);

    /// <summary>x + y for each element y.</summary>
    public static Node operator +(double left, Node right) => Arithmetic.Constant(left) + right;

    /// <summary>x − y, element by element.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Node operator -(Node left, Node right) => new(new SubtractOp(), left, right);

    /// <summary>x − y for each element x.</summary>
    public static Node operator -(Node left, double right) => left - Arithmetic.Constant(right);

    /// <summary>x − y for each element y.</summary>
    public static Node operator -(double left, Node right) => Arithmetic.Constant(left) - right;

    /// <summary>x · y, element by element.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Node operator *(Node left, Node right) => new(new MultiplyOp(), left, right);

    /// <summary>x · y for each element x.</summary>
    public static Node operator *(Node left, double right) => left * Arithmetic.Constant(right);

    /// <summary>x · y for each element y.</summary>
    public static Node operator *(double left, Node right) => Arithmetic.Constant(left) * right;

    /// <summary>x / y, element by element.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Node operator /(Node left, Node right) => new(new DivideOp(), left, right);

    /// <summary>x / y for each element x.</summary>
    public static Node operator /(Node left, double right) => left / Arithmetic.Constant(right);

    /// <summary>x / y for each element y.</summary>
    public static Node operator /(double left, Node right) => Arithmetic.Constant(left) / right;

    /// <summary>−x for each element.</summary>
    public static Node operator -(Node x) => new(new NegateOp(), x);

    /// <summary>1 where x &gt; y, else 0; also 0 where one is NaN. The result has no gradient.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Node operator >(Node left, Node right) => new(new GreaterOp(), left, right);

    /// <summary>1 where x &gt; y, else 0, for each element x.</summary>
    public static Node operator >(Node left, double right) => left > Arithmetic.Constant(right);

    /// <summary>1 where x &gt; y, else 0, for each element y.</summary>
    public static Node operator >(double left, Node right) => Arithmetic.Constant(left) > right;

    /// <summary>1 where x &lt; y, else 0; also 0 where one is NaN. The result has no gradient.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Node operator <(Node left, Node right) => new(new GreaterOp(), right, left);

    /// <summary>1 where x &lt; y, else 0, for each element x.</summary>
    public static Node operator <(Node left, double right) => left < Arithmetic.Constant(right);

    /// <summary>1 where x &lt; y, else 0, for each element y.</summary>
    public static Node operator <(double left, Node right) => Arithmetic.Constant(left) < right;

    /// <summary>1 where x ≥ y, else 0; also 0 where one is NaN. The result has no gradient.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Node operator >=(Node left, Node right) => new(new GreaterOrEqualOp(), left, right);

    /// <summary>1 where x ≥ y, else 0, for each element x.</summary>
    public static Node operator >=(Node left, double right) => left >= Arithmetic.Constant(right);

    /// <summary>1 where x ≥ y, else 0, for each element y.</summary>
    public static Node operator >=(double left, Node right) => Arithmetic.Constant(left) >= right;

    /// <summary>1 where x ≤ y, else 0; also 0 where one is NaN. The result has no gradient.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Node operator <=(Node left, Node right) => new(new GreaterOrEqualOp(), right, left);

    /// <summary>1 where x ≤ y, else 0, for each element x.</summary>
    public static Node operator <=(Node left, double right) => left <= Arithmetic.Constant(right);

    /// <summary>1 where x ≤ y, else 0, for each element y.</summary>
    public static Node operator <=(double left, Node right) => Arithmetic.Constant(left) <= right;
}
