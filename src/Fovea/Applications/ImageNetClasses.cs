namespace Fovea;

/// <summary>
/// The names of the 1,000 classes of the ImageNet challenge (Russakovsky et al. 2015) in the order of Keras, which is that of their WordNet numbers. The names
/// are those of Keras' <c>imagenet_class_index.json</c>.
/// </summary>
public static class ImageNetClasses
{
    /// <summary>The names of the layers that compute the scores in Keras' applications. A custom head has another name.</summary>
    private static readonly HashSet<string> Heads =
        new(StringComparer.Ordinal) { "predictions", "conv_preds", "fc1000", "Logits", "act_softmax", "logits", "fc", "classifier.1" };

    private static readonly Lazy<(string WordNetId, string Name)[]> Read = new(ReadClasses);
    private static readonly Lazy<string[]> ReadNames = new(() => [.. Read.Value.Select(row => row.Name)]);

    /// <summary>The names by class number, such as <c>tench</c>. Two names occur twice.</summary>
    public static IReadOnlyList<string> Names => ReadNames.Value;

    /// <summary>The numbers of the classes in WordNet and their names, by class number.</summary>
    internal static IReadOnlyList<(string WordNetId, string Name)> Rows => Read.Value;

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

    private static (string WordNetId, string Name)[] ReadClasses()
    {
        using var reader = new StreamReader(typeof(ImageNetClasses).Assembly.GetManifestResourceStream("imagenet-classes.txt")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split(' ', 2)).Select(parts => (parts[0], parts[1]))];
    }
}
