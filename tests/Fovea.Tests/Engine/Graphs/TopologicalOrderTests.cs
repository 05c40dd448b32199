using Fovea.Engine;

namespace Fovea.Tests.Engine.Graphs;

public class TopologicalOrderTests
{
    private readonly Dictionary<string, string[]> inputs = new()
    {
        ["a"] = [],
        ["b"] = ["a"],
        ["c"] = ["a", "b", "a"],
        ["d"] = [],
        ["e"] = ["d", "c"],
    };

    [Fact]
    public void Each_node_comes_once_and_after_its_inputs() => Assert.Equal(["a", "b", "c", "d", "e"], TopologicalOrder.Of(["c", "e", "c"], Inputs));

    [Fact]
    public void Roots_decide_the_order_and_which_nodes_are_left_out() => Assert.Equal(["d", "a", "b"], TopologicalOrder.Of(["d", "b"], Inputs));

    [Fact]
    public void A_chain_of_a_million_nodes_does_not_overflow_the_stack()
    {
        var chain = Enumerable.Range(0, 1_000_000).Select(i => (object)i).ToArray();
        var order = TopologicalOrder.Of([chain[^1]], node => (int)node == 0 ? [] : [chain[(int)node - 1]]);
        Assert.Equal(chain, order);
    }

    private string[] Inputs(string node) => inputs[node];
}
