namespace Fovea.Formats;

/// <summary>Tensors of a file with the weights that they go to: all are checked before the first is filled.</summary>
internal sealed class WeightFilling(LoadReport report)
{
    private readonly List<(StoredArray Stored, Weight Weight, bool IsFlipped)> pairs = [];
    private readonly HashSet<StoredArray> taken = [];

    /// <summary>Says where a tensor goes.</summary>
    /// <param name="stored">The tensor.</param>
    /// <param name="source">Its name in the file, the path included.</param>
    /// <param name="weight">The weight that it is for.</param>
    /// <param name="layer">The layer that has the weight, by its path in the model.</param>
    /// <param name="isFlipped">Whether it is a kernel that has its rows and columns in the other order.</param>
    /// <exception cref="ModelFormatException">The shapes differ.</exception>
    public void Add(StoredArray stored, string source, Weight weight, string layer, bool isFlipped = false)
    {
        RequireShape(stored, weight.Shape, $"the {weight.Name} of '{layer}'", report.FilePath);
        pairs.Add((stored, weight, isFlipped));
        taken.Add(stored);
        report.Loaded(source, stored.Shape, NameOf(stored.Type), $"{layer}/{weight.Name}", weight.Shape,
            isFlipped ? "turned by 180°" : stored.Type == StoredType.Float32 ? null : $"{NameOf(stored.Type)} to float32");
    }

    /// <summary>Says that a tensor was read that is no weight, such as the optimizer's.</summary>
    public void Took(StoredArray stored, string source, string target)
    {
        taken.Add(stored);
        report.Loaded(source, stored.Shape, NameOf(stored.Type), target, stored.Shape);
    }

    /// <summary>Whether a tensor of the file has found its place.</summary>
    public bool Has(StoredArray stored) => taken.Contains(stored);

    /// <summary>Fills the weights of a model that is thrown away should reading fail.</summary>
    public void FillNew()
    {
        foreach (var (stored, weight, isFlipped) in pairs)
        {
            var values = weight.Variable.Overwrite();
            stored.Read(values);
            if (isFlipped) Flip(values, weight.Shape);
            weight.Variable.CountChange();  // behind the numbers: who predicts meanwhile computes from them again
            weight.IsFilled = true;
        }
    }

    /// <summary>Fills the weights of a model that is in use: everything is read before anything is changed.</summary>
    public void Replace(Model model)
    {
        var values = pairs.ConvertAll(pair =>
        {
            var numbers = pair.Stored.ReadFloats();
            if (pair.IsFlipped) Flip(numbers, pair.Weight.Shape);
            return numbers;
        });
        using var pass = model.WriteWeights();
        foreach (var ((_, weight, _), numbers) in pairs.Zip(values)) weight.Write(numbers);
    }

    /// <summary>Rows and columns of a kernel (rows, columns, channels, filters), or the places of one of one dimension, in the other order.</summary>
    private static void Flip(Span<float> kernel, Shape shape)
    {
        var inner = shape[^1] * shape[^2];
        var places = kernel.Length / inner;
        Span<float> kept = new float[inner];
        for (var i = 0; i < places / 2; i++)
        {
            var first = kernel.Slice(i * inner, inner);
            var last = kernel.Slice((places - 1 - i) * inner, inner);
            first.CopyTo(kept);
            last.CopyTo(first);
            kept.CopyTo(last);
        }
    }

    /// <summary>A data type as reports and Python call it.</summary>
    public static string NameOf(StoredType type) => type.ToString().ToLowerInvariant();

    /// <exception cref="ModelFormatException">The shapes differ.</exception>
    public static void RequireShape(StoredArray stored, Shape shape, string what, string file)
    {
        if (stored.IsEmpty) throw ModelFormatException.About(file, $"expected the shape {shape} for {what}; received an array without numbers.");
        if (stored.Shape != shape) throw ModelFormatException.About(file, $"expected the shape {shape} for {what}; received {stored.Shape}.");
    }
}
