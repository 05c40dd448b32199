using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses elementwise ops of one shape whose results only other elementwise ops use, so that a formula of several ops is computed in one
/// pass over memory.
/// </summary>
internal static class FuseElementwise
{
    private const int MaxSteps = 24;

    public static Graph Apply(Graph graph)
    {
        var clusters = FindClusters(graph);
        var rebuilt = new Dictionary<Node, Node>();
        foreach (var node in graph.Nodes)
        {
            // A cluster is rebuilt when its root is reached.
            if (clusters.TryGetValue(node, out var cluster) && cluster[0] != node) continue;
            rebuilt[node] = cluster is { Count: > 1 }
                ? Fuse(cluster, rebuilt)
                : new Node(node.Op, [.. node.Inputs.Select(input => rebuilt[input])]);
        }

        return new Graph(
            [.. graph.Outputs.Select(output => rebuilt[output])],
            [.. graph.Updates.Select(update => update with { Value = rebuilt[update.Value] })]);
    }

    /// <summary>
    /// Assigns each elementwise node to a cluster, which lists its nodes from the root (the last node) backwards. A node joins the cluster of its
    /// users if all of them are in one cluster and its shape is the root's. A node that is constant between runs does not join a cluster that
    /// is computed in every run, except a broadcast, which costs nothing there.
    /// </summary>
    private static Dictionary<Node, List<Node>> FindClusters(Graph graph)
    {
        var users = graph.FindUsers();
        var kept = graph.Outputs.Concat(graph.Updates.Select(update => update.Value)).ToHashSet();
        var invariant = graph.FindInvariant();
        var clusters = new Dictionary<Node, List<Node>>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (node.Op is not ElementwiseOp) continue;
            List<Node>? joined = null;
            if (!kept.Contains(node) && clusters.TryGetValue(users[node][0], out var cluster)
                && cluster.Count < MaxSteps && cluster[0].Shape == node.Shape
                    && (node.Op is BroadcastOp || invariant.Contains(node) == invariant.Contains(cluster[0]))
                && users[node].All(user => clusters.TryGetValue(user, out var other) && other == cluster))
            {
                joined = cluster;
            }

            clusters[node] = joined ?? [];
            clusters[node].Add(node);
        }

        return clusters;
    }

    private static Node Fuse(List<Node> cluster, Dictionary<Node, Node> rebuilt)
    {
        var members = Enumerable.Reverse(cluster).Where(node => node.Op is not BroadcastOp || node == cluster[0]).ToList();
        var inputs = members.SelectMany(node => node.Inputs).Select(Source).Where(operand => !members.Contains(operand)).Distinct().ToList();
        var steps = members.Select(node => new ElementwiseStep((ElementwiseOp)node.Op, [.. node.Inputs.Select(Source).Select(IndexOf)])).ToList();
        return new Node(new FusedElementwiseOp(cluster[0].Shape, steps), [.. inputs.Select(input => rebuilt[input])]);

        // The kernel broadcasts every operand to the output's shape, so a broadcast inside a cluster is replaced by its operand.
        Node Source(Node operand) =>
            operand.Op is BroadcastOp && cluster.Contains(operand) && operand != cluster[0] ? Source(operand.Inputs[0]) : operand;

        int IndexOf(Node operand) => members.Contains(operand) ? inputs.Count + members.IndexOf(operand) : inputs.IndexOf(operand);
    }
}
