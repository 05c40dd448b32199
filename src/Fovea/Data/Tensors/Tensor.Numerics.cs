using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Fovea;

/// <summary>
/// Views for <c>System.Numerics.Tensors</c>. In a file that uses both namespaces, <c>using Tensor = Fovea.Tensor;</c> decides what <c>Tensor</c> means.
/// <c>System.Numerics.Tensors</c> has no scalars: they become one dimension of size 1.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The values as a span of several dimensions. It shares the memory: what is written to it changes the tensor.</summary>
    public TensorSpan<float> AsTensorSpan() => new(Values, LengthsOf(Shape));

    /// <summary>The values as a read-only span of several dimensions. It shares the memory.</summary>
    public ReadOnlyTensorSpan<float> AsReadOnlyTensorSpan() => new(Values, LengthsOf(Shape));

    /// <summary>A <see cref="Tensor{T}"/> of the same shape. It shares the memory: what is written to it changes this tensor.</summary>
    public Tensor<float> AsNumericsTensor() => System.Numerics.Tensors.Tensor.Create(Values, LengthsOf(Shape));

    /// <summary>The values as a read-only span of several dimensions, which shares the memory: <c>Tensor.Norm&lt;float&gt;(tensor)</c>.</summary>
    public static implicit operator ReadOnlyTensorSpan<float>(Tensor tensor) => tensor.NotNull("Tensor", nameof(tensor)).AsReadOnlyTensorSpan();

    /// <summary>Copies the values of a <see cref="Tensor{T}"/>, which does not give out its array.</summary>
    /// <exception cref="ShapeException">It is empty.</exception>
    public static implicit operator Tensor(Tensor<float> values) => From(values);

    /// <summary>Copies the values of a <see cref="Tensor{T}"/>, which does not give out its array.</summary>
    /// <exception cref="ShapeException">It is empty.</exception>
    public static Tensor From(Tensor<float> values) => From(values.NotNull("Tensor.From", nameof(values)).AsReadOnlyTensorSpan());

    /// <summary>Copies the values of a span of several dimensions.</summary>
    /// <exception cref="ShapeException">It is empty.</exception>
    [OverloadResolutionPriority(-1)]
    public static Tensor From(scoped in ReadOnlyTensorSpan<float> values)
    {
        if (values.IsEmpty) throw new ShapeException("Tensor.From", "expected at least one value; received none.");
        var sizes = new int[values.Rank];
        for (var axis = 0; axis < sizes.Length; axis++) sizes[axis] = checked((int)values.Lengths[axis]);
        var result = Zeros(new Shape(sizes));
        values.FlattenTo(result.Values);
        return result;
    }

    /// <summary>The dimensions for <c>System.Numerics.Tensors</c>, where a scalar has one dimension of size 1.</summary>
    internal static nint[] LengthsOf(Shape shape)
    {
        if (shape.Rank == 0) return [1];
        var lengths = new nint[shape.Rank];
        for (var axis = 0; axis < lengths.Length; axis++) lengths[axis] = shape[axis];
        return lengths;
    }
}
