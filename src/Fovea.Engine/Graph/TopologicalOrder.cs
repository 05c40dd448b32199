namespace Fovea.Engine;

/// <summary>Orders the nodes of a directed graph without cycles so that each comes after its inputs.</summary>
internal static class TopologicalOrder
{
    /// <summary>The roots and all nodes they depend on, depth first and in the order of the roots; each node once.</summary>
    /// <param name="roots">The nodes to begin with.</param>
    /// <param name="inputsOf">The inputs of a node, asked for once for each node.</param>
    public static List<T> Of<T>(IEnumerable<T> roots, Func<T, IReadOnlyList<T>> inputsOf)
        where T : class
    {
        var order = new List<T>();
        var seen = new HashSet<T>();
        var path = new Stack<(T Node, IReadOnlyList<T> Inputs, int Next)>();
        foreach (var root in roots)
        {
            Enter(root);
            while (path.TryPop(out var top))
            {
                if (top.Next == top.Inputs.Count)
                {
                    order.Add(top.Node);
                    continue;
                }

                path.Push(top with { Next = top.Next + 1 });
                Enter(top.Inputs[top.Next]);
            }
        }

        return order;

        void Enter(T node)
        {
            if (seen.Add(node)) path.Push((node, inputsOf(node), 0));
        }
    }
}
