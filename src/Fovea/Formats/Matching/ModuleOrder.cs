namespace Fovea.Formats.Matching;

/// <summary>
/// Finds the order in which the modules of a file fill the units of a model. Among the orders that the names (<see cref="ModuleTree"/>) and the shapes
/// allow it selects the one of the lowest cost: <c>bn1</c> follows <c>conv1</c> and precedes <c>conv2</c>, and a normalization follows the layer that it
/// normalizes.
/// </summary>
internal sealed class ModuleOrder(IReadOnlyList<WeightUnit> units, WeightArrangements arrangements)
{
    /// <summary>The limit of the search: names without meaning allow too many orders.</summary>
    private const int MaxSteps = 200_000;

    /// <summary>By how much the cost of the second-best order must be higher.</summary>
    private const int MinLead = 2;

    private const int Never = 1 << 20;

    private static readonly string[] Front = ["stem", "input", "in", "embed", "features", "backbone", "base", "encoder", "enc"];
    private static readonly string[] End = ["head", "classifier", "fc", "output", "out", "logits", "decoder", "dec", "final", "last", "predictions"];

    private readonly Dictionary<(ModuleTree, int), Part?> parts = [];
    private int steps;

    /// <summary>Two modules that could be exchanged at about the same cost, and the unit that both fit. <see cref="Find"/> sets it; null for none.</summary>
    public (string First, string Second, WeightUnit Unit)? Ambiguity { get; private set; }

    /// <summary>The modules for all units in their order; null if no order fits, or another one has about the same cost.</summary>
    public IReadOnlyList<ModuleMatch>? Find(ModuleTree tree)
    {
        if (tree.Size != units.Count || Solve(tree, 0) is not { } whole) return null;
        var isClear = whole.NextCost - whole.Cost >= MinLead;
        Ambiguity = isClear ? null : whole.Next;
        return isClear ? whole.Matches : null;
    }

    private WeightUnit UnitAt(int position) => units[position];

    /// <summary>
    /// The best order of the modules in a node for the units that begin at index <paramref name="first"/>. It does not depend on the modules of other
    /// nodes, so each node is solved once for each index.
    /// </summary>
    private Part? Solve(ModuleTree node, int first)
    {
        if (parts.TryGetValue((node, first), out var known)) return known;
        if (++steps > MaxSteps) return null;
        return parts[(node, first)] = node.Module is { } module
            ? ModuleMatch.Try(units[first], module, arrangements) is { } match ? new Part(0, [match], Never, null) : null
            : new Children(this, node, first).Solve(new int[node.Rows.Count], null, first);
    }

    /// <param name="Cost">The sum of the costs of its steps.</param>
    /// <param name="Matches">The module for each unit.</param>
    /// <param name="NextCost">The cost of the second-best order.</param>
    /// <param name="Next">The first difference of that order: the module here, the module there, and the unit.</param>
    private sealed record Part(int Cost, IReadOnlyList<ModuleMatch> Matches, int NextCost, (string, string, WeightUnit)? Next);

    /// <summary>Searches the orders of the children of a node. A state is the number of children taken from each row, and the last one taken.</summary>
    private sealed class Children(ModuleOrder order, ModuleTree node, int start)
    {
        private readonly Dictionary<string, Part?> seen = [];

        public Part? Solve(int[] taken, ModuleTree? last, int next)
        {
            if (next == start + node.Size) return new Part(0, [], Never, null);
            var state = $"{string.Join(',', taken)}:{last?.Stem}";
            if (seen.TryGetValue(state, out var known)) return known;
            if (++order.steps > MaxSteps) return null;
            Part? best = null;
            ModuleTree? chosen = null;
            for (var row = 0; row < taken.Length; row++)
            {
                if (taken[row] == node.Rows[row].Count) continue;
                var child = node.Rows[row][taken[row]];
                if (order.Solve(child, next) is not { } inner) continue;
                var step = Cost(taken, last, child);
                taken[row]++;
                var rest = Solve(taken, child, next + child.Size);
                taken[row]--;
                if (rest is null) continue;
                var found = Then(step, inner, rest);
                if (best is null || found.Cost < best.Cost)
                {
                    if (best is not null && best.Cost < found.NextCost)
                        found = found with { NextCost = best.Cost, Next = (child.Name, chosen!.Name, order.UnitAt(next)) };
                    (best, chosen) = (found, child);
                }
                else if (found.Cost < best.NextCost)
                {
                    best = best with { NextCost = found.Cost, Next = (chosen!.Name, child.Name, order.UnitAt(next)) };
                }
            }

            return seen[state] = best;
        }

        private static Part Then(int step, Part inner, Part rest)
        {
            var (innerNext, restNext) = (inner.NextCost + rest.Cost, inner.Cost + rest.NextCost);
            return new(
                step + inner.Cost + rest.Cost, [.. inner.Matches, .. rest.Matches], Math.Min(Never, step + Math.Min(innerNext, restNext)), innerNext < restNext
                    ? inner.Next
                    : rest.Next);
        }

        /// <summary>The cost of a step: 1 for each habit of naming that it breaks, 2 for a word in the wrong position, such as a head before the end.</summary>
        private int Cost(int[] taken, ModuleTree? last, ModuleTree child)
        {
            var isNumberedOn = last is null || last.Stem == child.Stem
                || (last.Number is { } before && child.Number is { } number && number - before is 0 or 1);
            var normalizesNothing = child.Module is { IsNormalization: true } && last?.Module is not { IsNormalization: false }
                && node.Rows.Any(row => row[0].Module is { IsNormalization: false });
            var comesTooEarly = node.Rows.Where((row, i) => taken[i] < row.Count).Any(row => Rank(row[0]) < Rank(child));
            return (isNumberedOn ? 0 : 1) + (normalizesNothing ? 1 : 0) + (comesTooEarly ? 2 : 0);
        }

        /// <summary>The usual position of a part of a network by the words of its name: −1 at the beginning, 1 at the end, 0 between.</summary>
        private static int Rank(ModuleTree node) => node.Stem.Split('_').Intersect(Front).Any() ? -1 : node.Stem.Split('_').Intersect(End).Any() ? 1 : 0;
    }
}
