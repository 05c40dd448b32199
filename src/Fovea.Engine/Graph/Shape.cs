using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Fovea;

/// <summary>
/// The dimensions of a tensor, outermost first. Images are (batch, height, width, channels), convolution kernels
/// (height, width, input channels, output channels). A scalar has no dimensions: <see cref="Scalar"/>.
/// </summary>
/// <remarks>
/// The values of a model that takes images of any size have open sizes, <c>None</c> in Keras: (None, None, 3). Such a shape has a <see cref="Rank"/> and
/// <see cref="Sizes"/>. Whatever needs an open size throws a <see cref="ShapeException"/>.
/// </remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The sizes; 0 for an open one.</summary>
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

    private Shape(ReadOnlySpan<int> dimensions, bool isOpen) => (this.dimensions, IsOpen) = ([.. dimensions], isOpen);

    /// <summary>The shape of a scalar: no dimensions.</summary>
    public static Shape Scalar => default;

    /// <summary>The number of dimensions; 0 for a scalar.</summary>
    public int Rank => dimensions.IsDefault ? 0 : dimensions.Length;

    /// <summary>Whether a size is open.</summary>
    public bool IsOpen { get; }

    /// <summary>The sizes, outermost first; null for an open size.</summary>
    public IReadOnlyList<int?> Sizes => [.. Raw.ToArray().Select(size => size == 0 ? (int?)null : size)];

    /// <summary>The number of elements of a tensor with this shape: the product of the dimensions; 1 for a scalar.</summary>
    /// <exception cref="ShapeException">A size is open.</exception>
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
    /// <exception cref="ShapeException">A size is open.</exception>
    public ReadOnlySpan<int> Dimensions => IsOpen ? throw Open() : Raw;

    private ReadOnlySpan<int> Raw => dimensions.IsDefault ? [] : dimensions.AsSpan();

    /// <summary>One dimension; <c>^1</c> is the innermost.</summary>
    /// <exception cref="ShapeException">The size is open.</exception>
    public int this[Index index] => Raw[index] is > 0 and var size ? size : throw Open();

    /// <summary>Some of the dimensions as a shape: <c>shape[1..]</c> is one sample of a batch.</summary>
    public Shape this[Range range] => new(Raw[range], IsOpen && Raw[range].Contains(0));

    /// <summary>Creates a shape from a collection expression, as in <c>Shape s = [28, 28, 1]</c>.</summary>
    public static Shape Create(ReadOnlySpan<int> dimensions) => new(dimensions);

    /// <summary>Creates a shape of which some sizes are open: <c>Shape.WithOpen(null, null, 3)</c> for colour images of any size.</summary>
    /// <param name="sizes">The sizes, outermost first; null for an open size.</param>
    /// <exception cref="ShapeException">A size is below one.</exception>
    public static Shape WithOpen(params ReadOnlySpan<int?> sizes)
    {
        var raw = new int[sizes.Length];
        var known = new int[sizes.Length];
        for (var i = 0; i < sizes.Length; i++) (raw[i], known[i]) = (sizes[i] ?? 0, sizes[i] ?? 1);
        _ = new Shape(known);
        return new Shape(raw, raw.Contains(0));
    }

    /// <inheritdoc cref="WithOpen(ReadOnlySpan{int?})"/>
    /// <remarks>For F# and Visual Basic, which cannot call the other overload with a list of arguments.</remarks>
    public static Shape WithOpen(params int?[] sizes) => WithOpen((sizes ?? throw new ArgumentNullException(nameof(sizes))).AsSpan());

    /// <summary>This shape with one more dimension in front.</summary>
    public Shape Prepend(int dimension) => IsOpen ? WithOpen([dimension, .. Sizes]) : new([dimension, .. Raw]);

    /// <summary>Whether a shape is this one, or this one with a known size for each open one.</summary>
    internal bool Accepts(Shape shape)
    {
        if (!IsOpen) return Equals(shape);
        if (shape.Rank != Rank) return false;
        for (var i = 0; i < Rank; i++)
        {
            if (Raw[i] != 0 && Raw[i] != shape.Raw[i]) return false;
        }

        return true;
    }

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
    public bool Equals(Shape other) => Raw.SequenceEqual(other.Raw);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var dimension in Raw) hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>The dimensions in brackets, as in <c>(64, 28, 28, 1)</c>; <c>None</c> for an open size.</summary>
    public override string ToString() => IsOpen
        ? $"({string.Join(", ", Sizes.Select(size => size?.ToString(CultureInfo.InvariantCulture) ?? "None"))})"
        : $"({string.Join(", ", Raw.ToArray())})";

    /// <summary>Whether two shapes have the same dimensions.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ in a dimension.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    private ShapeException Open() => new(
        "Shape", $"expected known sizes; {this} has open ones. Give the model a fixed input first, as in model.WithInput(150, 150, 3).")
    {
        IsAboutOpenSize = true,
    };
}
