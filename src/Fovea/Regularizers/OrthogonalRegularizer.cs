using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The rows or the columns of a matrix.</summary>
public enum MatrixPart
{
    /// <summary>The rows: for a dense layer the vectors of each input.</summary>
    Rows,

    /// <summary>The columns: for a dense layer the vectors of each unit.</summary>
    Columns,
}

/// <summary>
/// factor · the mean of |cos| over all pairs of rows (or columns) of a matrix, which makes them orthogonal;
/// <c>keras.regularizers.OrthogonalRegularizer</c>.
/// </summary>
/// <param name="Factor">The factor, at least 0.</param>
/// <param name="Mode">Rows or columns.</param>
public sealed record OrthogonalRegularizer(double Factor = 0.01, MatrixPart Mode = MatrixPart.Rows) : Regularizer
{
    private const float MinSquare = 1e-14f;

    /// <summary>The factor.</summary>
    public double Factor { get; } = Factor.AtLeast(0, "OrthogonalRegularizer", "factor");

    /// <summary>Rows or columns.</summary>
    public MatrixPart Mode { get; } = Mode.Defined("OrthogonalRegularizer", "mode");

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The weight is not a matrix of at least two rows (or columns).</exception>
    public override Node Penalty(Node x)
    {
        var (along, count) = Mode == MatrixPart.Rows ? (1, 0) : (0, 1);
        if (x.Shape.Rank != 2 || x.Shape[count] < 2)
            throw new ShapeException(
                "OrthogonalRegularizer", $"expected a matrix of at least two {(Mode == MatrixPart.Rows ? "rows" : "columns")}; received {x.Shape}.");
        var unit = x / x.Square().SumAlong(along).Maximum(Arithmetic.Constant(MinSquare)).Sqrt();
        var cosines = unit.MatMul(unit, transposeLeft: Mode == MatrixPart.Columns, transposeRight: Mode == MatrixPart.Rows);

        // The product of each vector with itself, 1 up to rounding, is not a pair.
        var size = (double)x.Shape[count];
        return (float)((float)Factor / (size * (size - 1))) * (cosines.Abs().Sum() - unit.Square().Sum());
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("factor", Factor);
        config.Set("mode", Mode == MatrixPart.Rows ? "rows" : "columns");
    }

    internal static OrthogonalRegularizer FromConfig(Config config) => new(
        config.GetFloat("factor", 0.01f), config.GetChoice("mode", MatrixPart.Rows, ("rows", MatrixPart.Rows), ("columns", MatrixPart.Columns)));
}
