namespace Fovea.Formats.Matching;

/// <summary>Finds the modules of a file by the names of a model's layers.</summary>
internal static class ModuleNames
{
    /// <summary>What wraps whole networks: data parallelism, compilation, trainers.</summary>
    private static readonly string[] Wrappers = ["module.", "_orig_mod.", "model.", "net.", "network.", "state_dict.", "params.", "params/"];

    /// <summary>The module for each unit that one is named after, by the unit.</summary>
    public static Dictionary<WeightUnit, StoredModule> Match(IReadOnlyList<WeightUnit> units, IReadOnlyList<StoredModule> modules)
    {
        var found = new Dictionary<WeightUnit, StoredModule>();
        var byName = modules.GroupBy(module => Plain(Unwrap(module.Name))).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.Single());
        var byEnd = modules.GroupBy(module => Plain(End(module.Name))).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.Single());
        var ends = units.CountBy(unit => Plain(End(unit.Path))).ToDictionary();
        // Two units of one layer have one name between them, which then says nothing.
        foreach (var unit in units.Where(unit => units.Count(other => other.Layer == unit.Layer) == 1))
        {
            var end = Plain(End(unit.Path));
            if (byName.TryGetValue(Plain(unit.Path), out var module) || (ends[end] == 1 && byEnd.TryGetValue(end, out module) && !IsAutomatic(end)))
                found[unit] = module;
        }

        return found;
    }

    /// <summary>Whether a layer's name is only that of its class, perhaps with a number: it then says nothing of where it came from.</summary>
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
