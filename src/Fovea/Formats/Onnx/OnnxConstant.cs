namespace Fovea.Formats.Onnx;

/// <summary>
/// A tensor whose numbers are known while a graph is read: a weight, or a shape that is being computed. Whole numbers are kept as such;
/// the size of the batch, which is open, is <see cref="Batch"/>.
/// </summary>
internal sealed class OnnxConstant
{
    /// <summary>Stands for the size of the batch among whole numbers.</summary>
    public const long Batch = long.MinValue;

    private readonly Func<float[]>? floats;
    private readonly Func<long[]>? integers;
    private readonly bool isAsStored;
    private float[]? lastFloats;

    private OnnxConstant(long[] dimensions, Func<float[]>? floats, Func<long[]>? integers, string source, StoredArray? stored, bool isAsStored = false)
    {
        this.isAsStored = isAsStored;
        Dimensions = dimensions;
        this.floats = floats;
        this.integers = integers;
        Source = source;
        Stored = stored;
    }

    /// <summary>Its shape; empty for a single number.</summary>
    public IReadOnlyList<long> Dimensions { get; }

    /// <summary>How many numbers it has.</summary>
    public long Count => Dimensions.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether its numbers are floats.</summary>
    public bool IsFloat => floats is not null;

    /// <summary>What the file calls it.</summary>
    public string Source { get; }

    /// <summary>The file's array, where it is one as it stands or in another shape or order.</summary>
    public StoredArray? Stored { get; }

    /// <summary>The numbers as floats, read anew each time.</summary>
    public float[] Floats => floats?.Invoke()
        ?? Array.ConvertAll(
        integers!(), value => value == Batch ? throw new InvalidDataException($"'{Source}' depends on the size of the batch") : (float)value);

    /// <summary>The numbers as whole numbers, read anew each time.</summary>
    public long[] Integers => integers?.Invoke() ?? Array.ConvertAll(floats!(), value => (long)value);

    public static OnnxConstant Of(StoredArray stored)
    {
        long[] dimensions = stored.IsEmpty ? [0] : [.. stored.Shape.Dimensions.ToArray()];
        var isFloat = stored.Type is StoredType.Float16 or StoredType.BFloat16 or StoredType.Float32 or StoredType.Float64;
        if (stored.IsEmpty) return new(dimensions, isFloat ? () => [] : null, isFloat ? null : () => [], stored.Name, stored);
        return isFloat
            ? new(dimensions, stored.ReadFloats, null, stored.Name, stored, isAsStored: true)
            : new(dimensions, null, stored.ReadIntegers, stored.Name, stored);
    }

    public static OnnxConstant Of(IReadOnlyList<long> dimensions, float[] values, string source, StoredArray? stored = null) =>
        new([.. dimensions], () => values, null, source, stored);

    public static OnnxConstant Of(IReadOnlyList<long> dimensions, long[] values, string source) => new([.. dimensions], null, () => values, source, null);

    /// <summary>One whose numbers are computed from an array of the file each time they are wanted.</summary>
    public static OnnxConstant Of(IReadOnlyList<long> dimensions, Func<float[]> values, string source, StoredArray? stored) =>
        new([.. dimensions], values, null, source, stored);

    /// <summary>The same numbers under another shape.</summary>
    public OnnxConstant Reshaped(IReadOnlyList<long> dimensions) => new([.. dimensions], floats, integers, Source, Stored, isAsStored);

    /// <summary>The same numbers under another name.</summary>
    public OnnxConstant Renamed(string source) => new([.. Dimensions], floats, integers, source, Stored, isAsStored);

    /// <summary>Its dimensions in another order.</summary>
    public OnnxConstant Transposed(IReadOnlyList<int> order)
    {
        long[] dimensions = [.. order.Select(axis => Dimensions[axis])];
        return IsFloat
            ? new(dimensions, () => Transpose(floats!(), Dimensions, order), null, Source, Stored)
            : new(dimensions, null, () => Transpose(integers!(), Dimensions, order), Source, Stored);
    }

    /// <summary>
    /// Writes the numbers with the dimensions in another order. Of an array of the file only what one index of the first dimension has is in memory beside
    /// them.
    /// </summary>
    public void WriteTo(Span<float> target, IReadOnlyList<int> order)
    {
        var strides = new long[order.Count];
        for (var (place, stride) = (order.Count - 1, 1L); place >= 0; stride *= Dimensions[order[place--]]) strides[order[place]] = stride;
        var rows = (int)Dimensions[0];
        var row = new float[target.Length / rows];
        var index = new long[order.Count];
        foreach (var i in Enumerable.Range(0, rows))
        {
            ReadRow(i, row);
            var to = i * strides[0];
            Array.Clear(index);
            foreach (var value in row)
            {
                target[(int)to] = value;
                for (var axis = order.Count - 1; axis > 0; axis--)
                {
                    to += strides[axis];
                    if (++index[axis] < Dimensions[axis]) break;
                    to -= strides[axis] * Dimensions[axis];
                    index[axis] = 0;
                }
            }
        }
    }

    /// <summary>Reads the numbers that one index of the first dimension has.</summary>
    public void ReadRow(int index, Span<float> row)
    {
        if (isAsStored) Stored!.Read(index * row.Length, row);
        else (lastFloats ??= Floats).AsSpan(index * row.Length, row.Length).CopyTo(row);
    }

    /// <summary>The numbers of an array in the order of <paramref name="order"/> of its dimensions.</summary>
    public static T[] Transpose<T>(T[] values, IReadOnlyList<long> dimensions, IReadOnlyList<int> order)
    {
        var strides = new long[dimensions.Count];
        for (var (axis, stride) = (dimensions.Count - 1, 1L); axis >= 0; stride *= dimensions[axis--]) strides[axis] = stride;
        var result = new T[values.Length];
        var index = new long[order.Count];
        var from = 0L;
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = values[from];
            for (var axis = order.Count - 1; axis >= 0; axis--)
            {
                from += strides[order[axis]];
                if (++index[axis] < dimensions[order[axis]]) break;
                from -= strides[order[axis]] * dimensions[order[axis]];
                index[axis] = 0;
            }
        }

        return result;
    }
}
