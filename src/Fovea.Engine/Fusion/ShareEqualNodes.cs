namespace Fovea.Engine.Fusion;

/// <summary>Merges nodes that apply equal ops to the same inputs, so that each value is computed once.</summary>
internal static class ShareEqualNodes
{
    public static Graph Apply(Graph graph)
    {
        var known = new Dictionary<Node, Node>(new SameComputation());
        return graph.Rewrite((_, node) =>
        {
            if (known.TryGetValue(node, out var first)) return first;
            known.Add(node, node);
            return node;
        });
    }

    private sealed class SameComputation : IEqualityComparer<Node>
    {
        public bool Equals(Node? x, Node? y) => x!.Op.Equals(y!.Op) && x.Inputs.SequenceEqual(y.Inputs);

        public int GetHashCode(Node node)
        {
            var hash = default(HashCode);
            hash.Add(node.Op);
            foreach (var input in node.Inputs) hash.Add(input);
            return hash.ToHashCode();
        }
    }
}
