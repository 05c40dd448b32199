using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>
/// Makes a training step fit into less memory: values of the forward part that wait for the gradients are forgotten, and computed again just
/// before the first gradient that reads them, by equal kernels from equal inputs and so to the same bits (Chen et al. 2016, "Training
/// deep nets with sublinear memory cost").
/// <para>
/// Forgotten first is what costs least for each byte: activations and normalizations, then convolutions of large images. A forgotten value
/// brings back all that it is computed from, as far as that is forgotten too; where this would be more than a segment, it is kept, as a
/// checkpoint. Of the ways to forget more or less, in longer or shorter segments, the cheapest is taken that fits.
/// </para>
/// Never computed again are variables, inputs, what the prologue computes, and what an update reads: by then new values may lie in the
/// variables' places.
/// </summary>
internal sealed class Recomputation
{
    /// <summary>In how many steps more and more values are forgotten.</summary>
    private const int Steps = 24;

    /// <summary>The longest segment takes all values that wait, the others half as much each, so many times, and the shortest a value alone.</summary>
    private const int Halvings = 5;

    /// <summary>How many multiply-adds take as long as moving one byte.</summary>
    private const double MultiplyAddsPerByte = 8;

    private readonly PlanBuilder whole;
    private readonly HashSet<Node> forward;
    private readonly HashSet<Node> kept;
    private readonly Dictionary<Node, double> costs = [];
    private readonly Dictionary<Node, int> waiting;

    private Recomputation(PlanBuilder whole)
    {
        this.whole = whole;
        forward = FindForward();
        (kept, var readLater) = FindReadLater();
        waiting = Rank(readLater);
    }

    private IEnumerable<Node> Computed => whole.Order.Where(node => forward.Contains(node) && PlanBuilder.IsComputed(node));

    /// <summary>A layout of at most <paramref name="limit"/> bytes of what <paramref name="whole"/> lays out in more.</summary>
    /// <exception cref="InsufficientMemoryException">There is none.</exception>
    public static PlanBuilder Fit(PlanBuilder whole, long limit)
    {
        var least = whole.ArenaBytes;
        foreach (var layout in new Recomputation(whole).Layouts())
        {
            if (layout.ArenaBytes <= limit) return layout;
            least = Math.Min(least, layout.ArenaBytes);
        }

        throw new InsufficientMemoryException(
            $"The plan needs at least {MemorySize.Of(least)} for activations and gradients, though activations are computed again; the limit "
                + $"is {MemorySize.Of(limit)}. Use smaller batches or images, or a higher limit.");
    }

    /// <summary>The cheapest first.</summary>
    private IEnumerable<PlanBuilder> Layouts()
    {
        var all = waiting.Keys.Sum(node => (long)node.Shape.Count);
        long[] segments = [0, .. Enumerable.Range(0, Halvings + 1).Select(halvings => all >> (Halvings - halvings))];
        return Enumerable.Range(1, Steps)
            .SelectMany(step => segments.Select(segment => FindForgotten(waiting.Count * step / Steps, segment)))
            .Distinct(HashSet<Node>.CreateSetComparer())
            .OrderBy(forgotten => forgotten.Where(waiting.ContainsKey).Sum(node => costs[node]))
            .Select(Forget);
    }

    /// <summary>What the outputs are computed from, as far as it is computed anew in each run.</summary>
    private HashSet<Node> FindForward()
    {
        var found = whole.Graph.Outputs.ToHashSet();
        foreach (var node in whole.Order.Reverse().Where(found.Contains)) found.UnionWith(node.Inputs);
        return [.. found.Where(node => node.Op is not SourceOp && !whole.Invariant.Contains(node))];
    }

    /// <summary>The values of the forward part that stay where they are, and those that gradients read later.</summary>
    private (HashSet<Node> Kept, HashSet<Node> ReadLater) FindReadLater()
    {
        var updates = whole.Graph.Updates.Select(update => update.Value).ToHashSet();
        var stay = whole.Graph.Outputs.Select(PlanBuilder.Storage).ToHashSet();
        var later = new HashSet<Node>();
        foreach (var node in whole.Order.Where(node => !forward.Contains(node)))
        {
            var readers = node.Op is UpdateOp || updates.Contains(node) ? stay : later;
            readers.UnionWith(node.Inputs.Select(PlanBuilder.Storage).Where(forward.Contains));
        }

        return (stay, [.. later.Except(stay)]);
    }

    /// <summary>The values that wait, each with its place in the order in which they are forgotten: the least cost for each byte first.</summary>
    private Dictionary<Node, int> Rank(HashSet<Node> readLater)
    {
        foreach (var node in Computed)
        {
            // What no gradient reads is gone by then, and computed again with what is computed from it.
            var gone = node.Inputs.Select(PlanBuilder.Storage).Where(input => costs.ContainsKey(input) && !readLater.Contains(input) && !kept.Contains(input));
            var cost = StepCost.Of(node);
            costs[node] = cost.MultiplyAdds + (MultiplyAddsPerByte * cost.Bytes) + gone.Sum(input => costs[input]);
        }

        var ranked = Computed.Where(readLater.Contains).OrderBy(node => costs[node] / node.Shape.Count);
        return ranked.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
    }

    /// <summary>The values that are not there any more when the gradients begin: of those that wait, the first in rank, as far as segments allow.</summary>
    private HashSet<Node> FindForgotten(int count, long segment)
    {
        // For each forgotten value all that comes back with it, itself included.
        var chains = new Dictionary<Node, HashSet<Node>>();
        foreach (var node in Computed.Where(node => !kept.Contains(node)))
        {
            var chain = node.Inputs.Select(PlanBuilder.Storage).Where(chains.ContainsKey).SelectMany(input => chains[input]).ToHashSet();
            var isCheckpoint = waiting.TryGetValue(node, out var rank) && (rank >= count || chain.Sum(value => (long)value.Shape.Count) > segment);
            if (!isCheckpoint) chains[node] = [.. chain, node];
        }

        return [.. chains.Keys];
    }

    /// <summary>Has the gradients read copies of what is forgotten, each copy computed just before its first reader.</summary>
    private PlanBuilder Forget(HashSet<Node> forgotten)
    {
        var order = new List<Node>();
        var copies = new Dictionary<Node, Node>();
        var rewritten = new Dictionary<Node, Node>();
        foreach (var node in whole.Order)
        {
            if (!forward.Contains(node)) rewritten[node] = With(node, input => rewritten.GetValueOrDefault(input) ?? Copy(input));
            order.Add(rewritten.GetValueOrDefault(node, node));
        }

        var updates = whole.Graph.Updates.Select(update => update with { Value = rewritten.GetValueOrDefault(update.Value, update.Value) });
        return new PlanBuilder(new Graph(whole.Graph.Outputs, [.. updates]), order);

        Node Copy(Node node)
        {
            if (!forgotten.Contains(PlanBuilder.Storage(node))) return node;
            if (copies.TryGetValue(node, out var copy)) return copy;
            copies[node] = copy = new Node(node.Op, [.. node.Inputs.Select(Copy)]);
            order.Add(copy);
            return copy;
        }
    }

    private static Node With(Node node, Func<Node, Node> replace)
    {
        Node[] inputs = [.. node.Inputs.Select(replace)];
        return inputs.SequenceEqual(node.Inputs) ? node : new Node(node.Op, inputs);
    }
}
