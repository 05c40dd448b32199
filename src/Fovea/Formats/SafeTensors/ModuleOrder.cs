namespace Fovea.Formats.SafeTensors;

/// <summary>
/// Finds in which order the modules of a file fill the units of a model: of all orders that the names allow (<see cref="ModuleTree"/>) and that fit the shapes, the
/// most natural one. <c>bn1</c> follows <c>conv1</c> and precedes <c>conv2</c>, and a normalization follows what it normalizes.
/// </summary>
internal sealed class ModuleOrder(IReadOnlyList<WeightUnit> units, WeightArrangements arrangements)
{
    /// <summary>More places than this are not looked at: names that say nothing allow too many orders.</summary>
    private const int MostSteps = 200_000;

    private readonly Dictionary<(ModuleTree, int), Part?> parts = [];
    private int steps;

    /// <summary>Two modules that could as well change places; set after <see cref="Find"/> where there are such.</summary>
    public (string First, string Second, WeightUnit Unit)? Ambiguity { get; private set; }

    /// <summary>The modules for all units in their order; null where none fits, or more than one equally well.</summary>
    public IReadOnlyList<ModuleMatch>? Find(ModuleTree tree)
    {
        if (tree.Size != units.Count || Solve(tree, 0) is not { } whole) return null;
        Ambiguity = whole.Tie;
        return whole.Tie is null ? whole.Matches : null;
    }

    private WeightUnit UnitAt(int place) => units[place];

    /// <summary>The best order of the modules in a node for the units from one on; which modules it takes before others is the same whatever those are.</summary>
    private Part? Solve(ModuleTree node, int first)
    {
        if (parts.TryGetValue((node, first), out var known)) return known;
        if (++steps > MostSteps) return null;
        return parts[(node, first)] = node.Module is { } module
            ? ModuleMatch.Try(units[first], module, arrangements) is { } match ? new Part(0, [match], null) : null
            : new Children(this, node, first).Solve(new int[node.Rows.Count], null, first);
    }

    /// <param name="Cost">How many of its steps are not natural.</param>
    /// <param name="Matches">For each unit its module.</param>
    /// <param name="Tie">Two modules of which either could come first.</param>
    private sealed record Part(int Cost, IReadOnlyList<ModuleMatch> Matches, (string, string, WeightUnit)? Tie);

    /// <summary>The orders of the modules directly in a node: how many of each row have been taken, and which was the last.</summary>
    private sealed class Children(ModuleOrder order, ModuleTree node, int start)
    {
        private readonly Dictionary<string, Part?> seen = [];

        public Part? Solve(int[] taken, ModuleTree? last, int next)
        {
            if (next == start + node.Size) return new Part(0, [], null);
            var state = $"{string.Join(',', taken)}:{last?.Stem}";
            if (seen.TryGetValue(state, out var known)) return known;
            if (++order.steps > MostSteps) return null;
            Part? best = null;
            ModuleTree? chosen = null;
            for (var row = 0; row < taken.Length; row++)
            {
                if (taken[row] == node.Rows[row].Count) continue;
                var child = node.Rows[row][taken[row]];
                if (order.Solve(child, next) is not { } inner) continue;
                taken[row]++;
                var rest = Solve(taken, child, next + child.Size);
                taken[row]--;
                if (rest is null) continue;
                var cost = Cost(last, child) + inner.Cost + rest.Cost;
                if (best is not null && cost > best.Cost) continue;
                var tie = best?.Cost == cost ? (chosen!.Name, child.Name, order.UnitAt(next)) : inner.Tie ?? rest.Tie;
                best = new Part(cost, [.. inner.Matches, .. rest.Matches], tie);
                chosen = child;
            }

            return seen[state] = best;
        }

        private int Cost(ModuleTree? last, ModuleTree child)
        {
            var isNumberedOn = last is null || last.Stem == child.Stem || (last.Number is { } before && child.Number is { } number && number - before is 0 or 1);
            var normalizesNothing = child.Module is { IsNormalization: true } && last?.Module is not { IsNormalization: false } && node.Rows.Any(row => row[0].Module is { IsNormalization: false });
            return (isNumberedOn ? 0 : 1) + (normalizesNothing ? 1 : 0);
        }
    }
}
