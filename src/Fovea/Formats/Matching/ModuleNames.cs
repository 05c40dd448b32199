namespace Fovea.Formats.Matching;

/// <summary>Matches the modules of a file with the layers of a model by name.</summary>
internal static class ModuleNames
{
    /// <summary>Prefixes that wrappers of whole networks add: data parallelism, compilation, trainers.</summary>
    private static readonly string[] Wrappers = ["module.", "_orig_mod.", "model.", "net.", "network.", "state_dict.", "params.", "params/"];

    /// <summary>Maps each unit to the module of the same name, if there is one.</summary>
    public static Dictionary<WeightUnit, StoredModule> Match(IReadOnlyList<WeightUnit> units, IReadOnlyList<StoredModule> modules)
    {
        var found = new Dictionary<WeightUnit, StoredModule>();
        var byName = modules.GroupBy(module => Plain(Unwrap(module.Name))).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.Single());
        var byEnd = modules.GroupBy(module => Plain(End(module.Name))).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.Single());
        var ends = units.CountBy(unit => Plain(End(unit.Path))).ToDictionary();
        // Two units of one layer share its name, so they cannot be found by name.
        foreach (var unit in units.Where(unit => units.Count(other => other.Layer == unit.Layer) == 1))
        {
            var end = Plain(End(unit.Path));
            if (byName.TryGetValue(Plain(unit.Path), out var module) || (ends[end] == 1 && byEnd.TryGetValue(end, out module) && !IsAutomatic(end)))
                found[unit] = module;
        }

        return found;
    }

    /// <summary>Whether the name of a layer is only that of its class, with or without a number: such a name does not identify the layer.</summary>
    public static bool IsAutomatic(WeightUnit unit) => IsAutomatic(Plain(End(unit.Path)), SnakeCase.Of(unit.Layer.ClassName));

    private static bool IsAutomatic(string name) => name.All(char.IsAsciiDigit);

    private static bool IsAutomatic(string name, string className) => name.StartsWith(className, StringComparison.Ordinal)
        && name[className.Length..].TrimStart('_').All(char.IsAsciiDigit);

    private static string Unwrap(string name)
    {
        while (Wrappers.FirstOrDefault(wrapper => name.StartsWith(wrapper, StringComparison.Ordinal)) is { } wrapper) name = name[wrapper.Length..];
        return name;
    }

    private static string End(string name) => name[(name.LastIndexOfAny(['.', '/']) + 1)..];

    private static string Plain(string name) => name.ToLowerInvariant().Replace('.', '_').Replace('/', '_').Replace('-', '_');
}
