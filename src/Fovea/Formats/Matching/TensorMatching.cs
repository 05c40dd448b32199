namespace Fovea.Formats.Matching;

/// <summary>Matches the modules of a file with the units of a model: by a map of names, by name, by unique shape, or by the order that names allow.</summary>
internal static class TensorMatching
{
    /// <summary>A module for each unit of the model.</summary>
    /// <param name="model">The model to fill.</param>
    /// <param name="modules">The modules in the order of the file.</param>
    /// <param name="arrangements">The layout of the file.</param>
    /// <param name="map">The layer that a module belongs to, by the name of the module.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="problem">Why there is no match.</param>
    /// <exception cref="ModelFormatException">The map has names that neither the file nor the model has.</exception>
    public static IReadOnlyList<ModuleMatch>? Find(
        Model model, IReadOnlyList<StoredModule> modules, WeightArrangements arrangements, IReadOnlyDictionary<string, string> map, string file,
            out string problem)
    {
        var units = WeightUnit.Of(model, modules.Any(module => module.Tensors.ContainsKey("pointwise_kernel")) ? TensorLayout.Keras : arrangements.Layout);
        var given = Named(units, modules, map, file);
        if (Misfit(given, arrangements) is { } wrong) return Nothing(wrong, out problem);

        var named = ModuleNames.Match(units, modules);
        foreach (var (unit, module) in given) named[unit] = module;
        var isComplete = named.Count == units.Count && named.Values.Distinct().Count() == units.Count;
        var misfit = Misfit(named, arrangements);
        if (isComplete)
        {
            problem = misfit ?? "";
            return misfit is null ? [.. units.Select(unit => ModuleMatch.Try(unit, named[unit], arrangements)!)] : null;
        }

        // Names can match by chance. A match by name counts if the name of the layer is not automatic and the shapes fit.
        var anchors = misfit is null ? named.Where(pair => given.ContainsKey(pair.Key) || !ModuleNames.IsAutomatic(pair.Key)).ToDictionary() : given;
        var rest = modules.Except(anchors.Values).ToList();
        var open = units.Where(unit => !anchors.ContainsKey(unit)).ToList();
        if (open.Count != rest.Count) return Nothing(Numbers(open, rest), out problem);
        problem = "";
        var matches = ByShape(open, rest, arrangements) ?? ByOrder(model, open, rest, arrangements, out problem);
        return matches is null ? null : [.. anchors.Select(pair => ModuleMatch.Try(pair.Key, pair.Value, arrangements)!), .. matches];
    }

    private static Dictionary<WeightUnit, StoredModule> Named(
        IReadOnlyList<WeightUnit> units, IReadOnlyList<StoredModule> modules, IReadOnlyDictionary<string, string> map, string file)
    {
        var found = new Dictionary<WeightUnit, StoredModule>();
        foreach (var (source, target) in map)
        {
            var module = modules.FirstOrDefault(module => module.Name == source)
                ?? modules.FirstOrDefault(module => module.Tensors.Values.Any(tensor => tensor.Name == source));
            var unit = units.FirstOrDefault(unit => unit.Path == target || unit.Weights.Any(weight => unit.PathOf(weight) == target));
            if (module is null)
                throw ModelFormatException.About(
                    file, $"expected names of its tensors or modules in the map of names; received '{source}', and it has {List(modules)}.");
            if (unit is null)
                throw ModelFormatException.About(
                    file, $"expected layers with weights in the map of names; received '{target}' for '{source}', and the model has {List(units)}.");
            found[unit] = module;
        }

        return found;
    }

    private static string? Misfit(Dictionary<WeightUnit, StoredModule> pairs, WeightArrangements arrangements) => pairs
        .Where(pair => ModuleMatch.Try(pair.Key, pair.Value, arrangements) is null)
        .Select(pair => ModuleMatch.Explain(pair.Key, pair.Value, arrangements)).FirstOrDefault();

    /// <summary>The matches by shape, if each unit fits exactly one module; else null.</summary>
    private static List<ModuleMatch>? ByShape(List<WeightUnit> units, List<StoredModule> modules, WeightArrangements arrangements)
    {
        var matches = new List<ModuleMatch>();
        foreach (var unit in units)
        {
            var fitting = modules.Select(module => ModuleMatch.Try(unit, module, arrangements)).OfType<ModuleMatch>().Take(2).ToList();
            if (fitting.Count != 1) return null;
            matches.Add(fitting[0]);
        }

        return matches.DistinctBy(match => match.Module).Count() == units.Count ? matches : null;
    }

    private static IReadOnlyList<ModuleMatch>? ByOrder(
        Model model, List<WeightUnit> open, List<StoredModule> modules, WeightArrangements arrangements, out string problem)
    {
        problem = "";
        if (!IsSorted(modules) && InFileOrder(open, modules, arrangements) is { } inOrder) return inOrder;
        char[][] separators = [['.', '/'], ['.', '/', '_', '-']];
        foreach (var parts in separators)
        {
            var tree = ModuleTree.Of(modules, parts);
            foreach (var lastInputFirst in (bool[])[false, true])
            {
                var positions = WeightUnit.Of(model, arrangements.Layout, lastInputFirst).Select((unit, position) => (unit.Layer, unit.Weights[0], position))
                    .ToDictionary(entry => (entry.Layer, entry.Item2), entry => entry.position);
                var order = new ModuleOrder([.. open.OrderBy(unit => positions.GetValueOrDefault((unit.Layer, unit.Weights[0])))], arrangements);
                if (order.Find(tree) is { } found) return found;
                if (order.Ambiguity is { } tie && problem.Length == 0)
                    problem = $"'{tie.First}' and '{tie.Second}' fit {tie.Unit.Layer.Subject} equally well; a map of names must say which of the file's "
                        + "modules belongs to which layer";
            }
        }

        if (problem.Length == 0) problem = WhyNot(open, modules, arrangements);
        return null;
    }

    /// <summary>Whether the writer has sorted the tensors, by the size of the data type and by name, so that their order is not that of the model.</summary>
    private static bool IsSorted(List<StoredModule> modules)
    {
        var tensors = modules.SelectMany(module => module.Tensors.Values).ToList();
        var names = modules.Select(module => module.Tensors.Values.First().Name).ToList();
        return names.SequenceEqual(names.Order(StringComparer.Ordinal)) || tensors.Select(tensor => tensor.Type).Distinct().Count() > 1;
    }

    private static List<ModuleMatch>? InFileOrder(List<WeightUnit> units, List<StoredModule> modules, WeightArrangements arrangements)
    {
        var matches = units.Zip(modules).Select(pair => ModuleMatch.Try(pair.First, pair.Second, arrangements)).OfType<ModuleMatch>().ToList();
        return matches.Count == units.Count ? matches : null;
    }

    private static string WhyNot(List<WeightUnit> units, List<StoredModule> modules, WeightArrangements arrangements)
    {
        var lonely = units.FirstOrDefault(unit => modules.All(module => ModuleMatch.Try(unit, module, arrangements) is null));
        if (lonely is null)
            return "its tensors fit the layers one by one but not in an order that their names allow; a map of names must say which belongs to which layer";
        var shapes = string.Join(", ", lonely.Weights.Select(weight => $"{weight.Name} {arrangements.Usual(lonely, weight).Source}"));
        return $"it has nothing that fits {lonely.Layer.Subject}, which needs {shapes}; it has {List(modules)}";
    }

    private static string Numbers(List<WeightUnit> open, List<StoredModule> rest) => open.Count == 0
        ? "the map of names gives one of its modules to two layers"
        : $"the model has {open.Count} layers to fill ({List(open)}); the file has tensors for {rest.Count} ({List(rest)})";

    private static IReadOnlyList<ModuleMatch>? Nothing(string why, out string problem)
    {
        problem = why;
        return null;
    }

    private static string List(IReadOnlyList<WeightUnit> units) => Some(units.Select(unit => unit.Path));

    private static string List(IReadOnlyList<StoredModule> modules) =>
        Some(modules.Select(module => $"'{module.Name}' {string.Join(" ", module.Tensors.Values.Select(tensor => tensor.Shape))}"));

    private static string Some(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count <= 6 ? string.Join(", ", all) : $"{string.Join(", ", all.Take(5))} and {all.Count - 5} more";
    }
}
