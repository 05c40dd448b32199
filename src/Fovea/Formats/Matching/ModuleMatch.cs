namespace Fovea.Formats.Matching;

/// <summary>A unit of a model and the module of a file that fills it, with the tensor for each weight.</summary>
internal sealed record ModuleMatch(
    WeightUnit Unit, StoredModule Module, IReadOnlyList<(Weight Weight, StoredArray Tensor, TensorArrangement Arrangement)> Tensors)
{
    /// <summary>Pairs all weights of a unit with all tensors of a module; null if a name or a shape does not fit, or a weight or tensor is left over.</summary>
    public static ModuleMatch? Try(WeightUnit unit, StoredModule module, WeightArrangements arrangements)
    {
        if (unit.Weights.Count != module.Tensors.Count) return null;
        var pairs = new List<(Weight, StoredArray, TensorArrangement)>();
        foreach (var weight in unit.Weights)
        {
            if (Find(module, weight) is not { } tensor || arrangements.For(unit, weight, tensor.Shape) is not { } arrangement) return null;
            pairs.Add((weight, tensor, arrangement));
        }

        return new(unit, module, pairs);
    }

    /// <summary>Why a module does not fill a unit.</summary>
    public static string Explain(WeightUnit unit, StoredModule module, WeightArrangements arrangements)
    {
        foreach (var weight in unit.Weights)
        {
            if (Find(module, weight) is not { } tensor)
                return $"{unit.Layer.Subject} has a {weight.Name}, and '{module.Name}' "
                    + $"has {string.Join(", ", module.Tensors.Values.Select(other => $"'{other.Name}'"))}";
            if (arrangements.For(unit, weight, tensor.Shape) is null)
                return $"expected the shape {arrangements.Usual(unit, weight).Source} for the {weight.Name} of {unit.Layer.Subject}; '{tensor.Name}' "
                    + $"has {tensor.Shape}";
        }

        var left = module.Tensors.Values.First(tensor => unit.Weights.All(weight => Find(module, weight) != tensor));
        return $"'{left.Name}' {left.Shape} fits no weight of {unit.Layer.Subject}, whose weights "
            + $"are {string.Join(", ", unit.Weights.Select(weight => weight.Name))}";
    }

    private static StoredArray? Find(StoredModule module, Weight weight) =>
        Names(weight.Name).Select(name => module.Tensors.GetValueOrDefault(name)).FirstOrDefault(tensor => tensor is not null);

    private static string[] Names(string weight) => weight switch
    {
        "kernel" => ["kernel", "weight", "depthwise_kernel"],
        "depthwise_kernel" or "pointwise_kernel" => [weight, "kernel", "weight"],
        "gamma" or "scale" => [weight, "weight", "gamma", "scale"],
        "beta" => ["beta", "bias"],
        "alpha" => ["alpha", "weight"],
        "embeddings" => ["embeddings", "weight"],
        "moving_mean" => ["moving_mean", "mean"],
        "moving_variance" => ["moving_variance", "variance"],
        _ => [weight],
    };
}
