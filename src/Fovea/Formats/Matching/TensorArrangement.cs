namespace Fovea.Formats.Matching;

/// <summary>
/// How the numbers of a file's tensor become those of a weight: the tensor is seen in the shape <paramref name="View"/>, its dimensions are put in another
/// order, and
/// along some of them the entries too.
/// </summary>
/// <param name="Source">The tensor's shape in the file.</param>
/// <param name="View">The same numbers in a shape that has a dimension for each of the weight's.</param>
/// <param name="Axes">For each dimension of the weight, which one of the view it is.</param>
/// <param name="Note">What that is called, as in <c>OIHW to HWIO</c>; null where nothing changes.</param>
internal sealed record TensorArrangement(Shape Source, Shape View, int[] Axes, string? Note)
{
    private const int PieceLength = 1 << 16;

    /// <summary>Along a dimension of the weight, the entry of the file for each of the weight's; null for the same order.</summary>
    public IReadOnlyDictionary<int, int[]> Orders { get; init; } = new Dictionary<int, int[]>();

    /// <summary>The same shape and order.</summary>
    public static TensorArrangement Same(Shape shape) => new(shape, shape, [.. Enumerable.Range(0, shape.Rank)], null);

    /// <summary>A kernel (rows, columns, channels, filters), or one with a single spatial dimension, rotated by 180° in space.</summary>
    public static TensorArrangement Rotated(Shape kernel) => Same(kernel) with
    {
        Orders = Enumerable.Range(0, kernel.Rank - 2).ToDictionary(axis => axis, axis => Enumerable.Range(0, kernel[axis]).Reverse().ToArray()),
        Note = "rotated by 180°",
    };

    /// <summary>Only another order along one dimension.</summary>
    public TensorArrangement WithOrder(int axis, int[]? order, string note) => order is null
        ? this
        : this with { Orders = new Dictionary<int, int[]>(Orders) { [axis] = order }, Note = Note is null ? note : $"{Note}, {note}" };

    /// <summary>Reads the file's tensor, piece by piece, into the places of the weight's numbers.</summary>
    public void Fill(StoredArray stored, Span<float> values)
    {
        if (IsIdentity)
        {
            stored.Read(values);
            return;
        }

        var places = Places();
        var piece = new float[Math.Min(PieceLength, values.Length)];
        for (var first = 0; first < values.Length; first += piece.Length)
        {
            var part = piece.AsSpan(0, Math.Min(piece.Length, values.Length - first));
            stored.Read(first, part);
            foreach (var value in part) values[places.Next()] = value;
        }
    }

    /// <summary>The file's numbers from the weight's.</summary>
    public float[] FromModel(ReadOnlySpan<float> values)
    {
        var stored = new float[values.Length];
        if (IsIdentity)
        {
            values.CopyTo(stored);
            return stored;
        }

        var places = Places();
        for (var i = 0; i < stored.Length; i++) stored[i] = values[places.Next()];
        return stored;
    }

    private bool IsIdentity => Orders.Count == 0 && Axes.Index().All(axis => axis.Index == axis.Item);

    /// <summary>Where the numbers of the file, one after the other, lie in the weight.</summary>
    private Walk Places()
    {
        var offsets = new int[View.Rank][];
        for (int axis = Axes.Length - 1, stride = 1; axis >= 0; stride *= View[Axes[axis--]])
        {
            var entries = offsets[Axes[axis]] = new int[View[Axes[axis]]];
            Orders.TryGetValue(axis, out var order);
            for (var entry = 0; entry < entries.Length; entry++) entries[order is null ? entry : order[entry]] = stride * entry;
        }

        return new Walk(offsets);
    }

    /// <summary>Goes through all entries of some dimensions, the last one fastest, and adds up what each of them stands for.</summary>
    private sealed class Walk(int[][] offsets)
    {
        private readonly int[] entries = new int[offsets.Length];
        private int outer = offsets[..^1].Sum(dimension => dimension[0]);

        public int Next()
        {
            var last = offsets.Length - 1;
            if (entries[last] == offsets[last].Length)
            {
                entries[last] = 0;
                for (var dimension = last - 1; dimension >= 0; dimension--)
                {
                    if (++entries[dimension] < offsets[dimension].Length) break;
                    entries[dimension] = 0;
                }

                outer = 0;
                for (var dimension = 0; dimension < last; dimension++) outer += offsets[dimension][entries[dimension]];
            }

            return outer + offsets[last][entries[last]++];
        }
    }
}
