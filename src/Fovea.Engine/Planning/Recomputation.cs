using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>
/// Makes a training step fit into less memory. Activations that would wait for the backward pass are freed, and recomputed just before the first gradient
/// that reads them. Equal kernels compute them from equal inputs, so results are bit-identical (Chen et al. 2016, "Training deep nets with sublinear memory
/// cost").
/// </summary>
/// <remarks>
/// Values with the lowest cost per byte are freed first: activations and normalizations, then convolutions of large images. To recompute a value, all freed
/// values that it depends on must be recomputed too. If these exceed a segment, the value is kept as a checkpoint. Many choices are tried, which free more or
/// fewer values in longer or shorter segments; the cheapest that fits is used. Never recomputed are variables, inputs, values of the prologue, and values that
/// an update reads, since the variables may have new values by then.
/// </remarks>
internal sealed class Recomputation
{
    /// <summary>The number of choices for the number of freed values.</summary>
    private const int Steps = 24;

    /// <summary>How often the segment length is halved, from all waiting values on; the shortest segment is a single value.</summary>
    private const int Halvings = 5;

    /// <summary>The multiply-adds that take as long as moving one byte.</summary>
    private const double MultiplyAddsPerByte = 8;

    private readonly PlanBuilder whole;
    private readonly HashSet<Node> forward;
    private readonly HashSet<Node> kept;
    private readonly Dictionary<Node, double> costs = [];
    private readonly Dictionary<Node, int> waiting;

    private Recomputation(PlanBuilder whole, int? results)
    {
        this.whole = whole;
        forward = FindForward(whole.Graph.Outputs.Take(results ?? int.MaxValue));
        (kept, var readLater) = FindReadLater();
        waiting = Rank(readLater);
    }

    private IEnumerable<Node> Computed => whole.Order.Where(node => forward.Contains(node) && PlanBuilder.IsComputed(node));

    /// <summary>A layout of the same graph in at most <paramref name="limit"/> bytes.</summary>
    /// <param name="whole">The layout that recomputes nothing.</param>
    /// <param name="limit">The largest arena in bytes.</param>
    /// <param name="results">The number of outputs, the first ones, that belong to the forward part; null for all.</param>
    /// <exception cref="InsufficientMemoryException">There is no such layout.</exception>
    public static PlanBuilder Fit(PlanBuilder whole, long limit, int? results)
    {
        var smallest = whole.ArenaBytes;
        foreach (var layout in new Recomputation(whole, results).Layouts())
        {
            if (layout.ArenaBytes <= limit) return layout;
            smallest = Math.Min(smallest, layout.ArenaBytes);
        }

        throw new InsufficientMemoryException(
            $"The plan needs at least {MemorySize.Of(smallest)} for activations and gradients, even if activations are recomputed; the limit "
                + $"is {MemorySize.Of(limit)}. Use smaller batches or images, or a higher limit.");
    }

    /// <summary>All layouts, the cheapest first.</summary>
    private IEnumerable<PlanBuilder> Layouts()
    {
        var all = waiting.Keys.Sum(node => (long)node.Shape.Count);
        long[] segments = [0, .. Enumerable.Range(0, Halvings + 1).Select(halvings => all >> (Halvings - halvings))];
        return Enumerable.Range(1, Steps)
            .SelectMany(step => segments.Select(segment => FindFreed(waiting.Count * step / Steps, segment)))
            .Distinct(HashSet<Node>.CreateSetComparer())
            .OrderBy(freed => freed.Where(waiting.ContainsKey).Sum(node => costs[node]))
            .Select(Recompute);
    }

    /// <summary>The forward part: the nodes that its results depend on and that are computed in each run.</summary>
    private HashSet<Node> FindForward(IEnumerable<Node> results)
    {
        var found = results.ToHashSet();
        foreach (var node in whole.Order.Reverse().Where(found.Contains)) found.UnionWith(node.Inputs);
        return [.. found.Where(node => node.Op is not SourceOp && !whole.Invariant.Contains(node))];
    }

    /// <summary>The values of the forward part that must be kept, and those that gradients read later.</summary>
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

    /// <summary>The waiting values with the rank in which they are freed: the lowest cost per byte first.</summary>
    private Dictionary<Node, int> Rank(HashSet<Node> readLater)
    {
        foreach (var node in Computed)
        {
            // A value that no gradient reads has been freed by then, so its cost counts toward the values computed from it.
            var gone = node.Inputs.Select(PlanBuilder.Storage).Where(input => costs.ContainsKey(input) && !readLater.Contains(input) && !kept.Contains(input));
            var cost = StepCost.Of(node);
            costs[node] = cost.MultiplyAdds + (MultiplyAddsPerByte * cost.Bytes) + gone.Sum(input => costs[input]);
        }

        var ranked = Computed.Where(readLater.Contains).OrderBy(node => costs[node] / node.Shape.Count);
        return ranked.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
    }

    /// <summary>The values that are freed before the gradients begin: the first of the waiting values in rank, as far as segments allow.</summary>
    private HashSet<Node> FindFreed(int count, long segment)
    {
        // For each freed value all values that are recomputed with it, including itself.
        var chains = new Dictionary<Node, HashSet<Node>>();
        foreach (var node in Computed.Where(node => !kept.Contains(node)))
        {
            var chain = node.Inputs.Select(PlanBuilder.Storage).Where(chains.ContainsKey).SelectMany(input => chains[input]).ToHashSet();
            var isCheckpoint = waiting.TryGetValue(node, out var rank) && (rank >= count || chain.Sum(value => (long)value.Shape.Count) > segment);
            if (!isCheckpoint) chains[node] = [.. chain, node];
        }

        return [.. chains.Keys];
    }

    /// <summary>Makes the gradients read copies of freed values, each computed just before its first reader.</summary>
    private PlanBuilder Recompute(HashSet<Node> freed)
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
        return new PlanBuilder(new Graph([.. whole.Graph.Outputs.Select(output => rewritten.GetValueOrDefault(output, output))], [.. updates]), order);

        Node Copy(Node node)
        {
            if (!freed.Contains(PlanBuilder.Storage(node))) return node;
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
