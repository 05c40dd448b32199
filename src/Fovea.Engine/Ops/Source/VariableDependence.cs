namespace Fovea.Engine.Ops;

/// <summary>Finds the nodes of a graph that depend on variables and constants alone, and so need not be recomputed for each input.</summary>
internal static class VariableDependence
{
    extension(Graph graph)
    {
        /// <summary>The nodes that depend on no input: variables, constants, and nodes computed from these, such as packed weights.</summary>
        public HashSet<Node> FindIndependentOfInputs() => graph.FindDependingOn(variable => true);

        /// <summary>
        /// The nodes that depend on no input and on no variable that the graph updates. They are constant between runs until a variable is written.
        /// </summary>
        public HashSet<Node> FindInvariant()
        {
            var updated = graph.Updates.Select(update => update.Variable).ToHashSet();
            return graph.FindDependingOn(variable => !updated.Contains(variable));
        }

        private HashSet<Node> FindDependingOn(Func<Variable, bool> allowed)
        {
            var found = new HashSet<Node>();
            foreach (var node in graph.Nodes)
            {
                var belongs = node.Op switch
                {
                    ConstantOp => true,
                    VariableOp { Variable: var variable } => allowed(variable),
                    SourceOp => false,
                    _ => node.Inputs.All(found.Contains),
                };
                if (belongs) found.Add(node);
            }

            return found;
        }
    }
}
