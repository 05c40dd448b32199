using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Fovea;

/// <summary>
/// The dimensions of a tensor, outermost first. Images are (batch, height, width, channels), convolution kernels
/// (height, width, input channels, output channels). A scalar has no dimensions: <see cref="Scalar"/>.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    private readonly ImmutableArray<int> dimensions;

    /// <summary>Creates a shape from its dimensions, outermost first.</summary>
    /// <exception cref="ShapeException">A dimension is below one, or the tensor would have more than 2³¹−1 elements.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        long count = 1;
        foreach (var dimension in dimensions)
        {
            if (dimension < 1)
                throw new ShapeException("Shape", $"every dimension must be at least 1; received ({string.Join(", ", dimensions.ToArray())}).");
            count *= dimension;
            if (count > int.MaxValue)
                throw new ShapeException("Shape", $"a tensor has at most {int.MaxValue} elements; received ({string.Join(", ", dimensions.ToArray())}).");
        }

        this.dimensions = [.. dimensions];
    }

    /// <inheritdoc cref="Shape(ReadOnlySpan{int})"/>
    /// <remarks>For F# and Visual Basic, which cannot call the other overload with a list of arguments.</remarks>
    public Shape(params int[] dimensions)
        : this((dimensions ?? throw new ArgumentNullException(nameof(dimensions))).AsSpan())
    {
    }

    /// <summary>The shape of a scalar: no dimensions.</summary>
    public static Shape Scalar => default;

    /// <summary>The number of dimensions; 0 for a scalar.</summary>
    public int Rank => dimensions.IsDefault ? 0 : dimensions.Length;

    /// <summary>The number of elements of a tensor with this shape: the product of the dimensions; 1 for a scalar.</summary>
    public int Count
    {
        get
        {
            var count = 1;
            foreach (var dimension in Dimensions) count *= dimension;
            return count;
        }
    }

    /// <summary>The dimensions, outermost first.</summary>
    public ReadOnlySpan<int> Dimensions => dimensions.IsDefault ? [] : dimensions.AsSpan();

    /// <summary>One dimension; <c>^1</c> is the innermost.</summary>
    public int this[Index index] => Dimensions[index];

    /// <summary>Some of the dimensions as a shape: <c>shape[1..]</c> is one sample of a batch.</summary>
    public Shape this[Range range] => new(Dimensions[range]);

    /// <summary>Creates a shape from a collection expression, as in <c>Shape s = [28, 28, 1]</c>.</summary>
    public static Shape Create(ReadOnlySpan<int> dimensions) => new(dimensions);

    /// <summary>This shape with one more dimension in front.</summary>
    public Shape Prepend(int dimension) => new([dimension, .. Dimensions]);

    /// <summary>This shape with one dimension changed.</summary>
    internal Shape With(int axis, int size)
    {
        var changed = Dimensions.ToArray();
        changed[axis] = size;
        return new Shape(changed);
    }

    /// <summary>Converts a shape to its dimensions, for methods that take dimensions: <c>x.Reshape(other.Shape)</c>.</summary>
    public static implicit operator ReadOnlySpan<int>(Shape shape) => shape.Dimensions;

    /// <summary>Enumerates the dimensions, outermost first.</summary>
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Dimensions.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var dimension in Dimensions) hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>The dimensions in brackets, as in <c>(64, 28, 28, 1)</c>.</summary>
    public override string ToString() => $"({string.Join(", ", Dimensions.ToArray())})";

    /// <summary>Whether two shapes have the same dimensions.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ in a dimension.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
