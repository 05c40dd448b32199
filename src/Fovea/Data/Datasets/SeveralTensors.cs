namespace Fovea;

/// <summary>Converts between the tensors of a sample and the row of values that <see cref="Dataset.Read"/> writes.</summary>
internal static class SeveralTensors
{
    /// <summary>The only tensor.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public static Tensor Only(IReadOnlyList<Tensor> tensors, string subject, string property) => tensors is [var only]
        ? only
        : throw new InvalidOperationException(
            $"{subject}: expected a single tensor; there are {tensors.Count}. Use {property}, as in {subject.ToLowerInvariant()}.{property}[0].");

    /// <summary>The shape of a row: that of a single tensor, or as many values as several tensors have.</summary>
    public static Shape RowShape(IReadOnlyList<Shape> shapes) => shapes is [var shape] ? shape : [shapes.Sum(each => each.Count)];

    /// <summary>The shapes of tensors.</summary>
    public static Shape[] Shapes(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(tensor => tensor.Shape)];

    /// <summary>Divides a row into tensors. A single tensor takes the array itself.</summary>
    public static Tensor[] Divide(float[] row, IReadOnlyList<Shape> shapes)
    {
        if (shapes is [var only]) return [new Tensor(only, row)];
        var tensors = new Tensor[shapes.Count];
        var from = 0;
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new Tensor(shapes[i], row[from..(from + shapes[i].Count)]);
            from += shapes[i].Count;
        }

        return tensors;
    }

    /// <summary>Writes tensors one after the other into a row.</summary>
    public static void Join(IReadOnlyList<Tensor> tensors, Span<float> row)
    {
        foreach (var tensor in tensors)
        {
            tensor.Values.CopyTo(row);
            row = row[tensor.Values.Length..];
        }
    }

    /// <summary>Requires tensors of the shapes of the other samples.</summary>
    /// <exception cref="InvalidDataException">A tensor has another shape; the message names the sample.</exception>
    public static void RequireShapes(IReadOnlyList<Tensor> tensors, IReadOnlyList<Shape> expected, string subject, string what, int sample)
    {
        var matches = tensors.Count == expected.Count;
        for (var i = 0; matches && i < expected.Count; i++) matches = tensors[i].Shape == expected[i];
        if (!matches)
            throw new InvalidDataException(
                $"{subject}: expected the {what} {Print(expected)} of every sample; sample {sample} has {Print(Shapes(tensors))}.");
    }

    /// <summary>Shapes in words: <c>(28, 28, 1)</c>, <c>(28, 28, 1) and (3)</c>.</summary>
    public static string Print(IReadOnlyList<Shape> shapes) => string.Join(" and ", shapes);
}
