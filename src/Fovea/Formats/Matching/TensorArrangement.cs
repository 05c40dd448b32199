namespace Fovea.Formats.Matching;

/// <summary>
/// How the elements of a tensor in a file become those of a weight: the tensor is reshaped to <paramref name="View"/>, its dimensions are permuted, and the
/// indices along some dimensions are permuted too.
/// </summary>
/// <param name="Source">The tensor's shape in the file.</param>
/// <param name="View">The shape with one dimension for each dimension of the weight.</param>
/// <param name="Axes">For each dimension of the weight, the dimension of the view.</param>
/// <param name="Note">The name of the conversion, as in <c>OIHW to HWIO</c>; null if nothing changes.</param>
internal sealed record TensorArrangement(Shape Source, Shape View, int[] Axes, string? Note)
{
    private const int PieceLength = 1 << 16;

    /// <summary>For a dimension of the weight, the index in the weight for each index in the file. Other dimensions keep their order.</summary>
    public IReadOnlyDictionary<int, int[]> Orders { get; init; } = new Dictionary<int, int[]>();

    /// <summary>The same shape and order.</summary>
    public static TensorArrangement Same(Shape shape) => new(shape, shape, [.. Enumerable.Range(0, shape.Rank)], null);

    /// <summary>A kernel (rows, columns, channels, filters), or one with a single spatial dimension, rotated by 180° in space.</summary>
    public static TensorArrangement Rotated(Shape kernel) => Same(kernel) with
    {
        Orders = Enumerable.Range(0, kernel.Rank - 2).ToDictionary(axis => axis, axis => Enumerable.Range(0, kernel[axis]).Reverse().ToArray()),
        Note = "rotated by 180°",
    };

    /// <summary>This arrangement with a permutation of the indices along one dimension.</summary>
    public TensorArrangement WithOrder(int axis, int[]? order, string note) => order is null
        ? this
        : this with { Orders = new Dictionary<int, int[]>(Orders) { [axis] = order }, Note = Note is null ? note : $"{Note}, {note}" };

    /// <summary>Reads the tensor, piece by piece, into the elements of the weight.</summary>
    public void Fill(StoredArray stored, Span<float> values)
    {
        if (IsIdentity)
        {
            stored.Read(values);
            return;
        }

        var targets = Offsets();
        var piece = new float[Math.Min(PieceLength, values.Length)];
        for (var first = 0; first < values.Length; first += piece.Length)
        {
            var part = piece.AsSpan(0, Math.Min(piece.Length, values.Length - first));
            stored.Read(first, part);
            foreach (var value in part) values[targets.Next()] = value;
        }
    }

    /// <summary>The elements of the tensor, from those of the weight.</summary>
    public float[] FromModel(ReadOnlySpan<float> values)
    {
        var stored = new float[values.Length];
        if (IsIdentity)
        {
            values.CopyTo(stored);
            return stored;
        }

        var targets = Offsets();
        for (var i = 0; i < stored.Length; i++) stored[i] = values[targets.Next()];
        return stored;
    }

    private bool IsIdentity => Orders.Count == 0 && Axes.Index().All(axis => axis.Index == axis.Item);

    /// <summary>The offsets in the weight of the elements of the file, in the order of the file.</summary>
    private OffsetWalk Offsets()
    {
        var offsets = new int[View.Rank][];
        for (int axis = Axes.Length - 1, stride = 1; axis >= 0; stride *= View[Axes[axis--]])
        {
            var entries = offsets[Axes[axis]] = new int[View[Axes[axis]]];
            Orders.TryGetValue(axis, out var order);
            for (var entry = 0; entry < entries.Length; entry++) entries[order is null ? entry : order[entry]] = stride * entry;
        }

        return new OffsetWalk(offsets);
    }
}
