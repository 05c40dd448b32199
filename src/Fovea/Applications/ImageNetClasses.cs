namespace Fovea;

/// <summary>
/// The names of the 1,000 classes of the ImageNet challenge (Russakovsky et al. 2015) in the order of Keras, which is that of their WordNet numbers. The names
/// are those of Keras' <c>imagenet_class_index.json</c>.
/// </summary>
public static class ImageNetClasses
{
    /// <summary>The names of the layers that compute the scores in Keras' applications. A custom head has another name.</summary>
    private static readonly HashSet<string> Heads = new(StringComparer.Ordinal) { "predictions", "conv_preds", "fc1000", "Logits", "act_softmax", "logits" };

    private static readonly Lazy<string[]> Read = new(ReadNames);

    /// <summary>The names by class number, such as <c>tench</c>. Two names occur twice.</summary>
    public static IReadOnlyList<string> Names => Read.Value;

    /// <summary>
    /// The class names of a model if it is one of the networks that Keras publishes, with its original head of 1,000 classes, or of 1,001 of which the first is
    /// the background; empty for any other model.
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
