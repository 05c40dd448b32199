namespace Fovea.Formats.Onnx;

/// <summary>
/// A tensor whose values are known while a graph is read: a weight, or a shape that is being computed. Integers are kept as integers. The size of the batch,
/// which is open, is <see cref="Batch"/>.
/// </summary>
internal sealed class OnnxConstant
{
    /// <summary>The integer that represents the size of the batch.</summary>
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

    /// <summary>The shape; empty for a scalar.</summary>
    public IReadOnlyList<long> Dimensions { get; }

    /// <summary>The number of elements.</summary>
    public long Count => Dimensions.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether the elements are floats.</summary>
    public bool IsFloat => floats is not null;

    /// <summary>The name in the file.</summary>
    public string Source { get; }

    /// <summary>The array of the file from which the constant comes, unchanged or in another shape or order; null if there is none.</summary>
    public StoredArray? Stored { get; }

    /// <summary>The elements as floats, read again at each call.</summary>
    public float[] Floats => floats?.Invoke() ?? Array.ConvertAll(integers!(), value => value == Batch
        ? throw new InvalidDataException($"'{Source}' depends on the size of the batch")
        : (float)value);

    /// <summary>The elements as integers, read again at each call.</summary>
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

    /// <summary>A constant whose elements are computed from an array of the file at each reading.</summary>
    public static OnnxConstant Of(IReadOnlyList<long> dimensions, Func<float[]> values, string source, StoredArray? stored) =>
        new([.. dimensions], values, null, source, stored);

    /// <summary>The same elements in another shape.</summary>
    public OnnxConstant Reshaped(IReadOnlyList<long> dimensions) => new([.. dimensions], floats, integers, Source, Stored, isAsStored);

    /// <summary>The same elements under another name.</summary>
    public OnnxConstant Renamed(string source) => new([.. Dimensions], floats, integers, source, Stored, isAsStored);

    /// <summary>The constant with its dimensions permuted.</summary>
    public OnnxConstant Transposed(IReadOnlyList<int> order)
    {
        long[] dimensions = [.. order.Select(axis => Dimensions[axis])];
        return IsFloat
            ? new(dimensions, () => Transpose(floats!(), Dimensions, order), null, Source, Stored)
            : new(dimensions, null, () => Transpose(integers!(), Dimensions, order), Source, Stored);
    }

    /// <summary>
    /// Writes the elements with the dimensions permuted. Only one index of the first dimension of the array in the file is in memory at a time.
    /// </summary>
    public void WriteTo(Span<float> target, IReadOnlyList<int> order)
    {
        int[] sizes = [.. Dimensions.Select(size => checked((int)size))], strides = new int[order.Count];
        var permuted = OffsetWalk.RowMajor([.. order.Select(axis => sizes[axis])]);
        foreach (var (position, axis) in order.Index()) strides[axis] = permuted[position];
        var walk = OffsetWalk.Strided(sizes, strides);
        var row = new float[target.Length / sizes[0]];
        for (var i = 0; i < sizes[0]; i++)
        {
            ReadRow(i, row);
            foreach (var value in row) target[walk.Next()] = value;
        }
    }

    /// <summary>Reads the elements of one index of the first dimension.</summary>
    public void ReadRow(int index, Span<float> row)
    {
        if (isAsStored) Stored!.Read(index * row.Length, row);
        else (lastFloats ??= Floats).AsSpan(index * row.Length, row.Length).CopyTo(row);
    }

    /// <summary>The elements of an array with its dimensions permuted.</summary>
    public static T[] Transpose<T>(T[] values, IReadOnlyList<long> dimensions, IReadOnlyList<int> order)
    {
        if (values.Length == 0) return [];
        int[] sizes = [.. dimensions.Select(size => checked((int)size))];
        var strides = OffsetWalk.RowMajor(sizes);
        return Gather(values, OffsetWalk.Strided([.. order.Select(axis => sizes[axis])], [.. order.Select(axis => strides[axis])]), values.Length);
    }

    /// <summary>The elements of an array broadcast from <paramref name="dimensions"/> to <paramref name="target"/>, which has the same rank.</summary>
    public static float[] Broadcast(float[] values, IReadOnlyList<long> dimensions, IReadOnlyList<long> target)
    {
        int[] sizes = [.. dimensions.Select(size => checked((int)size))], wanted = [.. target.Select(size => checked((int)size))];
        var strides = OffsetWalk.RowMajor(sizes).Zip(sizes, (stride, size) => size == 1 ? 0 : stride).ToArray();
        return Gather(values, OffsetWalk.Strided(wanted, strides), wanted.Aggregate(1, (product, size) => product * size));
    }

    /// <summary>The elements of an array at the offsets of a walk.</summary>
    public static T[] Gather<T>(T[] values, OffsetWalk walk, int count)
    {
        var result = new T[count];
        for (var i = 0; i < result.Length; i++) result[i] = values[walk.Next()];
        return result;
    }
}
