namespace Fovea.Engine;

/// <summary>Writing a computed value back into a variable at the end of a run.</summary>
public readonly record struct Update(Variable Variable, Node Value);

/// <summary>
/// What is to be computed: the wanted outputs and the updates of variables, with every node behind them in an order in which
/// each comes after its inputs. It never changes: any threads may use it.
/// </summary>
public sealed class Graph
{
    /// <summary>Gathers the nodes behind some outputs and updates.</summary>
    /// <exception cref="ShapeException">An update's value does not have its variable's shape.</exception>
    public Graph(IReadOnlyList<Node> outputs, IReadOnlyList<Update>? updates = null)
    {
        Outputs = outputs;
        Updates = updates ?? [];
        foreach (var (variable, value) in Updates)
        {
            if (variable.Shape != value.Shape)
                throw new ShapeException($"update of '{variable.Name}'", $"the variable has the shape {variable.Shape}; its new value has {value.Shape}.");
        }

        // Updates in reverse: what belongs to the last layers is computed, and its memory free, before the first layers' turn.
        Nodes = TopologicalOrder.Of([.. outputs, .. Updates.Select(update => update.Value).Reverse()], node => node.Inputs);
    }

    /// <summary>The values that a run gives back.</summary>
    public IReadOnlyList<Node> Outputs { get; }

    /// <summary>The variables that a run changes.</summary>
    public IReadOnlyList<Update> Updates { get; }

    /// <summary>Every node, inputs before users.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>How often each node is used: by other nodes, as an output and as an update.</summary>
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

    /// <summary>The nodes that use each node, as often as they use it; outputs and updates are not counted.</summary>
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
    /// Rebuilds the graph from its sources on: <paramref name="rule"/> sees each node as it was, and as it is with its inputs
    /// already rebuilt, and returns what stands in its place.
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
