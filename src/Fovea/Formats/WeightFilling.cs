using Fovea.Formats.Matching;

namespace Fovea.Formats;

/// <summary>
/// The weights that a file fills, each with its tensor. All shapes are checked before the first weight is filled, so that a file which does not fit
/// changes nothing.
/// </summary>
internal sealed class WeightFilling(LoadReport report)
{
    private readonly List<(Weight Weight, StoredArray Stored, TensorArrangement Arrangement)> pairs = [];
    private readonly HashSet<StoredArray> taken = [];

    /// <summary>Assigns a tensor to a weight.</summary>
    /// <param name="stored">The tensor.</param>
    /// <param name="source">Its name in the file, with its path.</param>
    /// <param name="weight">The weight to fill.</param>
    /// <param name="layer">The path in the model of the layer that has the weight.</param>
    /// <param name="arrangement">How the elements of the tensor become those of the weight; null for the same shape and order.</param>
    /// <exception cref="ModelFormatException">The shapes differ.</exception>
    public void Add(StoredArray stored, string source, Weight weight, string layer, TensorArrangement? arrangement = null)
    {
        arrangement ??= TensorArrangement.Same(weight.Shape);
        RequireShape(stored, arrangement.Source, $"the {weight.Name} of '{layer}'", report.FilePath);
        pairs.Add((weight, stored, arrangement));
        taken.Add(stored);
        report.Loaded(source, stored.Shape, NameOf(stored.Type), $"{layer}/{weight.Name}", weight.Shape,
            arrangement.Note ?? (stored.Type == StoredType.Float32 ? null : $"{NameOf(stored.Type)} to float32"));
    }

    /// <summary>Reports a tensor that was read and is no weight, such as a slot of the optimizer.</summary>
    public void Took(StoredArray stored, string source, string target)
    {
        taken.Add(stored);
        report.Loaded(source, stored.Shape, NameOf(stored.Type), target, stored.Shape);
    }

    /// <summary>Whether a tensor of the file is used.</summary>
    public bool Has(StoredArray stored) => taken.Contains(stored);

    /// <summary>Fills the weights of a new model, which is discarded if reading fails.</summary>
    public void FillNew()
    {
        foreach (var (weight, stored, arrangement) in pairs) weight.Fill(values => arrangement.Fill(stored, values));
    }

    /// <summary>Fills the weights of a model that is in use. Everything is read before anything is changed.</summary>
    public void Replace(Model model)
    {
        var read = pairs.ConvertAll(pair =>
        {
            var values = new float[pair.Weight.Shape.Count];
            pair.Arrangement.Fill(pair.Stored, values);
            return values;
        });
        using var pass = model.WriteWeights();
        foreach (var ((weight, _, _), values) in pairs.Zip(read)) weight.Write(values);
    }

    /// <summary>The name of a data type in reports and in Python, as in <c>float16</c>.</summary>
    public static string NameOf(StoredType type) => type.ToString().ToLowerInvariant();

    /// <exception cref="ModelFormatException">The shapes differ.</exception>
    public static void RequireShape(StoredArray stored, Shape shape, string what, string file)
    {
        if (stored.IsEmpty) throw ModelFormatException.About(file, $"expected the shape {shape} for {what}; received an array without values.");
        if (stored.Shape != shape) throw ModelFormatException.About(file, $"expected the shape {shape} for {what}; received {stored.Shape}.");
    }
}
