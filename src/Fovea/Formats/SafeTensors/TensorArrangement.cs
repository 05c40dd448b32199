namespace Fovea.Formats.SafeTensors;

/// <summary>
/// How the numbers of a file's tensor become those of a weight: the tensor is seen in the shape <paramref name="View"/>, its dimensions are put in another order, and
/// along some of them the entries too.
/// </summary>
/// <param name="Source">The tensor's shape in the file.</param>
/// <param name="View">The same numbers in a shape that has a dimension for each of the weight's.</param>
/// <param name="Axes">For each dimension of the weight, which one of the view it is.</param>
/// <param name="Note">What that is called, as in <c>OIHW to HWIO</c>; null where nothing changes.</param>
internal sealed record TensorArrangement(Shape Source, Shape View, int[] Axes, string? Note)
{
    /// <summary>Along a dimension of the weight, the entry of the file for each of the weight's; null for the same order.</summary>
    public IReadOnlyDictionary<int, int[]> Orders { get; init; } = new Dictionary<int, int[]>();

    /// <summary>The same shape and order.</summary>
    public static TensorArrangement Same(Shape shape) => new(shape, shape, [.. Enumerable.Range(0, shape.Rank)], null);

    /// <summary>Only another order along one dimension.</summary>
    public TensorArrangement WithOrder(int axis, int[]? order, string note) => order is null
        ? this
        : this with { Orders = new Dictionary<int, int[]>(Orders) { [axis] = order }, Note = Note is null ? note : $"{Note}, {note}" };

    /// <summary>The weight's numbers from the file's.</summary>
    public float[] ToModel(float[] stored)
    {
        if (IsIdentity) return stored;
        var values = new float[stored.Length];
        ForEach((model, file) => values[model] = stored[file]);
        return values;
    }

    /// <summary>The file's numbers from the weight's.</summary>
    public float[] FromModel(ReadOnlySpan<float> values)
    {
        var given = values.ToArray();
        if (IsIdentity) return given;
        var stored = new float[given.Length];
        ForEach((model, file) => stored[file] = given[model]);
        return stored;
    }

    private bool IsIdentity => Orders.Count == 0 && Axes.Index().All(axis => axis.Index == axis.Item);

    /// <summary>Goes through the weight row by row and says where each number lies in the file.</summary>
    private void ForEach(Action<int, int> visit)
    {
        var strides = new int[View.Rank];
        for (int axis = View.Rank - 1, stride = 1; axis >= 0; stride *= View[axis--]) strides[axis] = stride;
        // For each dimension of the weight, how far into the file each of its entries leads.
        var offsets = Axes.Select((axis, i) => Enumerable.Range(0, View[axis]).Select(entry => strides[axis] * (Orders.TryGetValue(i, out var order) ? order[entry] : entry)).ToArray()).ToArray();
        var model = 0;
        Visit(0, 0);

        void Visit(int dimension, int file)
        {
            if (dimension == offsets.Length)
            {
                visit(model++, file);
                return;
            }

            foreach (var offset in offsets[dimension]) Visit(dimension + 1, file + offset);
        }
    }
}
