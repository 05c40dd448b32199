using System.Text.RegularExpressions;

namespace Fovea.Formats.Matching;

/// <summary>The tensors of a file that belong together: one layer's, by their names.</summary>
/// <param name="Name">What their names have in common, as in <c>layer1.0.conv1</c>.</param>
/// <param name="Tensors">The tensors by what the rest of their names says in Keras' words, as in <c>kernel</c> for PyTorch's <c>weight</c>.</param>
internal sealed partial record StoredModule(string Name, IReadOnlyDictionary<string, StoredArray> Tensors)
{
    /// <summary>What PyTorch and tools that count operations keep beside the weights.</summary>
    private static readonly string[] Counters = ["num_batches_tracked", "total_ops", "total_params"];

    /// <summary>Whether training changes more than one vector of it by running means, as in a batch normalization.</summary>
    public bool IsNormalization => Tensors.ContainsKey("moving_mean") || Tensors.ContainsKey("gamma") || Tensors.Values.All(tensor => tensor.Shape.Rank <= 1);

    /// <summary>Groups the tensors of a file by the modules that their names tell, in the file's order; what only counts batches is left out.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="names">For tensors by their names, the weights that they belong to, as in <c>conv2d/kernel</c>.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="own">The names of weights in layers of one's own, which may be any.</param>
    public static IReadOnlyList<StoredModule> Group(
        IEnumerable<StoredArray> tensors, IReadOnlyDictionary<string, string> names, string file, HashSet<string>? own = null)
    {
        var modules = new Dictionary<string, Dictionary<string, StoredArray>>();
        foreach (var tensor in tensors.Where(tensor => !IsCounter(tensor)))
        {
            var (module, parameter) = Split(
                names.TryGetValue(tensor.Name, out var given) && given.Contains('/', StringComparison.Ordinal) ? given : tensor.Name, own);
            if (!modules.TryGetValue(module, out var members)) modules[module] = members = [];
            if (!members.TryAdd(parameter, tensor))
                throw ModelFormatException.About(file, $"the tensors '{members[parameter].Name}' and '{tensor.Name}' both are the {parameter} of '{module}'.");
        }

        return [.. modules.Select(module => new StoredModule(module.Key, module.Value))];
    }

    /// <summary>Whether it is a count and no weight, as of the batches that a normalization has seen.</summary>
    public static bool IsCounter(StoredArray tensor) => Counters.Contains(tensor.Name[(tensor.Name.LastIndexOfAny(['.', '/']) + 1)..]);

    /// <summary>Whether a name is of PyTorch's kind rather than of Keras'.</summary>
    public static bool LooksLikePyTorch(string tensorName) => PyTorchName().IsMatch(tensorName);

    private static (string Module, string Parameter) Split(string name, HashSet<string>? own)
    {
        if (name.LastIndexOfAny(['.', '/']) is > 0 and var end && own?.Contains(name[(end + 1)..]) == true)
            return (name[..end], InKerasWords(name[(end + 1)..]));
        var match = ParameterName().Match(name);
        return match.Success ? (match.Groups["module"].Value, InKerasWords(match.Groups["parameter"].Value)) : (name, "");
    }

    private static string InKerasWords(string parameter) => parameter switch
    {
        "weight" or "w" or "W" => "weight",
        "b" => "bias",
        "running_mean" => "moving_mean",
        "running_var" or "moving_var" or "var" => "moving_variance",
        _ => parameter,
    };

    [GeneratedRegex(
        @"^(?<module>.*?)[./_]?(?<parameter>weight|bias|running_mean|running_var|kernel|depthwise_kernel|pointwise_kernel|gamma|beta|moving_mean|moving_variance|moving_var|alpha|scale|(?<=[./])embeddings|(?<=[./])mean|(?<=[./])var(iance)?|(?<=[./])count|(?<=[./])constant|(?<=[./_])[wWb])(:\d+)?$")]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"(weight|running_mean|running_var|[./_][wW])$")]
    private static partial Regex PyTorchName();
}
