namespace Fovea;

/// <summary>
/// The index of one dimension in <c>tensor[…]</c>. An <see cref="int"/> or <see cref="Index"/> selects one element and removes the dimension; a
/// <see cref="Range"/> or <see cref="Every(int)"/> keeps it.
/// </summary>
/// <example><code>
/// Tensor first = images[0];                  // NumPy: images[0]
/// Tensor red = images[.., .., .., 0];        // images[:, :, :, 0]
/// Tensor top = images[.., ..14];             // images[:, :14]
/// Tensor half = images[.., TensorIndex.Every(2), TensorIndex.Every(2)];  // images[:, ::2, ::2]
/// Tensor last = images[TensorIndex.Ellipsis, ^1];  // images[..., -1]
/// </code></example>
public readonly struct TensorIndex : IEquatable<TensorIndex>
{
    private readonly Range range;

    private TensorIndex(TensorIndexKind kind, Range range = default, int step = 1) => (Kind, this.range, Step) = (kind, range, step);

    /// <summary>All dimensions that the other indices do not name, NumPy's <c>...</c>. It may occur once.</summary>
    public static TensorIndex Ellipsis => new(TensorIndexKind.Ellipsis);

    /// <summary>A new dimension of size 1, NumPy's <c>np.newaxis</c>.</summary>
    public static TensorIndex NewAxis => new(TensorIndexKind.NewAxis);

    /// <summary>What the index selects.</summary>
    internal TensorIndexKind Kind { get; }

    /// <summary>The distance of selected elements; below 0 from the last to the first.</summary>
    internal int Step { get; }

    /// <summary>The element, if <see cref="Kind"/> is <see cref="TensorIndexKind.Element"/>.</summary>
    internal Index Element => range.Start;

    /// <summary>The range, if <see cref="Kind"/> is <see cref="TensorIndexKind.Range"/>.</summary>
    internal Range Range => range;

    /// <summary>Converts an index that counts from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static implicit operator TensorIndex(int index)
    {
        if (index < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), $"Tensor: an index must be at least 0; received {index}. To count from the end, write ^{-(long)index}.");
        }

        return new TensorIndex(TensorIndexKind.Element, new Range(index, default));
    }

    /// <summary>Converts an index; <c>^1</c> is the last element.</summary>
    public static implicit operator TensorIndex(Index index) => new(TensorIndexKind.Element, new Range(index, default));

    /// <summary>Converts a range; <c>..</c> is the whole dimension.</summary>
    public static implicit operator TensorIndex(Range range) => new(TensorIndexKind.Range, range);

    /// <summary>Every <paramref name="step"/>-th element of a dimension, NumPy's <c>::step</c>.</summary>
    /// <param name="step">The distance of the elements. A negative one starts at the last element: <c>Every(-1)</c> reverses the dimension.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is 0.</exception>
    public static TensorIndex Every(int step) => Every(step, Range.All);

    /// <summary>Every <paramref name="step"/>-th element of a range, NumPy's <c>start:end:step</c>.</summary>
    /// <param name="step">The distance of the elements. A negative one starts at the last element of the range.</param>
    /// <param name="range">The range; its end is exclusive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is 0.</exception>
    public static TensorIndex Every(int step, Range range) => step is not (0 or int.MinValue)
        ? new TensorIndex(TensorIndexKind.Range, range, step)
        : throw new ArgumentOutOfRangeException(nameof(step), $"TensorIndex: the step must not be 0 or {int.MinValue}; received {step}.");

    /// <inheritdoc/>
    public bool Equals(TensorIndex other) => Kind == other.Kind && range.Equals(other.range) && Step == other.Step;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorIndex other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, range, Step);

    /// <summary>The index as it is written in C#: <c>3</c>, <c>^1</c>, <c>1..3</c>.</summary>
    public override string ToString() => Kind switch
    {
        TensorIndexKind.Element => Element.ToString(),
        TensorIndexKind.Ellipsis => "Ellipsis",
        TensorIndexKind.NewAxis => "NewAxis",
        _ => Step == 1 ? range.ToString() : $"Every({Step}, {range})",
    };

    /// <summary>Whether two indices select the same.</summary>
    public static bool operator ==(TensorIndex left, TensorIndex right) => left.Equals(right);

    /// <summary>Whether two indices select different elements.</summary>
    public static bool operator !=(TensorIndex left, TensorIndex right) => !left.Equals(right);
}
