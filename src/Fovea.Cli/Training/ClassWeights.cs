using System.Globalization;

namespace Fovea.Cli;

/// <summary><c>--class-weight</c>: balanced, or the weights of classes by name, as in <c>cat=2,dog=1</c>.</summary>
internal static class ClassWeights
{
    public const string Balanced = "balanced";
    public const string None = "none";

    /// <summary>The error of a text that has another form; null if it is right.</summary>
    public static string? Fault(string text) => text is Balanced or None || Parse(text) is not null
        ? null
        : $"--class-weight: expected {Balanced}, {None}, or a weight above 0 for each of some classes, as in cat=2,dog=1; received {text}.";

    /// <summary>The weight of each class; null for none.</summary>
    /// <param name="text">The value of the option.</param>
    /// <param name="names">The names of the classes.</param>
    /// <param name="balance">Computes the balanced weights.</param>
    /// <exception cref="CommandException">A name is no class.</exception>
    public static float[]? Of(string? text, IReadOnlyList<string> names, Func<float[]> balance)
    {
        if (text is null or None) return null;
        if (text == Balanced) return balance();
        var weights = Enumerable.Repeat(1f, names.Count).ToArray();
        foreach (var (name, weight) in Parse(text)!)
        {
            var label = Enumerable.Range(0, names.Count).Where(i => names[i].Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
            if (label is not [var only])
                throw new CommandException($"--class-weight: expected names out of the classes {string.Join(", ", names)}; received '{name}'.");
            weights[only] = weight;
        }

        return weights;
    }

    /// <summary>Describes weights: <c>Class weights: cat 0.71, dog 1.69.</c></summary>
    public static string Describe(IReadOnlyList<float> weights, IReadOnlyList<string> names)
    {
        const int most = 20;
        var shown = weights.Take(most).Select(
            (weight, label) => string.Create(CultureInfo.InvariantCulture, $"{(label < names.Count ? names[label] : $"class {label}")} {weight:0.###}"));
        return $"Class weights: {string.Join(", ", shown)}{(weights.Count > most ? ", …" : "")}.";
    }

    /// <summary>A hint if a class has many times as many images as another one; null if none has.</summary>
    public static string? NoteImbalance(Dataset train)
    {
        const double most = 3;  // as of a check of the data
        var (target, counts) = (new float[train.TargetShape.Count], new int[train.ClassNames.Count]);
        if (target.Length != 1 || counts.Length < 2) return null;
        for (var i = 0; i < train.Count; i++)
        {
            train.ReadTarget(i, target);
            counts[(int)target[0]]++;
        }

        var (largest, smallest) = (Array.IndexOf(counts, counts.Max()), Array.IndexOf(counts, counts.Min()));
        return counts[largest] <= most * counts[smallest] ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"'{train.Name(largest)}' has {counts[largest]:N0} images for training, and '{train.Name(smallest)}' {counts[smallest]:N0}. --class-weight "
                + $"balanced lets each class count as much.");
    }

    /// <summary>What follows the training data in C# to weight the classes, such as <c>.WithClassWeights(2, 1)</c>; empty for none.</summary>
    /// <param name="text">The value of the option.</param>
    /// <param name="names">The names of the classes.</param>
    /// <param name="balanced">The expression of the balanced weights.</param>
    public static string Code(string? text, IReadOnlyList<string> names, string balanced) => Of(text, names, () => []) switch
    {
        null => "",
        [] => $".WithClassWeights({balanced})",
        var weights => $".WithClassWeights({string.Join(", ", weights.Select(weight => CSharpText.Literal(weight)))})",
    };

    private static List<(string Name, float Weight)>? Parse(string text)
    {
        var found = new List<(string, float)>();
        foreach (var part in text.Split(','))
        {
            var at = part.LastIndexOf('=');
            if (at <= 0 || !float.TryParse(part.AsSpan(at + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) || !(weight > 0)
                || float.IsInfinity(weight))
                return null;
            found.Add((part[..at].Trim(), weight));
        }

        return found.DistinctBy(pair => pair.Item1, StringComparer.OrdinalIgnoreCase).Count() == found.Count ? found : null;
    }
}
