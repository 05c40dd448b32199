namespace Fovea;

/// <summary>
/// The 1,000 classes of ImageNet's challenge (Russakovsky et al. 2015) in the order of Keras, which is that of their WordNet numbers; the names are those of
/// Keras'
/// <c>imagenet_class_index.json</c>.
/// </summary>
public static class ImageNetClasses
{
    /// <summary>Layers that give the scores in Keras' applications: a head of one's own has another name.</summary>
    private static readonly HashSet<string> Heads = new(StringComparer.Ordinal) { "predictions", "conv_preds", "fc1000", "Logits", "act_softmax", "logits" };

    private static readonly Lazy<string[]> Read = new(ReadNames);

    /// <summary>The names by class number, as in <c>tench</c>; two of them come twice.</summary>
    public static IReadOnlyList<string> Names => Read.Value;

    /// <summary>
    /// The names of a model's outputs where it is one of the networks that Keras publishes, complete with their head of 1,000 classes, or of 1,001, the first
    /// of which is the background; none for
    /// any other model.
    /// </summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<string> Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Outputs is not [{ Shape: { Rank: 1 } scores }] || scores[0] is not (1000 or 1001)) return [];
        if (KnownNetworks.Find(model) is null
            || !KnownNetworks.NamesOf(model).Any(name => Heads.Contains(name) || name.EndsWith("_head_dense", StringComparison.Ordinal))) return [];
        return scores[0] == 1000 ? Names : ["background", .. Names];
    }

    private static string[] ReadNames()
    {
        using var reader = new StreamReader(typeof(ImageNetClasses).Assembly.GetManifestResourceStream("imagenet-classes.txt")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].TrimEnd('\r'))];
    }
}
