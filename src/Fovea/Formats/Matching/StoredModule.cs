using System.Text.RegularExpressions;

namespace Fovea.Formats.Matching;

/// <summary>The tensors of a file that belong to one layer, by their names.</summary>
/// <param name="Name">The common part of their names, as in <c>layer1.0.conv1</c>.</param>
/// <param name="Tensors">The tensors by the rest of their names, in Keras' terms, as in <c>moving_mean</c> for PyTorch's <c>running_mean</c>.</param>
internal sealed partial record StoredModule(string Name, IReadOnlyDictionary<string, StoredArray> Tensors)
{
    /// <summary>Counts that PyTorch, and tools which count operations, store with the weights.</summary>
    private static readonly string[] Counters = ["num_batches_tracked", "total_ops", "total_params"];

    /// <summary>Whether it is probably a normalization: it has running means or a gamma, or all its tensors are vectors.</summary>
    public bool IsNormalization => Tensors.ContainsKey("moving_mean") || Tensors.ContainsKey("gamma") || Tensors.Values.All(tensor => tensor.Shape.Rank <= 1);

    /// <summary>Groups the tensors of a file by module, in the order of the file. Counts are left out.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="names">The weight that a tensor belongs to, as in <c>conv2d/kernel</c>, by the name of the tensor.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="custom">The names of the weights of custom layers.</param>
    public static IReadOnlyList<StoredModule> Group(
        IEnumerable<StoredArray> tensors, IReadOnlyDictionary<string, string> names, string file, HashSet<string>? custom = null)
    {
        var modules = new Dictionary<string, Dictionary<string, StoredArray>>();
        foreach (var tensor in tensors.Where(tensor => !IsCounter(tensor)))
        {
            var (module, parameter) = Split(
                names.TryGetValue(tensor.Name, out var given) && given.Contains('/', StringComparison.Ordinal) ? given : tensor.Name, custom);
            if (!modules.TryGetValue(module, out var members)) modules[module] = members = [];
            if (!members.TryAdd(parameter, tensor))
                throw ModelFormatException.About(file, $"the tensors '{members[parameter].Name}' and '{tensor.Name}' both are the {parameter} of '{module}'.");
        }

        return [.. modules.Select(module => new StoredModule(module.Key, module.Value))];
    }

    /// <summary>Whether a tensor is a count and not a weight, such as the number of batches that a normalization has seen.</summary>
    public static bool IsCounter(StoredArray tensor) => Counters.Contains(tensor.Name[(tensor.Name.LastIndexOfAny(['.', '/']) + 1)..]);

    /// <summary>Whether a name follows the conventions of PyTorch rather than those of Keras.</summary>
    public static bool LooksLikePyTorch(string tensorName) => PyTorchName().IsMatch(tensorName);

    private static (string Module, string Parameter) Split(string name, HashSet<string>? custom)
    {
        if (name.LastIndexOfAny(['.', '/']) is > 0 and var end && custom?.Contains(name[(end + 1)..]) == true)
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
        @"^(?<module>.*?)[./_]?(?<parameter>weight|bias|running_mean|running_var|kernel|depthwise_kernel|pointwise_kernel|gamma|beta|moving_mean|"
        + @"moving_variance|moving_var|alpha|scale|(?<=[./])embeddings|(?<=[./])mean|(?<=[./])var(iance)?|"
        + @"(?<=[./])count|(?<=[./])constant|(?<=[./_])[wWb])(:\d+)?$")]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"(weight|running_mean|running_var|[./_][wW])$")]
    private static partial Regex PyTorchName();
}
