namespace Fovea.Engine;

/// <summary>A new value for a variable, written at the end of a run.</summary>
public readonly record struct Update(Variable Variable, Node Value);

/// <summary>
/// A computation: the outputs and the updates of variables, with all nodes they depend on, each after its inputs. Graphs are immutable and may be used from
/// any threads.
/// </summary>
public sealed class Graph
{
    /// <summary>Creates the graph of some outputs and updates.</summary>
    /// <exception cref="ShapeException">An update's value does not have its variable's shape.</exception>
    public Graph(IReadOnlyList<Node> outputs, IReadOnlyList<Update>? updates = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Outputs = outputs;
        Updates = updates ?? [];
        foreach (var (variable, value) in Updates)
        {
            if (variable.Shape != value.Shape)
                throw new ShapeException($"update of '{variable.Name}'", $"the variable has the shape {variable.Shape}; its new value has {value.Shape}.");
        }

        // Updates in reverse: those of the last layers are computed first, so that their memory is free when the first layers follow.
        Nodes = TopologicalOrder.Of([.. outputs, .. Updates.Select(update => update.Value).Reverse()], node => node.Inputs);
    }

    /// <summary>The values that a run returns.</summary>
    public IReadOnlyList<Node> Outputs { get; }

    /// <summary>The variables that a run changes.</summary>
    public IReadOnlyList<Update> Updates { get; }

    /// <summary>All nodes, each after its inputs.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>The number of uses of each node: by other nodes, as an output, and as an update.</summary>
    public Dictionary<Node, int> CountUses()
    {
        var uses = Nodes.ToDictionary(node => node, _ => 0);
        foreach (var node in Nodes)
        {
            foreach (var input in node.Inputs) uses[input]++;
        }

        foreach (var output in Outputs) uses[output]++;
        foreach (var update in Updates) uses[update.Value]++;
        return uses;
    }

    /// <summary>The nodes that use each node; a node that uses it twice occurs twice. Outputs and updates do not count.</summary>
    internal Dictionary<Node, List<Node>> FindUsers()
    {
        var users = Nodes.ToDictionary(node => node, _ => new List<Node>());
        foreach (var node in Nodes)
        {
            foreach (var input in node.Inputs) users[input].Add(node);
        }

        return users;
    }

    /// <summary>
    /// Rebuilds the graph, inputs first. <paramref name="rule"/> receives each original node, and the same node with its inputs already rebuilt, and
    /// returns its replacement.
    /// </summary>
    public Graph Rewrite(Func<Node, Node, Node> rule)
    {
        var rebuilt = new Dictionary<Node, Node>(Nodes.Count);
        foreach (var node in Nodes)
        {
            var inputs = node.Inputs.Select(input => rebuilt[input]).ToArray();
            var same = inputs.SequenceEqual(node.Inputs);
            rebuilt[node] = rule(node, same ? node : new Node(node.Op, inputs));
        }

        return new Graph([.. Outputs.Select(output => rebuilt[output])], [.. Updates.Select(update => update with { Value = rebuilt[update.Value] })]);
    }
}
