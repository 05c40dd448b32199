namespace Fovea.Engine.Ops;

/// <summary>Which nodes of a graph depend on variables and constants alone, and so need not be computed anew for each input.</summary>
internal static class VariableDependence
{
    extension(Graph graph)
    {
        /// <summary>The nodes that depend on no input: packed or scaled weights, the variables themselves, constants.</summary>
        public HashSet<Node> FindIndependentOfInputs() => graph.FindDependingOn(variable => true);

        /// <summary>
        /// Those of them that depend on no variable which the graph updates: they keep their values from run to run until somebody writes a variable.
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
